/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the parts of a stream to access units, and from those to frames in the
 * order in which they are shown: see videowalk.h. */

#include "video/videowalk.h"

#include "limits.h"

#include <string.h>

/* A picture header of MPEG-2 is told by what follows it, too. */
#define MPEG2_NEARBY 256

/* More than any level of any codec lets a picture have: what is longer is cut
 * off. */
#define MAX_UNIT_BYTES (64u << 20)

#define NO_UNIT G_MAXUINT

typedef struct {
  VitrailVideoTrack *track;
  VitrailVideoPictures *parser;
  GArray *units;        /* VitrailVideoUnit */
  GArray *pictures;     /* VitrailVideoPicture of each */
  gboolean has_headers; /* all that are needed have been kept */
  gboolean is_between;  /* headers of the next unit have begun */
  guint32 flags;        /* of the unit that begins */
  guint64 start;        /* where it began */
} Walk;

static void
keep_header (Walk *self, const guint8 *data, gsize length)
{
  static const guint8 start[] = { 0, 0, 0, 1 };
  const gsize most = 65536;

  self->flags |= VITRAIL_VIDEO_UNIT_HAS_HEADERS;
  if (self->has_headers || length + self->track->headers->len > most)
    return;
  g_byte_array_append (self->track->headers, start, sizeof start);
  g_byte_array_append (self->track->headers, data, (guint) length);
}

static void
add_unit (Walk *self, guint64 offset, const VitrailVideoPicture *picture)
{
  VitrailVideoUnit unit = { .offset = offset,
                            .frame = VITRAIL_VIDEO_NO_FRAME,
                            .flags = self->flags };

  if (picture->is_access)
    unit.flags |= VITRAIL_VIDEO_UNIT_ACCESS;
  if (picture->is_disposable)
    unit.flags |= VITRAIL_VIDEO_UNIT_DISPOSABLE;
  self->flags = 0;
  if (self->track->headers->len > 0 && picture->is_access)
    self->has_headers = TRUE;
  g_array_append_val (self->units, unit);
  g_array_append_vals (self->pictures, picture, 1);
}

static void
end_unit (Walk *self, guint64 at)
{
  if (self->units->len == 0)
    return;
  VitrailVideoUnit *unit =
      &g_array_index (self->units, VitrailVideoUnit, self->units->len - 1);
  if (unit->size == 0)
    unit->size = (guint32) MIN (at - unit->offset, MAX_UNIT_BYTES);
}

/* Start codes. */

/* A part whose start code is at @at, and its type at @data. */
static void
walk_part (Walk *self, guint64 at, const guint8 *data, gsize near, gsize length)
{
  VitrailVideoPicture picture = { 0 };
  VitrailVideoPart part =
      vitrail_video_pictures_look (self->parser, data, near, &picture);

  if (part == VITRAIL_VIDEO_PART_HEADER && !self->is_between) {
    end_unit (self, at);
    self->start = at;
    self->is_between = TRUE;
  }
  if (length >= 2 && vitrail_video_is_header (self->track->codec, data))
    keep_header (self, data, length);
  if (part == VITRAIL_VIDEO_PART_PICTURE) {
    if (!self->is_between)
      end_unit (self, at);
    add_unit (self, self->is_between ? self->start : at, &picture);
    self->is_between = FALSE;
  } else if (part == VITRAIL_VIDEO_PART_FIELD) {
    /* What was between the fields belongs to both. */
    VitrailVideoUnit *last =
        &g_array_index (self->units, VitrailVideoUnit, self->units->len - 1);
    last->size = 0;
    last->flags |= self->flags;
    self->flags = 0;
    self->is_between = FALSE;
  } else if (part == VITRAIL_VIDEO_PART_LOST) {
    /* Nor is what came before it of any use to the next picture. */
    self->flags = 0;
    self->is_between = FALSE;
  }
}

static void
walk_stream (Walk *self, const guint8 *data, gsize length)
{
  gsize next = 0;
  gsize at = vitrail_video_find_start (data, length, 0);

  for (; at + 3 < length && self->units->len < VITRAIL_LIMIT_FRAMES; at = next)
  {
    next = vitrail_video_find_start (data, length, at + 3);
    gsize size = next - at - 3;
    gsize near = self->track->codec == VITRAIL_VIDEO_MPEG2
                     ? MIN (length - at - 3, MPEG2_NEARBY)
                     : size;
    /* A start code may have a zero byte more before it. */
    gsize start = at > 0 && data[at - 1] == 0 ? at - 1 : at;
    walk_part (self, start, data + at + 3, near, size);
  }
  end_unit (self, at + 3 < length ? at : length);
}

/* Pieces of a container, put together for as long as they are walked over. */
static gboolean
walk_spans (Walk *self, const guint8 *data)
{
  const GArray *spans = self->track->spans;
  const VitrailVideoSpan *last =
      &g_array_index (spans, VitrailVideoSpan, spans->len - 1);
  gsize length = (gsize) (last->at + last->length);

  if (spans->len == 1) {
    walk_stream (self, data + last->from, length);
    return TRUE;
  }
  g_autofree guint8 *joined = g_try_malloc (length);
  if (joined == NULL)
    return FALSE;
  for (guint i = 0; i < spans->len; i++) {
    const VitrailVideoSpan *span = &g_array_index (spans, VitrailVideoSpan, i);
    memcpy (joined + span->at, data + span->from, (gsize) span->length);
  }
  walk_stream (self, joined, length);
  return TRUE;
}

/* Samples. */

gboolean
vitrail_video_next_nal (const guint8 *data,
                        gsize length,
                        guint nal_bytes,
                        gsize *at,
                        gsize *size)
{
  gsize said = 0;

  if (*at > length || nal_bytes > length - *at)
    return FALSE;
  for (guint i = 0; i < nal_bytes; i++)
    said = said << 8 | data[*at + i];
  *at += nal_bytes;
  *size = MIN (said, length - *at);
  return TRUE;
}

/* The next part of a sample: @at and @size of it, after its start code. */
static gboolean
next_part (const Walk *self,
           const guint8 *data,
           gsize length,
           gsize *at,
           gsize *size)
{
  if (self->track->nal_bytes != 0)
    return vitrail_video_next_nal (data, length, self->track->nal_bytes, at,
                                   size);
  gsize start = vitrail_video_find_start (data, length, *at);
  if (start + 3 >= length)
    return FALSE;
  *at = start + 3;
  *size = vitrail_video_find_start (data, length, *at) - *at;
  return TRUE;
}

static void
walk_sample (Walk *self, const guint8 *data, gsize length, guint64 offset)
{
  VitrailVideoPicture picture = { .is_hidden = TRUE };
  gboolean is_found = FALSE;
  gsize at = 0;
  gsize size = 0;

  for (; next_part (self, data, length, &at, &size); at += size) {
    gsize near = self->track->codec == VITRAIL_VIDEO_MPEG2
                     ? MIN (length - at, MPEG2_NEARBY)
                     : size;
    VitrailVideoPicture seen = { 0 };
    VitrailVideoPart part =
        vitrail_video_pictures_look (self->parser, data + at, near, &seen);
    if (part == VITRAIL_VIDEO_PART_PICTURE && !is_found) {
      picture = seen;
      is_found = TRUE;
    }
    if (size >= 2 && vitrail_video_is_header (self->track->codec, data + at))
      keep_header (self, data + at, size);
  }
  add_unit (self, offset, &picture);
}

static void
walk_samples (Walk *self, const guint8 *data)
{
  const GByteArray *hidden = self->track->hidden;

  for (guint i = 0; i < self->track->spans->len; i++) {
    const VitrailVideoSpan *span =
        &g_array_index (self->track->spans, VitrailVideoSpan, i);
    walk_sample (self, data + span->from, (gsize) span->length, span->at);
    g_array_index (self->units, VitrailVideoUnit, i).size =
        (guint32) MIN (span->length, MAX_UNIT_BYTES);
    if (i < hidden->len && hidden->data[i] != 0)
      g_array_index (self->pictures, VitrailVideoPicture, i).is_hidden = TRUE;
  }
}

/* The headers that stand beside the samples. */
static void
walk_headers (Walk *self)
{
  const GByteArray *headers = self->track->headers;
  gsize at = vitrail_video_find_start (headers->data, headers->len, 0);

  while (at + 3 < headers->len) {
    VitrailVideoPicture picture = { 0 };
    gsize next = vitrail_video_find_start (headers->data, headers->len, at + 3);
    vitrail_video_pictures_look (self->parser, headers->data + at + 3,
                                 next - at - 3, &picture);
    at = next;
  }
  self->has_headers = headers->len > 0;
}

/* Order. */

static int
compare (const VitrailVideoPicture *a, const VitrailVideoPicture *b)
{
  if (a->sequence != b->sequence)
    return a->sequence < b->sequence ? -1 : 1;
  return (a->order > b->order) - (a->order < b->order);
}

static const VitrailVideoPicture *
get_picture (const Walk *self, guint unit)
{
  return &g_array_index (self->pictures, VitrailVideoPicture, unit);
}

/* Where no point says that decoding may begin there: a picture that needs no
 * other is the next best, or else the first. */
static void
find_accesses (Walk *self)
{
  gboolean is_found = FALSE;

  for (guint i = 0; i < self->pictures->len && !is_found; i++)
    is_found = get_picture (self, i)->is_access;
  for (guint i = 0; i < self->pictures->len && !is_found; i++)
    if (get_picture (self, i)->is_intra) {
      g_array_index (self->pictures, VitrailVideoPicture, i).is_access = TRUE;
      is_found = TRUE;
    }
  if (!is_found && self->pictures->len > 0)
    g_array_index (self->pictures, VitrailVideoPicture, 0).is_access = TRUE;
}

/* What was stored behind a point but is shown before it needs the one before.
 */
static void
assign_accesses (Walk *self)
{
  guint last = NO_UNIT;
  guint before = NO_UNIT;

  find_accesses (self);
  for (guint i = 0; i < self->units->len; i++) {
    const VitrailVideoPicture *picture = get_picture (self, i);
    VitrailVideoUnit *unit = &g_array_index (self->units, VitrailVideoUnit, i);
    if (picture->is_access) {
      unit->flags |= VITRAIL_VIDEO_UNIT_ACCESS;
      before = last;
      last = i;
    }
    guint access = last;
    if (last != NO_UNIT && compare (picture, get_picture (self, last)) < 0 &&
        !get_picture (self, last)->is_closed)
      access = before;
    unit->access = access;
    if (access == NO_UNIT) {
      unit->access = 0;
      g_array_index (self->pictures, VitrailVideoPicture, i).is_hidden = TRUE;
    }
  }
}

static int
compare_units (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Walk *self = user_data;
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;
  int order = compare (get_picture (self, first), get_picture (self, second));

  return order != 0 ? order : (first > second) - (first < second);
}

static guint
assign_frames (Walk *self)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->units->len; i++)
    if (!get_picture (self, i)->is_hidden)
      g_array_append_val (order, i);
  g_array_sort_with_data (order, compare_units, self);
  for (guint i = 0; i < order->len; i++)
    g_array_index (self->units, VitrailVideoUnit,
                   g_array_index (order, guint, i))
        .frame = i;
  return order->len;
}

gboolean
vitrail_video_walk (VitrailVideoTrack *track,
                    GBytes *stream,
                    GArray *units,
                    guint *n_frames)
{
  g_autoptr (VitrailVideoPictures) parser =
      vitrail_video_pictures_new (track->codec);
  g_autoptr (GArray) pictures =
      g_array_new (FALSE, FALSE, sizeof (VitrailVideoPicture));
  Walk walk = { .track = track,
                .parser = parser,
                .units = units,
                .pictures = pictures };
  const guint8 *data = g_bytes_get_data (stream, NULL);
  gboolean done = TRUE;

  if (track->headers == NULL)
    track->headers = g_byte_array_new ();
  walk_headers (&walk);
  if (track->hidden != NULL)
    walk_samples (&walk, data);
  else
    done = walk_spans (&walk, data);
  assign_accesses (&walk);
  *n_frames = assign_frames (&walk);
  return done;
}

/* Times, from the first on, as an order. */
static void
walk_tables (Walk *self)
{
  const guint low_bits = 31;
  const VitrailVideoTrack *track = self->track;
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < track->shown->len; i++)
    first = MIN (first, g_array_index (track->shown, gint64, i));
  for (guint i = 0; i < track->spans->len; i++) {
    const VitrailVideoSpan *span =
        &g_array_index (track->spans, VitrailVideoSpan, i);
    guint64 time = (guint64) g_array_index (track->shown, gint64, i);
    time -= (guint64) first;
    const VitrailVideoPicture picture = {
      .sequence = (guint32) (time >> low_bits),
      .order = (gint32) (time & G_MAXINT32),
      .is_access = track->syncs->data[i] != 0,
      .is_hidden = track->hidden->data[i] != 0,
    };
    add_unit (self, span->at, &picture);
    g_array_index (self->units, VitrailVideoUnit, i).size =
        (guint32) MIN (span->length, MAX_UNIT_BYTES);
  }
}

gboolean
vitrail_video_walk_tables (VitrailVideoTrack *track,
                           GArray *units,
                           guint *n_frames)
{
  g_autoptr (GArray) pictures =
      g_array_new (FALSE, FALSE, sizeof (VitrailVideoPicture));
  Walk walk = { .track = track, .units = units, .pictures = pictures };
  guint n = track->spans->len;

  if (track->shown == NULL || track->shown->len != n ||
      track->syncs->len != n || track->hidden->len != n)
    return FALSE;
  if (track->headers == NULL)
    track->headers = g_byte_array_new ();
  walk_tables (&walk);
  assign_accesses (&walk);
  *n_frames = assign_frames (&walk);
  return TRUE;
}
