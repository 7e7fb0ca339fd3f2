/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing on a slide: see drawing.h. */

#include "drawing.h"

#include "annotation/shapeindex.h"
#include "measuring.h"
#include "viewport-private.h"
#include "viewportslide.h"

#include <math.h>

/* Viewport pixels: how near is on it, between points of a freehand line, and a
 * drag that is none. */
#define NEAR_PX  8.0
#define STEP_PX  3.0
#define STILL_PX 3.0
/* Of a freehand line. */
#define MAX_POINTS 20000u

void
vitrail_draft_clear (VitrailDraft *self)
{
  g_clear_pointer (&self->points, g_array_unref);
  g_clear_pointer (&self->info, vitrail_frame_info_unref);
  *self = (VitrailDraft){ 0 };
}

/* Places */

static gboolean
get_affine (VitrailViewport *viewport, double affine[6])
{
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  for (int i = 0; i < 6; i++)
    affine[i] = shown.to_frame[i];
  return shown.valid && (shown.slide != NULL || shown.info != NULL) &&
         affine[0] * affine[4] - affine[1] * affine[3] != 0;
}

gboolean
vitrail_viewport_to_slide (VitrailViewport *self,
                           const double pixel[2],
                           double place[2])
{
  double a[6];
  if (!get_affine (self, a))
    return FALSE;
  double x = pixel[0] - 0.5;
  double y = pixel[1] - 0.5;
  place[0] = a[0] * x + a[1] * y + a[2] + 0.5;
  place[1] = a[3] * x + a[4] * y + a[5] + 0.5;
  return TRUE;
}

gboolean
vitrail_viewport_from_slide (VitrailViewport *self,
                             const double place[2],
                             double pixel[2])
{
  double a[6];
  if (!get_affine (self, a))
    return FALSE;
  double determinant = a[0] * a[4] - a[1] * a[3];
  double x = place[0] - 0.5 - a[2];
  double y = place[1] - 0.5 - a[5];
  pixel[0] = (a[4] * x - a[1] * y) / determinant + 0.5;
  pixel[1] = (a[0] * y - a[3] * x) / determinant + 0.5;
  return TRUE;
}

static double
get_distance (const double a[2], const double b[2])
{
  return hypot (a[0] - b[0], a[1] - b[1]);
}

/* How far @place is on the screen from @pixel. */
static double
get_screen_distance (VitrailViewport *viewport,
                     const double place[2],
                     const double pixel[2])
{
  double there[2];
  return vitrail_viewport_from_slide (viewport, place, there)
             ? get_distance (there, pixel)
             : G_MAXDOUBLE;
}

static double *
get_point (GArray *points, guint index)
{
  return &g_array_index (points, double, 2 * (gsize) index);
}

static guint
count_points (const VitrailDraft *draft)
{
  return draft->points->len / 2;
}

static void
add_point (VitrailDraft *draft, const double place[2])
{
  g_array_append_vals (draft->points, place, 2);
}

/* Ending */

/* The group that shapes are drawn into: the last one's, or a first one. */
static VitrailAnnotationSet *
ensure_group (VitrailAnnotationSet *set, guint *group, GError **error)
{
  guint n_shapes = vitrail_annotation_set_get_n_shapes (set);
  VitrailShape last;
  *group = 0;
  if (n_shapes > 0 &&
      vitrail_annotation_set_get_shape (set, n_shapes - 1, &last))
    *group = last.group;
  if (vitrail_annotation_set_get_n_groups (set) > 0)
    return vitrail_annotation_set_ref (set);
  g_autoptr (VitrailAnnotationGroup) first =
      vitrail_annotation_group_new ("", VITRAIL_ANNOTATION_COLOR);
  return vitrail_annotation_set_with_group (set, 0, first, error);
}

static void
store_shape (VitrailViewport *viewport, const VitrailDraft *draft)
{
  static const char *const steps[] = {
    [VITRAIL_SHAPE_POINTS] = "Draw point",
    [VITRAIL_SHAPE_POLYLINE] = "Draw line",
    [VITRAIL_SHAPE_POLYGON] = "Draw polygon",
    [VITRAIL_SHAPE_RECTANGLE] = "Draw rectangle",
    [VITRAIL_SHAPE_ELLIPSE] = "Draw ellipse",
  };
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) old = vitrail_slide_work_ref_drawn (work);
  guint group = 0;
  g_autoptr (VitrailAnnotationSet) grouped = ensure_group (old, &group, &error);
  g_autoptr (VitrailAnnotationSet) set =
      grouped != NULL
          ? vitrail_annotation_set_with_shape (grouped, draft->shape, group,
                                               (double *) draft->points->data,
                                               draft->points->len, &error)
          : NULL;
  if (set == NULL) {
    vitrail_slide_work_set_error (work, error != NULL ? error->message
                                                      : steps[draft->shape]);
    return;
  }
  vitrail_annotations_put (annotations, set, steps[draft->shape]);
  vitrail_annotations_select (annotations, VITRAIL_DRAWN_SET,
                              vitrail_annotation_set_get_n_shapes (set) - 1);
}

/* The moved shape takes the place of what it was. */
static void
store_vertex (VitrailViewport *viewport, const VitrailDraft *draft)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) old = vitrail_slide_work_ref_drawn (work);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_annotation_set_with_points (old, draft->index, 0,
                                          (double *) draft->points->data,
                                          draft->points->len, &error);
  if (set != NULL)
    vitrail_annotations_put (vitrail_slide_work_get_annotations (work), set,
                             "Move point");
  else
    vitrail_slide_work_set_error (work, error != NULL ? error->message
                                                      : "Move point");
}

static void
end_draft (VitrailViewport *viewport, gboolean store)
{
  VitrailDraft draft = viewport->draft;
  viewport->draft = (VitrailDraft){ 0 };
  if (draft.info != NULL && store)
    vitrail_measuring_store (viewport, &draft);
  else if (draft.info != NULL)
    vitrail_measuring_show_draft (viewport); /* there is none now */
  else if (store && draft.kind == VITRAIL_DRAW_VERTEX)
    store_vertex (viewport, &draft);
  else if (store && draft.kind != VITRAIL_DRAW_FIELD)
    store_shape (viewport, &draft);
  vitrail_draft_clear (&draft);
  vitrail_viewport_emit_changed (viewport);
}

/* Shapes between two corners, straight on the screen whatever the slide's
 * rotation is. */

static void
set_box (VitrailViewport *viewport, const double pixel[2])
{
  VitrailDraft *draft = &viewport->draft;
  const double *a = draft->start;
  const double x = (a[0] + pixel[0]) / 2;
  const double y = (a[1] + pixel[1]) / 2;
  const gboolean is_wide = fabs (a[0] - pixel[0]) >= fabs (a[1] - pixel[1]);
  const double corners[4][2] = { { a[0], a[1] },
                                 { pixel[0], a[1] },
                                 { pixel[0], pixel[1] },
                                 { a[0], pixel[1] } };
  const double across[2][2] = { { a[0], y }, { pixel[0], y } };
  const double down[2][2] = { { x, a[1] }, { x, pixel[1] } };
  g_array_set_size (draft->points, 0);
  for (int i = 0; i < 4; i++) {
    double place[2];
    const double *corner = corners[i];
    if (draft->shape == VITRAIL_SHAPE_ELLIPSE) /* the major axis first */
      corner = (i < 2) == is_wide ? across[i % 2] : down[i % 2];
    vitrail_viewport_to_slide (viewport, corner, place);
    add_point (draft, place);
  }
}

/* Handles */

/* The nearest vertex of the selected shape, taken as draft: only one that has
 * a handle. */
static gboolean
take_vertex (VitrailViewport *viewport,
             const double pixel[2],
             const double place[2])
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  VitrailDraft *draft = &viewport->draft;
  g_autofree char *name = NULL;
  VitrailShape shape;
  guint index = 0;
  double nearest = NEAR_PX;
  if (!vitrail_annotations_get_selected (
          vitrail_slide_work_get_annotations (work), &name, &index) ||
      !g_str_equal (name, VITRAIL_DRAWN_SET))
    return FALSE;
  g_autoptr (VitrailAnnotationSet) set = vitrail_slide_work_ref_drawn (work);
  if (!vitrail_annotation_set_get_shape (set, index, &shape))
    return FALSE;
  guint n = vitrail_annotation_set_get_n_points (set, index, 0);
  if (n > VITRAIL_DRAWING_MAX_HANDLES)
    return FALSE;
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < n; i++) {
    double point[2];
    vitrail_annotation_set_get_point (set, index, 0, i, &point[0], &point[1]);
    g_array_append_vals (points, point, 2);
    double distance = get_screen_distance (viewport, point, pixel);
    if (distance < nearest) {
      nearest = distance;
      draft->vertex = i;
      draft->offset[0] = point[0] - place[0];
      draft->offset[1] = point[1] - place[1];
    }
  }
  if (nearest >= NEAR_PX)
    return FALSE;
  draft->kind = VITRAIL_DRAW_VERTEX;
  draft->start[0] = pixel[0];
  draft->start[1] = pixel[1];
  draft->shape = shape.kind;
  draft->index = index;
  draft->points = g_steal_pointer (&points);
  return TRUE;
}

/* Corners of a rectangle keep it one: the opposite corner stays. Ends of an
 * ellipse's axis move with the opposite end. */
static void
move_box_vertex (VitrailDraft *draft, const double place[2])
{
  GArray *points = draft->points;
  guint v = draft->vertex;
  if (draft->shape == VITRAIL_SHAPE_RECTANGLE) {
    const double *fixed = get_point (points, (v + 2) % 4);
    double *next = get_point (points, (v + 1) % 4);
    double *last = get_point (points, (v + 3) % 4);
    double ux = next[0] - fixed[0];
    double uy = next[1] - fixed[1];
    double length = hypot (ux, uy);
    if (!(length > 0))
      return;
    ux /= length;
    uy /= length;
    double along = (place[0] - fixed[0]) * ux + (place[1] - fixed[1]) * uy;
    double *moved = get_point (points, v);
    next[0] = fixed[0] + along * ux;
    next[1] = fixed[1] + along * uy;
    last[0] = fixed[0] + place[0] - next[0];
    last[1] = fixed[1] + place[1] - next[1];
    moved[0] = place[0];
    moved[1] = place[1];
    return;
  }
  /* Only the length of the axis: it stays at right angles to the other. */
  double *end = get_point (points, v);
  double *other = get_point (points, v ^ 1u);
  double x = (end[0] + other[0]) / 2;
  double y = (end[1] + other[1]) / 2;
  double length = hypot (end[0] - x, end[1] - y);
  double ux = (end[0] - x) / length;
  double uy = (end[1] - y) / length;
  double along = fabs ((place[0] - x) * ux + (place[1] - y) * uy);
  if (!(length > 0) || !(along > 0))
    return;
  end[0] = x + along * ux;
  end[1] = y + along * uy;
  other[0] = x - along * ux;
  other[1] = y - along * uy;
}

static void
move_vertex (VitrailDraft *draft, const double pointer[2])
{
  /* It need not have been taken in its middle. */
  const double place[2] = { pointer[0] + draft->offset[0],
                            pointer[1] + draft->offset[1] };
  if (draft->shape == VITRAIL_SHAPE_RECTANGLE ||
      draft->shape == VITRAIL_SHAPE_ELLIPSE)
  {
    move_box_vertex (draft, place);
    return;
  }
  double *point = get_point (draft->points, draft->vertex);
  point[0] = place[0];
  point[1] = place[1];
}

/* Whether @place lies on the edge of the counting field. */
static gboolean
take_field (VitrailViewport *viewport,
            const double pixel[2],
            const double place[2])
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  const VitrailCountingField *field = vitrail_slide_work_get_field (work);
  VitrailDraft *draft = &viewport->draft;
  double half[2];
  if (!vitrail_slide_work_get_field_half (work, half))
    return FALSE;
  double dx = (place[0] - field->x) / half[0];
  double dy = (place[1] - field->y) / half[1];
  double far = field->is_round ? hypot (dx, dy) : fmax (fabs (dx), fabs (dy));
  if (!(far > 0))
    return FALSE;
  const double edge[2] = { field->x + dx / far * half[0],
                           field->y + dy / far * half[1] };
  if (get_screen_distance (viewport, edge, pixel) >= NEAR_PX)
    return FALSE;
  draft->kind = VITRAIL_DRAW_FIELD;
  draft->offset[0] = field->x - place[0];
  draft->offset[1] = field->y - place[1];
  draft->points = g_array_new (FALSE, FALSE, sizeof (double));
  return TRUE;
}

static void
move_field (VitrailViewport *viewport, const double place[2])
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  VitrailCountingField field = *vitrail_slide_work_get_field (work);
  field.x = place[0] + viewport->draft.offset[0];
  field.y = place[1] + viewport->draft.offset[1];
  vitrail_slide_work_set_field (work, &field);
}

/* Hands */

/* One more corner, or the end of a polygon where it began. */
static void
press_polygon (VitrailViewport *viewport,
               const double pixel[2],
               const double place[2])
{
  VitrailDraft *draft = &viewport->draft;
  guint n = count_points (draft);
  if (n > 3 && get_screen_distance (viewport, get_point (draft->points, 0),
                                    pixel) < NEAR_PX)
  {
    vitrail_drawing_finish (viewport);
    return;
  }
  if (n >= MAX_POINTS)
    return;
  double *last = get_point (draft->points, n - 1);
  last[0] = place[0];
  last[1] = place[1];
  add_point (draft, place); /* goes with the pointer */
  vitrail_viewport_emit_changed (viewport);
}

static void
begin (VitrailViewport *viewport,
       VitrailDrawKind kind,
       const double pixel[2],
       const double place[2])
{
  static const VitrailShapeKind shapes[] = {
    [VITRAIL_DRAW_NOTHING] = VITRAIL_SHAPE_POINTS,
    [VITRAIL_DRAW_POINT] = VITRAIL_SHAPE_POINTS,
    [VITRAIL_DRAW_LINE] = VITRAIL_SHAPE_POLYLINE,
    [VITRAIL_DRAW_POLYGON] = VITRAIL_SHAPE_POLYGON,
    [VITRAIL_DRAW_FREEHAND] = VITRAIL_SHAPE_POLYGON,
    [VITRAIL_DRAW_RECTANGLE] = VITRAIL_SHAPE_RECTANGLE,
    [VITRAIL_DRAW_ELLIPSE] = VITRAIL_SHAPE_ELLIPSE,
    [VITRAIL_DRAW_TRACE] = VITRAIL_SHAPE_POLYLINE,
    [VITRAIL_DRAW_CHAMBER] = VITRAIL_SHAPE_POLYGON,
  };
  VitrailDraft *draft = &viewport->draft;
  draft->kind = kind;
  draft->shape = shapes[kind];
  draft->start[0] = pixel[0];
  draft->start[1] = pixel[1];
  draft->points = g_array_new (FALSE, FALSE, sizeof (double));
  draft->info = vitrail_measuring_ref_frame (viewport);
  add_point (draft, place);
  if (kind == VITRAIL_DRAW_LINE || kind == VITRAIL_DRAW_POLYGON)
    add_point (draft, place);
  vitrail_viewport_emit_changed (viewport);
}

/* On a frame, or on a slide whose annotations are there. */
static gboolean
can_draw (VitrailViewport *viewport, VitrailDrawKind kind)
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  if (work != NULL)
    return vitrail_slide_work_is_ready (work);
  g_autoptr (VitrailFrameInfo) info = vitrail_measuring_ref_frame (viewport);
  return info != NULL && kind != VITRAIL_DRAW_NOTHING;
}

gboolean
vitrail_drawing_press (VitrailViewport *viewport,
                       VitrailDrawKind kind,
                       const double pixel[2])
{
  double place[2];
  if (!can_draw (viewport, kind) ||
      !vitrail_viewport_to_slide (viewport, pixel, place))
    return FALSE;
  if (viewport->draft.kind == VITRAIL_DRAW_POLYGON) {
    press_polygon (viewport, pixel, place);
    return TRUE;
  }
  vitrail_draft_clear (&viewport->draft);
  /* A tool that draws may do so next to what is there, or on it. */
  if (kind == VITRAIL_DRAW_NOTHING)
    return take_vertex (viewport, pixel, place) ||
           take_field (viewport, pixel, place);
  begin (viewport, kind, pixel, place);
  return TRUE;
}

static void
move_freehand (VitrailViewport *viewport, const double place[2])
{
  VitrailDraft *draft = &viewport->draft;
  double pixel[2];
  const double *last = get_point (draft->points, count_points (draft) - 1);
  if (count_points (draft) >= MAX_POINTS ||
      !vitrail_viewport_from_slide (viewport, place, pixel) ||
      get_screen_distance (viewport, last, pixel) < STEP_PX)
    return;
  add_point (draft, place);
}

void
vitrail_drawing_move (VitrailViewport *viewport, const double pixel[2])
{
  VitrailDraft *draft = &viewport->draft;
  double place[2];
  if (draft->kind == VITRAIL_DRAW_NOTHING ||
      !vitrail_viewport_to_slide (viewport, pixel, place))
    return;
  switch (draft->kind) {
  case VITRAIL_DRAW_RECTANGLE:
  case VITRAIL_DRAW_ELLIPSE:
    set_box (viewport, pixel);
    break;
  case VITRAIL_DRAW_FREEHAND:
  case VITRAIL_DRAW_TRACE:
  case VITRAIL_DRAW_CHAMBER:
    move_freehand (viewport, place);
    break;
  case VITRAIL_DRAW_VERTEX:
    move_vertex (draft, place);
    break;
  case VITRAIL_DRAW_FIELD:
    move_field (viewport, place);
    break;
  default: { /* the last point goes with the pointer */
    double *last = get_point (draft->points, count_points (draft) - 1);
    last[0] = place[0];
    last[1] = place[1];
    break;
  }
  }
  if (draft->info != NULL)
    vitrail_measuring_show_draft (viewport);
  vitrail_viewport_emit_changed (viewport);
}

static gboolean
is_freehand (VitrailDrawKind kind)
{
  return kind == VITRAIL_DRAW_FREEHAND || kind == VITRAIL_DRAW_TRACE ||
         kind == VITRAIL_DRAW_CHAMBER;
}

void
vitrail_drawing_release (VitrailViewport *viewport, const double pixel[2])
{
  VitrailDraft *draft = &viewport->draft;
  if (draft->kind == VITRAIL_DRAW_NOTHING ||
      draft->kind == VITRAIL_DRAW_POLYGON)
    return;
  vitrail_drawing_move (viewport, pixel);
  gboolean is_still = get_distance (draft->start, pixel) < STILL_PX;
  gboolean store = TRUE;
  if (is_freehand (draft->kind))
    store = count_points (draft) >= 3;
  else if (draft->kind == VITRAIL_DRAW_LINE ||
           draft->kind == VITRAIL_DRAW_RECTANGLE ||
           draft->kind == VITRAIL_DRAW_ELLIPSE ||
           draft->kind == VITRAIL_DRAW_VERTEX)
    store = !is_still;
  end_draft (viewport, store);
}

void
vitrail_drawing_finish (VitrailViewport *viewport)
{
  VitrailDraft *draft = &viewport->draft;
  if (draft->kind != VITRAIL_DRAW_POLYGON)
    return;
  /* The last one was only where the pointer is. */
  g_array_set_size (draft->points, draft->points->len - 2);
  end_draft (viewport, count_points (draft) >= 3);
}

void
vitrail_drawing_cancel (VitrailViewport *viewport)
{
  if (viewport->draft.kind != VITRAIL_DRAW_NOTHING)
    end_draft (viewport, FALSE);
}

void
vitrail_drawing_select (VitrailViewport *viewport, const double pixel[2])
{
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  double place[2];
  double affine[6];
  if (work == NULL || !get_affine (viewport, affine) ||
      !vitrail_viewport_to_slide (viewport, pixel, place))
    return;
  VitrailAnnotations *annotations = vitrail_slide_work_get_annotations (work);
  double reach = NEAR_PX * hypot (affine[0], affine[3]);
  for (guint i = vitrail_annotations_get_n_sets (annotations); i > 0; i--) {
    g_autoptr (VitrailAnnotationSet) set =
        vitrail_annotations_ref_set (annotations, i - 1);
    guint shape = 0;
    if (vitrail_annotation_set_find_shape (set, place[0], place[1], reach,
                                           &shape)) {
      vitrail_annotations_select (annotations,
                                  vitrail_annotation_set_get_name (set), shape);
      return;
    }
  }
  vitrail_annotations_select (annotations, NULL, 0);
}
