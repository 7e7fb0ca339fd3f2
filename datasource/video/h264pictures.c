/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of H.264: where they begin (7.4.1.2.4) and their picture order
 * counts (8.2.1). Of two views the base view alone counts. */

#include "video/h264marking.h"
#include "video/pictures.h"

#define NAL_SLICE       1
#define NAL_PARTITION_A 2
#define NAL_IDR         5
#define NAL_SEI         6
#define NAL_SPS         7
#define NAL_PPS         8
#define NAL_DELIMITER   9
#define NAL_SUBSET_SPS  15

#define SEI_RECOVERY_POINT 6
#define MAX_SPS            32
#define MAX_PPS            256

/* What of a slice header tells pictures apart. */
typedef struct {
  guint pps;
  guint frame_num;
  guint idr_id;
  guint order_lsb;
  gint32 deltas[2];
  gboolean is_reference;
  gboolean is_idr;
  gboolean is_field;
  gboolean is_bottom;
  gboolean is_intra;
  gboolean resets;   /* all counts, when it has been decoded */
  gboolean is_first; /* of its picture: begins with macroblock 0 */
} Slice;

typedef struct {
  VitrailH264Sps sps[MAX_SPS];
  VitrailH264Pps pps[MAX_PPS];
  Slice last;
  gboolean has_last;
  gboolean is_half; /* the last picture is a first field */
  gboolean recovers;
  guint32 sequence;
  gint32 last_msb; /* of the last reference picture */
  gint32 last_lsb;
  guint32 frame_offset; /* frame_num that has wrapped, together */
  guint last_frame_num;
} H264;

gsize
vitrail_h264_pictures_get_size (void)
{
  return sizeof (H264);
}

/* Parameter sets. */

static void
read_sps (H264 *self, VitrailVideoBits *bits)
{
  VitrailH264Sps sps = { 0 };

  if (vitrail_h264_sps_read (&sps, bits) && sps.id < MAX_SPS)
    self->sps[sps.id] = sps;
}

static void
read_pps (H264 *self, VitrailVideoBits *bits)
{
  VitrailH264Pps pps = { 0 };
  guint id = 0;

  if (vitrail_h264_pps_read (&pps, &id, bits))
    self->pps[id] = pps;
}

/* Only a recovery point at which all is right at once is one for us. */
static void
read_sei (H264 *self, VitrailVideoBits *bits)
{
  guint type = vitrail_video_bits_get (bits, 8);
  guint size = 0;
  guint byte = 255;

  while (!bits->is_over) {
    for (size = 0; byte == 255 && !bits->is_over; size += byte)
      byte = vitrail_video_bits_get (bits, 8);
    if (type == SEI_RECOVERY_POINT) {
      self->recovers = vitrail_video_bits_get_ue (bits) == 0 && !bits->is_over;
      return;
    }
    vitrail_video_bits_skip (bits, size * 8);
    type = vitrail_video_bits_get (bits, 8);
    byte = 255;
  }
}

/* Slices. */

static void
read_order (const VitrailH264Sps *sps,
            const VitrailH264Pps *pps,
            VitrailVideoBits *bits,
            Slice *slice)
{
  gboolean has_bottom = pps->has_bottom && !slice->is_field;

  if (sps->order_type == 0) {
    slice->order_lsb = vitrail_video_bits_get (bits, sps->order_bits);
    if (has_bottom)
      slice->deltas[0] = vitrail_video_bits_get_se (bits);
  } else if (sps->order_type == 1 && !sps->has_no_deltas) {
    slice->deltas[0] = vitrail_video_bits_get_se (bits);
    if (has_bottom)
      slice->deltas[1] = vitrail_video_bits_get_se (bits);
  }
}

static const VitrailH264Sps *
read_slice (const H264 *self, guint8 head, VitrailVideoBits *bits, Slice *slice)
{
  *slice = (Slice){ .is_reference = (head & 0x60) != 0,
                    .is_idr = (head & 0x1f) == NAL_IDR };
  slice->is_first = vitrail_video_bits_get_ue (bits) == 0;
  guint type = vitrail_video_bits_get_ue (bits) % 5;
  slice->is_intra =
      type == VITRAIL_H264_SLICE_I || type == VITRAIL_H264_SLICE_SI;
  slice->pps = vitrail_video_bits_get_ue (bits);
  if (bits->is_over || slice->pps >= MAX_PPS || !self->pps[slice->pps].is_set)
    return NULL;
  const VitrailH264Pps *pps = &self->pps[slice->pps];
  const VitrailH264Sps *sps = &self->sps[pps->sps];
  if (!sps->is_set)
    return NULL;
  if (sps->has_planes)
    vitrail_video_bits_skip (bits, 2);
  slice->frame_num = vitrail_video_bits_get (bits, sps->frame_bits);
  if (!sps->is_progressive)
    slice->is_field = vitrail_video_bits_get (bits, 1) != 0;
  if (slice->is_field)
    slice->is_bottom = vitrail_video_bits_get (bits, 1) != 0;
  if (slice->is_idr)
    slice->idr_id = vitrail_video_bits_get_ue (bits);
  read_order (sps, pps, bits, slice);
  if (slice->is_reference && !slice->is_idr)
    slice->resets =
        vitrail_h264_slice_resets (sps, pps, (VitrailH264SliceType) type,
                                   *bits);
  return sps;
}

static gboolean
begins_picture (const H264 *self, const Slice *slice)
{
  const Slice *last = &self->last;

  return !self->has_last || slice->is_first ||
         slice->frame_num != last->frame_num || slice->pps != last->pps ||
         slice->is_field != last->is_field ||
         slice->is_bottom != last->is_bottom ||
         slice->is_reference != last->is_reference ||
         slice->is_idr != last->is_idr || slice->idr_id != last->idr_id ||
         slice->order_lsb != last->order_lsb ||
         slice->deltas[0] != last->deltas[0] ||
         slice->deltas[1] != last->deltas[1];
}

static gboolean
is_second_field (const H264 *self, const Slice *slice)
{
  return self->is_half && slice->is_field &&
         slice->is_bottom != self->last.is_bottom &&
         slice->frame_num == self->last_frame_num &&
         (!slice->is_idr || self->last.is_idr);
}

/* 8.2.1.1 */
static gint32
count_by_lsb (H264 *self, const VitrailH264Sps *sps, const Slice *slice)
{
  gint32 lsb = (gint32) slice->order_lsb;
  gint32 most = 1 << sps->order_bits;
  gint32 msb = self->last_msb;

  if (slice->is_idr) {
    self->last_lsb = 0;
    msb = 0;
  } else if (lsb < self->last_lsb && self->last_lsb - lsb >= most / 2) {
    msb = (gint32) ((guint32) msb + (guint32) most);
  } else if (lsb > self->last_lsb && lsb - self->last_lsb > most / 2) {
    msb = (gint32) ((guint32) msb - (guint32) most);
  }
  if (slice->is_reference) {
    self->last_msb = msb;
    self->last_lsb = lsb;
  }
  gint32 delta = MIN (slice->deltas[0], 0);
  return (gint32) ((guint32) msb + (guint32) lsb + (guint32) delta);
}

/* 8.2.1.2 */
static gint32
count_by_cycle (const VitrailH264Sps *sps, const Slice *slice, guint32 frames)
{
  guint32 n = sps->cycle_length != 0 ? frames : 0;
  guint32 count = 0;
  guint32 whole = 0;

  if (!slice->is_reference && n > 0)
    n--;
  for (guint i = 0; i < sps->cycle_length; i++)
    whole += (guint32) sps->cycle[i];
  if (n > 0) {
    count = (n - 1) / sps->cycle_length * whole;
    for (guint i = 0; i <= (n - 1) % sps->cycle_length; i++)
      count += (guint32) sps->cycle[i];
  }
  if (!slice->is_reference)
    count += (guint32) sps->unreferenced_offset;
  return (gint32) (count + (guint32) slice->deltas[0]);
}

static gint32
count_order (H264 *self, const VitrailH264Sps *sps, const Slice *slice)
{
  if (slice->is_idr)
    self->frame_offset = 0;
  else if (slice->frame_num < self->last_frame_num)
    self->frame_offset += 1u << sps->frame_bits;
  self->last_frame_num = slice->frame_num;
  guint32 frames = self->frame_offset + slice->frame_num;
  if (sps->order_type == 0)
    return count_by_lsb (self, sps, slice);
  if (sps->order_type == 1)
    return count_by_cycle (sps, slice, frames);
  return (gint32) (2 * frames - (slice->is_reference ? 0 : 1));
}

/* What was stored before is shown before; what follows counts from here on
 * (8.2.1, 8.2.1.1 and 7.4.3 of a picture that has operation 5). */
static void
reset_order (H264 *self, const Slice *slice)
{
  gint32 delta = slice->is_field ? 0 : MIN (slice->deltas[0], 0);

  self->sequence++;
  self->last_msb = 0;
  self->last_lsb = slice->is_bottom ? 0 : -MAX (delta, -G_MAXINT16);
  self->last_frame_num = 0;
  self->frame_offset = 0;
}

static VitrailVideoPart
look_at_slice (H264 *self,
               guint8 head,
               VitrailVideoBits *bits,
               VitrailVideoPicture *picture)
{
  Slice slice;
  const VitrailH264Sps *sps = read_slice (self, head, bits, &slice);

  if (sps == NULL || bits->is_over)
    return VITRAIL_VIDEO_PART_LOST;
  if (!begins_picture (self, &slice))
    return VITRAIL_VIDEO_PART_MORE;
  gboolean is_second = is_second_field (self, &slice);
  self->is_half = slice.is_field && !is_second;
  self->last = slice;
  self->has_last = TRUE;
  if (slice.is_idr && !is_second)
    self->sequence++;
  picture->order = count_order (self, sps, &slice);
  if (is_second)
    return VITRAIL_VIDEO_PART_FIELD;
  if (slice.resets) {
    reset_order (self, &slice);
    picture->order = 0;
  }
  picture->sequence = self->sequence;
  picture->is_intra = slice.is_intra;
  picture->is_disposable = !slice.is_reference && !slice.is_field;
  picture->is_access = slice.is_idr || self->recovers;
  self->recovers = FALSE;
  return VITRAIL_VIDEO_PART_PICTURE;
}

VitrailVideoPart
vitrail_h264_pictures_look (gpointer state,
                            const guint8 *data,
                            gsize length,
                            VitrailVideoPicture *picture)
{
  H264 *self = state;
  VitrailVideoBits bits = { .data = data + 1, .length = length - 1 };

  switch (data[0] & 0x1f) {
  case NAL_SLICE:
  case NAL_PARTITION_A:
  case NAL_IDR:
    return look_at_slice (self, data[0], &bits, picture);
  case NAL_SPS:
    read_sps (self, &bits);
    return VITRAIL_VIDEO_PART_HEADER;
  case NAL_PPS:
    read_pps (self, &bits);
    return VITRAIL_VIDEO_PART_HEADER;
  case NAL_SEI:
    read_sei (self, &bits);
    return VITRAIL_VIDEO_PART_HEADER;
  case NAL_DELIMITER:
  case NAL_SUBSET_SPS:
    return VITRAIL_VIDEO_PART_HEADER;
  default:
    return VITRAIL_VIDEO_PART_MORE;
  }
}
