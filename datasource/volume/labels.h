/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailLabels: a segmentation (PS3.3 A.51, binary, fractional or label map)
 * of a volume, as labels on the grid that its frames lie on, and what its
 * segments recommend. */

#pragma once

#include "instance.h"
#include "registration/registration.h"

G_BEGIN_DECLS

/* Segments of one object: a label is a byte. */
#define VITRAIL_LABELS_SEGMENTS 255u

/**
 * VitrailLabelsSegment:
 * @number: as the object counts
 * @label: for a person, UTF-8
 * @rgb: 0xRRGGBB: Recommended Display CIELab Value, or one of eight
 */
typedef struct {
  guint number;
  char *label;
  guint32 rgb;
} VitrailLabelsSegment;

/**
 * VitrailLabels:
 * @serial: no other one has it
 * @segments: (element-type VitrailLabelsSegment): label n is of the n - 1st
 * @frame_of_reference: "" where unknown
 * @size: columns, rows, slices
 * @axes: along a row, down a column, from slice to slice: unit vectors in the
 *   patient
 * @spacing: millimetres between columns, rows and slices
 * @origin: of slice 0 along the third axis
 * @corners: of each slice: where its first pixel lies along the first two
 * @labels: a byte each, columns fastest; 0: of no segment. Where segments lie
 *   over each other the later one counts
 * @n_missing: frames that could not be read
 *
 * Immutable once read, and shared.
 */
typedef struct {
  gint ref_count;
  guint64 serial;
  GArray *segments;
  char *frame_of_reference;
  guint size[3];
  double axes[3][3];
  double spacing[3];
  double origin;
  double (*corners)[2];
  guint8 *labels;
  guint n_missing;
} VitrailLabels;

/**
 * vitrail_labels_read:
 * @instance: Segmentation, or Label Map Segmentation, in the patient's space
 *
 * Decodes all frames. Half of the most a fraction can be, or more, is in the
 * segment.
 *
 * Returns: NULL with VITRAIL_ERROR_FORMAT for other objects,
 *   VITRAIL_ERROR_MALFORMED where frames say no place,
 * VITRAIL_ERROR_UNSUPPORTED where they are not parallel or evenly spaced,
 * VITRAIL_ERROR_LIMIT for more than VITRAIL_LABELS_SEGMENTS segments or
 * VITRAIL_LIMIT_RASTER_BYTES
 */
VitrailLabels *vitrail_labels_read (VitrailInstance *instance, GError **error);
/* The same of a file. */
VitrailLabels *vitrail_labels_load (const char *path, GError **error);
VitrailLabels *vitrail_labels_ref (VitrailLabels *self);
void vitrail_labels_unref (VitrailLabels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailLabels, vitrail_labels_unref)

/**
 * vitrail_labels_resample:
 * @to_own: from the voxels (i, j, k) of a grid to millimetres of the
 *   segmentation's frame of reference, 4 x 4, row by row
 * @size: of the grid
 * @out: size[0] * size[1] * size[2] labels: of each voxel the nearest
 *
 * On all cores.
 */
void vitrail_labels_resample (const VitrailLabels *self,
                              const double to_own[16],
                              const guint size[3],
                              guint8 *out);

G_END_DECLS
