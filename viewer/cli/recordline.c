/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pipeline of `vitrail record`: see recordline.h. */

#include "recordline.h"

#include "error.h"

#include <gst/app/app.h>

#include <pthread.h>

/* What a recording needs that is not in every machine's GStreamer. */
static const struct {
  const char *element;
  const char *package;
} brought_by[] = {
  { "avdec_h264", "gstreamer1.0-libav" },
  { "avdec_h265", "gstreamer1.0-libav" },
  { "errorignore", "gstreamer1.0-plugins-bad" },
  { "h264parse", "gstreamer1.0-plugins-bad" },
  { "h265parse", "gstreamer1.0-plugins-bad" },
  { "v4l2src", "gstreamer1.0-plugins-good" },
  { "videoconvert", "gstreamer1.0-plugins-base" },
  { "x264enc", "gstreamer1.0-plugins-ugly" },
  { "x265enc", "gstreamer1.0-plugins-bad" },
};

struct _RecordLine {
  GstElement *pipeline;
  char *view;
  GstClockTime replay;

  /* Streaming threads count them down, or look. */
  gint n_stills;
  guint is_frozen;

  pthread_mutex_t lock;
  GQueue recent; /* of GstBuffer, coded; the first is decodable. @lock */
  GstCaps *caps; /* theirs. @lock */
};

/* --- what goes by --- */

static GstPadProbeReturn
still_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RecordLine *self = user_data;
  gint n = g_atomic_int_get (&self->n_stills);

  while (n > 0 &&
         !g_atomic_int_compare_and_exchange (&self->n_stills, n, n - 1))
    n = g_atomic_int_get (&self->n_stills);
  return n > 0 ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
view_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RecordLine *self = user_data;

  return g_atomic_int_get (&self->is_frozen) ? GST_PAD_PROBE_DROP
                                             : GST_PAD_PROBE_OK;
}

static gboolean
is_decodable (GstBuffer *buffer)
{
  return !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
}

/* Whether all up to the next picture on which decoding can begin is older than
 * what is remembered. */
static gboolean
is_outdated (RecordLine *self, GstClockTime now)
{
  for (GList *at = self->recent.head->next; at != NULL; at = at->next)
    if (is_decodable (at->data))
      return GST_BUFFER_PTS (at->data) + self->replay < now;
  return FALSE;
}

static void
forget_group (GQueue *recent)
{
  gst_buffer_unref (g_queue_pop_head (recent));
  while (!g_queue_is_empty (recent) && !is_decodable (recent->head->data))
    gst_buffer_unref (g_queue_pop_head (recent));
}

static GstPadProbeReturn
coded_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  RecordLine *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  pthread_mutex_lock (&self->lock);
  if (self->caps == NULL) {
    self->caps = gst_pad_get_current_caps (pad);
    gst_element_post_message (
        self->pipeline,
        gst_message_new_application (GST_OBJECT (self->pipeline),
                                     gst_structure_new_empty ("recording")));
  }
  if (is_decodable (buffer) || !g_queue_is_empty (&self->recent))
    g_queue_push_tail (&self->recent, gst_buffer_ref (buffer));
  while (!g_queue_is_empty (&self->recent) &&
         is_outdated (self, GST_BUFFER_PTS (buffer)))
    forget_group (&self->recent);
  pthread_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

static void
watch (RecordLine *self,
       const char *element,
       const char *pad_name,
       GstPadProbeCallback callback)
{
  g_autoptr (GstElement) found =
      gst_bin_get_by_name (GST_BIN (self->pipeline), element);

  if (found == NULL)
    return;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (found, pad_name);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, self, NULL);
}

/* --- making it --- */

static void
set_mux (RecordLine *self, const char *name, const RecordWish *wish)
{
  g_autoptr (GstElement) mux =
      gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  gst_util_set_object_arg (G_OBJECT (mux), "sop-class", wish->sop_class);
  g_object_set (mux, "template", wish->template_path, "attributes",
                wish->attributes, "spool", wish->spool, "keep",
                wish->to == NULL, NULL);
}

static void
set_location (RecordLine *self, const char *name, const char *to)
{
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  if (to != NULL)
    g_object_set (sink, "location", to, NULL);
}

static void
name_package (const char *element, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (brought_by); i++)
    if (strcmp (element, brought_by[i].element) == 0)
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                   "there is no element \"%s\": Debian's package %s brings it",
                   element, brought_by[i].package);
}

/* A pipeline; of an element that the machine has not, the package is said. */
static GstElement *
make_line (const char *text, GError **error)
{
  g_autoptr (GstParseContext) context = gst_parse_context_new ();
  g_autoptr (GError) wrong = NULL;
  GstElement *line =
      gst_parse_launch_full (text, context, GST_PARSE_FLAG_FATAL_ERRORS,
                             &wrong);

  if (line != NULL)
    return line;
  g_auto (GStrv) missing = gst_parse_context_get_missing_elements (context);
  g_autoptr (GError) named = NULL;
  if (missing != NULL)
    name_package (missing[0], &named);
  g_propagate_error (error, named != NULL ? g_steal_pointer (&named)
                                          : g_steal_pointer (&wrong));
  return NULL;
}

/* Stills and the view may miss pictures, and fail; the recording may not. */
static char *
describe (const RecordWish *wish)
{
  const char *sink = wish->to != NULL ? "dicomwebsink" : "fakesink";
  g_autofree char *view =
      wish->view != NULL
          ? g_strconcat ("t. ! queue name=view leaky=downstream "
                         "max-size-buffers=2 ! errorignore convert-to=ok ! "
                         "videoconvert ! ",
                         wish->view, NULL)
          : g_strdup ("");

  return g_strdup_printf (
      "%s ! tee name=t "
      "t. ! queue max-size-bytes=0 max-size-time=2000000000 "
      "max-size-buffers=0 ! videoconvert ! %s ! identity name=coded ! "
      "dcmmux name=film ! %s name=films async=false "
      "t. ! queue name=asked leaky=downstream max-size-buffers=1 ! "
      "errorignore convert-to=ok ! videoconvert ! dcmmux name=still "
      "stills=true ! %s name=stills "
      "async=false %s",
      wish->input, wish->encoder, sink, sink, view);
}

RecordLine *
record_line_new (const RecordWish *wish, GError **error)
{
  g_autoptr (RecordLine) self = g_new0 (RecordLine, 1);
  g_autofree char *text = describe (wish);

  pthread_mutex_init (&self->lock, NULL);
  g_queue_init (&self->recent);
  self->view = g_strdup (wish->view);
  self->replay = wish->replay_s * GST_SECOND;
  self->pipeline = make_line (text, error);
  if (self->pipeline == NULL)
    return NULL;
  set_mux (self, "film", wish);
  set_mux (self, "still", wish);
  set_location (self, "films", wish->to);
  set_location (self, "stills", wish->to);
  watch (self, "asked", "sink", still_cb);
  watch (self, "view", "sink", view_cb);
  watch (self, "coded", "src", coded_cb);
  return g_steal_pointer (&self);
}

void
record_line_free (RecordLine *self)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  g_queue_clear_full (&self->recent, (GDestroyNotify) gst_buffer_unref);
  gst_clear_caps (&self->caps);
  pthread_mutex_destroy (&self->lock);
  g_free (self->view);
  g_free (self);
}

GstElement *
record_line_get_pipeline (RecordLine *self)
{
  return self->pipeline;
}

static GstElement *
find_next (GstElement *element)
{
  g_autoptr (GstPad) source = gst_element_get_static_pad (element, "src");
  g_autoptr (GstPad) peer = source != NULL ? gst_pad_get_peer (source) : NULL;

  return peer != NULL ? gst_pad_get_parent_element (peer) : NULL;
}

static gboolean
is_behind (RecordLine *self, const char *queue, GstObject *source)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (self->pipeline), queue);

  while (element != NULL) {
    if (GST_OBJECT (element) == source ||
        gst_object_has_as_ancestor (source, GST_OBJECT (element)))
      return TRUE;
    GstElement *next = find_next (element);
    gst_object_unref (element);
    element = next;
  }
  return FALSE;
}

gboolean
record_line_can_do_without (RecordLine *self, GstObject *source)
{
  return is_behind (self, "view", source) || is_behind (self, "asked", source);
}

void
record_line_take_still (RecordLine *self)
{
  g_atomic_int_inc (&self->n_stills);
}

gboolean
record_line_toggle_freeze (RecordLine *self)
{
  return (g_atomic_int_xor (&self->is_frozen, 1) ^ 1) != 0;
}

/* --- what was --- */

/* The pictures from now on have times of their own. */
static void
push_recent (RecordLine *self, GstAppSrc *source)
{
  GstBuffer *head = self->recent.head->data;
  const GstClockTime first = GST_BUFFER_PTS (head);

  gst_app_src_set_caps (source, self->caps);
  for (GList *at = self->recent.head; at != NULL; at = at->next) {
    GstBuffer *buffer = gst_buffer_copy (at->data);
    GST_BUFFER_PTS (buffer) -= MIN (first, GST_BUFFER_PTS (buffer));
    GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
    gst_app_src_push_buffer (source, buffer);
  }
  gst_app_src_end_of_stream (source);
}

static gboolean
is_hevc (const GstCaps *caps)
{
  return gst_structure_has_name (gst_caps_get_structure (caps, 0),
                                 "video/x-h265");
}

static GstElement *
make_replay (RecordLine *self, GError **error)
{
  const char *codec = is_hevc (self->caps) ? "5" : "4";
  g_autofree char *text = g_strdup_printf (
      "appsrc name=source format=time max-bytes=0 ! h26%sparse ! "
      "avdec_h26%s ! videoconvert ! %s",
      codec, codec, self->view != NULL ? self->view : "fakesink sync=false");

  return make_line (text, error);
}

GstElement *
record_line_replay (RecordLine *self, guint *n_pictures, GError **error)
{
  GstElement *pipeline = NULL;

  pthread_mutex_lock (&self->lock);
  *n_pictures = g_queue_get_length (&self->recent);
  if (*n_pictures > 0)
    pipeline = make_replay (self, error);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "nothing has been recorded yet");
  if (pipeline != NULL) {
    g_autoptr (GstElement) source =
        gst_bin_get_by_name (GST_BIN (pipeline), "source");
    push_recent (self, GST_APP_SRC (source));
  }
  pthread_mutex_unlock (&self->lock);
  if (pipeline != NULL)
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}
