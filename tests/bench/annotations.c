/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Panning over a slide with many annotated cells of an ANN object: frames a
 * second that come out of the graph of a view as the desktop builds it (feedsrc
 * ! wsitiler ! slideoverlay), 1920 x 1080, from one pixel on one of level 0 to
 * all of the slide. Each step waits for its picture, of whatever quality, as
 * somebody who drags does. Beside it, the drawing of the shapes alone.
 *
 *   bench_annotations SLIDE-LEVEL-0 SCRATCH [POLYGONS [FRAMES]] */

#include "annotation/annotations.h"

#include "annotation/ann.h"
#include "annotation/annotationbuilder.h"
#include "annotation/shapeindex.h"
#include "content.h"
#include "dicom/part10.h"
#include "dicom/writer.h"
#include "overlay/slideshapes.h"
#include "slidemeta.h"
#include "viewgraph.h"

#include <gst/app/gstappsink.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH    1920
#define HEIGHT   1080
#define VERTICES 20
/* Of the distance from cell to cell. */
#define RADIUS 0.3
/* Canvas pixels from frame to frame. */
#define STEP_X 16
#define STEP_Y 5

typedef struct {
  VitrailAnnotationSet *set;
  VitrailViewGraph *graph;
  GstElement *sink;
  double sides[2]; /* of level 0 */
  guint n_frames;
} Bench;

/* Cells on a disturbed grid, of three classes. */
static VitrailAnnotationSet *
make_cells (guint n, const double sides[2])
{
  static const char *const names[] = { "Tumor", "Stroma", "Immune" };
  static const guint32 colors[] = { 0xd03020, 0x30a040, 0x3050e0 };
  VitrailAnnotationBuilder *builder = vitrail_annotation_builder_new ("Cells");
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  const double pitch = sqrt (sides[0] * sides[1] / n);
  const guint columns = (guint) MAX (sides[0] / pitch, 1);

  for (guint i = 0; i < n && error == NULL; i++) {
    double xy[2 * VERTICES];
    const double x = (i % columns + 0.3 + g_rand_double (rand) / 3) * pitch;
    const double y =
        (floor ((double) i / columns) + 0.3 + g_rand_double (rand) / 3) * pitch;
    for (size_t j = 0; j < VERTICES; j++) {
      const double angle = 2 * G_PI * (double) j / VERTICES;
      const double radius = RADIUS * pitch * (0.8 + 0.2 * g_rand_double (rand));
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

/* @cells as an ANN object, read again from a file in @folder. */
static VitrailAnnotationSet *
read_as_ann (VitrailAnnotationSet *cells,
             VitrailSlide *slide,
             char *const *argv)
{
  g_autofree char *path = g_build_filename (argv[2], "cells.dcm", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailPart10) image =
      vitrail_part10_open (argv[1], VITRAIL_READ_HEADER, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailDataSet) object =
      vitrail_ann_write (cells, vitrail_part10_get_data_set (image), NULL,
                         &error);
  g_assert_no_error (error);
  vitrail_write_part10_file (object, "1.2.840.10008.1.2.1", path, &error);
  g_assert_no_error (error);

  const gint64 before = g_get_monotonic_time ();
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &error);
  g_assert_no_error (error);
  VitrailAnnotationSet *set =
      vitrail_ann_read (vitrail_part10_get_data_set (file), path, slide,
                        vitrail_part10_get_data_set (image), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (set), ==,
                    vitrail_annotation_set_get_n_shapes (cells));
  vitrail_annotation_set_get_index (set);
  g_print ("%-32s %9.0f ms %12s %8s  -\n", "annotations, ANN object read",
           (double) (g_get_monotonic_time () - before) / 1000, "-", "-");
  return set;
}

static void
print (const char *what, double downsample, guint n_frames, gint64 us)
{
  g_autofree char *name =
      g_strdup_printf ("annotations 1:%g, %s", downsample, what);

  g_print ("%-32s %10.0f/s %12s %8s  >= 30/s\n", name,
           n_frames * 1e6 / (double) MAX (us, 1), "-", "-");
}

/* Level 0 pixel in the middle of frame @i. */
static void
get_centre (const Bench *self, double downsample, guint i, double centre[2])
{
  centre[0] = self->sides[0] / 2 + i * STEP_X * downsample;
  centre[1] = self->sides[1] / 2 + i * STEP_Y * downsample;
}

/* The shapes alone. */
static void
draw (const Bench *self, double downsample)
{
  g_autofree uint8_t *picture = g_malloc0 ((gsize) WIDTH * HEIGHT * 3);
  const VitrailCanvas canvas = { WIDTH,   HEIGHT, 3, (size_t) WIDTH * 3,
                                 picture, FALSE };
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;
  VitrailShapesDrawn drawn;
  gint64 us = 0;

  for (guint i = 0; i < self->n_frames; i++) {
    double centre[2];
    get_centre (self, downsample, i, centre);
    const double affine[6] = {
      downsample, 0,          centre[0] - WIDTH / 2.0 * downsample,
      0,          downsample, centre[1] - HEIGHT / 2.0 * downsample
    };
    memset (picture, 255, (size_t) WIDTH * HEIGHT * 3);
    const gint64 before = g_get_monotonic_time ();
    vitrail_slide_shapes_draw (self->set, &canvas, affine, &style, &drawn);
    us += g_get_monotonic_time () - before;
  }
  print ("shapes alone", downsample, self->n_frames, us);
}

/* Until the picture around @centre has come. */
static void
wait_for (const Bench *self, double downsample, const double centre[2])
{
  double away = G_MAXDOUBLE;

  while (away > downsample) {
    g_autoptr (GstSample) sample =
        gst_app_sink_try_pull_sample (GST_APP_SINK (self->sink),
                                      (GstClockTime) 30 * GST_SECOND);
    g_assert_nonnull (sample);
    const VitrailFrameMeta *meta =
        vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
    g_assert_nonnull (meta);
    const double *a = meta->to_frame;
    away = MAX (fabs (a[0] * WIDTH / 2 + a[1] * HEIGHT / 2 + a[2] - centre[0]),
                fabs (a[3] * WIDTH / 2 + a[4] * HEIGHT / 2 + a[5] - centre[1]));
  }
}

static void
show (const Bench *self, double downsample, guint i)
{
  VitrailView view = VITRAIL_VIEW_INIT;
  double centre[2];

  get_centre (self, downsample, i, centre);
  view.zoom =
      MAX (self->sides[0] / WIDTH, self->sides[1] / HEIGHT) / downsample;
  view.pan_x = centre[0] / self->sides[0];
  view.pan_y = centre[1] / self->sides[1];
  vitrail_view_graph_set_view (self->graph, &view);
  wait_for (self, downsample, centre);
}

static void
pan (const Bench *self, double downsample)
{
  show (self, downsample, 0);
  const gint64 before = g_get_monotonic_time ();
  for (guint i = 1; i <= self->n_frames; i++)
    show (self, downsample, i);
  print ("panning", downsample, self->n_frames,
         g_get_monotonic_time () - before);
}

/* Waits for the slide that @feed is given; its sides go to @self. */
static VitrailSlide *
get_slide (Bench *self, VitrailFeed *feed)
{
  g_autoptr (GstBuffer) buffer = NULL;
  VitrailSlideLevel finest;

  while (!vitrail_feed_peek (feed, &buffer, NULL, NULL))
    g_usleep (1000);
  VitrailSlide *slide = g_object_ref (vitrail_buffer_get_slide (buffer));
  vitrail_slide_get_level (slide, 0, &finest);
  self->sides[0] = (double) finest.width;
  self->sides[1] = (double) finest.height;
  return slide;
}

int
main (int argc, char **argv)
{
  const guint n = argc > 3 ? (guint) strtoul (argv[3], NULL, 10) : 1000000;
  Bench self = { .n_frames =
                     argc > 4 ? (guint) strtoul (argv[4], NULL, 10) : 60 };
  g_autoptr (GError) error = NULL;

  if (argc < 3)
    return 2;
  gst_init (NULL, NULL);
  const char *const paths[] = { argv[1], NULL };
  g_autoptr (VitrailFeed) feed = vitrail_feed_new ();
  g_autoptr (VitrailContent) content =
      vitrail_content_new (feed, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailSlide) slide = get_slide (&self, feed);
  g_autoptr (VitrailAnnotationSet) cells = make_cells (n, self.sides);
  g_autoptr (VitrailAnnotationSet) set = read_as_ann (cells, slide, argv);
  g_autoptr (VitrailAnnotations) annotations = vitrail_annotations_new ();
  vitrail_annotations_put (annotations, set, NULL);

  self.set = set;
  self.sink = gst_element_factory_make ("appsink", NULL);
  /* A graph is one of frames until it is told: the slide comes afterwards. */
  g_autoptr (VitrailFeed) own = vitrail_feed_new ();
  g_autoptr (VitrailViewGraph) graph =
      vitrail_view_graph_new (own, self.sink, &error);
  g_assert_no_error (error);
  self.graph = graph;
  vitrail_view_graph_set_size (graph, WIDTH, HEIGHT);
  vitrail_view_graph_set_kind (graph, VITRAIL_DISPLAY_SET_SLIDE, &error);
  g_assert_no_error (error);
  vitrail_view_graph_set_drawn (graph, annotations, NULL);
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  vitrail_feed_peek (feed, &buffer, &caps, NULL);
  vitrail_feed_store (own, buffer, caps);
  const double fit = MAX (self.sides[0] / WIDTH, self.sides[1] / HEIGHT);
  for (int i = 0; ldexp (1.5, i) < fit; i++) {
    pan (&self, ldexp (1, i));
    draw (&self, ldexp (1, i));
  }
  pan (&self, ceil (fit));
  draw (&self, ceil (fit));
  return 0;
}
