/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See cube.h. Of each pixel some rays go through the cube, as through the body:
 * where one enters, there is a face. */

#include "volume/cube.h"

#include "volume/vector.h"

#include <math.h>

/* Rays of a pixel, along and down. */
#define RAYS 4
/* Letters: cells across and down, and how large one is where a face goes from
 * -1 to 1. */
#define COLUMNS 5
#define ROWS    7
#define CELL    0.2
/* Of ink between cells. */
#define ENOUGH 0.4
/* Where the border of a face begins. */
#define BORDER 0.92

/* A face: where its letter's right and lower ends point in the patient. */
typedef struct {
  double right[3];
  double down[3];
  const char *letter; /* "#" are ink */
} Face;

/* Of lower and higher x, y, z: right, left, front, back, feet, head. */
static const Face faces[6] = {
  { { 0, -1, 0 }, { 0, 0, -1 }, "####.#...##...#####.#.#..#..#.#...#" }, /* R */
  { { 0, 1, 0 }, { 0, 0, -1 }, "#....#....#....#....#....#....#####" },  /* L */
  { { 1, 0, 0 }, { 0, 0, -1 }, ".###.#...##...#######...##...##...#" },  /* A */
  { { -1, 0, 0 }, { 0, 0, -1 }, "####.#...##...#####.#....#....#...." }, /* P */
  { { 1, 0, 0 }, { 0, 1, 0 }, "######....#....####.#....#....#...." },   /* F */
  { { -1, 0, 0 }, { 0, 1, 0 }, "#...##...##...#######...##...##...#" },  /* H */
};

static const double paper[3] = { 0.24, 0.29, 0.37 };
static const double line[3] = { 0.55, 0.62, 0.72 };
static const double ink[3] = { 1, 1, 1 };

typedef struct {
  double right[3];
  double down[3];
  double away[3];
  double half; /* of an edge, in pixels */
} Cube;

static double
get_ink (const Face *face, int column, int row)
{
  return column >= 0 && column < COLUMNS && row >= 0 && row < ROWS &&
                 face->letter[row * COLUMNS + column] == '#'
             ? 1
             : 0;
}

/* What lies at (@s, @t) of a face, both from -1 to 1. Between cells ink is more
 * or less: strokes that meet at corners hang together, and are round. */
static const double *
look_at_face (const Face *face, double s, double t)
{
  const double x = s / CELL + (COLUMNS - 1) / 2.0;
  const double y = t / CELL + (ROWS - 1) / 2.0;
  const int column = (int) floor (x);
  const int row = (int) floor (y);
  const double u = x - column;
  const double v = y - row;

  if (fabs (s) > BORDER || fabs (t) > BORDER)
    return line;
  const double above = get_ink (face, column, row) * (1 - u) +
                       get_ink (face, column + 1, row) * u;
  const double below = get_ink (face, column, row + 1) * (1 - u) +
                       get_ink (face, column + 1, row + 1) * u;
  return above * (1 - v) + below * v > ENOUGH ? ink : paper;
}

/* Where the ray of a place enters: 2 * axis, and 1 more for the side of higher
 * coordinates. FALSE: it goes by. */
static gboolean
enter (const Cube *self, const double start[3], guint *side, double at[3])
{
  double first = -INFINITY;
  double last = INFINITY;

  for (guint a = 0; a < 3; a++) {
    const double ray = self->away[a];
    if (fabs (ray) < 1e-9) {
      if (fabs (start[a]) > 1)
        return FALSE;
      continue;
    }
    const double near = ((ray > 0 ? -1 : 1) - start[a]) / ray;
    last = MIN (last, ((ray > 0 ? 1 : -1) - start[a]) / ray);
    if (near > first) {
      first = near;
      *side = 2 * a + (ray > 0 ? 0 : 1);
    }
  }
  for (guint a = 0; a < 3; a++)
    at[a] = start[a] + first * self->away[a];
  return first < last;
}

/* Adds what is @x pixels to the right of the middle and @y below. FALSE: the
 * cube is not there. */
static gboolean
add_ray (const Cube *self, double x, double y, double sum[3])
{
  double start[3];
  double at[3];
  guint side = 0;

  for (guint a = 0; a < 3; a++)
    start[a] = (x * self->right[a] + y * self->down[a]) / self->half;
  if (!enter (self, start, &side, at))
    return FALSE;
  const Face *face = &faces[side];
  const double light = 0.55 + 0.45 * fabs (self->away[side / 2]);
  const double *color =
      look_at_face (face, vitrail_vector_dot (at, face->right),
                    vitrail_vector_dot (at, face->down));
  for (guint c = 0; c < 3; c++)
    sum[c] += color[c] * light;
  return TRUE;
}

static void
draw_pixel (const Cube *self, double x, double y, guint8 *pixel)
{
  double sum[3] = { 0 };
  guint n = 0;

  for (guint i = 0; i < RAYS; i++)
    for (guint j = 0; j < RAYS; j++)
      if (add_ray (self, x + (i + 0.5) / RAYS - 0.5, y + (j + 0.5) / RAYS - 0.5,
                   sum))
        n++;
  const double all = RAYS * RAYS;
  for (guint c = 0; c < 3; c++)
    pixel[c] = (guint8) (pixel[c] * (1 - n / all) + sum[c] / all * 255 + 0.5);
}

void
vitrail_cube_draw (const double plane[12],
                   guint width,
                   guint height,
                   guint8 *out)
{
  const guint shorter = MIN (width, height);
  const guint reach = shorter / 10;
  const double middle[2] = { width - 0.1 * shorter, height - 0.1 * shorter };
  Cube self = { .half = 0.05 * shorter };

  if (shorter < VITRAIL_CUBE_LEAST)
    return;
  for (guint a = 0; a < 3; a++) {
    self.right[a] = plane[(gsize) 4 * a];
    self.down[a] = plane[(gsize) 4 * a + 1];
  }
  if (!vitrail_vector_normalize (self.right) ||
      !vitrail_vector_normalize (self.down))
    return;
  vitrail_vector_cross (self.right, self.down, self.away);
  for (guint y = (guint) middle[1] - reach; y < height; y++)
    for (guint x = (guint) middle[0] - reach; x < width; x++)
      draw_pixel (&self, x + 0.5 - middle[0], y + 0.5 - middle[1],
                  out + ((gsize) y * width + x) * 4);
}
