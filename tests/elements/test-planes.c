/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Overlay planes over pictures, judged by a drawing that looks at every pixel
 * of the plane for every pixel of the picture. */

#include "overlay/planes.h"
#include "pixel/view.h"

#include <math.h>
#include <string.h>

#define MAX_SIDE 64

/* A plane of random bits. */
typedef struct {
  uint8_t bits[MAX_SIDE * MAX_SIDE / 8];
  VitrailOverlayPlane plane;
  VitrailOverlays overlays;
} Sample;

static void
set_bit (Sample *self, guint x, guint y)
{
  const guint bit = y * self->plane.columns + x;

  self->bits[bit / 8] |= (uint8_t) (1u << (bit % 8));
}

/* One bit in @every; the box is the whole plane, which it may be. */
static void
sample_init (Sample *self, guint columns, guint rows, int every, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  memset (self, 0, sizeof *self);
  self->plane.columns = columns;
  self->plane.rows = rows;
  self->plane.row = g_rand_int_range (rand, -5, 5);
  self->plane.column = g_rand_int_range (rand, -5, 5);
  self->plane.box[2] = (int) columns - 1;
  self->plane.box[3] = (int) rows - 1;
  self->plane.data = self->bits;
  self->plane.n_bits = (guint64) columns * rows;
  self->overlays.planes = &self->plane;
  self->overlays.n_planes = 1;
  self->overlays.ref_count = 1;
  for (guint y = 0; y < rows; y++)
    for (guint x = 0; x < columns; x++)
      if (g_rand_int_range (rand, 0, every) == 0)
        set_bit (self, x, y);
}

static gboolean
is_drawn (const VitrailOverlayPlane *p, int x, int y)
{
  if (!vitrail_overlay_plane_get (p, x, y))
    return FALSE;
  return !p->is_roi || !vitrail_overlay_plane_get (p, x - 1, y) ||
         !vitrail_overlay_plane_get (p, x + 1, y) ||
         !vitrail_overlay_plane_get (p, x, y - 1) ||
         !vitrail_overlay_plane_get (p, x, y + 1);
}

static double
grid (double value)
{
  return rint (value * 65536) / 65536;
}

static gboolean
judge (const VitrailOverlayPlane *p, const double map[6], int x, int y)
{
  const double u = map[0] * x + map[1] * y + (map[2] - p->column);
  const double v = map[3] * x + map[4] * y + (map[5] - p->row);
  const double du = fmax (0.5, (fabs (map[0]) + fabs (map[1])) / 2);
  const double dv = fmax (0.5, (fabs (map[3]) + fabs (map[4])) / 2);

  for (int j = 0; j < (int) p->rows; j++)
    for (int i = 0; i < (int) p->columns; i++)
      if (i >= grid (u - du) && i < grid (u + du) && j >= grid (v - dv) &&
          j < grid (v + dv) && is_drawn (p, i, j))
        return TRUE;
  return FALSE;
}

static void
compare (const Sample *sample, const double map[6], guint width, guint height)
{
  g_autofree guint8 *picture = g_malloc0 ((gsize) width * height);
  const VitrailCanvas canvas = { width, height, 1, width, picture };

  vitrail_overlays_draw (&sample->overlays, &canvas, map, 0xffffff);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      g_assert_cmpuint (picture[y * width + x], ==,
                        judge (&sample->plane, map, (int) x, (int) y) ? 255
                                                                      : 0);
}

static void
test_views (void)
{
  for (guint i = 0; i < 60; i++) {
    VitrailView view = VITRAIL_VIEW_INIT;
    Sample sample;
    double map[6];
    sample_init (&sample, 17 + i % 5, 23, i % 2 ? 3 : 12, i);
    sample.plane.is_roi = i % 5 == 1;
    view.zoom = 0.2 * (1 + i % 11);
    view.rotation = i % 3 == 0 ? 180.0 * i : i % 3 == 1 ? 90.0 * i : 7.0 * i;
    view.flip_horizontal = i % 4 == 0;
    view.flip_vertical = i % 5 == 0;
    view.pan_x = 0.03 * i;
    vitrail_view_get_affine (&view, 20, 20, i % 7 ? 1 : 1.5, 40, 31, map);
    compare (&sample, map, 40, 31);
  }
}

/* At its own size each bit is one pixel, enlarged a square of pixels. */
static void
test_sharp (void)
{
  for (guint zoom = 1; zoom <= 4; zoom++) {
    const double scale = 1.0 / zoom;
    const double map[6] = {
      scale, 0, (scale - 1) / 2, 0, scale, (scale - 1) / 2
    };
    guint8 picture[64 * 64] = { 0 };
    const VitrailCanvas canvas = { 16 * zoom, 16 * zoom, 1, 64, picture };
    Sample sample;
    sample_init (&sample, 16, 16, 3, zoom);
    sample.plane.row = sample.plane.column = 0;
    vitrail_overlays_draw (&sample.overlays, &canvas, map, 0xffffff);
    for (guint y = 0; y < 16 * zoom; y++)
      for (guint x = 0; x < 16 * zoom; x++)
        g_assert_cmpint (picture[64 * y + x] == 255, ==,
                         vitrail_overlay_plane_get (&sample.plane,
                                                    (int) (x / zoom),
                                                    (int) (y / zoom)));
  }
}

/* However small the picture, a single bit is seen, wherever it is; in turns by
 * quarters in one pixel only. */
static void
test_never_lost (void)
{
  for (guint i = 0; i < 4096; i += 7) {
    const guint side = 1 + i % 9;
    VitrailView view = VITRAIL_VIEW_INIT;
    guint8 picture[81] = { 0 };
    const VitrailCanvas canvas = { side, side, 1, side, picture };
    Sample sample;
    double map[6];
    guint n = 0;
    sample_init (&sample, 64, 64, G_MAXINT, 0);
    sample.plane.row = sample.plane.column = 0;
    set_bit (&sample, i % 64, i / 64);
    view.rotation = 90.0 * (i % 4);
    view.flip_horizontal = i % 3 == 0;
    vitrail_view_get_affine (&view, 64, 64, 1, side, side, map);
    vitrail_overlays_draw (&sample.overlays, &canvas, map, 0xffffff);
    for (guint k = 0; k < side * side; k++)
      n += picture[k] != 0;
    g_assert_cmpuint (n, ==, 1);
  }
}

static void
test_colors (void)
{
  static const struct {
    guint channels;
    guint8 want[4];
    gboolean reversed;
  } cases[] = { { 1, { 106 }, FALSE },
                { 3, { 0xff, 0x32, 0x00 }, FALSE },
                { 4, { 0xff, 0x32, 0x00, 0xff }, FALSE },
                { 4, { 0x00, 0x32, 0xff, 0xff }, TRUE } };

  const double map[6] = { 1, 0, 0, 0, 1, 0 };
  Sample sample;

  sample_init (&sample, 8, 1, G_MAXINT, 0);
  sample.plane.row = sample.plane.column = 0;
  set_bit (&sample, 2, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const guint n = cases[i].channels;
    guint8 picture[32] = { 0 };
    guint8 want[32] = { 0 };
    const VitrailCanvas canvas = { 8, 1, n, 32, picture, cases[i].reversed };
    memcpy (want + 2 * (gsize) n, cases[i].want, n);
    vitrail_overlays_draw (&sample.overlays, &canvas, map, 0xff3200);
    g_assert_cmpmem (picture, sizeof picture, want, sizeof want);
  }
}

/* Maps that are none, and planes far away. */
static void
test_hostile (void)
{
  static const double maps[][6] = {
    { 0, 0, 0, 0, 0, 0 },           { 1, 1, 0, 1, 1, 0 },
    { NAN, 0, 0, 0, 1, 0 },         { 1e308, 0, 0, 0, 1e308, 0 },
    { 1, 0, INFINITY, 0, 1, 0 },    { 1e-300, 0, 0, 0, 1e-300, 0 },
    { 1e-9, 0, 1e8, 0, 1e-9, 1e8 }, { 1, 0, -1e8, 0, 1, 9e8 },
  };
  guint8 picture[64] = { 0 };
  const guint8 empty[64] = { 0 };
  const VitrailCanvas canvas = { 8, 8, 1, 8, picture };
  Sample sample;

  sample_init (&sample, 64, 64, 1, 0);
  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    vitrail_overlays_draw (&sample.overlays, &canvas, maps[i], 0xffffff);
  sample.plane.row = -32769;
  sample.plane.column = 32766;
  vitrail_overlays_draw (&sample.overlays, &canvas,
                         (double[6]){ 1, 0, 0, 0, 1, 0 }, 0xffffff);
  /* A box of nothing. */
  sample.plane.row = sample.plane.column = 0;
  sample.plane.box[0] = sample.plane.box[1] = G_MAXINT;
  sample.plane.box[2] = sample.plane.box[3] = -1;
  vitrail_overlays_draw (&sample.overlays, &canvas,
                         (double[6]){ 1, 0, 0, 0, 1, 0 }, 0xffffff);
  g_assert_cmpmem (picture, sizeof picture, empty, sizeof empty);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/planes/views", test_views);
  g_test_add_func ("/planes/sharp", test_sharp);
  g_test_add_func ("/planes/never-lost", test_never_lost);
  g_test_add_func ("/planes/colors", test_colors);
  g_test_add_func ("/planes/hostile", test_hostile);
  return g_test_run ();
}
