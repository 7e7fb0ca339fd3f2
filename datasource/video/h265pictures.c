/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of H.265 (7.4.2.4.5) and their picture order counts (8.3.1); the
 * base layer alone. */

#include "video/parametersets.h"
#include "video/pictures.h"

#define NAL_LEADING_SKIPPED   8 /* RASL_N, and RASL_R */
#define NAL_LAST_LEADING      9
#define NAL_FIRST_LEADING     6 /* RADL_N */
#define NAL_LAST_UNREFERENCED 14
#define NAL_FIRST_ACCESS      16
#define NAL_LAST_BROKEN       18
#define NAL_FIRST_IDR         19
#define NAL_LAST_IDR          20
#define NAL_CLEAN             21
#define NAL_LAST_ACCESS       23
#define NAL_LAST_PICTURE      31
#define NAL_SPS               33
#define NAL_PPS               34
#define NAL_DELIMITER         35
#define NAL_END_OF_SEQUENCE   36
#define NAL_END_OF_STREAM     37
#define NAL_VPS               32
#define NAL_PREFIX_SEI        39

#define MAX_SPS 16
#define MAX_PPS 64

typedef struct {
  gboolean is_set;
  gboolean has_output_flag;
  guint8 extra_bits;
  guint8 sps;
} Pps;

typedef struct {
  VitrailH265Sps sps[MAX_SPS];
  Pps pps[MAX_PPS];
  gboolean has_begun; /* a sequence; FALSE at the start and after its end */
  gboolean skips;     /* the leading pictures of the last access point */
  guint32 sequence;
  gint32 last_order; /* of the last picture that others may refer to */
} H265;

gsize
vitrail_h265_pictures_get_size (void)
{
  return sizeof (H265);
}

static void
read_sps (H265 *self, VitrailVideoBits *bits)
{
  VitrailH265Sps sps = { 0 };

  if (vitrail_h265_sps_read (&sps, bits) && sps.id < MAX_SPS)
    self->sps[sps.id] = sps;
}

static void
read_pps (H265 *self, VitrailVideoBits *bits)
{
  Pps pps = { .is_set = TRUE };
  guint id = vitrail_video_bits_get_ue (bits);
  guint sps = vitrail_video_bits_get_ue (bits);

  vitrail_video_bits_skip (bits, 1);
  pps.has_output_flag = vitrail_video_bits_get (bits, 1) != 0;
  pps.extra_bits = (guint8) vitrail_video_bits_get (bits, 3);
  pps.sps = (guint8) sps;
  if (!bits->is_over && id < MAX_PPS && sps < MAX_SPS)
    self->pps[id] = pps;
}

static gboolean
is_access (guint type)
{
  return type >= NAL_FIRST_ACCESS && type <= NAL_LAST_ACCESS;
}

static gboolean
is_idr (guint type)
{
  return type == NAL_FIRST_IDR || type == NAL_LAST_IDR;
}

/* Whether the pictures before are forgotten here. */
static gboolean
begins_sequence (const H265 *self, guint type)
{
  return is_access (type) && (type != NAL_CLEAN || !self->has_begun);
}

static gint32
count_order (H265 *self, guint type, gint32 lsb, guint bits)
{
  gint32 most = 1 << bits;
  gint32 last_lsb = self->last_order & (most - 1);
  guint32 msb = (guint32) self->last_order - (guint32) last_lsb;

  if (begins_sequence (self, type))
    return lsb;
  if (lsb < last_lsb && last_lsb - lsb >= most / 2)
    msb += (guint32) most;
  else if (lsb > last_lsb && lsb - last_lsb > most / 2)
    msb -= (guint32) most;
  return (gint32) (msb + (guint32) lsb);
}

/* By others of its sub-layer. */
static gboolean
is_unreferenced (guint type)
{
  return type <= NAL_LAST_UNREFERENCED && type % 2 == 0;
}

/* 8.3.1: those that the next count goes on from. */
static gboolean
is_counted_from (guint type, guint temporal_id)
{
  gboolean is_leading = type >= NAL_FIRST_LEADING && type <= NAL_LAST_LEADING;

  return temporal_id == 0 && !is_leading && !is_unreferenced (type);
}

static const Pps *
find_pps (const H265 *self, guint id)
{
  const Pps *pps = id < MAX_PPS ? &self->pps[id] : NULL;

  return pps != NULL && pps->is_set && self->sps[pps->sps].is_set ? pps : NULL;
}

static VitrailVideoPart
look_at_slice (H265 *self,
               guint type,
               guint temporal_id,
               VitrailVideoBits *bits,
               VitrailVideoPicture *picture)
{
  gint32 lsb = 0;

  if (vitrail_video_bits_get (bits, 1) == 0)
    return VITRAIL_VIDEO_PART_MORE;
  if (is_access (type))
    vitrail_video_bits_skip (bits, 1);
  const Pps *pps = find_pps (self, vitrail_video_bits_get_ue (bits));
  if (pps == NULL)
    return VITRAIL_VIDEO_PART_LOST;
  const VitrailH265Sps *sps = &self->sps[pps->sps];
  vitrail_video_bits_skip (bits, pps->extra_bits);
  picture->is_intra = vitrail_video_bits_get_ue (bits) == 2;
  if (pps->has_output_flag)
    picture->is_hidden = vitrail_video_bits_get (bits, 1) == 0;
  if (sps->has_planes)
    vitrail_video_bits_skip (bits, 2);
  if (!is_idr (type))
    lsb = (gint32) vitrail_video_bits_get (bits, sps->order_bits);
  if (bits->is_over)
    return VITRAIL_VIDEO_PART_MORE;
  picture->order = count_order (self, type, lsb, sps->order_bits);
  picture->is_closed = begins_sequence (self, type);
  if (is_access (type))
    self->skips = begins_sequence (self, type) && !is_idr (type);
  if (begins_sequence (self, type))
    self->sequence++;
  self->has_begun = self->has_begun || is_access (type);
  if (is_counted_from (type, temporal_id))
    self->last_order = picture->order;
  picture->sequence = self->sequence;
  picture->is_access = is_access (type);
  picture->is_disposable = sps->n_sub_layers == 0 && is_unreferenced (type);
  if (type >= NAL_LEADING_SKIPPED && type <= NAL_LAST_LEADING && self->skips)
    picture->is_hidden = TRUE;
  return VITRAIL_VIDEO_PART_PICTURE;
}

VitrailVideoPart
vitrail_h265_pictures_look (gpointer state,
                            const guint8 *data,
                            gsize length,
                            VitrailVideoPicture *picture)
{
  H265 *self = state;
  VitrailVideoBits bits = { .data = data + 2, .length = length - 2 };
  guint type = (data[0] >> 1) & 0x3f;
  guint layer = (data[0] & 1u) << 5 | data[1] >> 3;

  if (layer != 0)
    return VITRAIL_VIDEO_PART_MORE;
  if (type <= NAL_LAST_PICTURE)
    return look_at_slice (self, type, (data[1] & 7u) - 1, &bits, picture);
  switch (type) {
  case NAL_SPS:
    read_sps (self, &bits);
    return VITRAIL_VIDEO_PART_HEADER;
  case NAL_PPS:
    read_pps (self, &bits);
    return VITRAIL_VIDEO_PART_HEADER;
  case NAL_END_OF_SEQUENCE:
  case NAL_END_OF_STREAM:
    self->has_begun = FALSE;
    return VITRAIL_VIDEO_PART_MORE;
  case NAL_VPS:
  case NAL_DELIMITER:
  case NAL_PREFIX_SEI:
    return VITRAIL_VIDEO_PART_HEADER;
  default:
    return VITRAIL_VIDEO_PART_MORE;
  }
}
