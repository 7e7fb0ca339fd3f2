/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the samples of an MP4 track are (ISO/IEC 14496-15): codec, how long the
 * lengths before NAL units are, parameter sets. */

#include "video/mp4tracks.h"

/* A visual sample entry, before its boxes. */
#define ENTRY_BYTES 78

static void
add_header (VitrailVideoTrack *self, const VitrailMp4Box *box, gsize *at)
{
  static const guint8 start[] = { 0, 0, 0, 1 };
  guint32 size = vitrail_mp4_get16 (box, *at);

  *at += 2;
  if (*at > box->length || size > box->length - *at) {
    *at = box->length;
    return;
  }
  g_byte_array_append (self->headers, start, sizeof start);
  g_byte_array_append (self->headers, box->data + *at, size);
  *at += size;
}

static void
read_avc (VitrailVideoTrack *self, const VitrailMp4Box *box)
{
  gsize at = 6;

  if (box->length < 7)
    return;
  self->nal_bytes = (box->data[4] & 3u) + 1;
  for (guint i = box->data[5] & 31u; i > 0; i--)
    add_header (self, box, &at);
  if (at >= box->length)
    return;
  for (guint i = box->data[at++]; i > 0; i--)
    add_header (self, box, &at);
}

static void
read_hevc (VitrailVideoTrack *self, const VitrailMp4Box *box)
{
  gsize at = 23;

  if (box->length < 23)
    return;
  self->nal_bytes = (box->data[21] & 3u) + 1;
  for (guint i = box->data[22]; i > 0 && at + 3 <= box->length; i--) {
    guint32 n = vitrail_mp4_get16 (box, at + 1);
    at += 3;
    for (; n > 0 && at < box->length; n--)
      add_header (self, box, &at);
  }
}

gboolean
vitrail_mp4_read_codec (VitrailVideoTrack *self,
                        const VitrailMp4Box *descriptions)
{
  VitrailMp4Box entry = { 0 };
  gsize at = 8;

  if (descriptions->data == NULL ||
      !vitrail_mp4_next (descriptions->data, descriptions->length, &at, &entry))
    return FALSE;
  VitrailMp4Box avc =
      vitrail_mp4_find (&entry, ENTRY_BYTES, VITRAIL_MP4_BOX ("avcC"));
  VitrailMp4Box hevc =
      vitrail_mp4_find (&entry, ENTRY_BYTES, VITRAIL_MP4_BOX ("hvcC"));
  self->headers = g_byte_array_new ();
  if (avc.data != NULL) {
    self->codec = VITRAIL_VIDEO_H264;
    read_avc (self, &avc);
  } else if (hevc.data != NULL) {
    self->codec = VITRAIL_VIDEO_H265;
    read_hevc (self, &hevc);
  } else {
    self->codec = VITRAIL_VIDEO_MPEG2;
  }
  return self->nal_bytes != 0 || entry.type == VITRAIL_MP4_BOX ("mp4v");
}
