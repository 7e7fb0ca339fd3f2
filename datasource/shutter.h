/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailShutter: what of a frame the Display Shutter leaves to be seen (PS3.3
 * C.7.6.11; in enhanced objects it stands in a functional group) and the Bitmap
 * Display Shutter (C.7.6.15). Immutable, owned by the frame info. */

#pragma once

#include "dicom/dataset.h"
#include "overlays.h"

G_BEGIN_DECLS

/* Vertices of a polygon at most: one with more is left out. */
#define VITRAIL_SHUTTER_VERTICES 1024

/**
 * VitrailShutter:
 * @width, @height: of the frame, in pixels
 * @gray: what is seen instead of what is covered, 0 black to 65535 white
 *   (P-values)
 * @rgb: the same in colours, 0xRRGGBB; only with @has_rgb
 * @has_rectangle: @rectangle are its first and last column and row that are
 *   seen (left, right, upper, lower), from 0
 * @has_circle: @center (column, row), from 0, @radius in pixels along a row;
 *   pixels are @aspect times as high as wide
 * @vertices: of a polygon, column and row of each, from 0; @n_vertices 0: none
 *
 * @bitmap: (nullable): whose bits cover what lies under them
 *
 * Seen is what lies in all shapes and under no bit; edges are seen.
 */
typedef struct {
  guint width;
  guint height;
  guint gray;
  guint32 rgb;
  gboolean has_rgb;
  gboolean has_rectangle;
  int rectangle[4];
  gboolean has_circle;
  int center[2];
  int radius;
  double aspect;
  guint n_vertices;
  int (*vertices)[2];
  const VitrailOverlayPlane *bitmap;
} VitrailShutter;

/**
 * vitrail_shutter_new:
 * @group: an item of Frame Display Shutter Sequence, or the data set
 * @overlays: (nullable): of the frame, among them the bitmap; they have to
 *   outlive the shutter
 * @aspect: height over width of a pixel
 *
 * Shapes that lack a number, or whose numbers make no shape, are left out.
 *
 * Returns: (nullable): NULL where nothing is covered
 */
VitrailShutter *vitrail_shutter_new (const VitrailDataSet *group,
                                     const VitrailOverlays *overlays,
                                     guint width,
                                     guint height,
                                     double aspect);
void vitrail_shutter_free (VitrailShutter *self);

/**
 * vitrail_shutter_make_mask:
 * @stride: (out): bytes of a row
 *
 * Which pixels are seen, a bit each, bit 0 of a byte first.
 *
 * Returns: (transfer full) (nullable): @stride * height bytes; NULL without
 * memory, and where nothing at all would be seen: such a shutter is an error
 * of the data, and the picture is shown.
 */
uint8_t *vitrail_shutter_make_mask (const VitrailShutter *self, size_t *stride);

G_END_DECLS
