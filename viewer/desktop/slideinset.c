/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideInset: see slideinset.h. */

#include "slideinset.h"

#include "slidepictures.h"

/* From the viewport's edges, and what a picture may take of it. */
#define MARGIN     10.0f
#define TEXT_ROOM  74.0f /* lines of words above */
#define MAX_PX     170.0f
#define MAX_PART   0.3f
#define N_PICTURES 3

struct _VitrailSlideInset {
  GtkWidget *widget; /* not owned: it owns us */
  VitrailViewport *viewport;
  VitrailSlide *slide; /* that the pictures are of, or NULL */
  GCancellable *cancellable;
  GdkTexture *pictures[N_PICTURES]; /* by layer; NULL: none yet */
  gboolean asked[N_PICTURES];
};

VitrailSlideInset *
vitrail_slide_inset_new (GtkWidget *widget, VitrailViewport *viewport)
{
  VitrailSlideInset *self = g_new0 (VitrailSlideInset, 1);
  self->widget = widget;
  self->viewport = g_object_ref (viewport);
  return self;
}

static void
forget (VitrailSlideInset *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < N_PICTURES; i++) {
    g_clear_object (&self->pictures[i]);
    self->asked[i] = FALSE;
  }
  g_clear_object (&self->slide);
}

void
vitrail_slide_inset_free (VitrailSlideInset *self)
{
  forget (self);
  g_object_unref (self->viewport);
  g_free (self);
}

/* A picture on its way. It may come when nobody waits for it any more. */
typedef struct {
  VitrailSlideInset *inset;
  GCancellable *cancellable;
  guint layer;
} Loading;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Loading *loading = user_data;
  g_autoptr (GCancellable) cancellable = loading->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture =
      vitrail_slide_picture_load_finish (result, &error);
  if (g_cancellable_is_cancelled (cancellable))
    return; /* and the inset may be gone */
  if (texture == NULL) {
    g_debug ("picture of a slide: %s", error->message);
    return;
  }
  loading->inset->pictures[loading->layer] = g_steal_pointer (&texture);
  gtk_widget_queue_draw (loading->inset->widget);
}

static void
load (VitrailSlideInset *self, guint layer)
{
  Loading *loading = g_new0 (Loading, 1);
  loading->inset = self;
  loading->cancellable = g_object_ref (self->cancellable);
  loading->layer = layer;
  self->asked[layer] = TRUE;
  vitrail_slide_picture_load_async (self->slide, layer, self->cancellable,
                                    loaded_cb, loading);
}

void
vitrail_slide_inset_update (VitrailSlideInset *self)
{
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (self->viewport);
  if (slide != self->slide) {
    forget (self);
    g_set_object (&self->slide, slide);
    self->cancellable = g_cancellable_new ();
  }
  for (guint i = 0; self->slide != NULL && i < N_PICTURES; i++) {
    if (!self->asked[i] && vitrail_viewport_get_layer (self->viewport, i))
      load (self, i);
  }
}

static GdkTexture *
get_picture (VitrailSlideInset *self, VitrailSlideLayer layer)
{
  return vitrail_viewport_get_layer (self->viewport, layer)
             ? self->pictures[layer]
             : NULL;
}

/* As large as it may be, in the proportions of @picture. */
static void
fit (VitrailSlideInset *self, GdkTexture *picture, float *width, float *height)
{
  float w = (float) gdk_texture_get_width (picture);
  float h = (float) gdk_texture_get_height (picture);
  float room_w =
      MIN (MAX_PX, MAX_PART * (float) gtk_widget_get_width (self->widget));
  float room_h =
      MIN (MAX_PX, MAX_PART * (float) gtk_widget_get_height (self->widget));
  float scale = MIN (room_w / w, room_h / h);
  *width = w * scale;
  *height = h * scale;
}

/* In the lower right corner. */
static gboolean
get_overview_rect (VitrailSlideInset *self, graphene_rect_t *rect)
{
  GdkTexture *picture = get_picture (self, VITRAIL_SLIDE_OVERVIEW);
  float width = 0;
  float height = 0;
  if (picture == NULL)
    return FALSE;
  fit (self, picture, &width, &height);
  graphene_rect_init (
      rect, (float) gtk_widget_get_width (self->widget) - width - MARGIN,
      (float) gtk_widget_get_height (self->widget) - height - MARGIN, width,
      height);
  return TRUE;
}

static void
draw_frame (GtkSnapshot *snapshot, const graphene_rect_t *rect)
{
  static const GdkRGBA line = { 0.173f, 0.188f, 0.227f, 1.0f };
  const GdkRGBA colors[4] = { line, line, line, line };
  const float widths[4] = { 1, 1, 1, 1 };
  GskRoundedRect outline;
  graphene_rect_t outer = *rect;
  graphene_rect_inset (&outer, -1, -1);
  gsk_rounded_rect_init_from_rect (&outline, &outer, 0);
  gtk_snapshot_append_border (snapshot, &outline, widths, colors);
}

/* The corners of the viewport in the picture of the whole slide. */
static void
draw_place (const VitrailSlideInset *self,
            const VitrailShownState *shown,
            const graphene_rect_t *rect,
            cairo_t *cr)
{
  VitrailSlideLevel finest;
  VitrailViewportGeometry g;
  if (!vitrail_viewport_get_geometry (self->viewport, &g))
    return;
  vitrail_slide_get_level (self->slide, 0, &finest);
  const double corners[4][2] = { { 0, 0 },
                                 { g.width, 0 },
                                 { g.width, g.height },
                                 { 0, g.height } };
  const double *to = shown->to_frame;
  for (int i = 0; i < 4; i++) {
    double x = corners[i][0] - 0.5;
    double y = corners[i][1] - 0.5;
    double px = to[0] * x + to[1] * y + to[2] + 0.5;
    double py = to[3] * x + to[4] * y + to[5] + 0.5;
    cairo_line_to (
        cr, rect->origin.x + px / (double) finest.width * rect->size.width,
        rect->origin.y + py / (double) finest.height * rect->size.height);
  }
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_set_line_width (cr, 3);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 0.357, 0.616, 1);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
}

/* A veil over what has not been seen, thinner where it has been with a low
 * magnification. */
static void
draw_coverage (const VitrailSlideInset *self,
               const graphene_rect_t *rect,
               cairo_t *cr)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  if (work == NULL ||
      !vitrail_viewport_get_layer (self->viewport, VITRAIL_SLIDE_COVERAGE))
    return;
  const VitrailCoverage *coverage = vitrail_slide_work_get_coverage (work);
  double x_scale = (double) rect->size.width / (double) coverage->width;
  double y_scale = (double) rect->size.height / (double) coverage->height;
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint row = 0; row < coverage->rows; row++) {
    for (guint column = 0; column < coverage->columns; column++) {
      double seen = vitrail_coverage_get_magnification (coverage, column, row);
      double alpha = 0.62 * (1 - CLAMP (seen / 10, 0, 1));
      if (alpha <= 0)
        continue;
      cairo_set_source_rgba (cr, 0.06, 0.08, 0.16, alpha);
      cairo_rectangle (cr, rect->origin.x + column * coverage->cell * x_scale,
                       rect->origin.y + row * coverage->cell * y_scale,
                       coverage->cell * x_scale, coverage->cell * y_scale);
      cairo_fill (cr);
    }
  }
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_DEFAULT);
}

static void
draw_overview (VitrailSlideInset *self, GtkSnapshot *snapshot)
{
  graphene_rect_t rect;
  g_auto (VitrailShownState) shown = { 0 };
  if (!get_overview_rect (self, &rect))
    return;
  draw_frame (snapshot, &rect);
  gtk_snapshot_append_texture (snapshot,
                               get_picture (self, VITRAIL_SLIDE_OVERVIEW),
                               &rect);
  vitrail_viewport_get_shown (self->viewport, &shown);
  if (shown.slide != self->slide)
    return;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &rect);
  draw_coverage (self, &rect, cr);
  draw_place (self, &shown, &rect, cr);
  cairo_destroy (cr);
}

/* Label, and below it the scanner's picture, at the right. */
static void
draw_associated (VitrailSlideInset *self, GtkSnapshot *snapshot)
{
  static const VitrailSlideLayer layers[] = { VITRAIL_SLIDE_LABEL,
                                              VITRAIL_SLIDE_MACRO };
  float y = TEXT_ROOM;
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    GdkTexture *picture = get_picture (self, layers[i]);
    graphene_rect_t rect;
    float width = 0;
    float height = 0;
    if (picture == NULL)
      continue;
    fit (self, picture, &width, &height);
    graphene_rect_init (&rect,
                        (float) gtk_widget_get_width (self->widget) - width -
                            MARGIN,
                        y, width, height);
    draw_frame (snapshot, &rect);
    gtk_snapshot_append_texture (snapshot, picture, &rect);
    y += height + MARGIN;
  }
}

void
vitrail_slide_inset_snapshot (VitrailSlideInset *self, GtkSnapshot *snapshot)
{
  if (self->slide == NULL)
    return;
  draw_overview (self, snapshot);
  draw_associated (self, snapshot);
}

float
vitrail_slide_inset_get_room (VitrailSlideInset *self)
{
  graphene_rect_t rect;
  return self->slide != NULL && get_overview_rect (self, &rect)
             ? rect.size.width + MARGIN
             : 0;
}

gboolean
vitrail_slide_inset_find (VitrailSlideInset *self,
                          double x,
                          double y,
                          double place[2])
{
  graphene_rect_t rect;
  if (self->slide == NULL || !get_overview_rect (self, &rect))
    return FALSE;
  double across = (x - rect.origin.x) / rect.size.width;
  double down = (y - rect.origin.y) / rect.size.height;
  place[0] = CLAMP (across, 0, 1);
  place[1] = CLAMP (down, 0, 1);
  return across >= 0 && across <= 1 && down >= 0 && down <= 1;
}
