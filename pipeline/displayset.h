/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDisplaySet: what one viewport can show: the images of a series in
 * their order (a stack), one multi-frame object (a cine), a slide, a waveform,
 * or planes through the volume that a stack or a multi-frame object is, or that
 * volume as a body. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_DISPLAY_SET_STACK,
  VITRAIL_DISPLAY_SET_CINE,
  VITRAIL_DISPLAY_SET_SLIDE,
  VITRAIL_DISPLAY_SET_UNSUPPORTED,
  VITRAIL_DISPLAY_SET_PLANE,
  VITRAIL_DISPLAY_SET_WAVEFORM,
  VITRAIL_DISPLAY_SET_BODY,
  VITRAIL_DISPLAY_SET_PATH,
} VitrailDisplaySetKind;

/* How far apart the pages of a waveform begin, in seconds. */
#define VITRAIL_WAVEFORM_STEP_S 0.04

/**
 * VitrailDisplaySet:
 * @id: unique within the study and the same each time it is read:
 *   SeriesInstanceUID for a stack, SOPInstanceUID for a cine, the slide's id
 * @label: what a person reads: description, else modality and number
 * @reason: why UNSUPPORTED, else NULL
 * @images: (element-type utf8): SOPInstanceUIDs: of a stack one for each
 *   position, sorted; of a cine one; of a slide its instances; of planes all
 *   that the volume is made of
 * @n_positions: images of a stack, frames of a cine, 1 for a slide, else 0; of
 *   planes as soon as the volume is known; of a waveform, as soon as it has
 *   been read, VITRAIL_WAVEFORM_STEP_S of time each
 * @orientation: of planes: VitrailMprOrientation
 * @issues: bits of VitrailVolumeIssue (volume/plan.h): what a reader has to
 *   know of a stack or an object that is not shown
 *
 * Immutable once made.
 */
typedef struct {
  gint ref_count;
  VitrailDisplaySetKind kind;
  char *id;
  char *series_instance_uid;
  char *modality;
  char *label;
  char *reason;
  GPtrArray *images;
  guint n_positions;
  guint orientation;
  guint issues;
} VitrailDisplaySet;

#define VITRAIL_TYPE_DISPLAY_SET (vitrail_display_set_get_type ())
GType vitrail_display_set_get_type (void);
VitrailDisplaySet *vitrail_display_set_ref (VitrailDisplaySet *self);
void vitrail_display_set_unref (VitrailDisplaySet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDisplaySet, vitrail_display_set_unref)

/**
 * vitrail_display_sets_new:
 * @series: (nullable): the series-level answer, fills in what the instances do
 *   not say
 * @instances: (element-type VitrailDataSet): instance-level answers of one
 *   series, at least the attributes that sorting needs
 *
 * Splits @instances into display sets. Stack order: position along the normal
 * (PS3.3 C.7.6.2), where all images are parallel, else Instance Number.
 *
 * Returns: (transfer container) (element-type VitrailDisplaySet):
 */
GPtrArray *
vitrail_display_sets_new (VitrailDataSet *series, GPtrArray *instances);

/* (nullable): its issues for a person, one a line; NULL where there are none.
 */
char *vitrail_display_set_dup_messages (const VitrailDisplaySet *self);

/* Whether it is one of these: */
gboolean vitrail_display_set_is_of_volume (const VitrailDisplaySet *self);
/* Planes through the volume of @images, a stack or a cine; @orientation as in
 * VitrailMprOrientation. Their id begins with that of @images. */
VitrailDisplaySet *
vitrail_display_set_new_planes (const VitrailDisplaySet *images,
                                guint orientation);

/* That volume as a body, seen from outside; its id begins in the same way. */
VitrailDisplaySet *
vitrail_display_set_new_body (const VitrailDisplaySet *images);

/* What of that volume is along the session's path, laid straight. */
VitrailDisplaySet *
vitrail_display_set_new_path (const VitrailDisplaySet *images);

/* A slide that is no DICOM object: @id and @name as in VitrailSlideEntry. */
VitrailDisplaySet *
vitrail_display_set_new_slide (const char *id, const char *name);

/**
 * vitrail_display_set_get_image:
 * @position: from 1
 * @frame: (out) (optional): which frame of it, from 1
 *
 * Returns: (nullable): which instance lies at @position; NULL when there is
 *   none
 */
const char *vitrail_display_set_get_image (const VitrailDisplaySet *self,
                                           guint position,
                                           guint *frame);

G_END_DECLS
