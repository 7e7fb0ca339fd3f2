/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoStream: see videostream.h. */

#include "video/videostream.h"

#include "error.h"
#include "limits.h"
#include "video/container.h"
#include "video/mp4boxes.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define BLOCK_BYTES ((guint64) 65536)
#define FIRST_BYTES (2 * BLOCK_BYTES)
/* As much as takes a slow link a third of a second. */
#define MOST_BYTES (16 * BLOCK_BYTES)
/* A box that says that its length is 64 bits long. */
#define BOX_HEAD  16u
#define MAX_BOXES 1000u

struct _VitrailVideoStream {
  gint ref_count;
  /* Constant. */
  VitrailInstance *instance;
  GBytes *bytes;
  guint8 *data; /* of bytes; written under lock, each block once */
  guint64 length;
  pthread_mutex_t lock;
  /* Guarded by lock. */
  guint8 *has_block;
  guint64 last_end; /* of the last range */
  guint64 step;     /* bytes of the next one */
};

typedef struct {
  gpointer data;
  gsize length;
} Mapping;

static void
unmap (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->data, mapping->length);
  g_free (mapping);
}

static gboolean
map (VitrailVideoStream *self, GError **error)
{
  const char *name = vitrail_instance_get_name (self->instance);
  gpointer data = MAP_FAILED;

  if (self->length > 0 && self->length <= VITRAIL_LIMIT_STREAM_BYTES)
    data = mmap (NULL, (gsize) self->length, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: a video of %" G_GUINT64_FORMAT " bytes", name,
                 self->length);
    return FALSE;
  }
  Mapping *mapping = g_new (Mapping, 1);
  *mapping = (Mapping){ data, (gsize) self->length };
  self->data = data;
  self->bytes =
      g_bytes_new_with_free_func (data, (gsize) self->length, unmap, mapping);
  self->has_block = g_malloc0 ((gsize) (self->length / BLOCK_BYTES) + 1);
  return TRUE;
}

/* @bytes at @from, which is where a block begins. */
static void
take_locked (VitrailVideoStream *self, guint64 from, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  memcpy (self->data + from, data, length);
  for (gsize done = 0; done < length; done += BLOCK_BYTES)
    if (length - done >= BLOCK_BYTES || from + length == self->length)
      self->has_block[(from + done) / BLOCK_BYTES] = 1;
}

VitrailVideoStream *
vitrail_video_stream_new (VitrailInstance *instance, GError **error)
{
  guint64 total = 0;
  g_autoptr (GBytes) first =
      vitrail_instance_load_range (instance, 0, FIRST_BYTES, &total, NULL,
                                   error);

  if (first == NULL)
    return NULL;
  VitrailVideoStream *self = g_new0 (VitrailVideoStream, 1);
  self->ref_count = 1;
  self->instance = g_object_ref (instance);
  self->length = total;
  self->step = FIRST_BYTES;
  pthread_mutex_init (&self->lock, NULL);
  if (!map (self, error)) {
    vitrail_video_stream_unref (self);
    return NULL;
  }
  take_locked (self, 0, first);
  self->last_end = g_bytes_get_size (first);
  return self;
}

VitrailVideoStream *
vitrail_video_stream_ref (VitrailVideoStream *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_video_stream_unref (VitrailVideoStream *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_object_unref (self->instance);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->has_block);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

GBytes *
vitrail_video_stream_get_bytes (const VitrailVideoStream *self)
{
  return self->bytes;
}

/* One range from @from, where a block is missing: up to @end, and further where
 * that is what comes next. */
static gboolean
fetch_range_locked (VitrailVideoStream *self,
                    guint64 from,
                    guint64 end,
                    GError **error)
{
  self->step =
      from == self->last_end ? MIN (self->step * 2, MOST_BYTES) : FIRST_BYTES;
  guint64 stop = MAX (MIN (end, from + MOST_BYTES), from + self->step);
  guint64 to = from + BLOCK_BYTES;
  while (to < stop && to < self->length && !self->has_block[to / BLOCK_BYTES])
    to += BLOCK_BYTES;
  guint64 length = MIN (to, self->length) - from;
  guint64 total = 0;
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_range (self->instance, from, length, &total, NULL,
                                   error);
  if (bytes == NULL)
    return FALSE;
  if (total != self->length || g_bytes_get_size (bytes) != length) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: the video is another one by now",
                 vitrail_instance_get_name (self->instance));
    return FALSE;
  }
  take_locked (self, from, bytes);
  self->last_end = from + length;
  return TRUE;
}

gboolean
vitrail_video_stream_fetch (VitrailVideoStream *self,
                            guint64 from,
                            guint64 length,
                            GError **error)
{
  gboolean done = TRUE;

  if (from >= self->length || length == 0)
    return TRUE;
  guint64 end = from + MIN (length, self->length - from);
  guint64 at = from / BLOCK_BYTES * BLOCK_BYTES;
  pthread_mutex_lock (&self->lock);
  for (; done && at < end; at += BLOCK_BYTES)
    if (!self->has_block[at / BLOCK_BYTES])
      done = fetch_range_locked (self, at, end, error);
  pthread_mutex_unlock (&self->lock);
  return done;
}

/* Length of the box whose head is at @at; 0: none. */
static guint64
read_length (const VitrailVideoStream *self, guint64 at, guint32 *type)
{
  const VitrailMp4Box head = { .data = self->data + at,
                               .length =
                                   (gsize) MIN (BOX_HEAD, self->length - at) };
  guint64 length = vitrail_mp4_get32 (&head, 0);

  *type = vitrail_mp4_get32 (&head, 4);
  if (length == 1)
    return vitrail_mp4_get64 (&head, 8);
  return length == 0 ? self->length - at : length;
}

gboolean
vitrail_video_stream_fetch_tables (VitrailVideoStream *self, GError **error)
{
  const char *name = vitrail_instance_get_name (self->instance);
  guint64 at = 0;
  gboolean has_movie = FALSE;
  gboolean has_fragments =
      vitrail_video_container_find (self->data,
                                    MIN (self->length, BLOCK_BYTES)) !=
      VITRAIL_VIDEO_MP4;

  for (guint i = 0; i < MAX_BOXES && at < self->length && !has_fragments; i++) {
    guint32 type = 0;
    if (!vitrail_video_stream_fetch (self, at, BOX_HEAD, error))
      return FALSE;
    guint64 length = read_length (self, at, &type);
    if (length < 8 || length > self->length - at)
      break;
    has_fragments = type == VITRAIL_MP4_BOX ("moof");
    if (type == VITRAIL_MP4_BOX ("moov")) {
      if (!vitrail_video_stream_fetch (self, at, length, error))
        return FALSE;
      has_movie = TRUE;
    }
    at += length;
  }
  if (has_movie && !has_fragments)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: no MP4 file whose tables stand in one place", name);
  return FALSE;
}
