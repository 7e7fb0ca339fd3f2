/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationLayer: see annotationlayer.h. */

#include "annotationlayer.h"

#include "annotation/shapeindex.h"
#include "cornertext.h"
#include "overlay.h"

/* Sizes stand at this many shapes at most, none of which is smaller on the
 * screen than this. */
#define MAX_SIZES   40u
#define LEAST_PX    24.0
#define HANDLE_PX   4.0
#define ACCENT_RGB  0.357, 0.616, 1.0
#define FIELD_RGB   0.94, 0.71, 0.16
#define TEXT_OFFSET 6.0

struct _VitrailAnnotationLayer {
  GtkWidget *widget; /* not owned: it owns us */
  VitrailViewport *viewport;
  PangoLayout *text;
};

/* A drawing under way. */
typedef struct {
  VitrailAnnotationLayer *layer;
  GtkSnapshot *snapshot;
  cairo_t *cr;
  double scale;     /* device pixels on one of the widget */
  double mpp_um[2]; /* 0: not known */
} Pen;

VitrailAnnotationLayer *
vitrail_annotation_layer_new (GtkWidget *widget, VitrailViewport *viewport)
{
  VitrailAnnotationLayer *self = g_new0 (VitrailAnnotationLayer, 1);
  self->widget = widget;
  self->viewport = g_object_ref (viewport);
  self->text = vitrail_overlay_new_layout (widget);
  return self;
}

void
vitrail_annotation_layer_free (VitrailAnnotationLayer *self)
{
  g_object_unref (self->viewport);
  g_object_unref (self->text);
  g_free (self);
}

static void
get_widget_point (const Pen *pen, const double place[2], double at[2])
{
  at[0] = at[1] = 0;
  vitrail_viewport_from_slide (pen->layer->viewport, place, at);
  at[0] /= pen->scale;
  at[1] /= pen->scale;
}

/* Readable on light and on dark. */
static void
stroke (const Pen *pen, double red, double green, double blue)
{
  cairo_set_source_rgba (pen->cr, 0, 0, 0, 0.55);
  cairo_set_line_width (pen->cr, 4);
  cairo_stroke_preserve (pen->cr);
  cairo_set_source_rgb (pen->cr, red, green, blue);
  cairo_set_line_width (pen->cr, 2);
  cairo_stroke (pen->cr);
}

static void
draw_text (const Pen *pen, const char *text, double x, double y)
{
  pango_layout_set_text (pen->layer->text, text, -1);
  vitrail_overlay_draw_text (pen->snapshot, pen->layer->text, (float) x,
                             (float) y);
}

static void
trace (const Pen *pen, const double *xy, guint n_points, gboolean is_closed)
{
  for (guint i = 0; i < n_points; i++) {
    double at[2];
    get_widget_point (pen, xy + 2 * (gsize) i, at);
    cairo_line_to (pen->cr, at[0], at[1]);
  }
  if (is_closed)
    cairo_close_path (pen->cr);
}

static void
draw_handle (const Pen *pen, const double at[2])
{
  cairo_rectangle (pen->cr, at[0] - HANDLE_PX, at[1] - HANDLE_PX, 2 * HANDLE_PX,
                   2 * HANDLE_PX);
  cairo_set_source_rgb (pen->cr, 1, 1, 1);
  cairo_fill_preserve (pen->cr);
  cairo_set_source_rgb (pen->cr, ACCENT_RGB);
  cairo_set_line_width (pen->cr, 1.5);
  cairo_stroke (pen->cr);
}

/* What is being drawn: as a set of one shape, which knows its outline and its
 * size. */
static void
draw_draft (const Pen *pen)
{
  const VitrailDraft *draft = vitrail_viewport_get_draft (pen->layer->viewport);
  if (draft->kind == VITRAIL_DRAW_NOTHING || draft->kind == VITRAIL_DRAW_FIELD)
    return;
  const double *xy = (const double *) draft->points->data;
  guint n = draft->points->len / 2;
  g_autofree double *outline = NULL;
  if (draft->shape == VITRAIL_SHAPE_ELLIPSE && n == 4) {
    outline = g_new (double, 2 * VITRAIL_ELLIPSE_POINTS);
    vitrail_ellipse_get_outline (xy, outline);
    trace (pen, outline, VITRAIL_ELLIPSE_POINTS, TRUE);
  } else
    trace (pen, xy, n,
           draft->shape == VITRAIL_SHAPE_RECTANGLE ||
               draft->kind == VITRAIL_DRAW_VERTEX);
  stroke (pen, ACCENT_RGB);
  for (guint i = 0; i < n && draft->kind != VITRAIL_DRAW_FREEHAND; i++) {
    double at[2];
    get_widget_point (pen, xy + 2 * (gsize) i, at);
    draw_handle (pen, at);
  }
  g_autoptr (VitrailAnnotationSet) none = vitrail_annotation_set_new ("draft");
  g_autoptr (VitrailAnnotationGroup) group =
      vitrail_annotation_group_new ("", 0);
  g_autoptr (VitrailAnnotationSet) grouped =
      vitrail_annotation_set_with_group (none, 0, group, NULL);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_set_with_shape (grouped, draft->shape, 0, xy,
                                         draft->points->len, NULL);
  VitrailShapeSize size;
  double at[2];
  if (set == NULL || n < 2 ||
      !vitrail_annotation_set_measure (set, 0, pen->mpp_um[0], pen->mpp_um[1],
                                       &size))
    return;
  g_autofree char *text = vitrail_size_text (&size);
  get_widget_point (pen, xy + 2 * ((gsize) n - 1), at);
  draw_text (pen, text, at[0] + 2 * TEXT_OFFSET, at[1] + TEXT_OFFSET);
}

/* Length and area of shape @index, at the right of it. */
static void
draw_size (const Pen *pen, const VitrailAnnotationSet *set, guint index)
{
  VitrailShape shape;
  VitrailShapeSize size;
  if (!vitrail_annotation_set_get_shape (set, index, &shape) ||
      !vitrail_annotation_set_measure (set, index, pen->mpp_um[0],
                                       pen->mpp_um[1], &size))
    return;
  double left[2];
  double right[2];
  const double ends[2][2] = { { shape.bounds[0], shape.bounds[1] },
                              { shape.bounds[2], shape.bounds[3] } };
  get_widget_point (pen, ends[0], left);
  get_widget_point (pen, ends[1], right);
  double longer = MAX (ABS (right[0] - left[0]), ABS (right[1] - left[1]));
  const char *name =
      vitrail_annotation_set_get_text (set, index, VITRAIL_ANNOTATION_NAME);
  if (longer < LEAST_PX && name == NULL)
    return;
  g_autofree char *size_text =
      longer >= LEAST_PX ? vitrail_size_text (&size) : g_strdup ("");
  g_autofree char *text =
      g_strdup_printf ("%s%s%s", name != NULL ? name : "",
                       name != NULL && *size_text != '\0' ? "\n" : "",
                       size_text);
  if (*text != '\0')
    draw_text (pen, text, MAX (left[0], right[0]) + TEXT_OFFSET,
               (left[1] + right[1]) / 2 - TEXT_OFFSET);
}

/* Of the shapes that are to be seen now. */
static void
draw_sizes (const Pen *pen, const VitrailAnnotationSet *set)
{
  const VitrailShapeIndex *index = vitrail_annotation_set_get_index (set);
  VitrailShapeCursor cursor;
  double bounds[4] = { G_MAXDOUBLE, G_MAXDOUBLE, -G_MAXDOUBLE, -G_MAXDOUBLE };
  double width = gtk_widget_get_width (pen->layer->widget) * pen->scale;
  double height = gtk_widget_get_height (pen->layer->widget) * pen->scale;
  const double corners[4][2] = { { 0, 0 },
                                 { width, 0 },
                                 { width, height },
                                 { 0, height } };
  guint n = 0;
  if (index == NULL)
    return;
  for (int i = 0; i < 4; i++) {
    double place[2];
    if (!vitrail_viewport_to_slide (pen->layer->viewport, corners[i], place))
      return;
    for (int axis = 0; axis < 2; axis++) {
      bounds[axis] = MIN (bounds[axis], place[axis]);
      bounds[axis + 2] = MAX (bounds[axis + 2], place[axis]);
    }
  }
  vitrail_shape_cursor_init (&cursor, index, bounds, 0);
  while (n < MAX_SIZES && vitrail_shape_cursor_next (&cursor)) {
    for (guint i = 0; i < cursor.n && n < MAX_SIZES; i++, n++)
      draw_size (pen, set, index->shapes[cursor.first + i]);
  }
}

static void
draw_handles (const Pen *pen, const VitrailAnnotationSet *set, guint index)
{
  guint n = vitrail_annotation_set_get_n_points (set, index, 0);
  if (n > VITRAIL_DRAWING_MAX_HANDLES)
    return;
  for (guint i = 0; i < n; i++) {
    double place[2];
    double at[2];
    vitrail_annotation_set_get_point (set, index, 0, i, &place[0], &place[1]);
    get_widget_point (pen, place, at);
    draw_handle (pen, at);
  }
}

static void
draw_annotations (const Pen *pen, VitrailAnnotations *annotations)
{
  g_autofree char *selected = NULL;
  guint shape = 0;
  gboolean has_selected =
      vitrail_annotations_get_selected (annotations, &selected, &shape);
  gboolean drawing = vitrail_viewport_get_draft (pen->layer->viewport)->kind !=
                     VITRAIL_DRAW_NOTHING;
  guint n = vitrail_annotations_get_n_sets (annotations);
  for (guint i = 0; i < n; i++) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_set (annotations, i);
    const char *name = vitrail_annotation_set_get_name (set);
    draw_sizes (pen, set);
    if (has_selected && !drawing && g_str_equal (name, selected) &&
        g_str_equal (name, VITRAIL_DRAWN_SET))
      draw_handles (pen, set, shape);
  }
}

static void
draw_field (const Pen *pen, VitrailSlideWork *work)
{
  const VitrailCountingField *field = vitrail_slide_work_get_field (work);
  double half[2];
  double edge[2];
  if (!vitrail_slide_work_get_field_half (work, half))
    return;
  const double x = field->x;
  const double y = field->y;
  const double corners[8] = { x - half[0], y - half[1], x + half[0],
                              y - half[1], x + half[0], y + half[1],
                              x - half[0], y + half[1] };
  const double axes[8] = { x - half[0], y,           x + half[0], y,
                           x,           y - half[1], x,           y + half[1] };
  double outline[2 * VITRAIL_ELLIPSE_POINTS];
  if (field->is_round) {
    vitrail_ellipse_get_outline (axes, outline);
    trace (pen, outline, VITRAIL_ELLIPSE_POINTS, TRUE);
  } else
    trace (pen, corners, 4, TRUE);
  stroke (pen, FIELD_RGB);
  get_widget_point (pen, field->is_round ? axes + 4 : corners, edge);
  g_autofree char *text = g_strdup_printf ("%g mm²", field->area_mm2);
  draw_text (pen, text, edge[0] + TEXT_OFFSET, edge[1] + TEXT_OFFSET);
}

void
vitrail_annotation_layer_snapshot (VitrailAnnotationLayer *self,
                                   GtkSnapshot *snapshot)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (self->viewport);
  if (work == NULL)
    return;
  Pen pen = { self,
              snapshot,
              NULL,
              gtk_widget_get_scale_factor (self->widget),
              { 0, 0 } };
  if (!vitrail_slide_get_mpp_um (vitrail_slide_work_get_slide (work),
                                 pen.mpp_um))
    pen.mpp_um[0] = pen.mpp_um[1] = 0;
  pen.cr = gtk_snapshot_append_cairo (
      snapshot,
      &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (self->widget),
                           (float) gtk_widget_get_height (self->widget)));
  draw_field (&pen, work);
  draw_annotations (&pen, vitrail_slide_work_get_annotations (work));
  draw_draft (&pen);
  cairo_destroy (pen.cr);
}
