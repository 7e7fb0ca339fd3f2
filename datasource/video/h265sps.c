/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sequence parameter sets of H.265: see parametersets.h. */

#include "video/parametersets.h"

#define MAX_SIDE 65535u

static void
read_profile (VitrailVideoBits *bits,
              VitrailVideoFormat *format,
              guint n_layers)
{
  guint present[8] = { 0 };

  vitrail_video_bits_skip (bits, 3);
  format->profile = vitrail_video_bits_get (bits, 5);
  vitrail_video_bits_skip (bits, 80);
  format->level = vitrail_video_bits_get (bits, 8);
  for (guint i = 0; i < n_layers; i++)
    present[i] = vitrail_video_bits_get (bits, 2);
  if (n_layers > 0)
    vitrail_video_bits_skip (bits, 2 * (8 - n_layers));
  for (guint i = 0; i < n_layers; i++) {
    vitrail_video_bits_skip (bits, (present[i] & 2) != 0 ? 88 : 0);
    vitrail_video_bits_skip (bits, (present[i] & 1) != 0 ? 8 : 0);
  }
}

static void
read_size (VitrailVideoBits *bits, VitrailVideoFormat *format)
{
  guint width = vitrail_video_bits_get_ue (bits);
  guint height = vitrail_video_bits_get_ue (bits);

  if (width <= MAX_SIDE && height <= MAX_SIDE) {
    format->width = width;
    format->height = height;
  }
  vitrail_video_crop (format, bits, 1);
}

gboolean
vitrail_h265_sps_read (VitrailH265Sps *sps, VitrailVideoBits *bits)
{
  VitrailVideoFormat *format = &sps->format;

  *sps = (VitrailH265Sps){ .is_set = TRUE };
  vitrail_video_bits_skip (bits, 4);
  guint n_layers = vitrail_video_bits_get (bits, 3);
  sps->n_sub_layers = n_layers;
  vitrail_video_bits_skip (bits, 1);
  read_profile (bits, format, n_layers);
  sps->id = vitrail_video_bits_get_ue (bits);
  format->chroma = vitrail_video_bits_get_ue (bits);
  if (format->chroma == 3)
    sps->has_planes = vitrail_video_bits_get (bits, 1) != 0;
  read_size (bits, format);
  guint luma = vitrail_video_bits_get_ue (bits);
  guint chroma = vitrail_video_bits_get_ue (bits);
  format->bits = 8 + MIN (MAX (luma, chroma), 56);
  sps->order_bits = vitrail_video_bits_get_ue (bits) + 4;
  return !bits->is_over && sps->order_bits <= 16;
}
