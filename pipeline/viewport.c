/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewport: see viewport.h. Ties together the images and the content
 * (what), the view graph (how), what is shown, the cine clock and the hands. */

#include "viewport.h"

#include "cineclock.h"
#include "content.h"
#include "error.h"
#include "folder.h"
#include "images.h"
#include "navigation.h"
#include "slidemeta.h"
#include "tools.h"
#include "viewgraph.h"

#include <math.h>

/* Viewport pixels that one image pixel may cover; zoom out to a tenth. */
#define ZOOM_MAX_PX 64.0
#define ZOOM_MIN    0.1

/* Images a second where the data ask for no rate. */
#define DEFAULT_RATE 24.0
#define SPEED_MIN    0.1
#define SPEED_MAX    8.0

struct _VitrailViewport {
  GObject parent_instance;

  VitrailFeed *feed;
  /* NULL when an element is missing, as error says; so are the next two. */
  VitrailViewGraph *graph;
  VitrailShown *shown;
  VitrailNavigation *navigation;
  VitrailInput input;
  guint width;
  guint height;

  VitrailDataSource *source;
  VitrailDisplaySet *display_set;
  GHashTable *positions; /* SOPInstanceUID -> position of its first frame */
  VitrailImages *images; /* NULL for a slide */
  VitrailContent *content;
  guint position;

  VitrailView view;
  VitrailPresentation presentation;
  VitrailCineClock *clock; /* while playing */
  double speed;
  char *error;

  guint number; /* in the names of dumped graphs */
  gboolean dumped;
};

enum {
  SIGNAL_SHOWN,
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VitrailViewport, vitrail_viewport, G_TYPE_OBJECT)

static void
emit_changed (VitrailViewport *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* No picture stays that is not what was asked for. */
static void
forget_picture (VitrailViewport *self)
{
  vitrail_feed_clear (self->feed);
  if (self->shown != NULL)
    vitrail_shown_reset (self->shown, vitrail_feed_get_generation (self->feed));
}

static void
set_error (VitrailViewport *self, const char *message)
{
  if (g_strcmp0 (self->error, message) == 0)
    return;
  g_free (self->error);
  self->error = g_strdup (message);
  if (message != NULL)
    forget_picture (self);
  emit_changed (self);
}

/* The content is of no more use: the next image gets a new one. */
static void
failed_cb (const char *message, gpointer user_data)
{
  VitrailViewport *self = user_data;
  g_clear_pointer (&self->content, vitrail_content_stop);
  set_error (self, message);
}

/* For stacks and cines. */
static gboolean
ensure_content (VitrailViewport *self, GError **error)
{
  if (self->content == NULL)
    self->content =
        vitrail_content_new (self->feed, NULL, failed_cb, self, error);
  return self->content != NULL;
}

static void
image_ready_cb (VitrailInstance *instance,
                guint frame,
                const GError *error,
                gpointer user_data)
{
  VitrailViewport *self = user_data;
  g_autoptr (GError) missing = NULL;
  VitrailPixelFormat format;
  if (instance == NULL)
    set_error (self, error->message);
  /* Of such an instance no picture would ever come. */
  else if (!vitrail_instance_get_pixel_format (instance, &format, &missing) ||
           !ensure_content (self, &missing))
    set_error (self, missing->message);
  else {
    set_error (self, NULL);
    vitrail_content_seek (self->content, instance, frame);
  }
}

static void
go_to (VitrailViewport *self, guint position)
{
  self->position = position;
  if (self->images == NULL)
    return;
  vitrail_images_request (self->images, position);
  vitrail_images_prefetch (self->images, self->clock != NULL);
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
  set_error (user_data, message);
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

/* The files of the slide, NULL-terminated, to be freed; NULL with @error. */
static char **
find_slide_paths (VitrailDataSource *source, const char *id, GError **error)
{
  if (VITRAIL_IS_FOLDER (source)) {
    g_autoptr (GPtrArray) slides =
        vitrail_folder_list_slides (VITRAIL_FOLDER (source));
    for (guint i = 0; slides != NULL && i < slides->len; i++) {
      VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
      if (g_strcmp0 (entry->id, id) == 0)
        return g_strdupv (entry->paths);
    }
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: the source has no such slide", id);
  return NULL;
}

static gboolean
start_slide (VitrailViewport *self, GError **error)
{
  g_auto (GStrv) paths =
      find_slide_paths (self->source, self->display_set->id, error);
  if (paths == NULL)
    return FALSE;
  self->content = vitrail_content_new (self->feed, (const char *const *) paths,
                                       failed_cb, self, error);
  return self->content != NULL;
}

static gboolean
start_frames (VitrailViewport *self, GError **error)
{
  const VitrailDisplaySet *set = self->display_set;
  if (!ensure_content (self, error))
    return FALSE;
  for (guint i = 0; i < set->images->len; i++)
    g_hash_table_insert (self->positions, g_ptr_array_index (set->images, i),
                         GUINT_TO_POINTER (i + 1));
  self->images = vitrail_images_new (self->source, self->display_set,
                                     image_ready_cb, self);
  return TRUE;
}

static gboolean
start_content (VitrailViewport *self, GError **error)
{
  const VitrailDisplaySet *set = self->display_set;
  if (set->kind == VITRAIL_DISPLAY_SET_UNSUPPORTED) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                         set->reason);
    return FALSE;
  }
  if (!vitrail_view_graph_set_kind (self->graph, set->kind, error))
    return FALSE;
  return set->kind == VITRAIL_DISPLAY_SET_SLIDE ? start_slide (self, error)
                                                : start_frames (self, error);
}

static void
stop_content (VitrailViewport *self)
{
  g_clear_pointer (&self->clock, vitrail_cine_clock_free);
  g_clear_pointer (&self->content, vitrail_content_stop);
  g_clear_pointer (&self->images, vitrail_images_free);
  g_hash_table_remove_all (self->positions);
  g_clear_pointer (&self->display_set, vitrail_display_set_unref);
  g_clear_object (&self->source);
  self->position = 0;
  self->dumped = FALSE;
}

void
vitrail_viewport_show (VitrailViewport *self,
                       VitrailDataSource *source,
                       VitrailDisplaySet *display_set)
{
  g_autoptr (GError) error = NULL;

  stop_content (self);
  if (self->graph == NULL) /* error says which element is missing */
    return;
  forget_picture (self);
  g_clear_pointer (&self->error, g_free);
  self->input.used = NULL;
  self->speed = 1.0;
  vitrail_viewport_reset (self);
  if (display_set != NULL) {
    self->display_set = vitrail_display_set_ref (display_set);
    self->source = g_object_ref (source);
    if (start_content (self, &error)) {
      gboolean is_stack = display_set->kind == VITRAIL_DISPLAY_SET_STACK;
      go_to (self, is_stack ? (display_set->n_positions + 1) / 2 : 1);
    } else
      set_error (self, error->message);
  }
  emit_changed (self);
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
  if (n == 0 || self->images == NULL)
    return;
  position = CLAMP (position, 1, n);
  if (position == self->position)
    return;
  go_to (self, position);
  if (self->clock != NULL)
    vitrail_cine_clock_seek (self->clock, position);
  emit_changed (self);
}

guint
vitrail_viewport_get_position (VitrailViewport *self)
{
  return self->position;
}

guint
vitrail_viewport_get_n_positions (VitrailViewport *self)
{
  return self->display_set != NULL ? self->display_set->n_positions : 0;
}

/* The zoom that makes one image pixel ZOOM_MAX_PX large. */
static double
get_zoom_limit (VitrailViewport *self, const VitrailView *view)
{
  VitrailViewportGeometry g;
  if (!vitrail_viewport_get_geometry (self, &g))
    return G_MAXDOUBLE;
  double fit = vitrail_view_get_fit_scale (view, g.image_width, g.image_height,
                                           g.aspect, g.width, g.height);
  return fit > 0 ? fmax (ZOOM_MAX_PX / fit, 1.0) : G_MAXDOUBLE;
}

void
vitrail_viewport_set_view (VitrailViewport *self, const VitrailView *view)
{
  if (!isfinite (view->zoom) || !isfinite (view->pan_x) ||
      !isfinite (view->pan_y) || !isfinite (view->rotation))
    return;
  VitrailView checked = *view;
  checked.zoom = CLAMP (view->zoom, ZOOM_MIN, get_zoom_limit (self, view));
  checked.pan_x = CLAMP (view->pan_x, 0.0, 1.0);
  checked.pan_y = CLAMP (view->pan_y, 0.0, 1.0);
  checked.rotation = fmod (fmod (view->rotation, 360.0) + 360.0, 360.0);
  if (vitrail_view_equal (&self->view, &checked))
    return;
  self->view = checked;
  if (self->graph != NULL)
    vitrail_view_graph_set_view (self->graph, &checked);
  emit_changed (self);
}

void
vitrail_viewport_get_view (VitrailViewport *self, VitrailView *view)
{
  *view = self->view;
}

void
vitrail_viewport_set_presentation (VitrailViewport *self,
                                   const VitrailPresentation *presentation)
{
  if (presentation->has_window && (!isfinite (presentation->window_center) ||
                                   !isfinite (presentation->window_width)))
    return;
  if (vitrail_presentation_equal (&self->presentation, presentation))
    return;
  self->presentation = *presentation;
  self->presentation.colormap = g_intern_string (presentation->colormap);
  if (self->graph != NULL)
    vitrail_view_graph_set_presentation (self->graph, presentation);
  emit_changed (self);
}

void
vitrail_viewport_get_presentation (VitrailViewport *self,
                                   VitrailPresentation *presentation)
{
  *presentation = self->presentation;
}

void
vitrail_viewport_reset (VitrailViewport *self)
{
  static const VitrailView view = VITRAIL_VIEW_INIT;
  static const VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;
  vitrail_viewport_set_view (self, &view);
  vitrail_viewport_set_presentation (self, &presentation);
}

void
vitrail_viewport_set_size (VitrailViewport *self, guint width, guint height)
{
  if (self->width == width && self->height == height)
    return;
  self->width = width;
  self->height = height;
  if (self->graph != NULL)
    vitrail_view_graph_set_size (self->graph, width, height);
}

static double
get_image_time_ms (guint position, gpointer user_data)
{
  VitrailViewport *self = user_data;
  VitrailInstance *instance = self->images != NULL
                                  ? vitrail_images_peek (self->images, position)
                                  : NULL;
  guint frame = 1;
  if (self->display_set != NULL)
    vitrail_display_set_get_image (self->display_set, position, &frame);
  double time_ms = 0;
  if (instance != NULL)
    time_ms =
        vitrail_frame_time_ms (vitrail_instance_get_data_set (instance), frame);
  if (!(time_ms > 0))
    time_ms = 1000.0 / DEFAULT_RATE;
  return time_ms / self->speed;
}

static void
cine_go_cb (guint position, gpointer user_data)
{
  VitrailViewport *self = user_data;
  go_to (self, position);
  emit_changed (self);
}

void
vitrail_viewport_set_playing (VitrailViewport *self, gboolean playing)
{
  guint n = vitrail_viewport_get_n_positions (self);
  playing = playing && n > 1 && self->images != NULL;
  if (playing == (self->clock != NULL))
    return;
  if (playing)
    self->clock = vitrail_cine_clock_new (self->position, n, get_image_time_ms,
                                          cine_go_cb, self);
  else
    g_clear_pointer (&self->clock, vitrail_cine_clock_free);
  emit_changed (self);
}

gboolean
vitrail_viewport_get_playing (VitrailViewport *self)
{
  return self->clock != NULL;
}

void
vitrail_viewport_set_speed (VitrailViewport *self, double speed)
{
  if (!isfinite (speed))
    return;
  self->speed = CLAMP (speed, SPEED_MIN, SPEED_MAX);
  if (self->clock != NULL)
    vitrail_cine_clock_seek (self->clock, self->position);
  emit_changed (self);
}

double
vitrail_viewport_get_speed (VitrailViewport *self)
{
  return self->speed;
}

double
vitrail_viewport_get_rate (VitrailViewport *self)
{
  return 1000.0 / get_image_time_ms (self->position, self);
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

void
vitrail_viewport_get_shown (VitrailViewport *self, VitrailShownState *state)
{
  /* Beside an error an older picture would look like the one that failed. */
  if (self->shown != NULL && self->error == NULL)
    vitrail_shown_get (self->shown, state);
  else
    *state = (VitrailShownState){ 0 };
}

guint
vitrail_viewport_get_shown_position (VitrailViewport *self)
{
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (self, &state);
  if (state.info == NULL || self->display_set == NULL)
    return state.valid ? self->position : 0;
  guint first = GPOINTER_TO_UINT (
      g_hash_table_lookup (self->positions, state.info->sop_instance_uid));
  if (first == 0 || self->display_set->kind == VITRAIL_DISPLAY_SET_STACK)
    return first;
  return first + state.info->frame - 1;
}

/* From the reference to the slide that the feed holds. */
static gboolean
get_slide_geometry (VitrailViewport *self, VitrailViewportGeometry *geometry)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  guint generation = 0;
  VitrailSlideLevel finest;
  double mpp_um[2];
  if (!vitrail_feed_peek (self->feed, &buffer, &caps, &generation))
    return FALSE;
  VitrailSlide *slide = vitrail_buffer_get_slide (buffer);
  if (slide == NULL)
    return FALSE;
  vitrail_slide_get_level (slide, 0, &finest);
  geometry->image_width = (guint) MIN (finest.width, G_MAXINT);
  geometry->image_height = (guint) MIN (finest.height, G_MAXINT);
  if (vitrail_slide_get_mpp_um (slide, mpp_um) && mpp_um[0] > 0)
    geometry->aspect = mpp_um[1] / mpp_um[0];
  return geometry->image_width > 0 && geometry->image_height > 0;
}

gboolean
vitrail_viewport_get_geometry (VitrailViewport *self,
                               VitrailViewportGeometry *geometry)
{
  g_auto (VitrailShownState) state = { 0 };
  vitrail_viewport_get_shown (self, &state);
  *geometry = (VitrailViewportGeometry){
    .aspect = 1.0,
    .width = self->width,
    .height = self->height,
  };
  if (!state.valid || self->width == 0 || self->height == 0)
    return FALSE;
  if (state.info == NULL)
    return get_slide_geometry (self, geometry);
  geometry->image_width = state.info->format.width;
  geometry->image_height = state.info->format.height;
  geometry->aspect = vitrail_frame_info_get_aspect (state.info);
  return TRUE;
}

const char *
vitrail_viewport_get_error (VitrailViewport *self)
{
  return self->error;
}

static void
vitrail_viewport_dispose (GObject *object)
{
  VitrailViewport *self = VITRAIL_VIEWPORT (object);
  stop_content (self);
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
  g_free (self->error);
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
}

static void
vitrail_viewport_init (VitrailViewport *self)
{
  static gint number;
  self->number = (guint) g_atomic_int_add (&number, 1) + 1;
  self->feed = vitrail_feed_new ();
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
  self->view = (VitrailView) VITRAIL_VIEW_INIT;
  self->presentation = (VitrailPresentation) VITRAIL_PRESENTATION_INIT;
  self->speed = 1.0;
  self->input.active = vitrail_tool_find ("window-level");
}
