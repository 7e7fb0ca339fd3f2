/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What H.264 slices say of the pictures that are kept: see h264marking.h. */

#include "video/h264marking.h"

#define MAX_PPS        256
#define MAX_SPS        32
#define MAX_REFERENCES 32

#define MODIFICATION_END 3
#define OPERATION_END    0
#define OPERATION_SWAP   3 /* the one with two numbers */
#define OPERATION_RESET  5

/* Picture parameter sets. */

static void
read_rest (VitrailH264Pps *pps, VitrailVideoBits *bits)
{
  pps->is_cut = vitrail_video_bits_get_ue (bits) != 0;
  if (pps->is_cut)
    return;
  for (guint list = 0; list < 2; list++) {
    guint64 n = (guint64) vitrail_video_bits_get_ue (bits) + 1;
    pps->is_cut |= n > MAX_REFERENCES;
    pps->n_references[list] = (guint) MIN (n, MAX_REFERENCES);
  }
  pps->weighs_p = vitrail_video_bits_get (bits, 1) != 0;
  pps->weighs_b = vitrail_video_bits_get (bits, 2) == 1;
  for (guint i = 0; i < 3; i++)
    vitrail_video_bits_get_se (bits);
  vitrail_video_bits_skip (bits, 2);
  pps->has_redundant = vitrail_video_bits_get (bits, 1) != 0;
  pps->is_cut |= bits->is_over;
}

gboolean
vitrail_h264_pps_read (VitrailH264Pps *pps, guint *id, VitrailVideoBits *bits)
{
  *pps = (VitrailH264Pps){ .is_set = TRUE };
  *id = vitrail_video_bits_get_ue (bits);
  guint sps = vitrail_video_bits_get_ue (bits);
  vitrail_video_bits_skip (bits, 1);
  pps->has_bottom = vitrail_video_bits_get (bits, 1) != 0;
  if (bits->is_over || *id >= MAX_PPS || sps >= MAX_SPS)
    return FALSE;
  pps->sps = (guint8) sps;
  read_rest (pps, bits);
  return TRUE;
}

/* Slices. */

/* How many pictures each list has: none of a list that there is not. FALSE:
 * more than the standard allows. */
static gboolean
read_n_references (const VitrailH264Pps *pps,
                   guint n_lists,
                   VitrailVideoBits *bits,
                   guint n[2])
{
  gboolean is_own = n_lists > 0 && vitrail_video_bits_get (bits, 1) != 0;

  for (guint list = 0; list < n_lists; list++) {
    n[list] = pps->n_references[list];
    if (!is_own)
      continue;
    guint more = vitrail_video_bits_get_ue (bits);
    if (more >= MAX_REFERENCES)
      return FALSE;
    n[list] = more + 1;
  }
  return TRUE;
}

/* 7.3.3.1 */
static void
skip_modification (VitrailVideoBits *bits)
{
  if (vitrail_video_bits_get (bits, 1) == 0)
    return;
  while (!bits->is_over && vitrail_video_bits_get_ue (bits) != MODIFICATION_END)
    vitrail_video_bits_get_ue (bits);
}

static void
skip_weights (VitrailVideoBits *bits, guint n_components)
{
  if (vitrail_video_bits_get (bits, 1) == 0)
    return;
  for (guint i = 0; i < 2 * n_components; i++)
    vitrail_video_bits_get_se (bits);
}

/* 7.3.3.2 */
static void
skip_weight_table (VitrailVideoBits *bits,
                   gboolean has_chroma,
                   const guint n_references[2])
{
  vitrail_video_bits_get_ue (bits);
  if (has_chroma)
    vitrail_video_bits_get_ue (bits);
  for (guint i = 0; i < n_references[0] + n_references[1]; i++) {
    skip_weights (bits, 1);
    if (has_chroma)
      skip_weights (bits, 2);
  }
}

/* 7.3.3.3, of what is no IDR picture. */
static gboolean
read_marking (VitrailVideoBits *bits)
{
  gboolean resets = FALSE;

  if (vitrail_video_bits_get (bits, 1) == 0)
    return FALSE;
  while (!bits->is_over) {
    guint operation = vitrail_video_bits_get_ue (bits);
    if (operation == OPERATION_END)
      break;
    resets |= operation == OPERATION_RESET;
    if (operation != OPERATION_RESET)
      vitrail_video_bits_get_ue (bits);
    if (operation == OPERATION_SWAP)
      vitrail_video_bits_get_ue (bits);
  }
  return resets && !bits->is_over;
}

static guint
get_n_lists (VitrailH264SliceType type)
{
  if (type == VITRAIL_H264_SLICE_B)
    return 2;
  return type == VITRAIL_H264_SLICE_P || type == VITRAIL_H264_SLICE_SP ? 1 : 0;
}

gboolean
vitrail_h264_slice_resets (const VitrailH264Sps *sps,
                           const VitrailH264Pps *pps,
                           VitrailH264SliceType type,
                           VitrailVideoBits bits)
{
  guint n_lists = get_n_lists (type);
  guint n_references[2] = { 0 };

  if (pps->is_cut)
    return FALSE;
  if (pps->has_redundant)
    vitrail_video_bits_get_ue (&bits);
  if (n_lists == 2)
    vitrail_video_bits_skip (&bits, 1);
  if (!read_n_references (pps, n_lists, &bits, n_references))
    return FALSE;
  for (guint list = 0; list < n_lists; list++)
    skip_modification (&bits);
  if ((n_lists == 1 && pps->weighs_p) || (n_lists == 2 && pps->weighs_b))
    skip_weight_table (&bits, sps->format.chroma != 0 && !sps->has_planes,
                       n_references);
  return read_marking (&bits);
}
