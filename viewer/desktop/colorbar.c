/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailColorBar: see colorbar.h. */

#include "colorbar.h"

#include "cornertext.h"
#include "overlay.h"
#include "pixel/colormap.h"

/* At the right edge, left of the orientation letter. */
#define RIGHT    26.0f
#define WIDTH    12.0f
#define GAP      3.0f
#define FRACTION 0.4f /* of the viewport's height */

struct _VitrailColorBar {
  GtkWidget *widget; /* not owned: it owns us */
  GdkTexture *colors;
  const char *colormap; /* interned, of @colors; NULL: none */
  gboolean inverted;    /* so are @colors */
  PangoLayout *name;
  PangoLayout *high;
  PangoLayout *low;
};

VitrailColorBar *
vitrail_color_bar_new (GtkWidget *widget)
{
  VitrailColorBar *self = g_new0 (VitrailColorBar, 1);
  self->widget = widget;
  self->name = vitrail_overlay_new_layout (widget);
  self->high = vitrail_overlay_new_layout (widget);
  self->low = vitrail_overlay_new_layout (widget);
  return self;
}

void
vitrail_color_bar_free (VitrailColorBar *self)
{
  g_clear_object (&self->colors);
  g_object_unref (self->name);
  g_object_unref (self->high);
  g_object_unref (self->low);
  g_free (self);
}

/* One pixel wide, the highest grey level on top. */
static GdkTexture *
make_colors (const uint32_t *colors, gboolean inverted)
{
  guint8 *rgb = g_malloc ((gsize) 3 * VITRAIL_COLORMAP_SIZE);
  for (gsize y = 0; y < VITRAIL_COLORMAP_SIZE; y++) {
    uint32_t color = colors[inverted ? y : VITRAIL_COLORMAP_SIZE - 1 - y];
    rgb[3 * y] = (guint8) (color >> 16);
    rgb[3 * y + 1] = (guint8) (color >> 8);
    rgb[3 * y + 2] = (guint8) color;
  }
  g_autoptr (GBytes) bytes =
      g_bytes_new_take (rgb, (gsize) 3 * VITRAIL_COLORMAP_SIZE);
  return gdk_memory_texture_new (1, VITRAIL_COLORMAP_SIZE, GDK_MEMORY_R8G8B8,
                                 bytes, 3);
}

void
vitrail_color_bar_set (VitrailColorBar *self,
                       const VitrailShownState *shown,
                       const VitrailPresentation *presentation)
{
  const VitrailFrameInfo *info = shown->info;
  gboolean grey = shown->valid && info != NULL && info->palette == NULL &&
                  info->format.samples == 1;
  const char *colormap = grey ? g_intern_string (vitrail_colormap_find_name (
                                    presentation->colormap))
                              : NULL;
  gboolean inverted = grey && !presentation->invert != !info->inverted;
  g_autofree char *high = NULL;
  g_autofree char *low = NULL;

  if (colormap != self->colormap || inverted != self->inverted) {
    g_clear_object (&self->colors);
    self->colormap = colormap;
    self->inverted = inverted;
    if (colormap != NULL)
      self->colors = make_colors (vitrail_colormap_find (colormap), inverted);
  }
  if (colormap != NULL)
    vitrail_window_texts (shown, &low, &high);
  pango_layout_set_text (self->name, colormap != NULL ? colormap : "", -1);
  pango_layout_set_text (self->high, high != NULL ? high : "", -1);
  pango_layout_set_text (self->low, low != NULL ? low : "", -1);
}

/* Its right edge at @right, its top or its bottom at @y. */
static void
draw_label (GtkSnapshot *snapshot,
            PangoLayout *layout,
            float right,
            float y,
            gboolean above)
{
  int width = 0;
  int height = 0;
  pango_layout_get_pixel_size (layout, &width, &height);
  vitrail_overlay_draw_text (snapshot, layout, right - (float) width,
                             above ? y - (float) height : y);
}

void
vitrail_color_bar_snapshot (VitrailColorBar *self, GtkSnapshot *snapshot)
{
  static const GdkRGBA outline = { 0.17f, 0.19f, 0.23f, 1.0f };
  if (self->colors == NULL)
    return;
  float height = (float) gtk_widget_get_height (self->widget) * FRACTION;
  float right = (float) gtk_widget_get_width (self->widget) - RIGHT;
  float x = right - WIDTH;
  float y = ((float) gtk_widget_get_height (self->widget) - height) / 2;
  int line = 0;

  gtk_snapshot_append_color (snapshot, &outline,
                             &GRAPHENE_RECT_INIT (x - 1, y - 1, WIDTH + 2,
                                                  height + 2));
  gtk_snapshot_append_texture (snapshot, self->colors,
                               &GRAPHENE_RECT_INIT (x, y, WIDTH, height));
  pango_layout_get_pixel_size (self->high, NULL, &line);
  draw_label (snapshot, self->high, right, y - GAP, TRUE);
  draw_label (snapshot, self->name, right, y - GAP - (float) line, TRUE);
  draw_label (snapshot, self->low, right, y + height + GAP, FALSE);
}

const char *
vitrail_color_bar_get_text (VitrailColorBar *self)
{
  return pango_layout_get_text (self->name);
}
