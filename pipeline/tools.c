/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tools and input: see tools.h. */

#include "tools.h"

#include "viewport-private.h"
#include "viewportslide.h"
#include "viewportwaveform.h"

#include <gst/video/navigation.h>

#include <math.h>

struct _VitrailTool {
  const char *name;
  /* The pointer is now (dx, dy) viewport pixels from where the button went
   * down; @input says what was so then. */
  void (*drag) (VitrailViewport *viewport,
                const VitrailInput *input,
                double dx,
                double dy);
  VitrailDrawKind draws; /* on slides; elsewhere such a tool pans */
};

/* Pixels of a drag that double or halve the zoom. */
#define ZOOM_DRAG_PX      150.0
#define ZOOM_WHEEL_FACTOR 1.2
/* Pixels of a drag that go one image on. */
#define SCROLL_DRAG_PX 6.0
/* A window as wide as this many pixels' drag changes by itself. */
#define WINDOW_DRAG_PX 300.0
/* A drag no longer than this is a click. */
#define CLICK_PX 3.0
/* Degrees that a body is turned by a pixel's drag. */
#define DEGREES_A_PX 0.4

/* Image pixels from viewport pixels; FALSE while there is no picture. */
static gboolean
get_affine (VitrailViewport *viewport,
            const VitrailView *view,
            VitrailViewportGeometry *geometry,
            double affine[6])
{
  if (!vitrail_viewport_get_geometry (viewport, geometry))
    return FALSE;
  vitrail_view_get_affine (view, geometry->image_width, geometry->image_height,
                           geometry->aspect, geometry->width, geometry->height,
                           affine);
  return TRUE;
}

/* Moves @view so that the image point (@x, @y) lies at viewport pixel (@px,
 * @py). */
static void
hold_point (VitrailView *view,
            const VitrailViewportGeometry *geometry,
            const double affine[6],
            const double image_point[2],
            const double pixel[2])
{
  double x = affine[0] * pixel[0] + affine[1] * pixel[1] + affine[2];
  double y = affine[3] * pixel[0] + affine[4] * pixel[1] + affine[5];
  view->pan_x += (image_point[0] - x) / geometry->image_width;
  view->pan_y += (image_point[1] - y) / geometry->image_height;
}

void
vitrail_viewport_zoom_at (VitrailViewport *viewport,
                          double factor,
                          double x,
                          double y)
{
  VitrailViewportGeometry geometry;
  double affine[6];
  VitrailView view;
  vitrail_viewport_get_view (viewport, &view);
  if (!get_affine (viewport, &view, &geometry, affine))
    return;
  const double pixel[2] = { x, y };
  const double point[2] = { affine[0] * x + affine[1] * y + affine[2],
                            affine[3] * x + affine[4] * y + affine[5] };

  view.zoom *= factor;
  /* The viewport clamps the zoom: ask what has become of it. */
  vitrail_viewport_set_view (viewport, &view);
  vitrail_viewport_get_view (viewport, &view);
  if (!get_affine (viewport, &view, &geometry, affine))
    return;
  hold_point (&view, &geometry, affine, point, pixel);
  vitrail_viewport_set_view (viewport, &view);
}

/* The picture as at @start, with what was at pixel @from moved by so many
 * pixels. */
static void
pan_from (VitrailViewport *viewport,
          const VitrailView *start,
          const double from[2],
          double dx,
          double dy)
{
  VitrailViewportGeometry geometry;
  double affine[6];
  VitrailView view = *start;
  if (!get_affine (viewport, &view, &geometry, affine))
    return;
  const double now[2] = { from[0] + dx, from[1] + dy };
  const double point[2] = {
    affine[0] * from[0] + affine[1] * from[1] + affine[2],
    affine[3] * from[0] + affine[4] * from[1] + affine[5]
  };
  hold_point (&view, &geometry, affine, point, now);
  vitrail_viewport_set_view (viewport, &view);
}

static void
pan_drag (VitrailViewport *viewport,
          const VitrailInput *input,
          double dx,
          double dy)
{
  const double start[2] = { input->start_x, input->start_y };
  pan_from (viewport, &input->view, start, dx, dy);
}

void
vitrail_viewport_pan_by (VitrailViewport *viewport, double right, double down)
{
  VitrailViewportGeometry geometry;
  VitrailView view;
  const double start[2] = { 0, 0 };
  if (!vitrail_viewport_get_geometry (viewport, &geometry))
    return;
  vitrail_viewport_get_view (viewport, &view);
  pan_from (viewport, &view, start, right * geometry.width,
            down * geometry.height);
}

/* Up is nearer. The point under the pointer at the start stays. */
static void
zoom_drag (VitrailViewport *viewport,
           const VitrailInput *input,
           double dx,
           double dy)
{
  vitrail_viewport_set_view (viewport, &input->view);
  vitrail_viewport_zoom_at (viewport, exp2 (-dy / ZOOM_DRAG_PX), input->start_x,
                            input->start_y);
}

static void
scroll_drag (VitrailViewport *viewport,
             const VitrailInput *input,
             double dx,
             double dy)
{
  double position = input->position + trunc (dy / SCROLL_DRAG_PX);
  double last = vitrail_viewport_get_n_positions (viewport);
  if (last >= 1)
    vitrail_viewport_set_position (viewport, (guint) CLAMP (position, 1, last));
}

/* What the data give: the first window, else the range that the values can
 * have. */
static void
get_data_window (const VitrailFrameInfo *info,
                 VitrailPresentation *presentation)
{
  /* The window that covers the values which the table tells apart. */
  if (info->n_voi_luts > 0) {
    const guint voi =
        presentation->voi < info->n_voi_luts ? presentation->voi : 0;
    const VitrailLut *lut = info->voi_luts[voi];
    presentation->window_width = lut->n_entries;
    presentation->window_center = lut->first + presentation->window_width / 2;
    return;
  }
  if (info->n_windows > 0) {
    presentation->window_center = info->windows[0].center;
    presentation->window_width = info->windows[0].width;
    return;
  }
  if (info->modality_lut != NULL) {
    presentation->window_width = exp2 (info->modality_lut->bits);
    presentation->window_center = presentation->window_width / 2;
    return;
  }
  double range = exp2 (MIN (info->format.bits_stored, 32)) - 1;
  double low = -info->sample_offset * info->slope + info->intercept;
  double high = (range - info->sample_offset) * info->slope + info->intercept;
  presentation->window_center = (low + high) / 2;
  presentation->window_width = fabs (high - low);
}

/* LINEAR is meant for whole numbers: a picture that is shown by LINEAR_EXACT in
 * its place (elements/pixel/windowvoi.c, and the range of floats) goes on so.
 */
static void
settle_function (const VitrailFrameInfo *info,
                 gboolean of_range,
                 VitrailPresentation *presentation)
{
  if (presentation->function == VITRAIL_VOI_LINEAR &&
      (presentation->window_width < 1 || (of_range && info->format.is_float)))
    presentation->function = VITRAIL_VOI_LINEAR_EXACT;
}

gboolean
vitrail_viewport_find_window (VitrailViewport *viewport,
                              VitrailPresentation *presentation)
{
  vitrail_viewport_get_presentation (viewport, presentation);
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  if (shown.info == NULL || shown.info->format.samples != 1 ||
      shown.info->palette != NULL)
    return FALSE;
  if (presentation->has_window) {
    settle_function (shown.info, FALSE, presentation);
    return TRUE;
  }
  presentation->has_window = TRUE;
  presentation->function = shown.info->voi_function;
  if (shown.has_window) {
    presentation->window_center = shown.window_center;
    presentation->window_width = shown.window_width;
  } else
    get_data_window (shown.info, presentation);
  settle_function (shown.info, vitrail_frame_info_get_n_voi (shown.info) == 0,
                   presentation);
  return TRUE;
}

/* Right is wider, down raises the centre (darker): as in the OHIF viewer. */
static void
window_drag (VitrailViewport *viewport,
             const VitrailInput *input,
             double dx,
             double dy)
{
  VitrailPresentation presentation = input->presentation;
  if (!presentation.has_window)
    return;
  double step = presentation.window_width / WINDOW_DRAG_PX;
  /* PS3.3 C.11.2.1.2: LINEAR needs a width of at least 1. */
  double narrowest = presentation.function == VITRAIL_VOI_LINEAR
                         ? 1.0
                         : presentation.window_width * 1e-3;
  presentation.window_center += dy * step;
  presentation.window_width =
      fmax (presentation.window_width + dx * step, narrowest);
  vitrail_viewport_set_presentation (viewport, &presentation);
}

/* The session moves, turns and thickens the planes of all viewports, or takes
 * points of a path. */
static void
crosshairs_drag (VitrailViewport *viewport,
                 const VitrailInput *input,
                 double dx,
                 double dy)
{
  const double pixel[2] = { input->start_x + dx, input->start_y + dy };

  vitrail_viewport_move_crosshairs (viewport, VITRAIL_HAND_MOVE, pixel);
}

/* The body follows the hand: a whole turn by about three viewports. */
static void
turn_drag (VitrailViewport *viewport,
           const VitrailInput *input,
           double dx,
           double dy)
{
  VitrailBodyLook look = input->body;

  look.azimuth -= dx * DEGREES_A_PX;
  look.elevation += dy * DEGREES_A_PX;
  (void) vitrail_viewport_set_body (viewport, &look);
}

static gboolean
is_waveform (VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);
  return set != NULL && set->kind == VITRAIL_DISPLAY_SET_WAVEFORM;
}

/* Where there is no trace to measure on the page is moved. */
static void
caliper_drag (VitrailViewport *viewport,
              const VitrailInput *input,
              double dx,
              double dy)
{
  const double from[2] = { input->start_x, input->start_y };
  const double to[2] = { from[0] + dx, from[1] + dy };

  if (!is_waveform (viewport) ||
      !vitrail_viewport_set_caliper (viewport, from, to))
    pan_drag (viewport, input, dx, dy);
}

static const VitrailTool tools[] = {
  { "window-level", window_drag, VITRAIL_DRAW_NOTHING },
  { "zoom", zoom_drag, VITRAIL_DRAW_NOTHING },
  { "pan", pan_drag, VITRAIL_DRAW_NOTHING },
  { "scroll", scroll_drag, VITRAIL_DRAW_NOTHING },
  { "crosshairs", crosshairs_drag, VITRAIL_DRAW_NOTHING },
  { "path", crosshairs_drag, VITRAIL_DRAW_NOTHING },
  { "region", crosshairs_drag, VITRAIL_DRAW_NOTHING },
  { "move-layer", crosshairs_drag, VITRAIL_DRAW_NOTHING },
  { "turn-layer", crosshairs_drag, VITRAIL_DRAW_NOTHING },
  { "turn", turn_drag, VITRAIL_DRAW_NOTHING },
  /* On bodies, where they do not turn; see bodyhands.h. */
  { "crop", turn_drag, VITRAIL_DRAW_NOTHING },
  { "cut-inside", turn_drag, VITRAIL_DRAW_NOTHING },
  { "cut-outside", turn_drag, VITRAIL_DRAW_NOTHING },
  { "point", pan_drag, VITRAIL_DRAW_POINT },
  { "line", pan_drag, VITRAIL_DRAW_LINE },
  { "polygon", pan_drag, VITRAIL_DRAW_POLYGON },
  { "freehand", pan_drag, VITRAIL_DRAW_FREEHAND },
  { "rectangle", pan_drag, VITRAIL_DRAW_RECTANGLE },
  { "ellipse", pan_drag, VITRAIL_DRAW_ELLIPSE },
  { "doppler-trace", pan_drag, VITRAIL_DRAW_TRACE },
  { "chamber", pan_drag, VITRAIL_DRAW_CHAMBER },
  { "caliper", caliper_drag, VITRAIL_DRAW_NOTHING },
};

const char *const *
vitrail_tool_list (void)
{
  static const char *names[G_N_ELEMENTS (tools) + 1];
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    names[i] = tools[i].name;
  return names;
}

const VitrailTool *
vitrail_tool_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++) {
    if (g_strcmp0 (tools[i].name, name) == 0)
      return &tools[i];
  }
  return NULL;
}

const char *
vitrail_tool_get_name (const VitrailTool *self)
{
  return self->name;
}

static gboolean
is_slide (VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);
  return set != NULL && set->kind == VITRAIL_DISPLAY_SET_SLIDE;
}

/* Left: the active tool (a slide has no window and no positions: pan; a body is
 * turned; a waveform has no window either, and is measured), middle: pan,
 * right: zoom. */
static const VitrailTool *
choose_tool (const VitrailInput *self, VitrailViewport *viewport, int button)
{
  if (button == 2)
    return vitrail_tool_find ("pan");
  if (button == 3)
    return vitrail_tool_find ("zoom");
  if (button != 1)
    return NULL;
  const VitrailTool *tool = self->active != NULL ? self->active : &tools[0];
  if (is_slide (viewport) &&
      (tool->drag == window_drag || tool->drag == scroll_drag ||
       tool->drag == crosshairs_drag))
    return vitrail_tool_find ("pan");
  if (is_waveform (viewport) &&
      (tool->drag == window_drag || tool->draws == VITRAIL_DRAW_LINE))
    return vitrail_tool_find ("caliper");
  if (vitrail_viewport_is_body (viewport) && tool->drag != zoom_drag &&
      (tool->drag != pan_drag || tool->draws != VITRAIL_DRAW_NOTHING))
    return vitrail_tool_find ("turn");
  return tool;
}

static void
press (VitrailInput *self, VitrailViewport *viewport, GstEvent *event)
{
  int button = 0;
  double x = 0;
  double y = 0;
  if (self->used != NULL ||
      !gst_navigation_event_parse_mouse_button_event (event, &button, &x, &y))
    return;
  self->button = button;
  self->used = choose_tool (self, viewport, button);
  const double pixel[2] = { x, y };
  self->drawing =
      button == 1 && vitrail_drawing_press (viewport, self->used->draws, pixel);
  self->cutting = button == 1 && vitrail_body_hand_press (viewport, pixel);
  self->start_x = x;
  self->start_y = y;
  self->position = vitrail_viewport_get_position (viewport);
  vitrail_viewport_get_view (viewport, &self->view);
  vitrail_viewport_get_body (viewport, &self->body);
  vitrail_viewport_find_window (viewport, &self->presentation);
  if (self->used->drag == crosshairs_drag)
    vitrail_viewport_move_crosshairs (viewport, VITRAIL_HAND_PRESS, pixel);
}

/* A press and a release in one place, without drawing: what lies there is
 * selected. */
static gboolean
is_click (const VitrailInput *self, const double pixel[2])
{
  return self->button == 1 && fabs (pixel[0] - self->start_x) < CLICK_PX &&
         fabs (pixel[1] - self->start_y) < CLICK_PX;
}

static void
release (VitrailInput *self, VitrailViewport *viewport, GstEvent *event)
{
  int button = 0;
  double pixel[2] = { 0, 0 };
  if (self->used == NULL ||
      !gst_navigation_event_parse_mouse_button_event (event, &button, &pixel[0],
                                                      &pixel[1]) ||
      button != self->button)
    return;
  if (self->used->drag == crosshairs_drag)
    vitrail_viewport_move_crosshairs (viewport, VITRAIL_HAND_RELEASE, pixel);
  self->used = NULL;
  if (self->cutting)
    vitrail_body_hand_release (viewport, pixel);
  else if (self->drawing)
    vitrail_drawing_release (viewport, pixel);
  else if (is_slide (viewport) && is_click (self, pixel))
    vitrail_drawing_select (viewport, pixel);
  self->drawing = self->cutting = FALSE;
}

static void
move (VitrailInput *self, VitrailViewport *viewport, GstEvent *event)
{
  double pixel[2] = { 0, 0 };
  if (!gst_navigation_event_parse_mouse_move_event (event, &pixel[0],
                                                    &pixel[1]))
    return;
  /* A polygon goes on while no button is down. */
  if (self->used != NULL && self->cutting)
    vitrail_body_hand_move (viewport, pixel);
  else if (self->drawing || self->used == NULL)
    vitrail_drawing_move (viewport, pixel);
  else
    self->used->drag (viewport, self, pixel[0] - self->start_x,
                      pixel[1] - self->start_y);
}

/* Up is positive. A wheel gives whole clicks, a touch pad parts of one. */
static void
wheel (VitrailInput *self, VitrailViewport *viewport, GstEvent *event)
{
  double x = 0;
  double y = 0;
  double up = 0;
  GstNavigationModifierType state = 0;
  if (!gst_navigation_event_parse_mouse_scroll_event (event, &x, &y, NULL, &up))
    return;
  gst_navigation_event_parse_modifier_state (event, &state);
  if (is_slide (viewport) || vitrail_viewport_is_body (viewport) ||
      (state & GST_NAVIGATION_MODIFIER_CONTROL_MASK))
  {
    vitrail_viewport_zoom_at (viewport, pow (ZOOM_WHEEL_FACTOR, up), x, y);
    return;
  }
  self->scrolled -= up;
  double clicks = trunc (self->scrolled);
  self->scrolled -= clicks;
  double position = vitrail_viewport_get_position (viewport) + clicks;
  double last = vitrail_viewport_get_n_positions (viewport);
  if (clicks != 0 && last >= 1)
    vitrail_viewport_set_position (viewport, (guint) CLAMP (position, 1, last));
}

void
vitrail_input_handle (VitrailInput *self,
                      VitrailViewport *viewport,
                      GstEvent *event)
{
  switch (gst_navigation_event_get_type (event)) {
  case GST_NAVIGATION_EVENT_MOUSE_BUTTON_PRESS:
    press (self, viewport, event);
    break;
  case GST_NAVIGATION_EVENT_MOUSE_BUTTON_RELEASE:
    release (self, viewport, event);
    break;
  case GST_NAVIGATION_EVENT_MOUSE_MOVE:
    move (self, viewport, event);
    break;
  case GST_NAVIGATION_EVENT_MOUSE_SCROLL:
    wheel (self, viewport, event);
    break;
  default:
    break;
  }
}
