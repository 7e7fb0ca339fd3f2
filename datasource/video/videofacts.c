/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which transfer syntax holds a stream: see videofacts.h. */

#include "video/videofacts.h"

#include "error.h"

#define H264_SPS        7
#define H265_SPS        33
#define MPEG2_SEQUENCE  0xb3
#define MPEG2_EXTENSION 0xb5

#define UID_MPEG2_MAIN "1.2.840.10008.1.2.4.100"
#define UID_MPEG2_HIGH "1.2.840.10008.1.2.4.101"
#define UID_H264_41    "1.2.840.10008.1.2.4.102"
#define UID_H264_42    "1.2.840.10008.1.2.4.104"
#define UID_H265_MAIN  "1.2.840.10008.1.2.4.107"
#define UID_H265_10    "1.2.840.10008.1.2.4.108"

/* H.264 profiles, and the flag by which a baseline stream is a main one. */
#define BASELINE       66
#define MAIN           77
#define HIGH           100
#define CONSTRAINT_1   0x40
#define MPEG2_PROFILE  4
#define MPEG2_AT_MAIN  8
#define MPEG2_AT_HIGH  4
#define H265_MAIN      1
#define H265_MAIN_10   2
#define H265_LEVEL_5_1 153

static gboolean
read_h264 (VitrailVideoFormat *format, VitrailVideoBits *bits)
{
  g_autofree VitrailH264Sps *sps = g_new (VitrailH264Sps, 1);

  if (!vitrail_h264_sps_read (sps, bits))
    return FALSE;
  *format = sps->format;
  return TRUE;
}

static gboolean
read_h265 (VitrailVideoFormat *format, VitrailVideoBits *bits)
{
  VitrailH265Sps sps;

  if (!vitrail_h265_sps_read (&sps, bits))
    return FALSE;
  *format = sps.format;
  return TRUE;
}

/* The extension is what tells MPEG-2 from MPEG-1. */
static gboolean
read_mpeg2 (VitrailVideoFormat *format, const guint8 *data, gsize length)
{
  gsize at = vitrail_video_find_start (data, length, 0);

  if (at + 8 > length || data[at + 3] != MPEG2_EXTENSION ||
      data[at + 4] >> 4 != 1)
    return FALSE;
  VitrailVideoBits bits = { .data = data, .length = length, .is_raw = TRUE };
  VitrailVideoBits more = { .data = data + at + 4,
                            .length = length - at - 4,
                            .is_raw = TRUE };

  *format = (VitrailVideoFormat){ .bits = 8 };
  vitrail_video_bits_skip (&bits, 8);
  format->width = vitrail_video_bits_get (&bits, 12);
  format->height = vitrail_video_bits_get (&bits, 12);
  vitrail_video_bits_skip (&more, 5);
  format->profile = vitrail_video_bits_get (&more, 3);
  format->level = vitrail_video_bits_get (&more, 4);
  vitrail_video_bits_skip (&more, 1);
  format->chroma = vitrail_video_bits_get (&more, 2);
  format->width |= vitrail_video_bits_get (&more, 2) << 12;
  format->height |= vitrail_video_bits_get (&more, 2) << 12;
  return !more.is_over;
}

static gboolean
read_part (VitrailVideoFormat *format,
           VitrailVideoCodec codec,
           const guint8 *data,
           gsize length)
{
  VitrailVideoBits bits = { .data = data + 1, .length = length - 1 };

  if (codec == VITRAIL_VIDEO_MPEG2)
    return data[0] == MPEG2_SEQUENCE && read_mpeg2 (format, data, length);
  if (codec == VITRAIL_VIDEO_H264)
    return (data[0] & 0x1f) == H264_SPS && read_h264 (format, &bits);
  if (length < 2 || (data[0] >> 1 & 0x3f) != H265_SPS)
    return FALSE;
  bits = (VitrailVideoBits){ .data = data + 2, .length = length - 2 };
  return read_h265 (format, &bits);
}

gboolean
vitrail_video_format_read (VitrailVideoFormat *format,
                           VitrailVideoCodec codec,
                           const guint8 *data,
                           gsize length)
{
  gsize at = vitrail_video_find_start (data, length, 0);

  while (at + 4 < length) {
    if (read_part (format, codec, data + at + 3, length - at - 3))
      return TRUE;
    at = vitrail_video_find_start (data, length, at + 3);
  }
  return FALSE;
}

static const char *
pick_mpeg2 (const VitrailVideoFormat *format)
{
  if (format->profile != MPEG2_PROFILE || format->level < MPEG2_AT_HIGH)
    return NULL;
  return format->level >= MPEG2_AT_MAIN ? UID_MPEG2_MAIN : UID_MPEG2_HIGH;
}

/* A high profile decoder takes main, and baseline that keeps to main's tools
 * (H.264 A.2.4). */
static const char *
pick_h264 (const VitrailVideoFormat *format)
{
  gboolean is_plain_baseline =
      format->profile == BASELINE && (format->constraints & CONSTRAINT_1) == 0;

  if ((format->profile != BASELINE && format->profile != MAIN &&
       format->profile != HIGH) ||
      is_plain_baseline || format->level > 42)
    return NULL;
  return format->level <= 41 ? UID_H264_41 : UID_H264_42;
}

static const char *
pick_h265 (const VitrailVideoFormat *format)
{
  if (format->level > H265_LEVEL_5_1)
    return NULL;
  if (format->profile == H265_MAIN && format->bits == 8)
    return UID_H265_MAIN;
  return format->profile == H265_MAIN_10 && format->bits <= 10 ? UID_H265_10
                                                               : NULL;
}

static const struct {
  const char *name;
  const char *allowed;
  const char *advice;
} words[] = {
  [VITRAIL_VIDEO_MPEG2] = { "MPEG-2", "main profile up to high level, 4:2:0",
                            "videoconvert ! video/x-raw,format=I420 ! "
                            "mpeg2enc format=3 ! mpegvideoparse" },
  [VITRAIL_VIDEO_H264] = { "H.264",
                           "high profile up to level 4.2, 4:2:0, 8 bits",
                           "videoconvert ! video/x-raw,format=I420 ! x264enc "
                           "! video/x-h264,profile=high" },
  [VITRAIL_VIDEO_H265] = { "HEVC", "main or main-10 up to level 5.1, 4:2:0",
                           "videoconvert ! video/x-raw,format=I420 ! x265enc "
                           "! video/x-h265,profile=main" },
};

const char *
vitrail_video_pick_syntax (const VitrailVideoFormat *format,
                           VitrailVideoCodec codec,
                           GError **error)
{
  static const char *const chromas[] = { "grey", "4:2:0", "4:2:2", "4:4:4" };
  const char *uid = NULL;

  if (format->chroma == 1 && format->width > 0 && format->height > 0) {
    if (codec == VITRAIL_VIDEO_MPEG2)
      uid = pick_mpeg2 (format);
    else if (codec == VITRAIL_VIDEO_H264)
      uid = pick_h264 (format);
    else
      uid = pick_h265 (format);
  }
  if (uid == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s of profile %u, level %u, %s, %u bits, %u x %u: DICOM "
                 "allows %s. Make the stream with: %s",
                 words[codec].name, format->profile, format->level,
                 chromas[MIN (format->chroma, 3)], format->bits, format->width,
                 format->height, words[codec].allowed, words[codec].advice);
  return uid;
}
