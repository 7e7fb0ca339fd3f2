/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Luma and chroma of 8 bits to RGB, rounded once: what the matrix and the range
 * of a stream say, to half a step of what they say exactly. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In parts of 1 << 16; see vitrail_yuv_matrix_init (). */
typedef struct {
  gint32 luma;
  gint32 red_v;
  gint32 green_u;
  gint32 green_v;
  gint32 blue_u;
  gint32 black;
} VitrailYuvMatrix;

/* @kr, @kb: parts of red and blue in luma (ITU-R BT.601: 0.299, 0.114).
 * @is_full: 0 to 255, else 16 to 235 and 16 to 240. */
void vitrail_yuv_matrix_init (VitrailYuvMatrix *self,
                              double kr,
                              double kb,
                              gboolean is_full);

/* One row of @width pixels; @shift: 1 where two pixels share a sample of @u and
 * @v, else 0. */
void vitrail_yuv_to_rgb (const VitrailYuvMatrix *self,
                         const guint8 *const yuv[3],
                         guint width,
                         guint shift,
                         guint8 *rgb);

/* The parts of it, for tests: plain C, and as many pixels from the left as go
 * with AVX2, which it answers. */
void vitrail_yuv_to_rgb_c (const VitrailYuvMatrix *self,
                           const guint8 *const yuv[3],
                           guint width,
                           guint shift,
                           guint8 *rgb);
guint vitrail_yuv_to_rgb_fast (const VitrailYuvMatrix *self,
                               const guint8 *const yuv[3],
                               guint width,
                               guint shift,
                               guint8 *rgb);

G_END_DECLS
