/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailOverlay: see overlay.h. */

#include "overlay.h"

#include "colorbar.h"

#include <glib/gi18n.h>

#define MARGIN         10.0f
#define LETTER_MARGIN  6.0f
#define LINE_HEIGHT_PX 2.0f
#define NOTICE_LINES   3

static const GdkRGBA text_color = { 0.90f, 0.91f, 0.93f, 1.0f };
static const GdkRGBA outline_color = { 0.0f, 0.0f, 0.0f, 0.85f };
static const GdkRGBA warning_color = { 0.94f, 0.71f, 0.16f, 1.0f };
static const GdkRGBA muted_color = { 0.60f, 0.64f, 0.70f, 1.0f };
static const GdkRGBA accent_color = { 0.36f, 0.62f, 1.0f, 1.0f };

struct _VitrailOverlay {
  GtkWidget *widget; /* not owned: it owns us */
  PangoLayout *corners[VITRAIL_N_CORNERS];
  PangoLayout *edges[VITRAIL_N_EDGES];
  PangoLayout *warning;
  PangoLayout *notice;
  char *note; /* for it, or NULL */
  VitrailColorBar *color_bar;
  PangoLayout *scale_text;
  PangoLayout *message;
  PangoLayout *waiting_name;
  float scale_bar_length;
  float right_room; /* of the lower right corner that is taken */
  gboolean waiting;
};

PangoLayout *
vitrail_overlay_new_layout (GtkWidget *widget)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, "");
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

VitrailOverlay *
vitrail_overlay_new (GtkWidget *widget)
{
  VitrailOverlay *self = g_new0 (VitrailOverlay, 1);
  self->widget = widget;
  for (guint i = 0; i < VITRAIL_N_CORNERS; i++)
    self->corners[i] = vitrail_overlay_new_layout (widget);
  for (guint i = 0; i < VITRAIL_N_EDGES; i++)
    self->edges[i] = vitrail_overlay_new_layout (widget);
  self->warning = vitrail_overlay_new_layout (widget);
  self->notice = vitrail_overlay_new_layout (widget);
  pango_layout_set_ellipsize (self->notice, PANGO_ELLIPSIZE_END);
  pango_layout_set_height (self->notice, -NOTICE_LINES);
  self->color_bar = vitrail_color_bar_new (widget);
  self->scale_text = vitrail_overlay_new_layout (widget);
  self->message = vitrail_overlay_new_layout (widget);
  self->waiting_name = vitrail_overlay_new_layout (widget);
  pango_layout_set_wrap (self->message, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (self->message, PANGO_ALIGN_CENTER);
  pango_layout_set_alignment (self->corners[VITRAIL_CORNER_TOP_RIGHT],
                              PANGO_ALIGN_RIGHT);
  pango_layout_set_alignment (self->corners[VITRAIL_CORNER_BOTTOM_RIGHT],
                              PANGO_ALIGN_RIGHT);
  return self;
}

void
vitrail_overlay_free (VitrailOverlay *self)
{
  for (guint i = 0; i < VITRAIL_N_CORNERS; i++)
    g_object_unref (self->corners[i]);
  for (guint i = 0; i < VITRAIL_N_EDGES; i++)
    g_object_unref (self->edges[i]);
  g_object_unref (self->warning);
  g_object_unref (self->notice);
  vitrail_color_bar_free (self->color_bar);
  g_object_unref (self->scale_text);
  g_object_unref (self->message);
  g_object_unref (self->waiting_name);
  g_free (self->note);
  g_free (self);
}

/* Laying out costs, so only what has changed. */
static void
set_text (PangoLayout *layout, const char *text)
{
  if (text == NULL)
    text = "";
  if (g_strcmp0 (pango_layout_get_text (layout), text) != 0)
    pango_layout_set_text (layout, text, -1);
}

void
vitrail_overlay_set_note (VitrailOverlay *self, const char *note)
{
  if (g_strcmp0 (note, self->note) == 0)
    return;
  g_free (self->note);
  self->note = g_strdup (note);
}

static char *
dup_notice (VitrailOverlay *self, const VitrailShownState *shown)
{
  g_autofree char *notice = vitrail_notice_text (shown);

  if (self->note == NULL)
    return g_steal_pointer (&notice);
  return g_strconcat (self->note, *notice != '\0' ? "\n" : "", notice, NULL);
}

void
vitrail_overlay_set_shown (VitrailOverlay *self,
                           const VitrailShownState *shown,
                           guint position,
                           guint n_positions,
                           int scale)
{
  gboolean valid = shown->valid;
  for (guint i = 0; i < VITRAIL_N_CORNERS; i++) {
    g_autofree char *text =
        valid ? vitrail_corner_text (i, shown, position, n_positions) : NULL;
    set_text (self->corners[i], text);
  }
  for (guint i = 0; i < VITRAIL_N_EDGES; i++) {
    char text[4] = "";
    if (valid)
      vitrail_edge_text (i, shown, text);
    set_text (self->edges[i], text);
  }
  g_autofree char *warning = valid ? vitrail_warning_text (shown) : NULL;
  set_text (self->warning, warning);
  g_autofree char *notice = valid ? dup_notice (self, shown) : NULL;
  set_text (self->notice, notice);

  g_autofree char *length = NULL;
  double max_px = gtk_widget_get_width (self->widget) * 0.25 * scale;
  double bar = valid ? vitrail_scale_bar (shown, max_px, &length) : 0;
  self->scale_bar_length = (float) (bar / scale);
  set_text (self->scale_text, length);
}

void
vitrail_overlay_set_presentation (VitrailOverlay *self,
                                  const VitrailShownState *shown,
                                  const VitrailPresentation *presentation)
{
  vitrail_color_bar_set (self->color_bar, shown, presentation);
}

void
vitrail_overlay_set_right_room (VitrailOverlay *self, float room)
{
  self->right_room = room;
}

void
vitrail_overlay_set_message (VitrailOverlay *self, const char *message)
{
  set_text (self->message, message);
}

void
vitrail_overlay_set_waiting (VitrailOverlay *self,
                             gboolean waiting,
                             const char *name)
{
  self->waiting = waiting;
  set_text (self->waiting_name, name);
}

static void
get_size (PangoLayout *layout, float *width, float *height)
{
  int w = 0;
  int h = 0;
  pango_layout_get_pixel_size (layout, &w, &h);
  *width = (float) w;
  *height = (float) h;
}

static void
draw_at (GtkSnapshot *snapshot,
         PangoLayout *layout,
         float x,
         float y,
         const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* Readable on black and on white: with a thin dark outline. */
static void
draw_text (GtkSnapshot *snapshot,
           PangoLayout *layout,
           float x,
           float y,
           const GdkRGBA *color)
{
  static const float offsets[][2] = { { -1, 0 },
                                      { 1, 0 },
                                      { 0, -1 },
                                      { 0, 1 } };
  if (*pango_layout_get_text (layout) == '\0')
    return;
  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    draw_at (snapshot, layout, x + offsets[i][0], y + offsets[i][1],
             &outline_color);
  draw_at (snapshot, layout, x, y, color);
}

void
vitrail_overlay_draw_text (GtkSnapshot *snapshot,
                           PangoLayout *layout,
                           float x,
                           float y)
{
  draw_text (snapshot, layout, x, y, &text_color);
}

/* Above one another at the bottom left: values, what must not be missed, and,
 * quietly, what is worth knowing. @y: where the lowest of it ends. */
static void
draw_warnings (VitrailOverlay *self,
               GtkSnapshot *snapshot,
               float width,
               float y)
{
  float w = 0;
  float h = 0;
  get_size (self->warning, &w, &h);
  if (*pango_layout_get_text (self->warning) == '\0')
    h = 0;
  draw_text (snapshot, self->warning, MARGIN, y - h, &warning_color);
  y -= h;
  /* Not into the scale bar. */
  pango_layout_set_width (self->notice, (int) (width * 0.35f) * PANGO_SCALE);
  get_size (self->notice, &w, &h);
  draw_text (snapshot, self->notice, MARGIN, y - h - 2, &muted_color);
}

static void
draw_corners (VitrailOverlay *self,
              GtkSnapshot *snapshot,
              float width,
              float height)
{
  float w = 0;
  float h = 0;
  draw_text (snapshot, self->corners[VITRAIL_CORNER_TOP_LEFT], MARGIN, MARGIN,
             &text_color);
  get_size (self->corners[VITRAIL_CORNER_TOP_RIGHT], &w, &h);
  draw_text (snapshot, self->corners[VITRAIL_CORNER_TOP_RIGHT],
             width - w - MARGIN, MARGIN, &text_color);
  get_size (self->corners[VITRAIL_CORNER_BOTTOM_RIGHT], &w, &h);
  draw_text (snapshot, self->corners[VITRAIL_CORNER_BOTTOM_RIGHT],
             width - w - MARGIN, height - h - MARGIN, &text_color);
  get_size (self->corners[VITRAIL_CORNER_BOTTOM_LEFT], &w, &h);
  draw_text (snapshot, self->corners[VITRAIL_CORNER_BOTTOM_LEFT], MARGIN,
             height - h - MARGIN, &text_color);
  if (*pango_layout_get_text (self->corners[VITRAIL_CORNER_BOTTOM_LEFT]) ==
      '\0')
    h = 0;
  draw_warnings (self, snapshot, width, height - h - MARGIN - 2);
}

static void
draw_edges (VitrailOverlay *self,
            GtkSnapshot *snapshot,
            float width,
            float height)
{
  for (guint i = 0; i < VITRAIL_N_EDGES; i++) {
    float w = 0;
    float h = 0;
    get_size (self->edges[i], &w, &h);
    float x = (width - w) / 2;
    float y = (height - h) / 2;
    if (i == VITRAIL_EDGE_LEFT)
      x = LETTER_MARGIN;
    else if (i == VITRAIL_EDGE_RIGHT)
      x = width - w - LETTER_MARGIN;
    else if (i == VITRAIL_EDGE_TOP)
      y = LETTER_MARGIN;
    else
      y = height - h - LETTER_MARGIN - 22; /* above the scale bar */
    draw_text (snapshot, self->edges[i], x, y, &text_color);
  }
}

static void
fill (GtkSnapshot *snapshot,
      float x,
      float y,
      float width,
      float height,
      const GdkRGBA *color)
{
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (x, y, width, height));
}

static float
corner_width (VitrailOverlay *self)
{
  float w = 0;
  float h = 0;
  get_size (self->corners[VITRAIL_CORNER_BOTTOM_LEFT], &w, &h);
  return w;
}

/* Of the higher one at the bottom. */
static float
corner_height (VitrailOverlay *self)
{
  float w = 0;
  float left = 0;
  float right = 0;
  get_size (self->corners[VITRAIL_CORNER_BOTTOM_LEFT], &w, &left);
  get_size (self->corners[VITRAIL_CORNER_BOTTOM_RIGHT], &w, &right);
  return MAX (left, right);
}

/* A line with ticks at its ends, its length written beside it. */
static void
draw_scale_bar (VitrailOverlay *self,
                GtkSnapshot *snapshot,
                float width,
                float height)
{
  float length = self->scale_bar_length;
  if (length < 1)
    return;
  float x = (width - self->right_room - length) / 2;
  float y = height - MARGIN - 4;
  float least = corner_width (self) + 3 * MARGIN;
  float w = 0;
  float h = 0;
  float right = 0;
  get_size (self->corners[VITRAIL_CORNER_BOTTOM_RIGHT], &right, &h);
  get_size (self->scale_text, &w, &h);
  /* Not into what stands at the left and at the right: above them, where there
   * is no room between, and at the left, since a letter is in the middle. */
  const float most =
      width - self->right_room - right - 3 * MARGIN - length - 8 - w;
  if (most < least) {
    x = MARGIN;
    y -= corner_height (self);
  } else
    x = CLAMP (x, least, most);
  fill (snapshot, x - 1, y - 5, 3, 7, &outline_color);
  fill (snapshot, x + length - 2, y - 5, 3, 7, &outline_color);
  fill (snapshot, x - 1, y - 1, length + 2, 3, &outline_color);
  fill (snapshot, x, y, length, 1, &text_color);
  fill (snapshot, x, y - 4, 1, 5, &text_color);
  fill (snapshot, x + length - 1, y - 4, 1, 5, &text_color);
  draw_text (snapshot, self->scale_text, x + length + 8, y - h / 2 - 1,
             &text_color);
}

static void
draw_message (VitrailOverlay *self,
              GtkSnapshot *snapshot,
              float width,
              float height)
{
  float w = 0;
  float h = 0;
  float room = MAX (width - 6 * MARGIN, 60);
  pango_layout_set_width (self->message, (int) room * PANGO_SCALE);
  get_size (self->message, &w, &h);
  draw_text (snapshot, self->message, (width - room) / 2, (height - h) / 2,
             &muted_color);
}

void
vitrail_overlay_snapshot (VitrailOverlay *self, GtkSnapshot *snapshot)
{
  float width = (float) gtk_widget_get_width (self->widget);
  float height = (float) gtk_widget_get_height (self->widget);

  draw_corners (self, snapshot, width, height);
  draw_edges (self, snapshot, width, height);
  draw_scale_bar (self, snapshot, width, height);
  draw_message (self, snapshot, width, height);
  vitrail_color_bar_snapshot (self->color_bar, snapshot);
  if (self->waiting) {
    float w = 0;
    float h = 0;
    fill (snapshot, 0, 0, width, LINE_HEIGHT_PX, &accent_color);
    get_size (self->waiting_name, &w, &h);
    draw_text (snapshot, self->waiting_name, (width - w) / 2, MARGIN + h,
               &text_color);
  }
}

char *
vitrail_overlay_dup_text (VitrailOverlay *self)
{
  GString *text = g_string_new (pango_layout_get_text (self->message));
  const char *warning = pango_layout_get_text (self->warning);
  if (*warning != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", warning);
  const char *colors = vitrail_color_bar_get_text (self->color_bar);
  if (*colors != '\0')
    g_string_append_printf (text, _ ("%sColours %s"), text->len > 0 ? ", " : "",
                            colors);
  for (guint i = 0; i < VITRAIL_N_CORNERS; i++) {
    const char *corner = pango_layout_get_text (self->corners[i]);
    if (*corner != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", corner);
  }
  const char *notice = pango_layout_get_text (self->notice);
  if (*notice != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", notice);
  g_string_replace (text, "\n", ", ", 0);
  return g_string_free (text, FALSE);
}
