/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewport: see viewport.h. The object with its two pipelines, what it
 * shows and where in it. Beside it: viewportcontent.c (what is shown),
 * viewportview.c (how), viewportcine.c (when). */

#include "viewport-private.h"

enum {
  SIGNAL_SHOWN,
  SIGNAL_CHANGED,
  SIGNAL_CROSSHAIRS,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VitrailViewport, vitrail_viewport, G_TYPE_OBJECT)

void
vitrail_viewport_emit_changed (VitrailViewport *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
vitrail_viewport_tell (VitrailViewport *self, const char *message)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, message);
}

void
vitrail_viewport_move_crosshairs (VitrailViewport *self,
                                  VitrailHandPhase phase,
                                  const double pixel[2])
{
  g_signal_emit (self, signals[SIGNAL_CROSSHAIRS], 0, (guint) phase, pixel[0],
                 pixel[1]);
}

/* No picture stays that is not what was asked for. */
void
vitrail_viewport_forget_picture (VitrailViewport *self)
{
  vitrail_feed_clear (self->feed);
  if (self->shown != NULL)
    vitrail_shown_reset (self->shown, vitrail_feed_get_generation (self->feed));
}

void
vitrail_viewport_set_error (VitrailViewport *self, const char *message)
{
  if (g_strcmp0 (self->error, message) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (message);
  if (message != NULL)
    vitrail_viewport_forget_picture (self);
  vitrail_viewport_emit_changed (self);
}

/* For people who look at graphs (GST_DEBUG_DUMP_DOT_DIR), once there is a
 * picture. */
static void
dump_graphs (VitrailViewport *self)
{
  if (self->dumped || self->content == NULL)
    return;
  self->dumped = TRUE;
  g_autofree char *view = g_strdup_printf ("vitrail-%u-view", self->number);
  g_autofree char *content =
      g_strdup_printf ("vitrail-%u-content", self->number);
  GST_DEBUG_BIN_TO_DOT_FILE (GST_BIN (
                                 vitrail_view_graph_get_pipeline (self->graph)),
                             GST_DEBUG_GRAPH_SHOW_ALL, view);
  vitrail_content_dump (self->content, content);
}

static void
shown_changed_cb (gpointer user_data)
{
  VitrailViewport *self = user_data;
  dump_graphs (self);
  vitrail_viewport_slide_shown (self);
  g_signal_emit (self, signals[SIGNAL_SHOWN], 0);
}

static void
navigation_cb (GstEvent *event, gpointer user_data)
{
  VitrailViewport *self = user_data;
  vitrail_input_handle (&self->input, self, event);
}

static void
view_failed_cb (const char *message, gpointer user_data)
{
  vitrail_viewport_set_error (user_data, message);
}

static GstElement *
make_default_tail (void)
{
  return gst_element_factory_make ("fakesink", NULL);
}

VitrailViewport *
vitrail_viewport_new (GstElement *tail)
{
  VitrailViewport *self = g_object_new (VITRAIL_TYPE_VIEWPORT, NULL);
  g_autoptr (GError) error = NULL;

  g_autoptr (GstElement) owned =
      gst_object_ref_sink (tail != NULL ? tail : make_default_tail ());
  self->graph = vitrail_view_graph_new (self->feed, owned, &error);
  if (self->graph == NULL) {
    self->error = g_strdup (error->message);
    return self;
  }
  GstPad *pad = vitrail_view_graph_get_pad (self->graph);
  self->shown = vitrail_shown_new (pad, shown_changed_cb, self);
  self->navigation = vitrail_navigation_new (pad, navigation_cb, self);
  vitrail_view_graph_watch (self->graph, view_failed_cb, self);
  return self;
}

void
vitrail_viewport_set_tail (VitrailViewport *self, GstElement *tail)
{
  g_autoptr (GstElement) owned =
      gst_object_ref_sink (tail != NULL ? tail : make_default_tail ());
  if (self->graph != NULL)
    vitrail_view_graph_set_tail (self->graph, owned);
}

GstElement *
vitrail_viewport_get_tail (VitrailViewport *self)
{
  return self->graph != NULL ? vitrail_view_graph_get_tail (self->graph) : NULL;
}

void
vitrail_viewport_show (VitrailViewport *self,
                       VitrailDataSource *source,
                       VitrailDisplaySet *display_set)
{
  g_autoptr (GError) error = NULL;

  vitrail_viewport_stop_content (self);
  if (self->graph == NULL) /* error says which element is missing */
    return;
  vitrail_viewport_forget_picture (self);
  g_clear_pointer (&self->error, g_free);
  g_clear_pointer (&self->note, g_free);
  self->input.used = NULL;
  vitrail_viewport_reset_cine (self);
  vitrail_viewport_reset (self);
  vitrail_viewport_reset_slide (self);
  if (display_set != NULL) {
    self->display_set = vitrail_display_set_ref (display_set);
    self->source = g_object_ref (source);
    if (vitrail_viewport_start_content (self, &error)) {
      gboolean is_stack = display_set->kind == VITRAIL_DISPLAY_SET_STACK;
      /* Of planes and waveforms it is not known yet how many there are. */
      if (display_set->n_positions > 0)
        vitrail_viewport_go_to (self, is_stack
                                          ? (display_set->n_positions + 1) / 2
                                          : 1);
    } else
      vitrail_viewport_set_error (self, error->message);
  }
  vitrail_viewport_emit_changed (self);
  g_signal_emit (self, signals[SIGNAL_SHOWN], 0);
}

VitrailDisplaySet *
vitrail_viewport_get_display_set (VitrailViewport *self)
{
  return self->display_set;
}

void
vitrail_viewport_set_position (VitrailViewport *self, guint position)
{
  guint n = vitrail_viewport_get_n_positions (self);
  if (n == 0 || !vitrail_viewport_has_positions (self))
    return;
  position = CLAMP (position, 1, n);
  if (position == self->position)
    return;
  vitrail_viewport_go_to (self, position);
  if (self->clock != NULL && !vitrail_viewport_has_times (self))
    vitrail_cine_clock_seek (self->clock, position);
  vitrail_viewport_emit_changed (self);
}

guint
vitrail_viewport_get_position (VitrailViewport *self)
{
  return self->position;
}

gboolean
vitrail_viewport_has_positions (VitrailViewport *self)
{
  return self->images != NULL || self->volume != NULL ||
         self->waveform.read != NULL;
}

guint
vitrail_viewport_get_n_positions (VitrailViewport *self)
{
  return self->display_set != NULL ? self->display_set->n_positions : 0;
}

void
vitrail_viewport_set_tool (VitrailViewport *self, const char *tool)
{
  const VitrailTool *found = vitrail_tool_find (tool);
  if (found != NULL)
    self->input.active = found;
}

const char *
vitrail_viewport_get_tool (VitrailViewport *self)
{
  return vitrail_tool_get_name (self->input.active);
}

const char *
vitrail_viewport_get_error (VitrailViewport *self)
{
  return self->error;
}

void
vitrail_viewport_set_note (VitrailViewport *self, const char *note)
{
  if (g_strcmp0 (note, self->note) == 0)
    return;
  g_autofree char *old = self->note;
  self->note = g_strdup (note);
  vitrail_viewport_emit_changed (self);
}

const char *
vitrail_viewport_get_note (VitrailViewport *self)
{
  return self->note;
}

static void
vitrail_viewport_dispose (GObject *object)
{
  VitrailViewport *self = VITRAIL_VIEWPORT (object);
  vitrail_viewport_stop_content (self);
  vitrail_body_hand_clear (&self->body_hand);
  g_clear_pointer (&self->navigation, vitrail_navigation_free);
  g_clear_pointer (&self->shown, vitrail_shown_free);
  vitrail_feed_clear (self->feed);
  g_clear_pointer (&self->graph, vitrail_view_graph_free);
  G_OBJECT_CLASS (vitrail_viewport_parent_class)->dispose (object);
}

static void
vitrail_viewport_finalize (GObject *object)
{
  VitrailViewport *self = VITRAIL_VIEWPORT (object);
  g_clear_object (&self->feed);
  g_clear_pointer (&self->positions, g_hash_table_unref);
  g_hash_table_unref (self->kept);
  g_clear_object (&self->measurements);
  g_free (self->error);
  g_free (self->note);
  g_free (self->look);
  g_free (self->path);
  G_OBJECT_CLASS (vitrail_viewport_parent_class)->finalize (object);
}

static void
vitrail_viewport_class_init (VitrailViewportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = vitrail_viewport_dispose;
  object_class->finalize = vitrail_viewport_finalize;

  signals[SIGNAL_SHOWN] =
      g_signal_new ("shown", VITRAIL_TYPE_VIEWPORT, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", VITRAIL_TYPE_VIEWPORT, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CROSSHAIRS] =
      g_signal_new ("crosshairs", VITRAIL_TYPE_VIEWPORT, G_SIGNAL_RUN_LAST, 0,
                    NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT,
                    G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_TOLD] =
      g_signal_new ("told", VITRAIL_TYPE_VIEWPORT, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
vitrail_viewport_init (VitrailViewport *self)
{
  static gint number;
  self->number = (guint) g_atomic_int_add (&number, 1) + 1;
  self->feed = vitrail_feed_new ();
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
  self->kept = vitrail_slide_kept_new_table ();
  self->measurements = vitrail_measurements_new ();
  self->view = (VitrailView) VITRAIL_VIEW_INIT;
  self->presentation = (VitrailPresentation) VITRAIL_PRESENTATION_INIT;
  vitrail_viewport_reset_cine (self);
  vitrail_viewport_reset_slide (self);
  self->input.active = vitrail_tool_find ("window-level");
}
