/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Video in MPEG transport streams (ISO/IEC 13818-1 2.4). */

#include "video/container.h"

#define SYNC       0x47
#define PACKET     188
#define PID_TABLE  0
#define PID_NONE   0x1fff
#define PROGRAMS   0x00
#define STREAMS    0x02
#define PES_HEADER 9

typedef struct {
  VitrailVideoTrack *track;
  const guint8 *data;
  guint program; /* where its streams are told; PID_NONE: not yet known */
  guint video;
  gboolean has_begun;
} Reader;

guint
vitrail_video_ts_find_packets (const guint8 *data, gsize length, gsize *first)
{
  static const guint sizes[] = { PACKET, 192, 204 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (gsize at = 0; at < sizes[i]; at++) {
      gsize last = at + 2 * (gsize) sizes[i];
      *first = at;
      if (last < length && data[at] == SYNC && data[at + sizes[i]] == SYNC &&
          data[last] == SYNC)
        return sizes[i];
    }
  }
  return 0;
}

static gboolean
know_stream (guint type, VitrailVideoCodec *codec)
{
  switch (type) {
  case 0x01:
  case 0x02:
    *codec = VITRAIL_VIDEO_MPEG2;
    return TRUE;
  case 0x1b:
    *codec = VITRAIL_VIDEO_H264;
    return TRUE;
  case 0x24:
    *codec = VITRAIL_VIDEO_H265;
    return TRUE;
  default:
    return FALSE;
  }
}

/* A section after its pointer: where its entries lie; FALSE: another table. */
static gboolean
find_section (const guint8 *data,
              gsize length,
              guint table,
              const guint8 **section,
              gsize *size)
{
  gsize skip = length > 0 ? 1 + (gsize) data[0] : length;

  if (skip + 8 > length)
    return FALSE;
  *section = data + skip;
  *size = MIN (length - skip,
               3 + ((gsize) (data[skip + 1] & 0x0f) << 8 | data[skip + 2]));
  return data[skip] == table && *size > 12;
}

static void
read_programs (Reader *self, const guint8 *data, gsize length)
{
  const guint8 *section = NULL;
  gsize size = 0;

  if (!find_section (data, length, PROGRAMS, &section, &size))
    return;
  /* Four bytes of checksum at the end. */
  for (gsize at = 8; at + 8 <= size; at += 4) {
    guint number = (guint) section[at] << 8 | section[at + 1];
    if (number != 0) {
      self->program = (section[at + 2] & 0x1fu) << 8 | section[at + 3];
      return;
    }
  }
}

static void
read_streams (Reader *self, const guint8 *data, gsize length)
{
  const guint8 *section = NULL;
  gsize size = 0;

  if (!find_section (data, length, STREAMS, &section, &size))
    return;
  gsize at = 12 + ((gsize) (section[10] & 0x0f) << 8 | section[11]);
  for (; at + 9 <= size;
       at += 5 + ((gsize) (section[at + 3] & 0x0f) << 8 | section[at + 4]))
  {
    if (know_stream (section[at], &self->track->codec)) {
      self->video = (section[at + 1] & 0x1fu) << 8 | section[at + 2];
      return;
    }
  }
}

static void
read_video (Reader *self, gsize from, gsize length, gboolean begins)
{
  const guint8 *data = self->data + from;
  gsize skip = 0;

  if (begins) {
    if (length < PES_HEADER || data[0] != 0 || data[1] != 0 || data[2] != 1)
      return;
    skip = MIN (PES_HEADER + (gsize) data[8], length);
    self->has_begun = TRUE;
  }
  if (self->has_begun)
    vitrail_video_track_add (self->track, from + skip, length - skip);
}

static void
read_packet (Reader *self, gsize at)
{
  const guint8 *data = self->data + at;
  guint pid = (data[1] & 0x1fu) << 8 | data[2];
  gboolean begins = (data[1] & 0x40) != 0;
  gsize skip = 4;

  if (data[0] != SYNC || (data[1] & 0x80) != 0 || (data[3] & 0x10) == 0)
    return;
  if ((data[3] & 0x20) != 0)
    skip += 1 + (gsize) data[4];
  if (skip >= PACKET)
    return;
  if (pid == PID_TABLE && begins && self->program == PID_NONE)
    read_programs (self, data + skip, PACKET - skip);
  else if (pid == self->program && begins && self->video == PID_NONE)
    read_streams (self, data + skip, PACKET - skip);
  else if (pid == self->video && pid != PID_NONE)
    read_video (self, at + skip, PACKET - skip, begins);
}

/* Where bytes are missing, packets go on somewhere else. */
static gsize
find_sync (const Reader *self, gsize length, gsize at, gsize size)
{
  while (at + size < length &&
         (self->data[at] != SYNC || self->data[at + size] != SYNC))
    at++;
  return at;
}

gboolean
vitrail_video_ts_read (VitrailVideoTrack *self,
                       const guint8 *data,
                       gsize length,
                       const char **why)
{
  Reader reader = { self, data, PID_NONE, PID_NONE, FALSE };
  gsize at = 0;
  gsize size = vitrail_video_ts_find_packets (data, length, &at);

  self->spans = g_array_new (FALSE, FALSE, sizeof (VitrailVideoSpan));
  for (; size != 0 && at + PACKET <= length; at += size) {
    if (data[at] != SYNC)
      at = find_sync (&reader, length, at, size);
    if (at + PACKET <= length)
      read_packet (&reader, at);
  }
  *why = reader.video == PID_NONE
             ? "a transport stream without MPEG-2, H.264 or H.265 video"
             : "a transport stream whose video is empty";
  return self->spans->len > 0;
}
