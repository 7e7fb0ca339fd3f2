/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a list of objects, in any order, to volumes: what each is made of and
 * where it lies, before any pixel is decoded. Objects hold one slice, many as
 * frames, or many as tiles of a mosaic; all may be mixed. */

#pragma once

#include "volume/place.h"

G_BEGIN_DECLS

/**
 * VitrailVolumeIssue:
 *
 * What is the matter with images that a person would take for a volume: the
 * codes of OHIF's display set messages, which hanging protocols and extensions
 * know.
 */
typedef enum {
  VITRAIL_ISSUE_NO_INSTANCES = 1,
  VITRAIL_ISSUE_NO_POSITION = 2,
  VITRAIL_ISSUE_NOT_RECONSTRUCTABLE = 3,
  VITRAIL_ISSUE_FRAMES_NO_MEASURES = 4,
  VITRAIL_ISSUE_FRAMES_NO_ORIENTATION = 5,
  VITRAIL_ISSUE_FRAMES_NO_POSITION = 6,
  VITRAIL_ISSUE_MISSING_FRAMES = 7,
  VITRAIL_ISSUE_IRREGULAR_SPACING = 8,
  VITRAIL_ISSUE_DIMENSIONS = 9,
  VITRAIL_ISSUE_COMPONENTS = 10,
  VITRAIL_ISSUE_ORIENTATIONS = 11,
  VITRAIL_ISSUE_POSITIONS = 12,
  VITRAIL_ISSUE_UNSUPPORTED = 13,
  VITRAIL_ISSUE_UNSUPPORTED_CLASS = 14,
  VITRAIL_ISSUE_NO_CLASS = 15,
} VitrailVolumeIssue;

#define VITRAIL_N_ISSUES         16 /* 0 is none */
#define VITRAIL_ISSUE_BIT(issue) (1u << (issue))

/* One sentence for a person; NULL for what is no code. */
const char *vitrail_volume_issue_get_text (VitrailVolumeIssue issue);

/**
 * vitrail_volume_check:
 * @places: (array length=n): the slices of one display set
 * @issues: (out): bits of VitrailVolumeIssue
 *
 * The rule by which a series counts as a volume where a hanging protocol asks
 * (isReconstructable): the same rows, columns, samples and orientation (0.01 a
 * component); a step between neighbours within 20 % of the mean, or of a
 * multiple of it, where slices are missing. Stricter in places and laxer in
 * others than what vitrail_volume_plans_new () puts together.
 */
gboolean
vitrail_volume_check (const VitrailPlace *places, guint n, guint *issues);

/**
 * VitrailPlanSlice:
 * @a, @b: which places it is made of; both VITRAIL_SLICE_NONE where it is in a
 *   gap too wide
 * @weight: of @b; 0: the slice is @a as it is
 *
 * A slice of the volume.
 */
typedef struct {
  guint a;
  guint b;
  double weight;
} VitrailPlanSlice;

/**
 * VitrailVolumePlan:
 * @id: series' UID, and "." and a number where it holds several
 * @label: what sets it apart in its series, as a person reads it, or ""
 * @size, @matrix, @space, @frame_of_reference_uid: see VitrailVolumeInfo
 * @tilt_degrees: of the gantry; the shear is in @matrix
 * @n_times: points in time (or b-values, phases ...), from 1
 * @time_key: what they are by; @times: (array length=n_times): the values
 * @n_places: places with an acquired slice, in ascending order
 * @sources: n_times * n_places, time by time; input is VITRAIL_SLICE_NONE
 *   where a slice is missing at that time
 * @slices: (array length=size[2])
 * @n_missing: slices that lie between others and were not there
 * @n_left_out: others at a place that is taken, which are in no volume
 * @is_resampled: slices were interpolated: gaps, or uneven distances
 * @issues: bits of VitrailVolumeIssue, by vitrail_volume_check ()
 * @is_reconstructable: its answer
 * @notes: (array zero-terminated=1): what a person has to know
 *
 * One volume, or one a point in time. Immutable.
 */
typedef struct {
  /*< public, read only >*/
  char *id;
  char *label;
  guint size[3];
  double matrix[16];
  VitrailVolumeSpace space;
  char *frame_of_reference_uid;
  double tilt_degrees;
  guint n_times;
  VitrailPlaceKey time_key;
  double *times;
  guint n_places;
  VitrailSliceSource *sources;
  VitrailPlanSlice *slices;
  guint n_missing;
  guint n_left_out;
  gboolean is_resampled;
  guint issues;
  gboolean is_reconstructable;
  char **notes;
  /*< private >*/
  gint ref_count;
} VitrailVolumePlan;

VitrailVolumePlan *vitrail_volume_plan_ref (VitrailVolumePlan *self);
void vitrail_volume_plan_unref (VitrailVolumePlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVolumePlan, vitrail_volume_plan_unref)

/* The acquired slice at @place at @time (from 0); NULL where there is none. */
const VitrailSliceSource *
vitrail_volume_plan_get_source (const VitrailVolumePlan *self,
                                guint time,
                                guint place);

/* Volumes a second: of trigger times and reference times as they follow each
 * other, where that can be looked at (1 to 120), else 10. */
double vitrail_volume_plan_get_rate (const VitrailVolumePlan *self);

/* A word for a key of time: "trigger time"; its unit "ms", or "". */
const char *vitrail_place_key_get_name (VitrailPlaceKey key);
const char *vitrail_place_key_get_unit (VitrailPlaceKey key);

/**
 * VitrailVolumePlans:
 * @volumes: (element-type VitrailVolumePlan): the largest first
 * @reasons: (array zero-terminated=1): why images are in no volume, one line a
 *   reason; empty where all are
 * @n_slices: of all objects; @n_in_volumes: of those
 * @issues, @is_reconstructable: of all together as one display set
 */
typedef struct {
  GPtrArray *volumes;
  char **reasons;
  guint n_slices;
  guint n_in_volumes;
  guint issues;
  gboolean is_reconstructable;
} VitrailVolumePlans;

/**
 * vitrail_volume_plans_new:
 * @objects: (array length=n): headers; of one series mostly
 *
 * Never fails: what cannot be put together says why.
 */
VitrailVolumePlans *
vitrail_volume_plans_new (VitrailDataSet *const *objects, guint n);
void vitrail_volume_plans_free (VitrailVolumePlans *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVolumePlans, vitrail_volume_plans_free)

G_END_DECLS
