/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets over a view of their slide: see slideshapes.h. */

#include "overlay/slideshapes.h"

#include "annotation/shapeindex.h"
#include "overlay/strokes.h"

#include <math.h>
#include <string.h>

/* Longer sides on the canvas, in pixels: from where on a shape gets an outline,
 * and an inside. */
#define OUTLINE_PX 4.0
#define FILL_PX    16.0
/* Vertices closer than this to the one before are left out. */
#define STEP_PX 0.7
/* Shapes with outlines that a picture has time for. */
#define MANY 60000u
/* Of a shape too small to be seen: as much of a pixel at least. */
#define LEAST_COVER 64u
/* Shapes of a node that are asked for one that is visible. */
#define MAX_ASKED 16u
/* Of a shape that is selected: handles at its vertices, if it has no more. */
#define MAX_HANDLES 200u
#define HANDLE_PX   5.0

typedef struct {
  const VitrailAnnotationSet *set;
  const VitrailShapeArrays *arrays;
  const VitrailShapeIndex *index;
  const VitrailCanvas *canvas;
  const VitrailShapeStyle *style;
  double map[6];   /* annotation to canvas coordinates */
  double scale[2]; /* pixels of the canvas on one of level 0, at most */
  double outline_px;
  GArray *pens; /* (element-type GroupPens), one a group */
  VitrailFillRoom room;
  VitrailShapesDrawn drawn;
} Drawing;

typedef struct {
  VitrailPen line;
  VitrailPen fill;
  gboolean visible;
} GroupPens;

/* --- geometry --- */

/* @affine is between pixel centres; both sides have theirs at 0.5. */
static gboolean
set_map (Drawing *self, const double affine[6])
{
  const double det = affine[0] * affine[4] - affine[1] * affine[3];
  double *map = self->map;

  if (!isfinite (det) || !(fabs (det) > 1e-18))
    return FALSE;
  const double origin[2] = {
    affine[2] + 0.5 - (affine[0] + affine[1]) / 2,
    affine[5] + 0.5 - (affine[3] + affine[4]) / 2,
  };
  map[0] = affine[4] / det;
  map[1] = -affine[1] / det;
  map[3] = -affine[3] / det;
  map[4] = affine[0] / det;
  map[2] = -(map[0] * origin[0] + map[1] * origin[1]);
  map[5] = -(map[3] * origin[0] + map[4] * origin[1]);
  return isfinite (map[2]) && isfinite (map[5]);
}

static inline void
map_point (const Drawing *self, double x, double y, double out[2])
{
  out[0] = self->map[0] * x + self->map[1] * y + self->map[2];
  out[1] = self->map[3] * x + self->map[4] * y + self->map[5];
}

/* What of level 0 the canvas shows, with the width of what is drawn. */
static void
get_view (const Drawing *self, const double affine[6], double bounds[4])
{
  const double margin = MAX (self->style->line_px, self->style->point_px) + 2;
  const double low[2] = { -margin, -margin };
  const double high[2] = { self->canvas->width + margin,
                           self->canvas->height + margin };

  bounds[0] = bounds[1] = INFINITY;
  bounds[2] = bounds[3] = -INFINITY;
  for (guint i = 0; i < 4; i++) {
    const double x = (i & 1 ? high[0] : low[0]) - 0.5;
    const double y = (i & 2 ? high[1] : low[1]) - 0.5;
    const double at[2] = {
      affine[0] * x + affine[1] * y + affine[2] + 0.5,
      affine[3] * x + affine[4] * y + affine[5] + 0.5,
    };
    for (guint j = 0; j < 2; j++) {
      bounds[j] = MIN (bounds[j], at[j]);
      bounds[2 + j] = MAX (bounds[2 + j], at[j]);
    }
  }
}

/* Middle and half of the sides of a box on the canvas. */
static inline void
map_box (const Drawing *self,
         const VitrailShapeBox *box,
         double centre[2],
         double half[2])
{
  const double width = ((double) box->side[2] - (double) box->side[0]) / 2;
  const double height = ((double) box->side[3] - (double) box->side[1]) / 2;

  map_point (self, (double) box->side[0] + width,
             (double) box->side[1] + height, centre);
  half[0] = fabs (self->map[0]) * width + fabs (self->map[1]) * height;
  half[1] = fabs (self->map[3]) * width + fabs (self->map[4]) * height;
}

/* --- outlines --- */

static void
add_edge (VitrailFillRoom *room, const double from[2], const double to[2])
{
  const VitrailEdge edge = { (float) from[0], (float) from[1], (float) to[0],
                             (float) to[1] };
  g_array_append_val (room->edges, edge);
}

typedef struct {
  const VitrailPen *pen; /* NULL: edges for filling only */
  double width;
  double first[2];
  double last[2];
  gboolean has_any;
} Line;

static void
line_to (Drawing *self, Line *line, const double to[2], gboolean is_end)
{
  if (!line->has_any) {
    memcpy (line->first, to, sizeof line->first);
    memcpy (line->last, to, sizeof line->last);
    line->has_any = TRUE;
    return;
  }
  if (!is_end && fabs (to[0] - line->last[0]) < STEP_PX &&
      fabs (to[1] - line->last[1]) < STEP_PX)
    return;
  if (line->pen != NULL)
    vitrail_pen_line (line->pen, line->last, to, line->width);
  else
    add_edge (&self->room, line->last, to);
  memcpy (line->last, to, sizeof line->last);
}

static void
trace_points (Drawing *self, Line *line, size_t first, size_t end)
{
  double xy[2];
  double to[2];

  for (size_t i = first; i < end; i++) {
    vitrail_shape_arrays_get_point (self->arrays, i, xy);
    map_point (self, xy[0], xy[1], to);
    line_to (self, line, to, i + 1 == end);
  }
}

static void
trace_ellipse (Drawing *self, Line *line, size_t first)
{
  double axes[8];
  double xy[2 * VITRAIL_ELLIPSE_POINTS];
  double to[2];

  for (size_t i = 0; i < 4; i++)
    vitrail_shape_arrays_get_point (self->arrays, first + i, &axes[2 * i]);
  vitrail_ellipse_get_outline (axes, xy);
  for (size_t i = 0; i < VITRAIL_ELLIPSE_POINTS; i++) {
    map_point (self, xy[2 * i], xy[2 * i + 1], to);
    line_to (self, line, to, FALSE);
  }
}

static void
trace_shape (Drawing *self, guint shape, const VitrailPen *pen, double width)
{
  const VitrailShapeArrays *arrays = self->arrays;
  const VitrailShapeKind kind = (VitrailShapeKind) arrays->kinds[shape];

  for (size_t i = arrays->parts[shape]; i < arrays->parts[shape + 1]; i++) {
    Line line = { .pen = pen, .width = width };
    if (kind == VITRAIL_SHAPE_ELLIPSE)
      trace_ellipse (self, &line, arrays->points[i]);
    else
      trace_points (self, &line, arrays->points[i], arrays->points[i + 1]);
    if (kind != VITRAIL_SHAPE_POLYLINE && line.has_any)
      line_to (self, &line, line.first, TRUE);
  }
}

static void
draw_points (const Drawing *self, guint shape, const VitrailPen *pen)
{
  const VitrailShapeArrays *arrays = self->arrays;
  const size_t part = arrays->parts[shape];

  for (size_t i = arrays->points[part]; i < arrays->points[part + 1]; i++) {
    double xy[2];
    double at[2];
    vitrail_shape_arrays_get_point (arrays, i, xy);
    map_point (self, xy[0], xy[1], at);
    vitrail_pen_disc (pen, at, self->style->point_px / 2);
  }
}

static gboolean
is_closed (VitrailShapeKind kind)
{
  return kind != VITRAIL_SHAPE_POINTS && kind != VITRAIL_SHAPE_POLYLINE;
}

static void
draw_outline (Drawing *self, guint shape, const GroupPens *pens, double size_px)
{
  const VitrailShapeKind kind = (VitrailShapeKind) self->arrays->kinds[shape];

  self->drawn.n_outlines++;
  if (kind == VITRAIL_SHAPE_POINTS) {
    draw_points (self, shape, &pens->line);
    return;
  }
  if (size_px >= FILL_PX && is_closed (kind) && pens->fill.opacity > 0) {
    trace_shape (self, shape, NULL, 0);
    vitrail_pen_fill (&pens->fill, &self->room);
  }
  trace_shape (self, shape, &pens->line, self->style->line_px);
}

/* --- one shape --- */

/* Of the group, or, in @own, of the shape's own colour; NULL where it is
 * hidden. */
static const GroupPens *
get_pens (const Drawing *self, guint shape, GroupPens *own)
{
  const guint group = self->arrays->groups[shape];
  const GroupPens *pens = &g_array_index (self->pens, GroupPens, group);
  const uint32_t *colors = self->arrays->colors;

  if (!pens->visible)
    return NULL;
  if (colors == NULL || colors[shape] == 0)
    return pens;
  *own = *pens;
  vitrail_pen_init (&own->line, self->canvas, colors[shape], 1);
  memcpy (own->fill.paint, own->line.paint, sizeof own->fill.paint);
  own->line.opacity = pens->line.opacity;
  return own;
}

static void
draw_leaf (Drawing *self, const VitrailShapeCursor *cursor)
{
  const guint shape = self->index->shapes[cursor->first];
  const gboolean is_points = self->arrays->kinds[shape] == VITRAIL_SHAPE_POINTS;
  GroupPens own;
  const GroupPens *pens = get_pens (self, shape, &own);
  double centre[2];
  double half[2];

  if (pens == NULL)
    return;
  map_box (self, cursor->box, centre, half);
  if (is_points && self->outline_px > OUTLINE_PX) /* too many for discs */
    half[0] = half[1] = MAX (half[0], 1);
  const double size = 2 * MAX (half[0], half[1]);
  if (size >= self->outline_px || (is_points && self->outline_px <= OUTLINE_PX))
  {
    draw_outline (self, shape, pens, size);
    return;
  }
  if (2 * half[0] < 1 && 2 * half[1] < 1) {
    const double area = 4 * half[0] * half[1];
    vitrail_pen_dot (&pens->line, centre, (guint) (area * 256) + LEAST_COVER);
    self->drawn.n_dots++;
    return;
  }
  vitrail_pen_box (&pens->line, centre, half, LEAST_COVER);
  self->drawn.n_boxes++;
}

/* Many within one pixel. */
static void
draw_node (Drawing *self, const VitrailShapeCursor *cursor)
{
  const guint step = MAX (cursor->n / MAX_ASKED, 1);
  double centre[2];
  double half[2];

  for (guint i = 0; i < cursor->n; i += step) {
    GroupPens own;
    const GroupPens *pens =
        get_pens (self, self->index->shapes[cursor->first + i], &own);
    if (pens == NULL)
      continue;
    map_box (self, cursor->box, centre, half);
    /* The more there are, the more of the pixel. */
    vitrail_pen_dot (&pens->line, centre,
                     LEAST_COVER + cursor->n * (LEAST_COVER / 8));
    self->drawn.n_dots++;
    return;
  }
}

/* --- all of them --- */

static guint
count_leaves (const Drawing *self, const double bounds[4], double least)
{
  VitrailShapeCursor cursor;
  guint n = 0;

  /* Nodes of a few pixels are near enough. */
  vitrail_shape_cursor_init (&cursor, self->index, bounds, 64 * least);
  while (vitrail_shape_cursor_next (&cursor))
    n += cursor.n;
  return n;
}

static void
draw_all (Drawing *self, const double affine[6])
{
  const double scale =
      sqrt (fabs (self->map[0] * self->map[4] - self->map[1] * self->map[3]));
  const double pixel = 1 / scale;
  VitrailShapeCursor cursor;
  double bounds[4];

  get_view (self, affine, bounds);
  const guint n = count_leaves (self, bounds, pixel);
  self->outline_px = OUTLINE_PX * MAX (1, sqrt ((double) n / MANY));
  vitrail_shape_cursor_init (&cursor, self->index, bounds, pixel);
  while (vitrail_shape_cursor_next (&cursor)) {
    if (cursor.n == 1)
      draw_leaf (self, &cursor);
    else
      draw_node (self, &cursor);
  }
}

/* Above all others: a white edge around it, and its vertices. */
static void
draw_selected (Drawing *self)
{
  const guint shape = self->style->selected;
  GroupPens own;
  VitrailPen white;

  if (!self->style->has_selected || shape >= self->arrays->n_shapes)
    return;
  const GroupPens *pens = get_pens (self, shape, &own);
  if (pens == NULL)
    return;
  vitrail_pen_init (&white, self->canvas, 0xffffff, 1);
  trace_shape (self, shape, &white, self->style->line_px + 3);
  trace_shape (self, shape, &pens->line, self->style->line_px + 1);
  const size_t first = self->arrays->points[self->arrays->parts[shape]];
  const size_t end = self->arrays->points[self->arrays->parts[shape + 1]];
  if (end - first > MAX_HANDLES)
    return;
  for (size_t i = first; i < end; i++) {
    const double outer[2] = { HANDLE_PX / 2 + 1, HANDLE_PX / 2 + 1 };
    const double inner[2] = { HANDLE_PX / 2, HANDLE_PX / 2 };
    double xy[2];
    double at[2];
    vitrail_shape_arrays_get_point (self->arrays, i, xy);
    map_point (self, xy[0], xy[1], at);
    vitrail_pen_box (&white, at, outer, 0);
    vitrail_pen_box (&pens->line, at, inner, 0);
  }
}

static GArray *
make_pens (const Drawing *self)
{
  const guint n = vitrail_annotation_set_get_n_groups (self->set);
  GArray *all = g_array_sized_new (FALSE, TRUE, sizeof (GroupPens), n);

  for (guint i = 0; i < n; i++) {
    const VitrailAnnotationGroup *group =
        vitrail_annotation_set_get_group (self->set, i);
    const VitrailShapeStyle *style = self->style;
    GroupPens pens = { .visible = group->visible };
    vitrail_pen_init (&pens.line, self->canvas, group->rgb, style->opacity);
    vitrail_pen_init (&pens.fill, self->canvas, group->rgb,
                      style->opacity * style->fill);
    g_array_append_val (all, pens);
  }
  return all;
}

gboolean
vitrail_slide_shapes_draw (const VitrailAnnotationSet *set,
                           const VitrailCanvas *canvas,
                           const double affine[6],
                           const VitrailShapeStyle *style,
                           VitrailShapesDrawn *drawn)
{
  Drawing drawing = {
    .set = set,
    .arrays = vitrail_annotation_set_get_arrays (set),
    .index = vitrail_annotation_set_get_index (set),
    .canvas = canvas,
    .style = style,
  };

  if (drawn != NULL)
    memset (drawn, 0, sizeof *drawn);
  if (drawing.index == NULL || !set_map (&drawing, affine))
    return FALSE;
  drawing.pens = make_pens (&drawing);
  vitrail_fill_room_init (&drawing.room);
  draw_all (&drawing, affine);
  draw_selected (&drawing);
  vitrail_fill_room_clear (&drawing.room);
  g_array_unref (drawing.pens);
  if (drawn != NULL)
    *drawn = drawing.drawn;
  return TRUE;
}
