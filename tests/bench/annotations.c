/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How long a frame takes that pans over many annotated cells: 1920 x 1080, from
 * one canvas pixel on one of level 0 to all of the slide.
 *
 *   bench_annotations [POLYGONS [FRAMES]] */

#include "annotation/annotationbuilder.h"
#include "annotation/shapeindex.h"
#include "overlay/slideshapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH    1920
#define HEIGHT   1080
#define VERTICES 20
/* Level 0 pixels from cell to cell, and of a cell. */
#define PITCH  100.0
#define RADIUS 30.0

/* Cells on a disturbed grid, of three classes. */
static VitrailAnnotationSet *
make_cells (guint n)
{
  static const char *const names[] = { "Tumor", "Stroma", "Immune" };
  static const guint32 colors[] = { 0xd03020, 0x30a040, 0x3050e0 };
  VitrailAnnotationBuilder *builder = vitrail_annotation_builder_new ("Cells");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  const guint side = (guint) ceil (sqrt (n));

  for (guint i = 0; i < n && error == NULL; i++) {
    double xy[2 * VERTICES];
    const double x = (i % side + g_rand_double (rand) / 3) * PITCH;
    const double y =
        (floor ((double) i / side) + g_rand_double (rand) / 3) * PITCH;
    for (size_t j = 0; j < VERTICES; j++) {
      const double angle = 2 * G_PI * (double) j / VERTICES;
      const double radius = RADIUS * (0.8 + 0.2 * g_rand_double (rand));
      xy[2 * j] = x + radius * cos (angle);
      xy[2 * j + 1] = y + radius * sin (angle);
    }
    vitrail_annotation_builder_add_points (builder, xy, VERTICES, &error);
    vitrail_annotation_builder_end_part (builder, FALSE, &error);
    vitrail_annotation_builder_end_shape (
        builder, VITRAIL_SHAPE_POLYGON,
        vitrail_annotation_builder_find_group (builder, names[i % 3],
                                               colors[i % 3]),
        &error);
  }
  g_assert_no_error (error);
  return vitrail_annotation_builder_end (builder, &error);
}

static int
compare (const void *a, const void *b)
{
  const double *left = a;
  const double *right = b;
  return (*left > *right) - (*left < *right);
}

/* @downsample level 0 pixels on one of the canvas, panning by 16 of them. */
static void
run (const VitrailAnnotationSet *set,
     double downsample,
     double extent,
     guint n_frames)
{
  g_autofree uint8_t *picture = g_malloc0 ((gsize) WIDTH * HEIGHT * 3);
  g_autofree double *times = g_new (double, n_frames);
  const VitrailCanvas canvas = { WIDTH,   HEIGHT, 3, (size_t) WIDTH * 3,
                                 picture, FALSE };
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  VitrailShapesDrawn drawn;
  const double start[2] = { MAX ((extent - WIDTH * downsample) / 2, 0),
                            MAX ((extent - HEIGHT * downsample) / 2, 0) };

  for (guint i = 0; i < n_frames; i++) {
    const double affine[6] = {
      downsample, 0,          start[0] + i * 16 * downsample,
      0,          downsample, start[1] + i * 5 * downsample
    };
    memset (picture, 255, (size_t) WIDTH * HEIGHT * 3);
    const gint64 before = g_get_monotonic_time ();
    vitrail_slide_shapes_draw (set, &canvas, affine, &style, &drawn);
    times[i] = (double) (g_get_monotonic_time () - before) / 1000;
  }
  qsort (times, n_frames, sizeof *times, compare);
  g_print ("downsample %7.2f: median %6.2f ms, p95 %6.2f ms; %u outlines, %u "
           "boxes, %u dots\n",
           downsample, times[n_frames / 2], times[n_frames * 95 / 100],
           drawn.n_outlines, drawn.n_boxes, drawn.n_dots);
}

int
main (int argc, char **argv)
{
  const guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 1000000;
  const guint n_frames = argc > 2 ? (guint) strtoul (argv[2], NULL, 10) : 60;
  g_autoptr (VitrailAnnotationSet) set = make_cells (n);
  const double extent = sqrt (n) * PITCH;

  const gint64 before = g_get_monotonic_time ();
  vitrail_annotation_set_get_index (set);
  g_print ("%u polygons of %u points, %.0f MB; index %.0f ms\n", n, VERTICES,
           (double) vitrail_annotation_set_get_size_bytes (set) / 1e6,
           (double) (g_get_monotonic_time () - before) / 1000);
  for (guint i = 0; ldexp (HEIGHT, (int) i) < extent; i++)
    run (set, ldexp (1, (int) i), extent, n_frames);
  run (set, extent / HEIGHT, extent, n_frames);
  return 0;
}
