/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts of masks: see outline.h. */

#include "slide/outline.h"

#include <math.h>
#include <string.h>

typedef struct {
  uint8_t *mask;
  guint width;
  guint height;
  uint32_t *stack; /* of pixels, room for all */
} Search;

void
vitrail_outline_free (VitrailOutline *self)
{
  g_array_unref (self->points);
  g_free (self);
}

static gboolean
is_set (const Search *self, int x, int y)
{
  return x >= 0 && y >= 0 && (guint) x < self->width &&
         (guint) y < self->height &&
         self->mask[(size_t) y * self->width + (size_t) x] != 0;
}

/* --- parts --- */

static void
grow (VitrailOutline *self, guint x, guint y)
{
  const guint right = MAX (self->rect[0] + self->rect[2], x + 1);
  const guint below = MAX (self->rect[1] + self->rect[3], y + 1);

  self->rect[0] = MIN (self->rect[0], x);
  self->rect[1] = MIN (self->rect[1], y);
  self->rect[2] = right - self->rect[0];
  self->rect[3] = below - self->rect[1];
  self->area++;
}

/* Marks what touches the first pixel, each once. */
static void
fill_part (Search *self, guint first, VitrailOutline *part)
{
  size_t n = 0;

  self->stack[n++] = first;
  self->mask[first] = 2;
  while (n > 0) {
    const guint at = self->stack[--n];
    const int x = (int) (at % self->width);
    const int y = (int) (at / self->width);
    grow (part, (guint) x, (guint) y);
    for (guint k = 0; k < 9; k++) {
      const int to_x = x + (int) (k % 3) - 1;
      const int to_y = y + (int) (k / 3) - 1;
      if (!is_set (self, to_x, to_y))
        continue;
      const guint to = (guint) to_y * self->width + (guint) to_x;
      if (self->mask[to] == 1) {
        self->mask[to] = 2;
        self->stack[n++] = to;
      }
    }
  }
}

/* --- outlines --- */

static void
add_point (GArray *points, int x, int y)
{
  const guint point[2] = { (guint) x, (guint) y };
  g_array_append_val (points, point);
}

/* Along the sides of pixels, from the upper left corner of the part's first
 * one, with the part on the right hand. Where two pixels touch by a corner, the
 * way leads around both: to the left, where it can. */
static void
trace (const Search *self, guint first, GArray *points)
{
  static const int steps[4][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
  /* Of a corner, the pixels in front, on the left and on the right. */
  static const int left[4][2] = { { 0, -1 }, { 0, 0 }, { -1, 0 }, { -1, -1 } };
  static const int right[4][2] = { { 0, 0 }, { -1, 0 }, { -1, -1 }, { 0, -1 } };
  const int start[2] = { (int) (first % self->width),
                         (int) (first / self->width) };
  int x = start[0];
  int y = start[1];
  guint direction = 0;

  do {
    x += steps[direction][0];
    y += steps[direction][1];
    guint next = direction;
    if (is_set (self, x + left[direction][0], y + left[direction][1]))
      next = (direction + 3) % 4;
    else if (!is_set (self, x + right[direction][0], y + right[direction][1]))
      next = (direction + 1) % 4;
    if (next != direction)
      add_point (points, x, y);
    direction = next;
  } while (x != start[0] || y != start[1] || direction != 0);
}

static double
get_distance (const guint point[2], const guint a[2], const guint b[2])
{
  const double dx = (double) b[0] - a[0];
  const double dy = (double) b[1] - a[1];
  const double x = (double) point[0] - a[0];
  const double y = (double) point[1] - a[1];
  const double length = hypot (dx, dy);

  return length > 0 ? fabs (dx * y - dy * x) / length : hypot (x, y);
}

typedef struct {
  guint first;
  guint last;
} Stretch;

/* The farthest from the line between the ends of a stretch; FALSE where that is
 * near enough. The point after the last is the first. */
static gboolean
find_farthest (const GArray *points,
               const Stretch *stretch,
               double tolerance,
               guint *farthest)
{
  guint (*at)[2] = (gpointer) points->data;
  double most = tolerance;
  gboolean found = FALSE;

  for (guint i = stretch->first + 1; i < stretch->last; i++) {
    const double distance = get_distance (at[i], at[stretch->first],
                                          at[stretch->last % points->len]);
    if (distance > most) {
      most = distance;
      *farthest = i;
      found = TRUE;
    }
  }
  return found;
}

/* Leaves corners out (D. H. Douglas, T. K. Peucker, Cartographica 1973; 10:
 * 112-122), between the first point and the one farthest from it. */
static GArray *
simplify (GArray *points, double tolerance)
{
  guint (*at)[2] = (gpointer) points->data;
  g_autofree gboolean *is_kept = g_new0 (gboolean, points->len);
  g_autoptr (GArray) stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  GArray *kept = g_array_new (FALSE, FALSE, sizeof (guint[2]));
  Stretch whole = { 0, points->len };
  guint middle = points->len / 2;

  find_farthest (points, &whole, 0.0, &middle);
  is_kept[0] = is_kept[middle] = TRUE;
  g_array_append_val (stretches, ((Stretch){ 0, middle }));
  g_array_append_val (stretches, ((Stretch){ middle, points->len }));
  while (stretches->len > 0) {
    const Stretch stretch =
        g_array_index (stretches, Stretch, stretches->len - 1);
    guint farthest = 0;
    g_array_set_size (stretches, stretches->len - 1);
    if (!find_farthest (points, &stretch, tolerance, &farthest))
      continue;
    is_kept[farthest] = TRUE;
    g_array_append_val (stretches, ((Stretch){ stretch.first, farthest }));
    g_array_append_val (stretches, ((Stretch){ farthest, stretch.last }));
  }
  for (guint i = 0; i < points->len; i++)
    if (is_kept[i])
      g_array_append_val (kept, at[i]);
  g_array_unref (points);
  return kept;
}

GPtrArray *
/* NOLINTNEXTLINE(readability-non-const-parameter): parts are marked */
vitrail_outline_find (uint8_t *mask,
                      guint width,
                      guint height,
                      gsize min_area,
                      double tolerance)
{
  const gsize n = (gsize) width * height;
  g_autofree uint32_t *stack = g_try_new (uint32_t, n);
  Search self = { mask, width, height, stack };

  if (stack == NULL)
    return NULL;
  GPtrArray *parts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_outline_free);
  for (guint i = 0; i < n; i++) {
    if (mask[i] != 1)
      continue;
    VitrailOutline part = { { i % width, i / width, 1, 1 }, 0, NULL };
    fill_part (&self, i, &part);
    if (part.area < min_area)
      continue;
    part.points = g_array_new (FALSE, FALSE, sizeof (guint[2]));
    trace (&self, i, part.points);
    part.points = simplify (part.points, tolerance);
    g_ptr_array_add (parts, g_memdup2 (&part, sizeof part));
  }
  return parts;
}
