/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sample values as a 16-bit PNG: nothing windowed, nothing lost. */

#pragma once

#include "frameinfo.h"

G_BEGIN_DECLS

/* @frame: normalized, 8 or 16 bits, 1 or 3 samples a pixel. What turns samples
 * into values goes along as text: "Sample Offset", "Rescale Slope" and
 * "Rescale Intercept". @name stands for the file in errors. */
GBytes *vitrail_png16_write (const VitrailFrame *frame,
                             const VitrailFrameInfo *info,
                             const char *name,
                             GError **error);

G_END_DECLS
