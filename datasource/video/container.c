/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tracks and what container there is: see container.h. */

#include "video/container.h"

#include "limits.h"

#include <string.h>

void
vitrail_video_track_clear (VitrailVideoTrack *self)
{
  g_clear_pointer (&self->spans, g_array_unref);
  g_clear_pointer (&self->hidden, g_byte_array_unref);
  g_clear_pointer (&self->shown, g_array_unref);
  g_clear_pointer (&self->syncs, g_byte_array_unref);
  g_clear_pointer (&self->headers, g_byte_array_unref);
}

gboolean
vitrail_video_track_add (VitrailVideoTrack *self, guint64 from, guint64 length)
{
  VitrailVideoSpan span = { .from = from, .length = length };

  if (length == 0)
    return TRUE;
  VitrailVideoSpan *last = NULL;
  if (self->spans->len > 0) {
    last = &g_array_index (self->spans, VitrailVideoSpan, self->spans->len - 1);
    span.at = last->at + last->length;
  }
  if (span.at > self->limit || length > self->limit - span.at ||
      self->spans->len >= VITRAIL_LIMIT_FRAMES)
    return FALSE;
  if (last != NULL && self->hidden == NULL && last->from + last->length == from)
    last->length += length;
  else
    g_array_append_val (self->spans, span);
  return TRUE;
}

VitrailVideoContainer
vitrail_video_container_find (const guint8 *data, gsize length)
{
  static const guint8 pack_start[] = { 0, 0, 1, 0xba };
  static const guint8 long_start[] = { 0, 0, 0, 1 };
  static const char *const boxes[] = { "ftyp", "moov", "styp",
                                       "free", "wide", "mdat" };
  gsize first = 0;

  for (gsize i = 0; length >= 8 && i < G_N_ELEMENTS (boxes); i++)
    if (memcmp (data + 4, boxes[i], 4) == 0)
      return VITRAIL_VIDEO_MP4;
  if (length >= 4 && memcmp (data, pack_start, 4) == 0)
    return VITRAIL_VIDEO_PS;
  /* Before it is taken for packets whose first bytes are there by chance. */
  if (length >= 4 &&
      (memcmp (data, pack_start, 3) == 0 || memcmp (data, long_start, 4) == 0))
    return VITRAIL_VIDEO_ELEMENTARY;
  if (vitrail_video_ts_find_packets (data, length, &first) != 0)
    return VITRAIL_VIDEO_TS;
  return VITRAIL_VIDEO_ELEMENTARY;
}
