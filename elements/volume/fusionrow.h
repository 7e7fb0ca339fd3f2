/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One row of a layer laid over those below it. Plain C and AVX2 give the same
 * bytes. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of VitrailFusionRow.alpha: all of the layer. */
#define VITRAIL_FUSION_OPAQUE 256

/**
 * VitrailFusionRow:
 * @is_float: samples are float, else guint16
 * @low, @high: samples that are seen, both included; what is no number never is
 * @nothing: of 16 bits: the sample that stands for no data
 * @alpha: how much of the layer is seen, 0 to VITRAIL_FUSION_OPAQUE
 */
typedef struct {
  gboolean is_float;
  float low;
  float high;
  guint16 nothing;
  guint alpha;
} VitrailFusionRow;

/* @n pixels: @samples of the layer, @rgba what they look like, @out the layers
 * below it: out += (rgba - out) * alpha, rounded, where they are seen. The
 * fourth byte is mixed as the others are. */
void vitrail_fusion_row (const VitrailFusionRow *self,
                         const void *samples,
                         const guint8 *rgba,
                         guint8 *out,
                         gsize n);
/* The same in plain C: the judge. */
void vitrail_fusion_row_c (const VitrailFusionRow *self,
                           const void *samples,
                           const guint8 *rgba,
                           guint8 *out,
                           gsize n);

G_END_DECLS
