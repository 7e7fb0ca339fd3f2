/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Video in MPEG program streams (ISO/IEC 13818-1 2.5, ISO/IEC 11172-1). */

#include "video/container.h"

#define PACK        0xba
#define FIRST_VIDEO 0xe0
#define LAST_VIDEO  0xef

/* Where the payload of a PES packet begins, counted from after its length. */
static gsize
find_payload (const guint8 *data, gsize length)
{
  gsize at = 0;

  if (length >= 3 && (data[0] & 0xc0) == 0x80)
    return MIN (3 + (gsize) data[2], length);
  while (at < length && data[at] == 0xff)
    at++;
  if (at + 2 <= length && (data[at] & 0xc0) == 0x40)
    at += 2;
  if (at >= length)
    return length;
  if ((data[at] & 0xf0) == 0x20)
    return MIN (at + 5, length);
  if ((data[at] & 0xf0) == 0x30)
    return MIN (at + 10, length);
  return MIN (at + 1, length);
}

static gsize
skip_pack (const guint8 *data, gsize length)
{
  if (length < 14)
    return length;
  /* MPEG-1 has no stuffing and a shorter clock. */
  if ((data[4] & 0xc0) != 0x40)
    return 12;
  return MIN (14 + (gsize) (data[13] & 7), length);
}

/* A packet at @at: its whole length. */
static gsize
read_packet (VitrailVideoTrack *self,
             const guint8 *data,
             gsize length,
             gsize at,
             guint *stream)
{
  guint id = data[at + 3];

  if (id == PACK)
    return skip_pack (data + at, length - at);
  if (id < PACK + 1 || at + 6 > length)
    return 4;
  gsize size = (gsize) data[at + 4] << 8 | data[at + 5];
  gsize whole = MIN (size, length - at - 6);
  if (*stream == 0 && id >= FIRST_VIDEO && id <= LAST_VIDEO)
    *stream = id;
  if (id == *stream) {
    gsize skip = find_payload (data + at + 6, whole);
    vitrail_video_track_add (self, at + 6 + skip, whole - skip);
  }
  return 6 + whole;
}

gboolean
vitrail_video_ps_read (VitrailVideoTrack *self,
                       const guint8 *data,
                       gsize length,
                       const char **why)
{
  guint stream = 0;
  gsize at = vitrail_video_find_start (data, length, 0);

  self->spans = g_array_new (FALSE, FALSE, sizeof (VitrailVideoSpan));
  while (at + 4 <= length) {
    at += read_packet (self, data, length, at, &stream);
    at = vitrail_video_find_start (data, length, MIN (at, length));
  }
  *why = "a program stream without video";
  return self->spans->len > 0;
}
