/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames over a network: see frames.h. */

#include "dicomweb/frames.h"

#include "dicomweb/client.h"
#include "dicomweb/location.h"
#include "dicomweb/mediatype.h"
#include "dicomweb/multipart.h"
#include "diskcache.h"
#include "error.h"

#include <pthread.h>
#include <string.h>

#define CACHE_KIND "webframes"
/* What a frame is kept with: its transfer syntax in a fixed room. */
#define SYNTAX_BYTES 72
/* The last frames, for who decodes one twice: bytes and number. */
#define MAX_RECENT_BYTES ((gsize) 32 * 1024 * 1024)
#define MAX_RECENT       256u
/* Beside the frame: headers of parts. */
#define ENVELOPE_BYTES 65536

/* One frame under way. */
typedef struct {
  gint ref_count; /* this and below: guarded by lock */
  guint n_waiting;
  gboolean is_wanted; /* beforehand: goes on without anyone who waits */
  gboolean is_done;
  char *key;
  char *transfer_syntax; /* asked for, then had */
  GBytes *bytes;
  GError *error;
  /* Constant. */
  VitrailWebFrame frame; /* with its own texts */
  GCancellable *cancellable;
  guint step;    /* a Way: this and how many were tried are the */
  guint n_steps; /* client's thread's */
} Flight;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t landed = PTHREAD_COND_INITIALIZER;
/* Guarded by lock. Key -> Flight: under way, or among the last. */
static GHashTable *flights;
static GQueue recent; /* Flight, done, the last first */
static gsize recent_bytes;

static Flight *
flight_ref_locked (Flight *self)
{
  self->ref_count++;
  return self;
}

static void
flight_unref_locked (Flight *self)
{
  if (--self->ref_count > 0)
    return;
  g_free (self->key);
  g_free (self->transfer_syntax);
  g_free ((gpointer) (guintptr) self->frame.url);
  g_free ((gpointer) (guintptr) self->frame.what);
  g_free ((gpointer) (guintptr) self->frame.transfer_syntax);
  g_free ((gpointer) (guintptr) self->frame.authorization);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);
  g_free (self);
}

static char *
make_key (const VitrailWebFrame *frame)
{
  return g_strdup_printf ("%s\n%s\n%s", frame->url, frame->transfer_syntax,
                          frame->what);
}

static Flight *
flight_new (const VitrailWebFrame *frame, const char *key)
{
  Flight *self = g_new0 (Flight, 1);

  self->ref_count = 1;
  self->key = g_strdup (key);
  self->transfer_syntax = g_strdup (frame->transfer_syntax);
  self->frame = *frame;
  self->frame.url = g_strdup (frame->url);
  self->frame.what = g_strdup (frame->what);
  self->frame.transfer_syntax = g_strdup (frame->transfer_syntax);
  self->frame.authorization = g_strdup (frame->authorization);
  self->cancellable = g_cancellable_new ();
  return self;
}

/* --- what is kept --- */

static GBytes *
recall (const char *key, char **transfer_syntax)
{
  g_autoptr (GBytes) kept =
      vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (), CACHE_KIND,
                                 key, NULL);
  gsize length = 0;
  const char *data = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;

  if (length <= SYNTAX_BYTES || memchr (data, '\0', SYNTAX_BYTES) == NULL)
    return NULL;
  if (transfer_syntax != NULL)
    *transfer_syntax = g_strdup (data);
  return g_bytes_new_from_bytes (kept, SYNTAX_BYTES, length - SYNTAX_BYTES);
}

static void
keep (const char *key, const char *transfer_syntax, GBytes *bytes)
{
  const gsize length = g_bytes_get_size (bytes);
  g_autofree char *data = g_try_malloc0 (SYNTAX_BYTES + length);

  if (data == NULL || strlen (transfer_syntax) >= SYNTAX_BYTES || length == 0)
    return;
  g_strlcpy (data, transfer_syntax, SYNTAX_BYTES);
  memcpy (data + SYNTAX_BYTES, g_bytes_get_data (bytes, NULL), length);
  vitrail_disk_cache_store (vitrail_disk_cache_get_default (), CACHE_KIND, key,
                            NULL, data, SYNTAX_BYTES + length);
}

/* --- answers --- */

static gboolean
fail (const VitrailWebFrame *frame,
      VitrailError code,
      const char *what,
      GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (frame->url);

  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %s", name, what);
  return FALSE;
}

/* PS3.18 table 8.7.3-5: what a media type stands for that says no more. */
static const struct {
  const char *type;
  const char *transfer_syntax;
} defaults[] = {
  { "image/jpeg", "1.2.840.10008.1.2.4.50" },
  { "image/jls", "1.2.840.10008.1.2.4.80" },
  { "image/jp2", "1.2.840.10008.1.2.4.90" },
  { "image/jphc", "1.2.840.10008.1.2.4.201" },
  { "image/jxl", "1.2.840.10008.1.2.4.112" },
  { "image/dicom-rle", "1.2.840.10008.1.2.5" },
  { "application/octet-stream", "1.2.840.10008.1.2.1" },
};

/* The transfer syntax of a part, or NULL where it is no frame. */
static char *
find_syntax (const char *content_type)
{
  char *stated =
      vitrail_media_type_dup_parameter (content_type, "transfer-syntax");

  if (stated != NULL &&
      (vitrail_media_type_is (content_type, "image/") ||
       vitrail_media_type_is (content_type, "application/octet-stream")))
    return stated;
  g_free (stated);
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (vitrail_media_type_is (content_type, defaults[i].type))
      return g_strdup (defaults[i].transfer_syntax);
  return NULL;
}

/* Both implicit and explicit little endian are the same pixels. */
static gboolean
same_syntax (const char *a, const char *b)
{
  static const char *const plain[] = { "1.2.840.10008.1.2",
                                       "1.2.840.10008.1.2.1", NULL };

  return strcmp (a, b) == 0 ||
         (g_strv_contains (plain, a) && g_strv_contains (plain, b));
}

/* Whether a part that says nothing but its media type may be what was asked
 * for: one of the codings of that type. */
static gboolean
may_be (const char *content_type)
{
  g_autofree char *stated =
      vitrail_media_type_dup_parameter (content_type, "transfer-syntax");

  return stated == NULL && vitrail_media_type_is (content_type, "image/");
}

GBytes *
vitrail_web_frame_read_answer (GBytes *body,
                               const char *content_type,
                               const VitrailWebFrame *frame,
                               char **transfer_syntax,
                               GError **error)
{
  g_autofree char *name = vitrail_web_location_dup_public (frame->url);
  g_autoptr (GPtrArray) parts =
      vitrail_multipart_read (body, content_type, name, error);
  const char *asked = frame->transfer_syntax;

  if (parts == NULL)
    return NULL;
  const VitrailWebPart *part = g_ptr_array_index (parts, 0);
  g_autofree char *found = find_syntax (part->content_type);
  if (found == NULL) {
    g_autofree char *valid = g_utf8_make_valid (
        part->content_type != NULL ? part->content_type : "nothing", -1);
    g_autofree char *what =
        g_strdup_printf ("the server answers %.100s, not a frame", valid);
    fail (frame, VITRAIL_ERROR_FORMAT, what, error);
    return NULL;
  }
  if (asked[0] != '\0' && !same_syntax (found, asked) &&
      !may_be (part->content_type))
  {
    g_autofree char *what =
        g_strdup_printf ("the frame comes as transfer syntax %.64s, not %s",
                         found, asked);
    fail (frame, VITRAIL_ERROR_UNSUPPORTED, what, error);
    return NULL;
  }
  if (g_bytes_get_size (part->bytes) == 0 ||
      g_bytes_get_size (part->bytes) > frame->max_bytes)
  {
    fail (frame, VITRAIL_ERROR_CORRUPT,
          "an empty frame, or one that is too long", error);
    return NULL;
  }
  *transfer_syntax = g_strdup (asked[0] != '\0' ? asked : found);
  return g_bytes_ref (part->bytes);
}

/* --- requests --- */

/* Ways to ask, from what the standard has for "as stored" to what old servers
 * know. */
typedef enum {
  ASK_STORED,
  ASK_EXACTLY,
  ASK_BY_TYPE,
  ASK_ANYTHING,
  N_WAYS,
} Way;

/* The media type of a transfer syntax (PS3.18 table 8.7.3-5). */
static const char *
find_media_type (const char *transfer_syntax)
{
  static const struct {
    const char *prefix;
    const char *type;
  } types[] = {
    { "1.2.840.10008.1.2.4.20", "image/jphc" },
    { "1.2.840.10008.1.2.4.11", "image/jxl" },
    { "1.2.840.10008.1.2.4.5", "image/jpeg" },
    { "1.2.840.10008.1.2.4.70", "image/jpeg" },
    { "1.2.840.10008.1.2.4.8", "image/jls" },
    { "1.2.840.10008.1.2.4.9", "image/jp2" },
    { "1.2.840.10008.1.2.5", "image/dicom-rle" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_prefix (transfer_syntax, types[i].prefix))
      return types[i].type;
  return "application/octet-stream";
}

static char *
make_accept (guint way, const char *transfer_syntax)
{
  const char *type = find_media_type (transfer_syntax);

  switch (way) {
  case ASK_STORED:
    return g_strdup ("multipart/related; type=\"application/octet-stream\"; "
                     "transfer-syntax=*");
  case ASK_EXACTLY:
    if (transfer_syntax[0] != '\0')
      return g_strdup_printf ("multipart/related; type=\"%s\"; "
                              "transfer-syntax=%s",
                              type, transfer_syntax);
    return g_strdup ("multipart/related; type=\"image/jpeg\"; "
                     "transfer-syntax=1.2.840.10008.1.2.4.50");
  case ASK_BY_TYPE:
    return g_strdup_printf ("multipart/related; type=\"%s\"", type);
  default:
    return g_strdup ("*/*");
  }
}

static gboolean
is_refusal (const GError *error)
{
  return error != NULL && error->domain == VITRAIL_WEB_ERROR &&
         (error->code == 400 || error->code == 406 || error->code == 415);
}

/* Another way to ask, while there is one. */
static gboolean
can_ask_otherwise (Flight *self)
{
  if (++self->n_steps >= N_WAYS)
    return FALSE;
  self->step = (self->step + 1) % N_WAYS;
  return TRUE;
}

/* Which of them a server took last: the next frame is asked for so. */
static gint good_step; /* atomic; a Way */

/* Unless another one has taken its place. */
static void
forget_locked (const Flight *self)
{
  if (g_hash_table_lookup (flights, self->key) == self)
    g_hash_table_remove (flights, self->key);
}

/* Keeps the last ones: the flight stays in the table. */
static void
remember_locked (Flight *self)
{
  recent_bytes += g_bytes_get_size (self->bytes);
  g_queue_push_head (&recent, self);
  while (recent.length > MAX_RECENT ||
         (recent_bytes > MAX_RECENT_BYTES && recent.length > 1))
  {
    Flight *oldest = g_queue_pop_tail (&recent);
    recent_bytes -= g_bytes_get_size (oldest->bytes);
    forget_locked (oldest);
    flight_unref_locked (oldest);
  }
}

/* What was asked for without knowing its transfer syntax is found by that,
 * too. */
static void
keep_landed (const Flight *self, GBytes *bytes, const char *transfer_syntax)
{
  VitrailWebFrame known = self->frame;

  keep (self->key, transfer_syntax, bytes);
  if (known.transfer_syntax[0] != '\0')
    return;
  known.transfer_syntax = transfer_syntax;
  g_autofree char *key = make_key (&known);
  keep (key, transfer_syntax, bytes);
}

static void
land (Flight *self, GBytes *bytes, char *transfer_syntax, GError *error)
{
  if (bytes != NULL)
    keep_landed (self, bytes, transfer_syntax);
  pthread_mutex_lock (&lock);
  self->is_done = TRUE;
  self->error = error;
  self->bytes = bytes;
  if (bytes != NULL) {
    g_free (self->transfer_syntax);
    self->transfer_syntax = transfer_syntax;
    remember_locked (self);
  } else {
    forget_locked (self);
    flight_unref_locked (self);
  }
  pthread_cond_broadcast (&landed);
  pthread_mutex_unlock (&lock);
}

static void ask (Flight *self);

static void
answered_cb (const VitrailWebAnswer *answer,
             const GError *error,
             gpointer user_data)
{
  Flight *self = user_data;
  g_autofree char *syntax = NULL;
  GError *problem = NULL;

  if (is_refusal (error) && can_ask_otherwise (self)) {
    ask (self);
    return;
  }
  if (answer == NULL) {
    land (self, NULL, NULL, g_error_copy (error));
    return;
  }
  GBytes *bytes =
      vitrail_web_frame_read_answer (answer->body, answer->content_type,
                                     &self->frame, &syntax, &problem);
  if (bytes != NULL)
    g_atomic_int_set (&good_step, (gint) self->step);
  if (g_error_matches (problem, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED) &&
      can_ask_otherwise (self))
  {
    g_error_free (problem);
    ask (self);
    return;
  }
  land (self, bytes, g_steal_pointer (&syntax), problem);
}

static void
ask (Flight *self)
{
  g_autofree char *accept =
      make_accept (self->step, self->frame.transfer_syntax);
  const VitrailWebRequest request = {
    .uri = self->frame.url,
    .accept = accept,
    .authorization = self->frame.authorization,
    .max_bytes = self->frame.max_bytes + ENVELOPE_BYTES,
    .priority = self->is_wanted ? VITRAIL_WEB_SOON : VITRAIL_WEB_NOW,
    .tag = self,
  };

  vitrail_web_client_start (&request, self->cancellable, answered_cb, self);
}

/* The flight for @key, made where there is none: then *@is_new. */
static Flight *
get_flight_locked (const VitrailWebFrame *frame,
                   const char *key,
                   gboolean *is_new)
{
  if (flights == NULL)
    flights = g_hash_table_new (g_str_hash, g_str_equal);
  Flight *self = g_hash_table_lookup (flights, key);
  /* What nobody wanted any more is about to end. */
  if (self != NULL && !g_cancellable_is_cancelled (self->cancellable)) {
    *is_new = FALSE;
    return self;
  }
  *is_new = TRUE;
  self = flight_new (frame, key);
  self->step = (guint) g_atomic_int_get (&good_step);
  g_hash_table_replace (flights, self->key, self);
  return self;
}

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  pthread_mutex_lock (&lock);
  pthread_cond_broadcast (&landed);
  pthread_mutex_unlock (&lock);
}

/* Waits for it; the last one who gives up ends it. */
static void
wait_locked (Flight *self, GCancellable *cancellable)
{
  self->n_waiting++;
  while (!self->is_done && !g_cancellable_is_cancelled (cancellable))
    pthread_cond_wait (&landed, &lock);
  self->n_waiting--;
}

static gboolean
is_abandoned_locked (const Flight *self)
{
  return !self->is_done && self->n_waiting == 0 && !self->is_wanted;
}

static GBytes *
await (const VitrailWebFrame *frame,
       const char *key,
       GCancellable *cancellable,
       char **transfer_syntax,
       GError **error)
{
  g_autoptr (GCancellable) abandoned = NULL;
  gboolean is_new = FALSE;
  GBytes *bytes = NULL;

  const gulong id =
      cancellable != NULL
          ? g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), NULL,
                                   NULL)
          : 0;
  pthread_mutex_lock (&lock);
  Flight *flight = flight_ref_locked (get_flight_locked (frame, key, &is_new));
  const gboolean is_under_way = !is_new && !flight->is_done;
  pthread_mutex_unlock (&lock);
  if (is_new)
    ask (flight);
  else if (is_under_way)
    vitrail_web_client_hasten (flight, VITRAIL_WEB_NOW);
  pthread_mutex_lock (&lock);
  wait_locked (flight, cancellable);
  if (flight->bytes != NULL) {
    bytes = g_bytes_ref (flight->bytes);
    if (transfer_syntax != NULL)
      *transfer_syntax = g_strdup (flight->transfer_syntax);
  } else if (flight->is_done) {
    g_propagate_error (error, g_error_copy (flight->error));
  } else if (is_abandoned_locked (flight)) {
    /* Nobody may join what is about to end. */
    forget_locked (flight);
    abandoned = g_object_ref (flight->cancellable);
  }
  flight_unref_locked (flight);
  pthread_mutex_unlock (&lock);
  if (abandoned != NULL)
    g_cancellable_cancel (abandoned);
  if (id != 0)
    g_cancellable_disconnect (cancellable, id);
  if (bytes == NULL && (error == NULL || *error == NULL))
    g_cancellable_set_error_if_cancelled (cancellable, error);
  return bytes;
}

/* A copy in memory: the file is not held. */
static GBytes *
find_recent (const char *key, char **transfer_syntax)
{
  GBytes *bytes = NULL;

  pthread_mutex_lock (&lock);
  const Flight *flight =
      flights != NULL ? g_hash_table_lookup (flights, key) : NULL;
  if (flight != NULL && flight->bytes != NULL) {
    bytes = g_bytes_ref (flight->bytes);
    if (transfer_syntax != NULL)
      *transfer_syntax = g_strdup (flight->transfer_syntax);
  }
  pthread_mutex_unlock (&lock);
  return bytes;
}

GBytes *
vitrail_web_frame_get (const VitrailWebFrame *self,
                       GCancellable *cancellable,
                       char **transfer_syntax,
                       GError **error)
{
  g_autofree char *key = make_key (self);
  GBytes *held = find_recent (key, transfer_syntax);

  if (held == NULL)
    held = recall (key, transfer_syntax);
  return held != NULL ? held
                      : await (self, key, cancellable, transfer_syntax, error);
}

void
vitrail_web_frame_prefetch (const VitrailWebFrame *self)
{
  g_autofree char *key = make_key (self);
  gboolean is_new = FALSE;

  if (vitrail_web_frame_is_held (self))
    return;
  pthread_mutex_lock (&lock);
  Flight *flight = get_flight_locked (self, key, &is_new);
  flight->is_wanted = TRUE;
  pthread_mutex_unlock (&lock);
  if (is_new)
    ask (flight);
}

gboolean
vitrail_web_frame_is_held (const VitrailWebFrame *self)
{
  g_autofree char *key = make_key (self);
  g_autoptr (GBytes) bytes = find_recent (key, NULL);

  if (bytes == NULL)
    bytes = recall (key, NULL);
  return bytes != NULL;
}
