/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Display shutters of any data set, on a small frame: what is seen lies in
 * every shape and under no bit of a bitmap, asked pixel by pixel. The first
 * byte says the byte order and how high pixels are. */

#include "shutter.h"

#include "dicom/parser.h"
#include "fuzz.h"

#define WIDTH  21
#define HEIGHT 16
/* As far as doubles order crossings for certain. */
#define NEAR 4096

static gboolean
is_in_rectangle (const VitrailShutter *self, int x, int y)
{
  const int *edges = self->rectangle;

  return !self->has_rectangle ||
         (x >= edges[0] && x <= edges[1] && y >= edges[2] && y <= edges[3]);
}

/* Columns count as floor (sqrt (...)) does, a little beyond. */
static gboolean
is_in_circle (const VitrailShutter *self, int x, int y)
{
  const double along = x - self->center[0];
  const double down = (y - self->center[1]) * self->aspect;
  const double radius = self->radius;

  return !self->has_circle ||
         along * along <= radius * radius - down * down + 1e-6 * radius + 1e-6;
}

/* The point against the line from @a to @b: its side, times lengths. */
static gint64
find_side (const int *a, const int *b, int x, int y)
{
  return (gint64) (b[0] - a[0]) * (y - a[1]) -
         (gint64) (b[1] - a[1]) * (x - a[0]);
}

static gboolean
is_on_edge (const int *a, const int *b, int x, int y)
{
  return find_side (a, b, x, y) == 0 && x >= MIN (a[0], b[0]) &&
         x <= MAX (a[0], b[0]) && y >= MIN (a[1], b[1]) &&
         y <= MAX (a[1], b[1]);
}

/* Even and odd crossings to the right. */
static gboolean
is_in_polygon (const VitrailShutter *self, int x, int y)
{
  gboolean is_in = FALSE;

  for (guint i = 0; i < self->n_vertices; i++) {
    const int *a = self->vertices[i];
    const int *b = self->vertices[(i + 1) % self->n_vertices];
    if (is_on_edge (a, b, x, y))
      return TRUE;
    if ((a[1] <= y) != (b[1] <= y) &&
        (find_side (a, b, x, y) > 0) == (b[1] > a[1]))
      is_in = !is_in;
  }
  return is_in || self->n_vertices == 0;
}

static gboolean
is_near (const VitrailShutter *self)
{
  for (guint i = 0; i < self->n_vertices; i++)
    if (ABS (self->vertices[i][0]) > NEAR || ABS (self->vertices[i][1]) > NEAR)
      return FALSE;
  return TRUE;
}

static void
check (const VitrailShutter *self, const uint8_t *mask, size_t stride)
{
  const gboolean asks_polygon = is_near (self);

  const VitrailOverlayPlane *bitmap = self->bitmap;

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      const uint8_t *row = mask + (size_t) y * stride;
      const gboolean is_seen = (row[x / 8] >> (x % 8) & 1) != 0;
      const gboolean is_bit =
          bitmap != NULL &&
          vitrail_overlay_plane_get (bitmap, x - bitmap->column,
                                     y - bitmap->row);
      g_assert_true (!is_seen || !is_bit);
      g_assert_true (!is_seen || is_in_rectangle (self, x, y));
      g_assert_true (!is_seen || is_in_circle (self, x, y));
      if (!asks_polygon)
        continue;
      g_assert_true (!is_seen || is_in_polygon (self, x, y));
      /* And nothing else is covered. */
      g_assert_true (is_seen || is_bit || self->has_circle ||
                     !is_in_rectangle (self, x, y) ||
                     !is_in_polygon (self, x, y));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const double aspects[] = { 1, 1.25, 0.4, 0 };

  if (size < 1)
    return 0;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data + 1, size - 1);
  const VitrailParserInput input = {
    .name = "fuzz",
    .data = data + 1,
    .length = size - 1,
    .big_endian = (data[0] & 1) != 0,
  };
  g_autoptr (VitrailDataSet) data_set =
      vitrail_parse_data_set (&input, bytes, NULL, NULL);
  g_autoptr (VitrailOverlays) overlays =
      vitrail_overlays_new_separate (data_set, 1, "fuzz");
  VitrailShutter *shutter =
      vitrail_shutter_new (data_set, overlays, WIDTH, HEIGHT,
                           aspects[data[0] >> 1 & 3]);

  if (shutter == NULL)
    return 0;
  size_t stride = 0;
  g_autofree uint8_t *mask = vitrail_shutter_make_mask (shutter, &stride);
  if (mask != NULL)
    check (shutter, mask, stride);
  vitrail_shutter_free (shutter);
  return 0;
}
