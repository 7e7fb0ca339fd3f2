/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewportArea: see viewportarea.h. */

#include "viewportarea.h"

#include "annotationlayer.h"
#include "bodylayer.h"
#include "overlay.h"
#include "pathlayer.h"
#include "planelayer.h"
#include "regionlayer.h"
#include "slideinset.h"
#include "viewportplane.h"

#include <glib/gi18n.h>
#include <gst/video/navigation.h>

/* Waiting is not mentioned at once: a line first, then words. */
#define WAIT_LINE_MS 150
#define WAIT_NAME_MS 500

/* Between an error's words and the edges. */
#define ERROR_MARGIN 30

struct _VitrailViewportArea {
  GtkWidget parent_instance;

  VitrailSession *session;
  VitrailViewport *viewport;
  GstElement *sink; /* NULL when the plugin is missing */
  GdkPaintable *paintable;
  VitrailOverlay *overlay;
  VitrailSlideInset *inset;
  VitrailAnnotationLayer *annotations;
  gboolean in_inset; /* the drag under way moves the place in it */
  GtkWidget *error;  /* a label: what it says can be selected and copied */
  gboolean active;
  guint wait_timer;
  gint64 waiting_since; /* 0: not waiting */
  double start_x;       /* where the drag under way began */
  double start_y;
  double pointer_x; /* where the pointer is: for the wheel */
  double pointer_y;
};

G_DEFINE_FINAL_TYPE (VitrailViewportArea,
                     vitrail_viewport_area,
                     GTK_TYPE_WIDGET)

/* Input */

static void
send (VitrailViewportArea *self, GstEvent *event)
{
  if (self->sink != NULL)
    gst_navigation_send_event_simple (GST_NAVIGATION (self->sink), event);
  else
    gst_event_unref (event);
}

/* GStreamer's modifiers have GDK's values. */
static GstNavigationModifierType
get_modifiers (GtkEventController *controller)
{
  return (GstNavigationModifierType)
             gtk_event_controller_get_current_event_state (controller) &
         GST_NAVIGATION_MODIFIER_MASK;
}

static double
to_pixels (VitrailViewportArea *self, double value)
{
  return value * gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

/* Its place in the layout; the number of viewports when it has none. */
static guint
find_index (VitrailViewportArea *self)
{
  guint n = vitrail_session_get_n_viewports (self->session);
  guint i = 0;
  while (i < n &&
         vitrail_session_get_viewport (self->session, i) != self->viewport)
    i++;
  return i;
}

/* The focus, by hand or by key, makes active. */
static void
focused_cb (VitrailViewportArea *self)
{
  guint index = find_index (self);
  if (index < vitrail_session_get_n_viewports (self->session))
    vitrail_session_set_active (self->session, index);
}

static void
make_active (VitrailViewportArea *self)
{
  focused_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* What lies there in the picture of the whole slide comes into the centre. */
static gboolean
go_to_place (VitrailViewportArea *self, double x, double y)
{
  VitrailView view;
  double place[2];
  gboolean inside = vitrail_slide_inset_find (self->inset, x, y, place);
  if (!inside && !self->in_inset)
    return FALSE;
  vitrail_viewport_get_view (self->viewport, &view);
  view.pan_x = place[0];
  view.pan_y = place[1];
  vitrail_viewport_set_view (self->viewport, &view);
  return TRUE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  guint button =
      gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  make_active (self);
  self->start_x = x;
  self->start_y = y;
  self->in_inset = FALSE;
  self->in_inset = button == GDK_BUTTON_PRIMARY && go_to_place (self, x, y);
  if (self->in_inset)
    return;
  send (self, gst_navigation_event_new_mouse_button_press (
                  (int) button, to_pixels (self, x), to_pixels (self, y),
                  get_modifiers (GTK_EVENT_CONTROLLER (gesture))));
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double dx,
                double dy,
                gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  if (self->in_inset) {
    go_to_place (self, self->start_x + dx, self->start_y + dy);
    return;
  }
  send (self, gst_navigation_event_new_mouse_move (
                  to_pixels (self, self->start_x + dx),
                  to_pixels (self, self->start_y + dy),
                  get_modifiers (GTK_EVENT_CONTROLLER (gesture))));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  guint button =
      gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  if (self->in_inset) {
    self->in_inset = FALSE;
    return;
  }
  send (self, gst_navigation_event_new_mouse_button_release (
                  (int) button, to_pixels (self, self->start_x + dx),
                  to_pixels (self, self->start_y + dy),
                  get_modifiers (GTK_EVENT_CONTROLLER (gesture))));
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double x,
           double y,
           gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  self->pointer_x = x;
  self->pointer_y = y;
  /* A drag tells its own way. */
  if (vitrail_viewport_get_draft (self->viewport)->kind ==
          VITRAIL_DRAW_POLYGON &&
      !self->in_inset)
    send (self, gst_navigation_event_new_mouse_move (
                    to_pixels (self, x), to_pixels (self, y),
                    get_modifiers (GTK_EVENT_CONTROLLER (controller))));
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double dx,
           double dy,
           gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  make_active (self);
  /* GTK's positive is down, GstNavigation's is up. */
  send (self, gst_navigation_event_new_mouse_scroll (
                  to_pixels (self, self->pointer_x),
                  to_pixels (self, self->pointer_y), dx, -dy,
                  get_modifiers (GTK_EVENT_CONTROLLER (controller))));
  return TRUE;
}

static void
pressed_cb (GtkGestureClick *gesture,
            int n_press,
            double x,
            double y,
            gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  double place[2];
  /* The second press ends a polygon. */
  if (n_press == 2 &&
      vitrail_viewport_get_draft (self->viewport)->kind == VITRAIL_DRAW_POLYGON)
  {
    vitrail_session_run (self->session, "finish-drawing", NULL, NULL);
    return;
  }
  if (n_press == 2 && !vitrail_slide_inset_find (self->inset, x, y, place))
    vitrail_session_run (self->session, "one-up-toggle", NULL, NULL);
}

/* Enter ends a polygon; for anything else it is not ours. */
static gboolean
key_cb (GtkEventControllerKey *controller,
        guint key,
        guint code,
        GdkModifierType state,
        gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) ||
      vitrail_viewport_get_draft (self->viewport)->kind != VITRAIL_DRAW_POLYGON)
    return FALSE;
  vitrail_session_run (self->session, "finish-drawing", NULL, NULL);
  return TRUE;
}

static void
add_controllers (VitrailViewportArea *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *drag = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));

  GtkGesture *click = gtk_gesture_click_new ();
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_group (click, drag);

  GtkEventController *keys = gtk_event_controller_key_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (widget, keys);

  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "enter", G_CALLBACK (focused_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (widget, focus);

  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (widget, motion);

  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (widget, scroll);
}

/* What is shown */

static gboolean
is_waiting (VitrailViewportArea *self)
{
  guint position = vitrail_viewport_get_position (self->viewport);
  return position > 0 && vitrail_viewport_get_error (self->viewport) == NULL &&
         vitrail_viewport_get_shown_position (self->viewport) != position &&
         !vitrail_viewport_get_playing (self->viewport);
}

/* "Viewport 2 of 4: Chest, axial": where it is and what it shows. */
static char *
make_name (VitrailViewportArea *self)
{
  const VitrailDisplaySet *set =
      vitrail_viewport_get_display_set (self->viewport);
  const char *what = set != NULL ? set->label : _ ("empty");
  guint n = vitrail_session_get_n_viewports (self->session);
  if (n == 1)
    return g_strdup_printf (_ ("Viewport: %s"), what);
  return g_strdup_printf (_ ("Viewport %u of %u: %s"), find_index (self) + 1, n,
                          what);
}

/* Not while it plays: nobody listens to 30 descriptions a second. */
static void
update_accessible (VitrailViewportArea *self)
{
  if (vitrail_viewport_get_playing (self->viewport))
    return;
  g_autofree char *name = make_name (self);
  g_autofree char *text = vitrail_overlay_dup_text (self->overlay);
  const char *error = gtk_label_get_text (GTK_LABEL (self->error));
  g_autofree char *all =
      g_strdup_printf ("%s%s%s", error, *error != '\0' ? ", " : "", text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, all, -1);
}

static gboolean
wait_cb (gpointer user_data)
{
  VitrailViewportArea *self = user_data;
  g_autofree char *name = NULL;
  gint64 waited_ms = (g_get_monotonic_time () - self->waiting_since) / 1000;
  if (waited_ms >= WAIT_NAME_MS)
    name = g_strdup_printf (_ ("Reading image %u…"),
                            vitrail_viewport_get_position (self->viewport));
  vitrail_overlay_set_waiting (self->overlay, TRUE, name);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (name == NULL)
    return G_SOURCE_CONTINUE;
  self->wait_timer = 0;
  return G_SOURCE_REMOVE;
}

static void
update_waiting (VitrailViewportArea *self)
{
  gboolean waiting = is_waiting (self);
  if (waiting == (self->waiting_since != 0))
    return;
  self->waiting_since = waiting ? g_get_monotonic_time () : 0;
  g_clear_handle_id (&self->wait_timer, g_source_remove);
  if (waiting)
    self->wait_timer = g_timeout_add (WAIT_LINE_MS, wait_cb, self);
  else
    vitrail_overlay_set_waiting (self->overlay, FALSE, NULL);
}

static void
set_error (VitrailViewportArea *self, const char *error)
{
  gtk_label_set_text (GTK_LABEL (self->error), error != NULL ? error : "");
  gtk_widget_set_visible (self->error, error != NULL);
}

/* What to do, where there is nothing to be seen. */
static const char *
get_message (VitrailViewportArea *self, gboolean empty)
{
  const char *note = vitrail_viewport_get_note (self->viewport);
  if (empty && note != NULL)
    return note;
  if (empty)
    return _ ("Choose a series in the panel on the left (S)");
  if (vitrail_viewport_wants_path (self->viewport))
    return _ ("Click along a path in any of the planes (Shift+P)");
  return NULL;
}

static void
update (VitrailViewportArea *self)
{
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (self->viewport, &shown);
  vitrail_overlay_set_note (self->overlay,
                            vitrail_viewport_get_note (self->viewport));
  vitrail_overlay_set_shown (self->overlay, &shown,
                             vitrail_viewport_get_shown_position (
                                 self->viewport),
                             vitrail_viewport_get_n_positions (self->viewport),
                             gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  const char *error = vitrail_viewport_get_error (self->viewport);
  gboolean empty = error == NULL &&
                   vitrail_viewport_get_display_set (self->viewport) == NULL;
  vitrail_overlay_set_message (self->overlay, get_message (self, empty));
  g_autofree char *failure =
      shown.valid
          ? vitrail_failure_text (
                &shown, vitrail_viewport_get_shown_position (self->viewport),
                vitrail_viewport_get_n_positions (self->viewport))
          : NULL;
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (self->viewport, &presentation);
  vitrail_overlay_set_presentation (self->overlay, &shown, &presentation);
  vitrail_slide_inset_update (self->inset);
  set_error (self, error != NULL ? error : failure);
  update_waiting (self);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
draw_border (VitrailViewportArea *self, GtkSnapshot *snapshot)
{
  static const GdkRGBA active = { 0.357f, 0.616f, 1.0f, 1.0f };
  static const GdkRGBA quiet = { 0.173f, 0.188f, 0.227f, 1.0f };
  /* Alone it need not be told from others, but a hand at the keys must see
   * where the focus is. */
  gboolean strong =
      self->active || gtk_widget_has_visible_focus (GTK_WIDGET (self));
  const GdkRGBA color = strong ? active : quiet;
  const GdkRGBA colors[4] = { color, color, color, color };
  float line = strong ? 2 : 1;
  const float widths[4] = { line, line, line, line };
  GskRoundedRect outline;
  gsk_rounded_rect_init_from_rect (
      &outline,
      &GRAPHENE_RECT_INIT (0, 0,
                           (float) gtk_widget_get_width (GTK_WIDGET (self)),
                           (float) gtk_widget_get_height (GTK_WIDGET (self))),
      0);
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}

static void
vitrail_viewport_area_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  VitrailViewportArea *self = VITRAIL_VIEWPORT_AREA (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  g_auto (VitrailShownState) shown = { 0 };

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width,
                                                         (float) height));
  /* A picture whose words are not known is not shown. */
  vitrail_viewport_get_shown (self->viewport, &shown);
  if (shown.valid && self->paintable != NULL)
    gdk_paintable_snapshot (self->paintable, snapshot, width, height);
  if (shown.valid) {
    vitrail_annotation_layer_snapshot (self->annotations, snapshot);
    vitrail_slide_inset_snapshot (self->inset, snapshot);
    vitrail_body_layer_snapshot (self->viewport, widget, snapshot);
    vitrail_plane_layer_snapshot (self->session, find_index (self), widget,
                                  snapshot);
    vitrail_path_layer_snapshot (self->session, find_index (self), widget,
                                 snapshot);
    vitrail_region_layer_snapshot (self->session, find_index (self), widget,
                                   snapshot);
  }
  vitrail_overlay_set_right_room (
      self->overlay,
      shown.valid ? vitrail_slide_inset_get_room (self->inset) : 0);
  vitrail_overlay_snapshot (self->overlay, snapshot);
  gtk_widget_snapshot_child (widget, self->error, snapshot);
  gtk_snapshot_pop (snapshot);
  draw_border (self, snapshot);
}

/* In the middle, as high as its words are. */
static void
allocate_error (VitrailViewportArea *self, int width, int height)
{
  int least = 0;
  int natural = 0;
  if (!gtk_widget_should_layout (self->error))
    return;
  gtk_widget_measure (self->error, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  int room = MAX (width - 2 * ERROR_MARGIN, least);
  gtk_widget_measure (self->error, GTK_ORIENTATION_VERTICAL, room, NULL,
                      &natural, NULL, NULL);
  GtkAllocation place = { (width - room) / 2, (height - natural) / 2, room,
                          natural };
  gtk_widget_size_allocate (self->error, &place, -1);
}

static void
vitrail_viewport_area_size_allocate (GtkWidget *widget,
                                     int width,
                                     int height,
                                     int baseline)
{
  VitrailViewportArea *self = VITRAIL_VIEWPORT_AREA (widget);
  vitrail_viewport_set_size (self->viewport,
                             (guint) to_pixels (self, MAX (width, 0)),
                             (guint) to_pixels (self, MAX (height, 0)));
  allocate_error (self, width, height);
}

static void
attach_sink (VitrailViewportArea *self)
{
  GstElement *sink = gst_element_factory_make ("vitrailpaintablesink", NULL);
  if (sink == NULL) {
    set_error (self, _ ("The element \"vitrailpaintablesink\" is missing: is "
                        "the plugin of Vitrail where GStreamer looks "
                        "(GST_PLUGIN_PATH)?"));
    return;
  }
  self->sink = gst_object_ref_sink (sink);
  g_object_get (sink, "paintable", &self->paintable, NULL);
  g_signal_connect_object (self->paintable, "invalidate-contents",
                           G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  vitrail_viewport_set_tail (self->viewport, sink);
}

GtkWidget *
vitrail_viewport_area_new (VitrailSession *session, VitrailViewport *viewport)
{
  VitrailViewportArea *self =
      g_object_new (VITRAIL_TYPE_VIEWPORT_AREA, "accessible-role",
                    GTK_ACCESSIBLE_ROLE_IMG, "focusable", TRUE, "hexpand", TRUE,
                    "vexpand", TRUE, "overflow", GTK_OVERFLOW_HIDDEN, NULL);
  self->session = g_object_ref (session);
  self->viewport = g_object_ref (viewport);
  self->overlay = vitrail_overlay_new (GTK_WIDGET (self));
  self->inset = vitrail_slide_inset_new (GTK_WIDGET (self), viewport);
  self->annotations =
      vitrail_annotation_layer_new (GTK_WIDGET (self), viewport);
  attach_sink (self);
  add_controllers (self);
  g_signal_connect_object (viewport, "shown", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (viewport, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "layout-changed",
                           G_CALLBACK (update_accessible), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "state-flags-changed",
                    G_CALLBACK (gtk_widget_queue_draw), NULL);
  if (self->sink != NULL)
    update (self);
  return GTK_WIDGET (self);
}

VitrailViewport *
vitrail_viewport_area_get_viewport (VitrailViewportArea *self)
{
  return self->viewport;
}

void
vitrail_viewport_area_set_active (VitrailViewportArea *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_SELECTED, active, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
vitrail_viewport_area_dispose (GObject *object)
{
  VitrailViewportArea *self = VITRAIL_VIEWPORT_AREA (object);
  g_clear_handle_id (&self->wait_timer, g_source_remove);
  /* The viewport may outlive its face: it goes on without one. */
  if (self->viewport != NULL &&
      vitrail_viewport_get_tail (self->viewport) == self->sink)
    vitrail_viewport_set_tail (self->viewport, NULL);
  g_clear_object (&self->paintable);
  gst_clear_object (&self->sink);
  g_clear_object (&self->viewport);
  g_clear_object (&self->session);
  g_clear_pointer (&self->overlay, vitrail_overlay_free);
  g_clear_pointer (&self->inset, vitrail_slide_inset_free);
  g_clear_pointer (&self->annotations, vitrail_annotation_layer_free);
  g_clear_pointer (&self->error, gtk_widget_unparent);
  G_OBJECT_CLASS (vitrail_viewport_area_parent_class)->dispose (object);
}

static void
vitrail_viewport_area_class_init (VitrailViewportAreaClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = vitrail_viewport_area_dispose;
  widget_class->snapshot = vitrail_viewport_area_snapshot;
  widget_class->size_allocate = vitrail_viewport_area_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "imagearea");
}

static void
vitrail_viewport_area_init (VitrailViewportArea *self)
{
  self->error = g_object_new (GTK_TYPE_LABEL, "selectable", TRUE, "wrap", TRUE,
                              "wrap-mode", PANGO_WRAP_WORD_CHAR, "justify",
                              GTK_JUSTIFY_CENTER, "visible", FALSE, NULL);
  gtk_widget_add_css_class (self->error, "failure");
  gtk_widget_set_parent (self->error, GTK_WIDGET (self));
}
