/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bits of a video header, most significant first, without the bytes that keep
 * start codes out of it (H.264 7.3.1, H.265 7.3.1.1). Past the end all is 0,
 * and @is_over says so. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const guint8 *data;
  gsize length;
  gsize at;        /* byte that is read next */
  guint left;      /* bits of @now not yet taken */
  guint zeroes;    /* zero bytes just read */
  guint8 now;      /* byte that is taken from */
  gboolean is_raw; /* nothing was put in between: MPEG-2 */
  gboolean is_over;
} VitrailVideoBits;

/* @n: at most 32. */
guint32 vitrail_video_bits_get (VitrailVideoBits *self, guint n);
void vitrail_video_bits_skip (VitrailVideoBits *self, guint n);
/* Exponential Golomb codes, unsigned and signed. */
guint32 vitrail_video_bits_get_ue (VitrailVideoBits *self);
gint32 vitrail_video_bits_get_se (VitrailVideoBits *self);

G_END_DECLS
