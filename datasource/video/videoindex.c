/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoIndex: see videoindex.h. What is walked over is in videowalk.c.
 */

#include "video/videoindex.h"

#include "error.h"
#include "limits.h"
#include "video/videowalk.h"

#include <string.h>

#define MAGIC 0x33584956u /* "VIX3" */

struct _VitrailVideoIndex {
  gint ref_count;
  GBytes *stream;
  VitrailVideoStream *remote; /* of which stream is, or NULL */
  VitrailVideoContainer container;
  VitrailVideoTrack track;
  GArray *units; /* VitrailVideoUnit, in the order of decoding */
  guint n_frames;
  guint32 *frames; /* unit of each frame */
};

/* What is kept of one: then headers, spans and units. */
typedef struct {
  guint32 magic;
  guint32 codec;
  guint32 container;
  guint32 nal_bytes;
  guint64 frame_ns;
  guint64 stream_bytes;
  guint32 header_bytes;
  guint32 n_spans;
  guint32 n_units;
  guint32 n_frames;
} Packed;

gboolean
vitrail_video_find_syntax (const char *transfer_syntax,
                           VitrailVideoCodec *codec)
{
  static const char prefix[] = "1.2.840.10008.1.2.4.10";
  VitrailVideoCodec found = VITRAIL_VIDEO_H264;

  if (!g_str_has_prefix (transfer_syntax, prefix))
    return FALSE;
  const char *rest = transfer_syntax + strlen (prefix);
  if (*rest < '0' || *rest > '8' ||
      (rest[1] != '\0' && strcmp (rest + 1, ".1") != 0))
    return FALSE;
  if (*rest <= '1')
    found = VITRAIL_VIDEO_MPEG2;
  else if (*rest >= '7')
    found = VITRAIL_VIDEO_H265;
  if (codec != NULL)
    *codec = found;
  return TRUE;
}

static gboolean
fail (GError **error, int code, const char *name, const char *what)
{
  g_set_error (error, VITRAIL_ERROR, code, "%s: %s", name, what);
  return FALSE;
}

static gboolean
read_container (VitrailVideoIndex *self, const char *name, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (self->stream, &length);
  const char *why = "the video is empty";
  gboolean done = FALSE;

  self->track.limit = length;
  self->container = vitrail_video_container_find (data, length);
  switch (self->container) {
  case VITRAIL_VIDEO_MP4:
    done = vitrail_video_mp4_read (&self->track, data, length, &why);
    break;
  case VITRAIL_VIDEO_TS:
    done = vitrail_video_ts_read (&self->track, data, length, &why);
    break;
  case VITRAIL_VIDEO_PS:
    done = vitrail_video_ps_read (&self->track, data, length, &why);
    break;
  default:
    self->track.spans = g_array_new (FALSE, FALSE, sizeof (VitrailVideoSpan));
    done = length > 0 && vitrail_video_track_add (&self->track, 0, length);
    break;
  }
  return done || fail (error, VITRAIL_ERROR_MALFORMED, name, why);
}

/* FALSE where two units are the same frame, or a frame has none. */
static gboolean
find_frames (VitrailVideoIndex *self)
{
  self->frames = g_try_new (guint32, MAX (self->n_frames, 1));
  if (self->frames == NULL)
    return FALSE;
  memset (self->frames, 0xff, self->n_frames * sizeof (guint32));
  for (guint i = 0; i < self->units->len; i++) {
    guint32 frame = vitrail_video_index_get_unit (self, i)->frame;
    if (frame == VITRAIL_VIDEO_NO_FRAME)
      continue;
    if (frame >= self->n_frames || self->frames[frame] != G_MAXUINT32)
      return FALSE;
    self->frames[frame] = i;
  }
  for (guint i = 0; i < self->n_frames; i++)
    if (self->frames[i] == G_MAXUINT32)
      return FALSE;
  return TRUE;
}

VitrailVideoIndex *
vitrail_video_index_new (GBytes *stream,
                         VitrailVideoCodec codec,
                         const char *name,
                         GError **error)
{
  g_autoptr (VitrailVideoIndex) self = g_new0 (VitrailVideoIndex, 1);

  self->ref_count = 1;
  self->stream = g_bytes_ref (stream);
  self->track.codec = codec;
  self->units = g_array_new (FALSE, FALSE, sizeof (VitrailVideoUnit));
  if (!read_container (self, name, error))
    return NULL;
  if (!vitrail_video_walk (&self->track, stream, self->units, &self->n_frames))
    fail (error, VITRAIL_ERROR_LIMIT, name, "no memory to index the video");
  else if (self->n_frames == 0 || !find_frames (self))
    fail (error, VITRAIL_ERROR_MALFORMED, name,
          "the video has no picture that can be decoded");
  else
    return g_steal_pointer (&self);
  return NULL;
}

VitrailVideoIndex *
vitrail_video_index_new_remote (VitrailVideoStream *stream,
                                VitrailVideoCodec codec,
                                const char *name,
                                GError **error)
{
  g_autoptr (VitrailVideoIndex) self = g_new0 (VitrailVideoIndex, 1);

  self->ref_count = 1;
  self->remote = vitrail_video_stream_ref (stream);
  self->stream = g_bytes_ref (vitrail_video_stream_get_bytes (stream));
  self->track.codec = codec;
  self->units = g_array_new (FALSE, FALSE, sizeof (VitrailVideoUnit));
  if (!vitrail_video_stream_fetch_tables (stream, error) ||
      !read_container (self, name, error))
    return NULL;
  if (vitrail_video_walk_tables (&self->track, self->units, &self->n_frames) &&
      self->n_frames > 0 && find_frames (self))
    return g_steal_pointer (&self);
  fail (error, VITRAIL_ERROR_UNSUPPORTED, name,
        "the tables of the MP4 file do not tell which frame is where");
  return NULL;
}

VitrailVideoIndex *
vitrail_video_index_ref (VitrailVideoIndex *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_video_index_unref (VitrailVideoIndex *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_clear_pointer (&self->stream, g_bytes_unref);
  g_clear_pointer (&self->remote, vitrail_video_stream_unref);
  g_clear_pointer (&self->units, g_array_unref);
  vitrail_video_track_clear (&self->track);
  g_free (self->frames);
  g_free (self);
}

VitrailVideoCodec
vitrail_video_index_get_codec (const VitrailVideoIndex *self)
{
  return self->track.codec;
}

VitrailVideoContainer
vitrail_video_index_get_container (const VitrailVideoIndex *self)
{
  return self->container;
}

guint
vitrail_video_index_get_n_frames (const VitrailVideoIndex *self)
{
  return self->n_frames;
}

guint
vitrail_video_index_get_n_units (const VitrailVideoIndex *self)
{
  return self->units->len;
}

guint64
vitrail_video_index_get_frame_ns (const VitrailVideoIndex *self)
{
  return self->track.frame_ns;
}

const VitrailVideoUnit *
vitrail_video_index_get_unit (const VitrailVideoIndex *self, guint unit)
{
  return &g_array_index (self->units, VitrailVideoUnit, unit);
}

guint
vitrail_video_index_find_frame (const VitrailVideoIndex *self, guint frame)
{
  return self->frames[frame];
}

/* Bytes of a unit. */

static const VitrailVideoSpan *
get_span (const VitrailVideoIndex *self, guint i)
{
  return &g_array_index (self->track.spans, VitrailVideoSpan, i);
}

static guint
find_span (const VitrailVideoIndex *self, guint64 at)
{
  guint low = 0;
  guint high = self->track.spans->len;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (get_span (self, middle)->at <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void
append_unit (const VitrailVideoIndex *self,
             const VitrailVideoUnit *unit,
             GByteArray *into)
{
  const guint8 *data = g_bytes_get_data (self->stream, NULL);
  guint64 at = unit->offset;
  guint64 end = unit->offset + unit->size;

  for (guint i = find_span (self, at); at < end; i++) {
    const VitrailVideoSpan *span = get_span (self, i);
    guint64 skip = at - span->at;
    guint64 n = MIN (span->length - skip, end - at);
    g_byte_array_append (into, data + span->from + skip, (guint) n);
    at += n;
  }
}

/* Lengths become start codes. */
static void
append_sample (const VitrailVideoIndex *self,
               const VitrailVideoUnit *unit,
               GByteArray *into)
{
  static const guint8 start[] = { 0, 0, 0, 1 };
  const VitrailVideoSpan *span =
      get_span (self, find_span (self, unit->offset));
  const guint8 *data = g_bytes_get_data (self->stream, NULL);
  gsize at = 0;
  gsize size = 0;

  data += span->from;
  while (vitrail_video_next_nal (data, unit->size, self->track.nal_bytes, &at,
                                 &size))
  {
    g_byte_array_append (into, start, sizeof start);
    g_byte_array_append (into, data + at, (guint) size);
    at += size;
  }
}

gboolean
vitrail_video_index_fetch_unit (const VitrailVideoIndex *self,
                                guint unit,
                                GError **error)
{
  const VitrailVideoUnit *it = vitrail_video_index_get_unit (self, unit);

  if (self->remote == NULL)
    return TRUE;
  /* A sample lies in one piece. */
  const VitrailVideoSpan *span = get_span (self, find_span (self, it->offset));
  return vitrail_video_stream_fetch (self->remote, span->from, it->size, error);
}

GBytes *
vitrail_video_index_ref_unit (const VitrailVideoIndex *self, guint unit)
{
  const guint start_bytes = 4;
  const VitrailVideoUnit *it = vitrail_video_index_get_unit (self, unit);
  const GByteArray *headers = self->track.headers;
  GByteArray *bytes = g_byte_array_sized_new (it->size + start_bytes);

  if (headers != NULL && (it->flags & VITRAIL_VIDEO_UNIT_ACCESS) != 0 &&
      (it->flags & VITRAIL_VIDEO_UNIT_HAS_HEADERS) == 0)
    g_byte_array_append (bytes, headers->data, headers->len);
  if (self->track.nal_bytes != 0)
    append_sample (self, it, bytes);
  else
    append_unit (self, it, bytes);
  return g_byte_array_free_to_bytes (bytes);
}

/* Keeping. */

GBytes *
vitrail_video_index_pack (const VitrailVideoIndex *self)
{
  const GByteArray *headers = self->track.headers;
  Packed packed = { .magic = MAGIC,
                    .codec = self->track.codec,
                    .container = self->container,
                    .nal_bytes = self->track.nal_bytes,
                    .frame_ns = self->track.frame_ns,
                    .stream_bytes = g_bytes_get_size (self->stream),
                    .header_bytes = headers != NULL ? headers->len : 0,
                    .n_spans = self->track.spans->len,
                    .n_units = self->units->len,
                    .n_frames = self->n_frames };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &packed, sizeof packed);
  g_byte_array_append (bytes, (const guint8 *) self->track.spans->data,
                       packed.n_spans * (guint) sizeof (VitrailVideoSpan));
  g_byte_array_append (bytes, (const guint8 *) self->units->data,
                       packed.n_units * (guint) sizeof (VitrailVideoUnit));
  if (headers != NULL)
    g_byte_array_append (bytes, headers->data, headers->len);
  return g_byte_array_free_to_bytes (bytes);
}

static gboolean
are_spans_right (const VitrailVideoIndex *self, guint64 length)
{
  guint64 at = 0;

  for (guint i = 0; i < self->track.spans->len; i++) {
    const VitrailVideoSpan *span = get_span (self, i);
    if (span->at != at || span->length == 0 || span->from > length ||
        span->length > length - span->from || at > length)
      return FALSE;
    at += span->length;
  }
  return self->track.spans->len > 0;
}

static gboolean
are_units_right (const VitrailVideoIndex *self)
{
  const VitrailVideoSpan *last = get_span (self, self->track.spans->len - 1);
  guint64 length = last->at + last->length;

  for (guint i = 0; i < self->units->len; i++) {
    const VitrailVideoUnit *unit = vitrail_video_index_get_unit (self, i);
    if (unit->offset > length || unit->size > length - unit->offset ||
        unit->access > i)
      return FALSE;
    /* A sample lies in one piece. */
    const VitrailVideoSpan *span =
        get_span (self, find_span (self, unit->offset));
    if (self->track.nal_bytes != 0 &&
        (span->at != unit->offset || span->length < unit->size))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_packed (VitrailVideoIndex *self, const Packed *packed, GBytes *bytes)
{
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  guint64 length = g_bytes_get_size (self->stream);
  guint64 spans_bytes = (guint64) packed->n_spans * sizeof (VitrailVideoSpan);
  guint64 units_bytes = (guint64) packed->n_units * sizeof (VitrailVideoUnit);

  if (packed->magic != MAGIC || packed->codec > VITRAIL_VIDEO_H265 ||
      packed->nal_bytes > 4 || packed->stream_bytes != length ||
      packed->n_frames > packed->n_units || packed->n_frames == 0 ||
      sizeof *packed + spans_bytes + units_bytes + packed->header_bytes !=
          g_bytes_get_size (bytes))
    return FALSE;
  data += sizeof *packed;
  g_array_append_vals (self->track.spans, data, packed->n_spans);
  data += spans_bytes;
  g_array_append_vals (self->units, data, packed->n_units);
  data += units_bytes;
  self->track.headers = g_byte_array_new ();
  g_byte_array_append (self->track.headers, data, packed->header_bytes);
  self->track.codec = (VitrailVideoCodec) packed->codec;
  self->track.nal_bytes = packed->nal_bytes;
  self->track.frame_ns = packed->frame_ns;
  self->container = (VitrailVideoContainer) packed->container;
  self->n_frames = packed->n_frames;
  return are_spans_right (self, length) && are_units_right (self) &&
         find_frames (self);
}

VitrailVideoIndex *
vitrail_video_index_unpack (GBytes *packed, GBytes *stream)
{
  g_autoptr (VitrailVideoIndex) self = g_new0 (VitrailVideoIndex, 1);
  Packed head;

  self->ref_count = 1;
  self->stream = g_bytes_ref (stream);
  self->track.spans = g_array_new (FALSE, FALSE, sizeof (VitrailVideoSpan));
  self->units = g_array_new (FALSE, FALSE, sizeof (VitrailVideoUnit));
  if (g_bytes_get_size (packed) < sizeof head)
    return NULL;
  memcpy (&head, g_bytes_get_data (packed, NULL), sizeof head);
  return take_packed (self, &head, packed) ? g_steal_pointer (&self) : NULL;
}
