/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lines, boxes, discs and filled outlines: see strokes.h. */

#include "overlay/strokes.h"

#include <math.h>
#include <string.h>

/* Lines of each row that are looked at when an outline is filled. */
#define SUBROWS 4

void
vitrail_pen_init (VitrailPen *self,
                  const VitrailCanvas *canvas,
                  guint32 rgb,
                  double opacity)
{
  const guint red = rgb >> 16 & 0xff;
  const guint green = rgb >> 8 & 0xff;
  const guint blue = rgb & 0xff;

  self->canvas = canvas;
  self->opacity = (guint) (CLAMP (opacity, 0.0, 1.0) * 256 + 0.5);
  self->paint[0] = (uint8_t) (canvas->reversed ? blue : red);
  self->paint[1] = (uint8_t) green;
  self->paint[2] = (uint8_t) (canvas->reversed ? red : blue);
  self->paint[3] = 255;
  if (canvas->channels == 1)
    self->paint[0] =
        (uint8_t) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

static inline void
mix (uint8_t *sample, uint8_t paint, int alpha)
{
  *sample = (uint8_t) (*sample + (((paint - *sample) * alpha + 128) >> 8));
}

/* @cover: 0 to 256. */
static inline void
blend (const VitrailPen *self, uint8_t *pixel, guint cover)
{
  const int alpha = (int) (cover * self->opacity >> 8);

  mix (&pixel[0], self->paint[0], alpha);
  if (self->canvas->channels == 1)
    return;
  mix (&pixel[1], self->paint[1], alpha);
  mix (&pixel[2], self->paint[2], alpha);
  if (self->canvas->channels == 4)
    mix (&pixel[3], self->paint[3], alpha);
}

static inline uint8_t *
get_pixel (const VitrailCanvas *canvas, int x, int y)
{
  return canvas->data + (size_t) y * canvas->stride +
         (size_t) x * canvas->channels;
}

/* --- lines --- */

/* Positions along and across a line are in 1/65536 pixel. */
#define ONE 65536

/* The part of a line within @low to @high along axis @axis; FALSE: none. */
static gboolean
cut (double from[2], double to[2], guint axis, double low, double high)
{
  const guint other = 1 - axis;
  const double run = to[axis] - from[axis];
  const double rise = to[other] - from[other];

  if (MAX (from[axis], to[axis]) < low || MIN (from[axis], to[axis]) > high)
    return FALSE;
  double *ends[2] = { from, to };
  for (guint i = 0; i < 2; i++) {
    double *end = ends[i];
    const double limit = end[axis] < low ? low : high;
    if (end[axis] >= low && end[axis] <= high)
      continue;
    end[other] += (limit - end[axis]) / run * rise;
    end[axis] = limit;
  }
  return TRUE;
}

/* How much of the unit from @at on lies between @low and @high. */
static inline double
get_overlap (double at, double low, double high)
{
  return MIN (at + 1, high) - MAX (at, low);
}

/* Down to the pixel; @value is not far from the canvas. */
static inline int
to_pixel (double value)
{
  const int pixel = (int) value;
  return pixel - (value < pixel);
}

/* What a line looks like along the axis that it mostly follows. */
typedef struct {
  gboolean is_steep;
  int n_across; /* pixels of the canvas across */
  gint64 slope;
  gint64 half; /* of its extent across */
} Stroke;

/* The pixels of one step along the axis. @middle: of the line there; @reach: 0
 * to 256: how much of the step it goes along. */
static inline void
draw_step (const VitrailPen *pen,
           const Stroke *stroke,
           int step,
           gint64 middle,
           guint reach)
{
  const gint64 low = middle - stroke->half;
  const gint64 high = middle + stroke->half;
  const int first = MAX ((int) (low >> 16), 0);
  const int last = MIN ((int) (high >> 16), stroke->n_across - 1);
  const size_t stride =
      stroke->is_steep ? pen->canvas->channels : pen->canvas->stride;
  uint8_t *pixel = stroke->is_steep ? get_pixel (pen->canvas, first, step)
                                    : get_pixel (pen->canvas, step, first);

  for (int i = first; i <= last; i++) {
    const gint64 at = (gint64) i * ONE;
    const gint64 overlap = MIN (at + ONE, high) - MAX (at, low);
    blend (pen, pixel, (guint) overlap * reach >> 16);
    pixel += stride;
  }
}

/* @a lies before @b along the axis. */
static void
draw_steps (const VitrailPen *self,
            const double a[2],
            const double b[2],
            Stroke *stroke,
            double width)
{
  const VitrailCanvas *canvas = self->canvas;
  const guint axis = stroke->is_steep;
  const double slope = (b[1 - axis] - a[1 - axis]) / (b[axis] - a[axis]);
  const int n_along = (int) (axis == 0 ? canvas->width : canvas->height);
  const int first = to_pixel (MAX (a[axis], 0));
  const int last = MIN (to_pixel (b[axis]), n_along - 1);
  gint64 middle =
      (gint64) ((a[1 - axis] + (first + 0.5 - a[axis]) * slope) * ONE);

  stroke->n_across = (int) (axis == 0 ? canvas->height : canvas->width);
  stroke->slope = (gint64) (slope * ONE);
  stroke->half = (gint64) (width / 2 * sqrt (1 + slope * slope) * ONE);
  for (int step = first; step <= last; step++) {
    guint reach = 256;
    if (step == first || step == last)
      reach = (guint) (MAX (get_overlap (step, a[axis], b[axis]), 0) * 256);
    draw_step (self, stroke, step, middle, reach);
    middle += stroke->slope;
  }
}

void
vitrail_pen_line (const VitrailPen *self,
                  const double from[2],
                  const double to[2],
                  double width)
{
  const VitrailCanvas *canvas = self->canvas;
  double a[2] = { from[0], from[1] };
  double b[2] = { to[0], to[1] };
  const double margin = width + 1;
  Stroke stroke;

  if (!cut (a, b, 0, -margin, canvas->width + margin) ||
      !cut (a, b, 1, -margin, canvas->height + margin))
    return;
  stroke.is_steep = fabs (b[0] - a[0]) < fabs (b[1] - a[1]);
  const guint axis = stroke.is_steep;
  if (b[axis] > a[axis])
    draw_steps (self, a, b, &stroke, width);
  else if (b[axis] < a[axis])
    draw_steps (self, b, a, &stroke, width);
}

/* --- boxes and discs --- */

void
vitrail_pen_box (const VitrailPen *self,
                 const double centre[2],
                 const double half[2],
                 guint least)
{
  const VitrailCanvas *canvas = self->canvas;
  const double low[2] = { centre[0] - half[0], centre[1] - half[1] };
  const double high[2] = { centre[0] + half[0], centre[1] + half[1] };

  if (!(high[0] >= 0 && high[1] >= 0 && low[0] < canvas->width &&
        low[1] < canvas->height))
    return;
  const int first[2] = { (int) MAX (low[0], 0), (int) MAX (low[1], 0) };
  const int last[2] = { (int) MIN (high[0], (double) canvas->width - 1),
                        (int) MIN (high[1], (double) canvas->height - 1) };
  /* Within one pixel: it must not vanish. */
  const gboolean is_tiny = first[0] == last[0] && first[1] == last[1];
  for (int y = first[1]; y <= last[1]; y++) {
    const double down = get_overlap (y, low[1], high[1]) * 256;
    uint8_t *pixel = get_pixel (canvas, first[0], y);
    for (int x = first[0]; x <= last[0]; x++) {
      const guint cover = (guint) (get_overlap (x, low[0], high[0]) * down);
      blend (self, pixel, is_tiny ? CLAMP (cover, least, 256) : cover);
      pixel += canvas->channels;
    }
  }
}

void
vitrail_pen_pixel (const VitrailPen *self, guint x, guint y, guint cover)
{
  blend (self, get_pixel (self->canvas, (int) x, (int) y), cover);
}

void
vitrail_pen_dot (const VitrailPen *self, const double centre[2], guint cover)
{
  const VitrailCanvas *canvas = self->canvas;

  if (centre[0] >= 0 && centre[1] >= 0 && centre[0] < canvas->width &&
      centre[1] < canvas->height)
    blend (self, get_pixel (canvas, (int) centre[0], (int) centre[1]),
           MIN (cover, 256));
}

void
vitrail_pen_disc (const VitrailPen *self, const double centre[2], double radius)
{
  const VitrailCanvas *canvas = self->canvas;
  const double reach = radius + 1;

  if (!(centre[0] + reach >= 0 && centre[1] + reach >= 0 &&
        centre[0] - reach < canvas->width &&
        centre[1] - reach < canvas->height))
    return;
  const int x0 = (int) MAX (centre[0] - reach, 0);
  const int y0 = (int) MAX (centre[1] - reach, 0);
  const int x1 = MIN ((int) (centre[0] + reach), (int) canvas->width - 1);
  const int y1 = MIN ((int) (centre[1] + reach), (int) canvas->height - 1);
  for (int y = y0; y <= y1; y++)
    for (int x = x0; x <= x1; x++) {
      const double distance = hypot (x + 0.5 - centre[0], y + 0.5 - centre[1]);
      const double cover = CLAMP (radius + 0.5 - distance, 0.0, 1.0);
      if (cover > 0)
        blend (self, get_pixel (canvas, x, y), (guint) (cover * 256));
    }
}

/* --- filling --- */

void
vitrail_fill_room_init (VitrailFillRoom *self)
{
  self->edges = g_array_new (FALSE, FALSE, sizeof (VitrailEdge));
  self->crossings = g_array_new (FALSE, FALSE, sizeof (float));
  self->cover = g_array_new (FALSE, TRUE, sizeof (guint16));
}

void
vitrail_fill_room_clear (VitrailFillRoom *self)
{
  g_array_unref (self->edges);
  g_array_unref (self->crossings);
  g_array_unref (self->cover);
}

static int
compare_edges (gconstpointer a, gconstpointer b)
{
  const VitrailEdge *left = a;
  const VitrailEdge *right = b;
  return (left->y0 > right->y0) - (left->y0 < right->y0);
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  const float *left = a;
  const float *right = b;
  return (*left > *right) - (*left < *right);
}

/* Downwards, sorted by where they begin, without those beside the canvas or
 * level; how many are left. */
static guint
order_edges (GArray *edges, const VitrailCanvas *canvas)
{
  VitrailEdge *all = (VitrailEdge *) (gpointer) edges->data;
  guint n = 0;

  for (guint i = 0; i < edges->len; i++) {
    VitrailEdge edge = all[i];
    if (edge.y0 > edge.y1)
      edge = (VitrailEdge){ edge.x1, edge.y1, edge.x0, edge.y0 };
    if (edge.y1 > edge.y0 && edge.y1 > 0 && edge.y0 < (float) canvas->height)
      all[n++] = edge;
  }
  g_array_set_size (edges, n);
  g_array_sort (edges, compare_edges);
  return n;
}

/* Adds the pixels of a row between @low and @high, of one of its SUBROWS. */
static void
add_span (guint16 *cover, guint width, float low, float high)
{
  const float unit = 256.0f / SUBROWS;

  low = MAX (low, 0);
  high = MIN (high, (float) width);
  if (!(high > low))
    return;
  const guint first = (guint) low;
  const guint last = (guint) high;
  if (first == last) {
    cover[first] = (guint16) (cover[first] + (guint) ((high - low) * unit));
    return;
  }
  cover[first] =
      (guint16) (cover[first] + (guint) (((float) first + 1 - low) * unit));
  for (guint x = first + 1; x < last; x++)
    cover[x] = (guint16) (cover[x] + 256 / SUBROWS);
  if (last < width)
    cover[last] =
        (guint16) (cover[last] + (guint) ((high - (float) last) * unit));
}

/* Where edges cross the line at @y; those that ended before are dropped from
 * the front part of the array, which has @n_active of them. */
static guint
find_crossings (VitrailEdge *edges, guint n_active, float y, GArray *crossings)
{
  guint n = 0;

  g_array_set_size (crossings, 0);
  for (guint i = 0; i < n_active; i++) {
    const VitrailEdge edge = edges[i];
    if (edge.y1 <= y)
      continue;
    edges[n++] = edge;
    const float x =
        edge.x0 + (y - edge.y0) / (edge.y1 - edge.y0) * (edge.x1 - edge.x0);
    g_array_append_val (crossings, x);
  }
  return n;
}

static void
paint_row (const VitrailPen *self, VitrailFillRoom *room, int y)
{
  guint16 *cover = (guint16 *) (gpointer) room->cover->data;
  uint8_t *pixel = get_pixel (self->canvas, (int) room->first, y);

  for (guint x = room->first; x < room->end; x++) {
    if (cover[x] > 0)
      blend (self, pixel, MIN (cover[x], 256));
    cover[x] = 0;
    pixel += self->canvas->channels;
  }
}

/* Edges that are crossed lie at the front of the array, before those that have
 * not begun. */
static void
fill_row (const VitrailPen *self, VitrailFillRoom *room, int y)
{
  VitrailEdge *edges = (VitrailEdge *) (gpointer) room->edges->data;
  guint16 *cover = (guint16 *) (gpointer) room->cover->data;

  for (guint sub = 0; sub < SUBROWS; sub++) {
    const float at = (float) y + ((float) sub + 0.5f) / SUBROWS;
    while (room->next < room->edges->len && edges[room->next].y0 <= at)
      edges[room->n_active++] = edges[room->next++];
    room->n_active =
        find_crossings (edges, room->n_active, at, room->crossings);
    g_array_sort (room->crossings, compare_floats);
    for (guint i = 0; i + 1 < room->crossings->len; i += 2)
      add_span (cover, self->canvas->width,
                g_array_index (room->crossings, float, i),
                g_array_index (room->crossings, float, i + 1));
  }
  paint_row (self, room, y);
}

/* Which columns and rows the edges touch: TRUE when any of the canvas. */
static gboolean
find_extent (VitrailFillRoom *room, const VitrailCanvas *canvas, int rows[2])
{
  const VitrailEdge *edges = (VitrailEdge *) (gpointer) room->edges->data;
  float low = (float) canvas->width;
  float high = 0;
  float end = 0;

  for (guint i = 0; i < room->edges->len; i++) {
    low = MIN (low, MIN (edges[i].x0, edges[i].x1));
    high = MAX (high, MAX (edges[i].x0, edges[i].x1));
    end = MAX (end, edges[i].y1);
  }
  room->first = (guint) MAX (low, 0);
  room->end = (guint) MIN (high + 1, (float) canvas->width);
  rows[0] = (int) MAX (edges[0].y0, 0);
  rows[1] = (int) MIN (end, (float) canvas->height - 1);
  return room->first < room->end;
}

void
vitrail_pen_fill (const VitrailPen *self, VitrailFillRoom *room)
{
  const VitrailCanvas *canvas = self->canvas;
  int rows[2];

  room->n_active = room->next = 0;
  if (room->cover->len < canvas->width + 1)
    g_array_set_size (room->cover, canvas->width + 1);
  if (order_edges (room->edges, canvas) > 0 && find_extent (room, canvas, rows))
    for (int y = rows[0]; y <= rows[1]; y++)
      fill_row (self, room, y);
  g_array_set_size (room->edges, 0);
}
