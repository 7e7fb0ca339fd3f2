/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segments in the picture of a body: labels on its own grid, how smooth they
 * are at their borders, and colours and opacities by label. */

#pragma once

#include "volume/labels.h"
#include "volume/raycast.h"
#include "volume/renderbody.h"

G_BEGIN_DECLS

/**
 * VitrailRenderSegments:
 * @labels: (nullable): borrowed; none are coloured
 * @matrix: from the volume's frame of reference to that of @labels, 4 x 4, row
 *   by row
 * @opacity: of each segment, from 0, which shows nothing of it, to 1
 * @opacities: (nullable): of some of them, instead: "3=0.2, 7=0", by their
 *   numbers
 */
typedef struct {
  VitrailLabels *labels;
  double matrix[16];
  double opacity;
  const char *opacities;
} VitrailRenderSegments;

/* A copy has a reference to its labels; texts are interned. */
#define VITRAIL_TYPE_RENDER_SEGMENTS (vitrail_render_segments_get_type ())
GType vitrail_render_segments_get_type (void);
VitrailRenderSegments *
vitrail_render_segments_copy (const VitrailRenderSegments *self);
void vitrail_render_segments_free (VitrailRenderSegments *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailRenderSegments,
                               vitrail_render_segments_free)

/* What is kept from one picture to the next; zeroes at first. */
typedef struct {
  guint8 *labels; /* of each voxel */
  guint8 *inside; /* how much of what is about it is of any, 0 to 255 */
  guint size[3];
  double matrix[16]; /* that they were made by */
  guint64 serial;
  guint64 made; /* another one: other labels, or others are inside */
  VitrailRaycastSegment segments[VITRAIL_LABELS_SEGMENTS + 1];
} VitrailRenderLabels;

void vitrail_render_labels_clear (VitrailRenderLabels *self);

/**
 * vitrail_render_labels_update: (skip)
 * @step: millimetres between samples
 * @has_changed: (out): other places than before show segments
 *
 * Makes it of what @wanted says for @body's voxels.
 *
 * Returns: FALSE with VITRAIL_ERROR_LIMIT where there is no memory,
 *   VITRAIL_ERROR_MALFORMED for opacities that are none
 */
gboolean vitrail_render_labels_update (VitrailRenderLabels *self,
                                       const VitrailRenderSegments *wanted,
                                       const VitrailRenderBody *body,
                                       double step,
                                       gboolean *has_changed,
                                       GError **error);

/* Where segments are is seen too. */
void vitrail_render_labels_mark (const VitrailRenderLabels *self,
                                 VitrailBounds *bounds);

G_END_DECLS
