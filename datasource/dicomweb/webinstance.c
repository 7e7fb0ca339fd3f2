/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances over a network: see webinstance.h. */

#include "dicomweb/webinstance.h"

#include "dicomweb/beginnings.h"
#include "dicomweb/wholeframes.h"
#include "dicomweb/wholeinstance.h"
#include "error.h"
#include "limits.h"
#include "video/videoindex.h"

#include <string.h>

#define TAG_INSTANCE_DATE    VITRAIL_TAG (0x0008, 0x0012)
#define TAG_INSTANCE_TIME    VITRAIL_TAG (0x0008, 0x0013)
#define TAG_SOP_INSTANCE_UID VITRAIL_TAG (0x0008, 0x0018)
#define TAG_CONTENT_DATE     VITRAIL_TAG (0x0008, 0x0023)
#define TAG_CONTENT_TIME     VITRAIL_TAG (0x0008, 0x0033)
#define TAG_SAMPLES          VITRAIL_TAG (0x0028, 0x0002)
#define TAG_PHOTOMETRIC      VITRAIL_TAG (0x0028, 0x0004)
#define TAG_N_FRAMES         VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS             VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS          VITRAIL_TAG (0x0028, 0x0011)
#define TAG_BITS_ALLOCATED   VITRAIL_TAG (0x0028, 0x0100)
#define TAG_RATIO            VITRAIL_TAG (0x0028, 0x2112)
#define TAG_TOTAL_COLUMNS    VITRAIL_TAG (0x0048, 0x0006)
#define TAG_TOTAL_ROWS       VITRAIL_TAG (0x0048, 0x0007)

/* A coded frame may be longer than a native one, by this much at least. */
#define SLACK_BYTES ((guint64) 1024 * 1024)
#define MAX_WHAT    512

struct _VitrailWebInstance {
  VitrailInstance parent;
  /* Constant. */
  char *frames_url; /* .../frames/ */
  char *what;
  char *authorization;
  guint64 max_bytes;
  VitrailWebOptions *options;
  VitrailWholeFrames *whole; /* NULL: too large to be fetched whole */
};

G_DEFINE_FINAL_TYPE (VitrailWebInstance,
                     vitrail_web_instance,
                     VITRAIL_TYPE_INSTANCE)

/* A request for one frame, with texts of its own. */
typedef struct {
  char *url;
  VitrailWebFrame frame;
} Request;

static void
request_clear (Request *self)
{
  g_free (self->url);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static void
request_init (Request *self, VitrailInstance *instance, guint frame)
{
  const VitrailWebInstance *web = VITRAIL_WEB_INSTANCE (instance);

  self->url = g_strdup_printf ("%s%u", web->frames_url, frame);
  self->frame = (VitrailWebFrame){
    .url = self->url,
    .what = web->what,
    .transfer_syntax = vitrail_instance_get_transfer_syntax (instance),
    .authorization = web->authorization,
    .max_bytes = web->max_bytes,
    .may_be_packed = web->whole != NULL && web->options->is_static,
  };
}

static gboolean
can_be_whole (const VitrailWebInstance *self, const GError *error)
{
  return self->whole != NULL && vitrail_whole_instance_may_help (error);
}

static gboolean
prefers_whole (const VitrailWebInstance *self)
{
  return self->whole != NULL && self->options->prefers_uri;
}

/* @frame of the whole instance, where that is there. */
static GBytes *
find_in_whole (const VitrailWebInstance *self, guint frame)
{
  return self->whole != NULL ? vitrail_whole_frames_find (self->whole, frame)
                             : NULL;
}

static GBytes *
vitrail_web_instance_load_frame (VitrailInstance *instance,
                                 guint frame,
                                 GCancellable *cancellable,
                                 GError **error)
{
  VitrailWebInstance *self = VITRAIL_WEB_INSTANCE (instance);
  g_auto (Request) request = { 0 };
  g_autoptr (GError) failed = NULL;

  if (prefers_whole (self))
    return vitrail_whole_frames_load (self->whole, frame, cancellable, error);
  GBytes *bytes = find_in_whole (self, frame);
  if (bytes != NULL)
    return bytes;
  request_init (&request, instance, frame);
  bytes = vitrail_web_frame_get (&request.frame, cancellable, NULL, &failed);
  if (bytes != NULL)
    return bytes;
  if (can_be_whole (self, failed))
    return vitrail_whole_frames_load (self->whole, frame, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}

static gboolean
vitrail_web_instance_is_frame_at_hand (VitrailInstance *instance, guint frame)
{
  g_auto (Request) request = { 0 };

  request_init (&request, instance, frame);
  return vitrail_web_frame_is_held (&request.frame);
}

static void
vitrail_web_instance_prefetch_frame (VitrailInstance *instance, guint frame)
{
  g_auto (Request) request = { 0 };

  request_init (&request, instance, frame);
  vitrail_web_frame_prefetch (&request.frame);
}

/* Of the first frame, where it is not packed and the server has ranges. */
static GBytes *
vitrail_web_instance_load_range (VitrailInstance *instance,
                                 guint64 from,
                                 guint64 length,
                                 guint64 *total,
                                 GCancellable *cancellable,
                                 GError **error)
{
  const VitrailWebInstance *self = VITRAIL_WEB_INSTANCE (instance);
  g_auto (Request) request = { 0 };
  g_auto (VitrailWebAnswer) answer = { 0 };

  request_init (&request, instance, 1);
  g_autofree char *accept =
      vitrail_web_frame_make_single_accept (&request.frame);
  g_autofree char *range =
      g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, from,
                       from + length - 1);
  const VitrailWebRequest wish = {
    .uri = request.url,
    .accept = accept,
    .authorization = self->authorization,
    .range = range,
    .as_it_is = TRUE,
    .max_bytes = length,
    .priority = VITRAIL_WEB_NOW,
  };
  if (!prefers_whole (self) &&
      !vitrail_web_client_fetch (&wish, cancellable, &answer, error))
    return NULL;
  if (answer.status == 206 &&
      vitrail_web_beginning_parse_range (
          answer.content_range, from, g_bytes_get_size (answer.body), total) &&
      vitrail_web_frame_is_type (&request.frame, answer.content_type, NULL))
    return g_bytes_ref (answer.body);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: the server has no ranges of it",
               vitrail_instance_get_name (instance));
  return NULL;
}

/* --- without anybody waiting --- */

typedef struct {
  VitrailWebInstance *instance;
  guint frame;
  GCancellable *cancellable;
  VitrailStoredReady ready;
  gpointer user_data;
} Fetch;

static void
fetch_free (Fetch *self)
{
  g_object_unref (self->instance);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static void
fetch_whole (Fetch *self)
{
  vitrail_whole_frames_start (self->instance->whole, self->frame,
                              self->cancellable, self->ready, self->user_data);
  fetch_free (self);
}

static void
fetched_cb (GBytes *bytes,
            const char *transfer_syntax,
            const GError *error,
            gpointer user_data)
{
  Fetch *self = user_data;

  if (bytes != NULL || !can_be_whole (self->instance, error)) {
    self->ready (bytes, error, self->user_data);
    fetch_free (self);
    return;
  }
  fetch_whole (self);
}

static const VitrailWebPriority web_priorities[VITRAIL_N_PRIORITIES] = {
  [VITRAIL_PRIORITY_INTERACTIVE] = VITRAIL_WEB_NOW,
  [VITRAIL_PRIORITY_THUMBNAIL] = VITRAIL_WEB_THUMBNAIL,
  [VITRAIL_PRIORITY_PREFETCH] = VITRAIL_WEB_SOON,
  [VITRAIL_PRIORITY_BACKGROUND] = VITRAIL_WEB_BACKGROUND,
};

static gboolean
vitrail_web_instance_load_beginning (VitrailInstance *instance,
                                     guint frame,
                                     gsize n_bytes,
                                     VitrailPriority priority,
                                     GCancellable *cancellable,
                                     VitrailBeginningReady ready,
                                     gpointer user_data)
{
  g_auto (Request) request = { 0 };

  request_init (&request, instance, frame);
  /* A coded frame has about half the bytes of a native one, of which twice as
   * many are the most, and more. */
  if (vitrail_web_frame_is_held (&request.frame) ||
      !vitrail_web_beginning_is_worth (
          &request.frame, (request.frame.max_bytes - SLACK_BYTES) / 4))
    return FALSE;
  vitrail_web_beginning_start (&request.frame, n_bytes,
                               web_priorities[priority], cancellable, ready,
                               user_data);
  return TRUE;
}

static void
vitrail_web_instance_fetch_frame (VitrailInstance *instance,
                                  guint frame,
                                  VitrailPriority priority,
                                  GCancellable *cancellable,
                                  VitrailStoredReady ready,
                                  gpointer user_data)
{
  g_auto (Request) request = { 0 };
  g_autoptr (GBytes) bytes =
      find_in_whole (VITRAIL_WEB_INSTANCE (instance), frame);

  if (bytes != NULL) {
    ready (bytes, NULL, user_data);
    return;
  }
  Fetch *fetch = g_new0 (Fetch, 1);
  fetch->instance = VITRAIL_WEB_INSTANCE (g_object_ref (instance));
  fetch->frame = frame;
  fetch->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  fetch->ready = ready;
  fetch->user_data = user_data;
  if (prefers_whole (fetch->instance)) {
    fetch_whole (fetch);
    return;
  }
  request_init (&request, instance, frame);
  vitrail_web_frame_start (&request.frame, web_priorities[priority],
                           cancellable, fetched_cb, fetch);
}

static gboolean
vitrail_web_instance_is_at_hand (VitrailInstance *instance)
{
  return FALSE;
}

static void
vitrail_web_instance_finalize (GObject *object)
{
  VitrailWebInstance *self = VITRAIL_WEB_INSTANCE (object);

  g_free (self->frames_url);
  g_free (self->what);
  g_free (self->authorization);
  g_clear_pointer (&self->options, vitrail_web_options_unref);
  g_clear_pointer (&self->whole, vitrail_whole_frames_unref);
  G_OBJECT_CLASS (vitrail_web_instance_parent_class)->finalize (object);
}

static void
vitrail_web_instance_class_init (VitrailWebInstanceClass *klass)
{
  VitrailInstanceClass *instance_class = VITRAIL_INSTANCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vitrail_web_instance_finalize;
  instance_class->load_frame = vitrail_web_instance_load_frame;
  instance_class->is_at_hand = vitrail_web_instance_is_at_hand;
  instance_class->is_frame_at_hand = vitrail_web_instance_is_frame_at_hand;
  instance_class->prefetch_frame = vitrail_web_instance_prefetch_frame;
  instance_class->load_beginning = vitrail_web_instance_load_beginning;
  instance_class->load_range = vitrail_web_instance_load_range;
  instance_class->fetch_frame = vitrail_web_instance_fetch_frame;
}

static void
vitrail_web_instance_init (VitrailWebInstance *self)
{
}

/* A server may have other pixels under the same UID some day; then one of these
 * is different, too. */
static char *
describe (VitrailDataSet *data_set)
{
  static const VitrailTag tags[] = {
    TAG_INSTANCE_DATE, TAG_INSTANCE_TIME,  TAG_CONTENT_DATE,  TAG_CONTENT_TIME,
    TAG_SAMPLES,       TAG_PHOTOMETRIC,    TAG_N_FRAMES,      TAG_ROWS,
    TAG_COLUMNS,       TAG_BITS_ALLOCATED, TAG_TOTAL_COLUMNS, TAG_TOTAL_ROWS,
    TAG_RATIO,
  };
  g_autoptr (GString) what = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *text = vitrail_data_set_dup_strings (data_set, tags[i]);
    g_string_append_printf (what, "%s\\", text != NULL ? text : "");
  }
  g_string_truncate (what, MIN (what->len, MAX_WHAT));
  return g_string_free (g_steal_pointer (&what), FALSE);
}

guint64
vitrail_web_instance_find_max_bytes (VitrailDataSet *data_set)
{
  VitrailPixelFormat format;

  if (!vitrail_pixel_format_from_data_set (&format, data_set, "", NULL))
    return 0;
  /* Of video, all of which is one frame to a server. */
  if (vitrail_data_set_text_is (data_set, TAG_PHOTOMETRIC, 0,
                                "YBR_PARTIAL_420"))
    return VITRAIL_LIMIT_FRAME_BYTES;
  return MIN (vitrail_pixel_format_get_frame_bytes (&format) * 2 + SLACK_BYTES,
              VITRAIL_LIMIT_FRAME_BYTES);
}

static char *
make_frames_url (const VitrailWebLocation *location, VitrailDataSet *data_set)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_INSTANCE_UID, 0);

  if (uid == NULL || strspn (uid, "0123456789.") != strlen (uid))
    return NULL;
  return g_strdup_printf ("%s/instances/%s/frames/", location->series_url, uid);
}

/* The first frame, of which the transfer syntax is not known. */
typedef struct {
  char *url;
  char *what;
  VitrailWebFrame frame;
} First;

static void
first_clear (First *self)
{
  g_free (self->url);
  g_free (self->what);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (First, first_clear)

static gboolean
first_init (First *self,
            const VitrailWebLocation *location,
            VitrailDataSet *data_set)
{
  g_autofree char *frames_url = make_frames_url (location, data_set);

  if (frames_url == NULL)
    return FALSE;
  self->url = g_strconcat (frames_url, "1", NULL);
  self->what = describe (data_set);
  self->frame = (VitrailWebFrame){
    .url = self->url,
    .what = self->what,
    .transfer_syntax = "",
    .authorization = location->authorization,
    .max_bytes = vitrail_web_instance_find_max_bytes (data_set),
    .may_be_packed = location->options->is_static,
  };
  return TRUE;
}

void
vitrail_web_instance_prefetch_syntax (const VitrailWebLocation *location,
                                      VitrailDataSet *data_set)
{
  g_auto (First) first = { 0 };

  if (first_init (&first, location, data_set))
    vitrail_web_frame_prefetch (&first.frame);
}

static char *
fetch_syntax (const VitrailWebLocation *location,
              VitrailDataSet *data_set,
              GCancellable *cancellable,
              GError **error)
{
  g_auto (First) first = { 0 };
  char *transfer_syntax = NULL;

  first_init (&first, location, data_set);
  g_autoptr (GBytes) bytes = vitrail_web_frame_get (&first.frame, cancellable,
                                                    &transfer_syntax, error);
  return bytes != NULL ? transfer_syntax : NULL;
}

/* A slide is never fetched whole. */
static gboolean
may_be_whole (const VitrailDataSet *data_set)
{
  return !vitrail_data_set_has (data_set, TAG_TOTAL_COLUMNS);
}

/* The transfer syntax of the first frame, or, where there are no frames, that
 * of the @whole (out) instance. */
static char *
find_syntax (const VitrailWebLocation *location,
             VitrailDataSet *data_set,
             VitrailPart10 **whole,
             GCancellable *cancellable,
             GError **error)
{
  const gboolean is_whole =
      location->options->prefers_uri && may_be_whole (data_set);
  g_autoptr (GError) failed = NULL;
  char *syntax =
      is_whole ? NULL : fetch_syntax (location, data_set, cancellable, &failed);

  if (syntax != NULL)
    return syntax;
  if (!is_whole &&
      (!may_be_whole (data_set) || !vitrail_whole_instance_may_help (failed)))
  {
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_INSTANCE_UID, 0);
  *whole = vitrail_whole_instance_fetch (location, uid, cancellable, error);
  return *whole != NULL ? g_strdup (vitrail_part10_get_transfer_syntax (*whole))
                        : NULL;
}

VitrailInstance *
vitrail_web_instance_new (const VitrailWebLocation *location,
                          VitrailDataSet *data_set,
                          const char *transfer_syntax,
                          GCancellable *cancellable,
                          GError **error)
{
  const guint64 max_bytes = vitrail_web_instance_find_max_bytes (data_set);
  g_autofree char *frames_url = make_frames_url (location, data_set);
  g_autofree char *known = g_strdup (transfer_syntax);
  g_autoptr (VitrailPart10) whole = NULL;
  const int64_t n_frames =
      max_bytes > 0 ? vitrail_data_set_get_int_or (data_set, TAG_N_FRAMES, 1)
                    : 0;

  if (frames_url == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: an instance without SOP Instance UID", location->name);
    return NULL;
  }
  if (known[0] == '\0' && n_frames > 0) {
    g_free (known);
    known = find_syntax (location, data_set, &whole, cancellable, error);
    if (known == NULL)
      return NULL;
  }
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_INSTANCE_UID, 0);
  g_autofree char *name =
      g_strconcat (location->name, "/instances/", uid, NULL);
  VitrailWebInstance *self =
      g_object_new (VITRAIL_TYPE_WEB_INSTANCE, "name", name, "data-set",
                    data_set, "transfer-syntax", known, "n-frames",
                    (guint) CLAMP (n_frames, 0, (int64_t) VITRAIL_LIMIT_FRAMES),
                    NULL);
  self->frames_url = g_steal_pointer (&frames_url);
  self->what = describe (data_set);
  self->authorization = g_strdup (location->authorization);
  self->max_bytes = vitrail_video_find_syntax (known, NULL)
                        ? VITRAIL_LIMIT_FRAME_BYTES
                        : max_bytes;
  self->options = vitrail_web_options_ref (location->options);
  if (may_be_whole (data_set))
    self->whole = vitrail_whole_frames_new (location, uid, known, name);
  if (whole != NULL)
    vitrail_whole_frames_take (self->whole, whole);
  return VITRAIL_INSTANCE (self);
}
