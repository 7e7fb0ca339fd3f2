/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One picture subtracted from another, as digital subtraction angiography does:
 * sums of frames, and their difference. */

#pragma once

#include "frameinfo.h"

G_BEGIN_DECLS

/**
 * VitrailMaskSum:
 * @samples: width * height sums of values
 * @n: frames that are in it
 */
typedef struct {
  guint width;
  guint height;
  guint n;
  float *samples;
} VitrailMaskSum;

void vitrail_mask_sum_clear (VitrailMaskSum *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailMaskSum, vitrail_mask_sum_clear)

/**
 * vitrail_mask_sum_add:
 * @frame: normalized
 * @lut: (nullable): its stored values go through it first
 * @gain: times which they are added
 *
 * Returns: FALSE where it cannot be added: it is not grey, not of 8 or 16 bits,
 *   or of another size, or there is no memory
 */
gboolean vitrail_mask_sum_add (VitrailMaskSum *self,
                               const VitrailFrame *frame,
                               const VitrailLut *lut,
                               double gain);

/* The mean of @contrast less that of @mask (NULL: less nothing), times @scale,
 * rounded, as far as 16 bits hold it. @shift, in pixels down and to the right,
 * moves the mask, linearly between pixels; its border goes on beyond it. They
 * are of the same size, and both have frames. */
void vitrail_mask_subtract (const VitrailMaskSum *contrast,
                            const VitrailMaskSum *mask,
                            const double shift[2],
                            double scale,
                            gint16 *out);

G_END_DECLS
