/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Byte ranges of frames: see beginnings.h. */

#include "dicomweb/beginnings.h"

#include "dicomweb/location.h"
#include "error.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* All beginnings that are kept, together. */
#define MAX_KEPT_BYTES ((gsize) 64 * 1024 * 1024)

/* What a reader does not notice. */
#define UNNOTICED_SECONDS 0.05

/* Answers so short say nothing of how fast a link is. */
#define MIN_MEASURED_BYTES 8192

/* The first bytes of a frame. */
typedef struct {
  char *key;
  GBytes *bytes;
  char *etag;
  GList link; /* in kept */
} Beginning;

/* What is known of a server. */
typedef struct {
  gboolean has_no_ranges;
  double bytes_per_second; /* 0: not known */
} Server;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. */
static GHashTable *beginnings; /* key -> Beginning */
static GQueue kept;            /* Beginning, the last used first */
static gsize kept_bytes;
static GHashTable *servers; /* origin -> Server */

/* One request. */
typedef struct {
  char *key;
  char *origin;
  VitrailWebFrame frame; /* with its own texts */
  GBytes *had;           /* or NULL */
  char *etag;            /* of that */
  gint64 start;
  VitrailWebBeginningReady ready;
  gpointer user_data;
} Request;

static void
request_free (Request *self)
{
  g_free (self->key);
  g_free (self->origin);
  g_free ((gpointer) (guintptr) self->frame.url);
  g_free ((gpointer) (guintptr) self->frame.what);
  g_free ((gpointer) (guintptr) self->frame.transfer_syntax);
  g_clear_pointer (&self->had, g_bytes_unref);
  g_free (self->etag);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
beginning_free (gpointer pointer)
{
  Beginning *self = pointer;

  g_free (self->key);
  g_bytes_unref (self->bytes);
  g_free (self->etag);
  g_free (self);
}

static char *
dup_origin (const char *url)
{
  const char *host = strstr (url, "://");
  const char *path = host != NULL ? strchr (host + 3, '/') : NULL;

  return path != NULL ? g_strndup (url, (gsize) (path - url)) : g_strdup (url);
}

static Server *
get_server_locked (const char *origin)
{
  if (servers == NULL)
    servers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Server *server = g_hash_table_lookup (servers, origin);
  if (server == NULL) {
    server = g_new0 (Server, 1);
    g_hash_table_insert (servers, g_strdup (origin), server);
  }
  return server;
}

static void
mark_without_ranges (const Request *self)
{
  pthread_mutex_lock (&lock);
  get_server_locked (self->origin)->has_no_ranges = TRUE;
  pthread_mutex_unlock (&lock);
}

/* The way there and back counts: what is measured is what a reader waits. */
static void
measure (const Request *self, gsize n_bytes)
{
  const double seconds =
      (double) MAX (g_get_monotonic_time () - self->start, 1) / G_USEC_PER_SEC;

  if (n_bytes < MIN_MEASURED_BYTES)
    return;
  pthread_mutex_lock (&lock);
  get_server_locked (self->origin)->bytes_per_second =
      (double) n_bytes / seconds;
  pthread_mutex_unlock (&lock);
}

gboolean
vitrail_web_beginning_is_worth (const VitrailWebFrame *frame, gsize n_bytes)
{
  g_autofree char *origin = dup_origin (frame->url);

  pthread_mutex_lock (&lock);
  const Server server = *get_server_locked (origin);
  pthread_mutex_unlock (&lock);
  /* Ranges of what comes packed are none of the frame. */
  if (server.has_no_ranges || frame->may_be_packed ||
      frame->transfer_syntax[0] == '\0')
    return FALSE;
  return server.bytes_per_second <= 0 ||
         (double) n_bytes / server.bytes_per_second > UNNOTICED_SECONDS;
}

/* --- what is kept --- */

static void
drop_locked (Beginning *self)
{
  kept_bytes -= g_bytes_get_size (self->bytes);
  g_queue_unlink (&kept, &self->link);
  g_hash_table_remove (beginnings, self->key);
}

static void
drop (const char *key)
{
  pthread_mutex_lock (&lock);
  Beginning *self =
      beginnings != NULL ? g_hash_table_lookup (beginnings, key) : NULL;
  if (self != NULL)
    drop_locked (self);
  pthread_mutex_unlock (&lock);
}

static void
keep (const char *key, GBytes *bytes, const char *etag)
{
  Beginning *self = g_new0 (Beginning, 1);

  self->key = g_strdup (key);
  self->bytes = g_bytes_ref (bytes);
  self->etag = g_strdup (etag);
  self->link.data = self;
  drop (key);
  pthread_mutex_lock (&lock);
  if (beginnings == NULL)
    beginnings =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, beginning_free);
  /* Somebody else may have been faster. */
  Beginning *other = g_hash_table_lookup (beginnings, key);
  if (other != NULL)
    drop_locked (other);
  g_hash_table_insert (beginnings, self->key, self);
  g_queue_push_head_link (&kept, &self->link);
  kept_bytes += g_bytes_get_size (bytes);
  while (kept_bytes > MAX_KEPT_BYTES && kept.length > 1)
    drop_locked (g_queue_peek_tail (&kept));
  pthread_mutex_unlock (&lock);
}

static GBytes *
find (const char *key, char **etag)
{
  GBytes *bytes = NULL;

  pthread_mutex_lock (&lock);
  Beginning *self =
      beginnings != NULL ? g_hash_table_lookup (beginnings, key) : NULL;
  if (self != NULL) {
    bytes = g_bytes_ref (self->bytes);
    *etag = g_strdup (self->etag);
    g_queue_unlink (&kept, &self->link);
    g_queue_push_head_link (&kept, &self->link);
  }
  pthread_mutex_unlock (&lock);
  return bytes;
}

/* --- answers --- */

static gboolean
parse_number (const char **text, char end, guint64 *value)
{
  char *stop = NULL;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  *value = g_ascii_strtoull (*text, &stop, 10);
  *text = stop + 1;
  return *stop == end;
}

gboolean
vitrail_web_beginning_parse_range (const char *text,
                                   guint64 first,
                                   guint64 n_bytes,
                                   guint64 *total)
{
  guint64 from = 0;
  guint64 to = 0;

  if (text == NULL || g_ascii_strncasecmp (text, "bytes ", 6) != 0)
    return FALSE;
  text += 6;
  return parse_number (&text, '-', &from) && parse_number (&text, '/', &to) &&
         parse_number (&text, '\0', total) && from == first && to >= from &&
         to < *total && to - from + 1 == n_bytes;
}

static void
fail (const Request *self, const char *what)
{
  g_autofree char *name = vitrail_web_location_dup_public (self->frame.url);
  g_autoptr (GError) error =
      g_error_new (VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "%s: %s", name,
                   what);

  mark_without_ranges (self);
  drop (self->key);
  self->ready (NULL, FALSE, error, self->user_data);
}

static GBytes *
join (GBytes *had, GBytes *more)
{
  gsize n_had = 0;
  gsize n_more = 0;

  if (had == NULL)
    return g_bytes_ref (more);
  const uint8_t *first = g_bytes_get_data (had, &n_had);
  const uint8_t *second = g_bytes_get_data (more, &n_more);
  uint8_t *bytes = g_try_malloc (MAX (n_had + n_more, 1));
  if (bytes == NULL)
    return NULL;
  memcpy (bytes, first, n_had);
  if (n_more > 0)
    memcpy (bytes + n_had, second, n_more);
  return g_bytes_new_take (bytes, n_had + n_more);
}

/* A part of the frame: what was had before belongs to it if its ETag says so.
 */
static void
take_part (Request *self, const VitrailWebAnswer *answer)
{
  const gsize n_had = self->had != NULL ? g_bytes_get_size (self->had) : 0;
  const gsize n_more = g_bytes_get_size (answer->body);
  guint64 total = 0;

  if (!vitrail_web_frame_is_type (&self->frame, answer->content_type,
                                  self->had != NULL ? self->had
                                                    : answer->body) ||
      !vitrail_web_beginning_parse_range (answer->content_range, n_had, n_more,
                                          &total) ||
      total > self->frame.max_bytes ||
      (self->had != NULL && g_strcmp0 (self->etag, answer->etag) != 0))
  {
    fail (self, "the server answers another part than was asked for");
    return;
  }
  measure (self, n_more);
  g_autoptr (GBytes) bytes = join (self->had, answer->body);
  if (bytes == NULL) {
    fail (self, "no memory");
    return;
  }
  const gboolean is_whole = g_bytes_get_size (bytes) == total;
  if (is_whole) {
    drop (self->key);
    vitrail_web_frame_put (&self->frame, bytes);
  } else if (answer->etag != NULL && answer->etag[0] == '"') {
    keep (self->key, bytes, answer->etag);
  }
  self->ready (bytes, is_whole, NULL, self->user_data);
}

/* The frame: the server has no ranges, or has another frame by now. */
static void
take_whole (Request *self, const VitrailWebAnswer *answer)
{
  g_autofree char *syntax = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      vitrail_web_frame_read_answer (answer->body, answer->content_type,
                                     &self->frame, &syntax, &error);

  if (self->had == NULL)
    mark_without_ranges (self);
  drop (self->key);
  if (bytes != NULL)
    vitrail_web_frame_put (&self->frame, bytes);
  self->ready (bytes, bytes != NULL, error, self->user_data);
}

static void
answered_cb (const VitrailWebAnswer *answer,
             const GError *error,
             gpointer user_data)
{
  g_autoptr (Request) self = user_data;

  if (answer != NULL && answer->status == 206) {
    take_part (self, answer);
  } else if (answer != NULL) {
    take_whole (self, answer);
  } else {
    if (error->domain == VITRAIL_WEB_ERROR && error->code < 500)
      mark_without_ranges (self);
    self->ready (NULL, FALSE, error, self->user_data);
  }
}

/* --- requests --- */

static Request *
request_new (const VitrailWebFrame *frame, char *key)
{
  Request *self = g_new0 (Request, 1);

  self->key = key;
  self->origin = dup_origin (frame->url);
  self->frame = *frame;
  self->frame.url = g_strdup (frame->url);
  self->frame.what = g_strdup (frame->what);
  self->frame.transfer_syntax = g_strdup (frame->transfer_syntax);
  self->frame.authorization = NULL;
  self->start = g_get_monotonic_time ();
  return self;
}

void
vitrail_web_beginning_start (const VitrailWebFrame *frame,
                             gsize n_bytes,
                             VitrailWebPriority priority,
                             GCancellable *cancellable,
                             VitrailWebBeginningReady ready,
                             gpointer user_data)
{
  g_autofree char *key = vitrail_web_frame_make_key (frame);
  g_autofree char *etag = NULL;
  g_autoptr (GBytes) had = find (key, &etag);
  const gsize n_had = had != NULL ? g_bytes_get_size (had) : 0;

  if (had != NULL && n_had >= n_bytes) {
    ready (had, FALSE, NULL, user_data);
    return;
  }
  Request *self = request_new (frame, g_steal_pointer (&key));
  self->had = g_steal_pointer (&had);
  self->etag = g_steal_pointer (&etag);
  self->ready = ready;
  self->user_data = user_data;
  g_autofree char *accept = vitrail_web_frame_make_single_accept (frame);
  g_autofree char *range =
      n_bytes < G_MAXSSIZE
          ? g_strdup_printf ("bytes=%" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT,
                             n_had, n_bytes - 1)
          : g_strdup_printf ("bytes=%" G_GSIZE_FORMAT "-", n_had);
  const VitrailWebRequest request = {
    .uri = frame->url,
    .accept = accept,
    .authorization = frame->authorization,
    .range = range,
    .if_range = self->etag,
    .as_it_is = TRUE,
    .max_bytes = frame->max_bytes,
    .priority = priority,
    .tag = self,
  };
  vitrail_web_client_start (&request, cancellable, answered_cb, self);
}
