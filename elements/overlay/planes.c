/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Overlay planes over pictures: see planes.h. */

#include "overlay/planes.h"

#include <math.h>
#include <string.h>

/* Positions are rounded to 1/65536 pixel, as resample.h does. */
#define ONE 65536.0

/* One plane on its way to a picture. */
typedef struct {
  const VitrailOverlayPlane *plane;
  const VitrailCanvas *canvas;
  double affine[6]; /* from the canvas to the plane */
  double reach[2];  /* half of what a canvas pixel covers of the plane */
  uint8_t paint[4];
} Drawing;

static gboolean
is_edge (const VitrailOverlayPlane *plane, int x, int y)
{
  return vitrail_overlay_plane_get (plane, x, y) &&
         !(vitrail_overlay_plane_get (plane, x - 1, y) &&
           vitrail_overlay_plane_get (plane, x + 1, y) &&
           vitrail_overlay_plane_get (plane, x, y - 1) &&
           vitrail_overlay_plane_get (plane, x, y + 1));
}

static gboolean
row_is_set (const VitrailOverlayPlane *plane, int y, int x0, int x1)
{
  if (x0 == x1)
    return plane->is_roi ? is_edge (plane, x0, y)
                         : vitrail_overlay_plane_get (plane, x0, y);
  if (!vitrail_overlay_plane_any (plane, y, x0, x1))
    return FALSE;
  if (!plane->is_roi)
    return TRUE;
  for (int x = x0; x <= x1; x++)
    if (is_edge (plane, x, y))
      return TRUE;
  return FALSE;
}

/* The pixels whose centres lie in [middle - reach, middle + reach), cut to
 * low..high; FALSE when there are none. */
static inline gboolean
get_span (double middle, double reach, int low, int high, int span[2])
{
  const gint64 from = llrint ((middle - reach) * ONE);
  const gint64 to = llrint ((middle + reach) * ONE);

  /* Towards plus infinity, also below 0; within what an int holds. */
  span[0] = (int) CLAMP ((from + 0xffff) >> 16, low, (gint64) high + 1);
  span[1] = (int) CLAMP (((to + 0xffff) >> 16) - 1, (gint64) low - 1, high);
  return span[0] <= span[1];
}

static gboolean
is_set_at (const Drawing *self, double u, double v)
{
  const int *box = self->plane->box;
  int columns[2];
  int rows[2];

  if (!get_span (u, self->reach[0], box[0], box[2], columns) ||
      !get_span (v, self->reach[1], box[1], box[3], rows))
    return FALSE;
  for (int y = rows[0]; y <= rows[1]; y++)
    if (row_is_set (self->plane, y, columns[0], columns[1]))
      return TRUE;
  return FALSE;
}

static void
draw_row (const Drawing *self, int y, int x0, int x1)
{
  const VitrailCanvas *canvas = self->canvas;
  const double *map = self->affine;
  uint8_t *row = canvas->data + (size_t) y * canvas->stride;

  for (int x = x0; x <= x1; x++)
    if (is_set_at (self, map[0] * x + map[1] * y + map[2],
                   map[3] * x + map[4] * y + map[5]))
      memcpy (row + (size_t) x * canvas->channels, self->paint,
              canvas->channels);
}

/* In views that turn nothing, all rows have the same columns, and rows without
 * a bit, which are most, need no second look. @spans: of the columns from @x0
 * on; an empty one has no last column. */
static void
draw_straight_row (const Drawing *self,
                   const int (*spans)[2],
                   int y,
                   const int ends[2])
{
  const VitrailCanvas *canvas = self->canvas;
  const VitrailOverlayPlane *plane = self->plane;
  const double v = self->affine[4] * y + self->affine[5];
  uint8_t *row = canvas->data + (size_t) y * canvas->stride;
  int rows[2];

  if (!get_span (v, self->reach[1], plane->box[1], plane->box[3], rows))
    return;
  while (
      rows[0] <= rows[1] &&
      !vitrail_overlay_plane_any (plane, rows[0], plane->box[0], plane->box[2]))
    rows[0]++;
  for (int x = ends[0]; x <= ends[1] && rows[0] <= rows[1]; x++) {
    const int *span = spans[x - ends[0]];
    gboolean set = FALSE;
    for (int j = rows[0]; j <= rows[1] && span[0] <= span[1] && !set; j++)
      set = row_is_set (plane, j, span[0], span[1]);
    if (set)
      memcpy (row + (size_t) x * canvas->channels, self->paint,
              canvas->channels);
  }
}

static void
draw_straight (const Drawing *self, const int region[4])
{
  const int *box = self->plane->box;
  const int ends[2] = { region[0], region[2] };
  const size_t n =
      region[2] >= region[0] ? (size_t) (region[2] - region[0]) + 1 : 0;
  g_autofree int (*spans)[2] = g_malloc (MAX (n, 1) * sizeof *spans);

  for (size_t i = 0; i < n; i++)
    get_span (self->affine[0] * (region[0] + (int) i) + self->affine[2],
              self->reach[0], box[0], box[2], spans[i]);
  for (int y = region[1]; y <= region[3]; y++)
    draw_straight_row (self, (const int (*)[2]) spans, y, ends);
}

/* What of the canvas the plane's box may touch: left, top, right, bottom,
 * inclusive. FALSE: nothing. */
static gboolean
get_region (const Drawing *self, int region[4])
{
  const VitrailCanvas *canvas = self->canvas;
  const double *map = self->affine;
  const int *box = self->plane->box;
  const double det = map[0] * map[4] - map[1] * map[3];
  const double ends[2][2] = {
    { box[0] - self->reach[0] - 1, box[2] + self->reach[0] + 1 },
    { box[1] - self->reach[1] - 1, box[3] + self->reach[1] + 1 }
  };
  double low[2] = { INFINITY, INFINITY };
  double high[2] = { -INFINITY, -INFINITY };

  if (!isfinite (1 / det) || box[2] < box[0])
    return FALSE;
  for (guint corner = 0; corner < 4; corner++) {
    const double u = ends[0][corner & 1] - map[2];
    const double v = ends[1][corner >> 1] - map[5];
    const double at[2] = { (map[4] * u - map[1] * v) / det,
                           (map[0] * v - map[3] * u) / det };
    for (guint k = 0; k < 2; k++) {
      low[k] = fmin (low[k], at[k]);
      high[k] = fmax (high[k], at[k]);
    }
  }
  region[0] = (int) CLAMP (floor (low[0]), 0, (double) canvas->width);
  region[1] = (int) CLAMP (floor (low[1]), 0, (double) canvas->height);
  region[2] = (int) CLAMP (ceil (high[0]), -1, canvas->width - 1.0);
  region[3] = (int) CLAMP (ceil (high[1]), -1, canvas->height - 1.0);
  return TRUE;
}

static void
set_paint (Drawing *self, guint32 color)
{
  const guint r = color >> 16 & 0xff;
  const guint g = color >> 8 & 0xff;
  const guint b = color & 0xff;

  self->paint[0] = (uint8_t) (self->canvas->reversed ? b : r);
  self->paint[1] = (uint8_t) g;
  self->paint[2] = (uint8_t) (self->canvas->reversed ? r : b);
  self->paint[3] = 0xff;
  if (self->canvas->channels == 1)
    self->paint[0] = (uint8_t) ((299 * r + 587 * g + 114 * b + 500) / 1000);
}

static void
draw_plane (Drawing *self, const double affine[6])
{
  int region[4];

  memcpy (self->affine, affine, sizeof self->affine);
  self->affine[2] -= self->plane->column;
  self->affine[5] -= self->plane->row;
  if (!get_region (self, region))
    return;
  if (affine[1] == 0 && affine[3] == 0) {
    draw_straight (self, region);
    return;
  }
  for (int y = region[1]; y <= region[3]; y++)
    draw_row (self, y, region[0], region[2]);
}

void
vitrail_overlays_draw (const VitrailOverlays *self,
                       const VitrailCanvas *canvas,
                       const double affine[6],
                       guint32 color)
{
  Drawing drawing = { .canvas = canvas };

  for (guint i = 0; i < 6; i++)
    if (!(fabs (affine[i]) < 1e9))
      return;
  /* Never less than the one image pixel under the centre. */
  drawing.reach[0] = fmax (0.5, (fabs (affine[0]) + fabs (affine[1])) / 2);
  drawing.reach[1] = fmax (0.5, (fabs (affine[3]) + fabs (affine[4])) / 2);
  set_paint (&drawing, color);
  for (guint i = 0; i < self->n_planes; i++) {
    drawing.plane = &self->planes[i];
    if (!drawing.plane->is_shutter)
      draw_plane (&drawing, affine);
  }
}
