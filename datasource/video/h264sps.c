/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sequence parameter sets of H.264: see parametersets.h. */

#include "video/parametersets.h"

#define MAX_MACROBLOCKS 4096u

static void
skip_list (VitrailVideoBits *bits, guint length)
{
  gint32 last = 8;
  gint32 next = 8;

  for (guint i = 0; i < length && !bits->is_over; i++) {
    if (next != 0)
      next = (last + (vitrail_video_bits_get_se (bits) & 0xff)) & 0xff;
    last = next != 0 ? next : last;
  }
}

static void
skip_scaling (VitrailVideoBits *bits, guint n_lists)
{
  for (guint i = 0; i < n_lists && !bits->is_over; i++)
    if (vitrail_video_bits_get (bits, 1) != 0)
      skip_list (bits, i < 6 ? 16 : 64);
}

static gboolean
has_chroma_format (guint profile)
{
  static const guint8 profiles[] = { 100, 110, 122, 244, 44,  83, 86,
                                     118, 128, 138, 139, 134, 135 };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    if (profiles[i] == profile)
      return TRUE;
  return FALSE;
}

static void
read_chroma_format (VitrailVideoBits *bits, VitrailH264Sps *sps)
{
  VitrailVideoFormat *format = &sps->format;

  format->chroma = vitrail_video_bits_get_ue (bits);
  if (format->chroma == 3)
    sps->has_planes = vitrail_video_bits_get (bits, 1) != 0;
  guint luma = vitrail_video_bits_get_ue (bits);
  guint chroma = vitrail_video_bits_get_ue (bits);
  format->bits = 8 + MIN (MAX (luma, chroma), 56);
  vitrail_video_bits_skip (bits, 1);
  if (vitrail_video_bits_get (bits, 1) != 0)
    skip_scaling (bits, format->chroma != 3 ? 8 : 12);
}

static void
read_order_cycle (VitrailVideoBits *bits, VitrailH264Sps *sps)
{
  sps->has_no_deltas = vitrail_video_bits_get (bits, 1) != 0;
  sps->unreferenced_offset = vitrail_video_bits_get_se (bits);
  vitrail_video_bits_get_se (bits);
  sps->cycle_length = vitrail_video_bits_get_ue (bits);
  if (sps->cycle_length > VITRAIL_H264_MAX_CYCLE)
    sps->cycle_length = 0;
  for (guint i = 0; i < sps->cycle_length; i++)
    sps->cycle[i] = vitrail_video_bits_get_se (bits);
}

static void
read_order (VitrailVideoBits *bits, VitrailH264Sps *sps)
{
  sps->order_type = vitrail_video_bits_get_ue (bits);
  if (sps->order_type == 0)
    sps->order_bits = vitrail_video_bits_get_ue (bits) + 4;
  else if (sps->order_type == 1)
    read_order_cycle (bits, sps);
}

/* @size without @n_units steps. */
static guint
cut (guint size, guint64 n_units, guint step)
{
  return n_units < size / step ? size - (guint) n_units * step : 0;
}

void
vitrail_video_crop (VitrailVideoFormat *format,
                    VitrailVideoBits *bits,
                    guint n_fields)
{
  guint64 edges[4];

  if (vitrail_video_bits_get (bits, 1) == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    edges[i] = vitrail_video_bits_get_ue (bits);
  guint across = format->chroma == 1 || format->chroma == 2 ? 2 : 1;
  guint down = (format->chroma == 1 ? 2 : 1) * n_fields;
  format->width = cut (format->width, edges[0] + edges[1], across);
  format->height = cut (format->height, edges[2] + edges[3], down);
}

static void
read_size (VitrailVideoBits *bits, VitrailH264Sps *sps)
{
  VitrailVideoFormat *format = &sps->format;
  guint width = vitrail_video_bits_get_ue (bits);
  guint height = vitrail_video_bits_get_ue (bits);

  sps->is_progressive = vitrail_video_bits_get (bits, 1) != 0;
  if (width >= MAX_MACROBLOCKS || height >= MAX_MACROBLOCKS)
    return;
  guint n_fields = sps->is_progressive ? 1 : 2;
  format->width = (width + 1) * 16;
  format->height = (height + 1) * 16 * n_fields;
  /* Another copy: what comes behind may be missing. */
  VitrailVideoBits rest = *bits;
  if (!sps->is_progressive)
    vitrail_video_bits_skip (&rest, 1);
  vitrail_video_bits_skip (&rest, 1);
  vitrail_video_crop (format, &rest, n_fields);
}

gboolean
vitrail_h264_sps_read (VitrailH264Sps *sps, VitrailVideoBits *bits)
{
  *sps =
      (VitrailH264Sps){ .is_set = TRUE, .format = { .chroma = 1, .bits = 8 } };
  sps->format.profile = vitrail_video_bits_get (bits, 8);
  sps->format.constraints = vitrail_video_bits_get (bits, 8);
  sps->format.level = vitrail_video_bits_get (bits, 8);
  sps->id = vitrail_video_bits_get_ue (bits);
  if (has_chroma_format (sps->format.profile))
    read_chroma_format (bits, sps);
  sps->frame_bits = vitrail_video_bits_get_ue (bits) + 4;
  read_order (bits, sps);
  vitrail_video_bits_get_ue (bits);
  vitrail_video_bits_skip (bits, 1);
  read_size (bits, sps);
  return !bits->is_over && sps->frame_bits <= 16 && sps->order_type <= 2 &&
         sps->order_bits <= 16;
}
