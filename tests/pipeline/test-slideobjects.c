/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What others have made of a slide: annotations, segmentations and parametric
 * maps of its folder are found, shown where they belong, and kept so with the
 * session. */

#include "slidesessiontest.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportslide.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <string.h>

/* Of make-ann.py and make-raster.py: the letter F from (50, 30) on, on a slide
 * of 200 x 152 pixels of grey. */
#define POLYGON "1.2.3.5.1201"
#define SPARSE  "1.2.3.6.1"
#define LABELS  "1.2.3.6.3"
#define VALUES  "1.2.3.6.4"
#define GREY    240

/* The slide, one of its annotations and four rasters. */
static const char *
get_folder (void)
{
  static char *folder;
  if (folder != NULL)
    return folder;
  const char *tests = g_getenv ("G_TEST_SRCDIR");
  g_autofree char *made =
      g_build_filename (test_data_get_scratch (), "objects", NULL);
  g_free (test_data_run ("/usr/bin/python3 '%s/annotation/make-ann.py' '%s'",
                         tests, made));
  g_free (test_data_run ("/usr/bin/python3 '%s/annotation/make-raster.py' '%s'",
                         tests, made));
  folder = g_build_filename (made, "turned", NULL);
  g_free (test_data_run (
      "cd '%s' && mkdir kept && mv POLYGON-volume0-double.dcm kept && "
      "rm -f POINT-* POLYLINE-* POLYGON-* RECTANGLE-* ELLIPSE-*",
      folder));
  return folder;
}

typedef struct {
  VitrailSlideObjects *objects;
  const char *id;
  VitrailSlideObjectStage stage;
} Wanted;

static gboolean
has_stage (gpointer data)
{
  const Wanted *self = data;
  VitrailSlideObject object = { 0 };
  guint index;
  return vitrail_slide_objects_find (self->objects, self->id, &index) &&
         vitrail_slide_objects_get (self->objects, index, &object) &&
         object.stage == self->stage;
}

static void
wait_for (VitrailSlideObjects *objects,
          const char *id,
          VitrailSlideObjectStage stage)
{
  Wanted wanted = { objects, id, stage };
  g_assert_true (test_wait_until (has_stage, &wanted));
}

static gboolean
has_work (gpointer viewport)
{
  return vitrail_viewport_get_work (viewport) != NULL;
}

static VitrailSlideObjects *
get_objects (VitrailSession *session)
{
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  g_assert_true (test_wait_until (has_work, viewport));
  return vitrail_slide_work_get_objects (vitrail_viewport_get_work (viewport));
}

/* A session whose picture can be looked at. */
static VitrailSession *
open_seen (GstElement **tail)
{
  VitrailSession *session = test_session_open (get_folder ());
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  *tail = gst_element_factory_make ("fakesink", NULL);
  g_object_set (*tail, "enable-last-sample", TRUE, NULL);
  vitrail_viewport_set_tail (viewport, *tail);
  return session;
}

/* What a pixel of level 0 looks like; FALSE while there is no picture. */
static gboolean
get_pixel (GstElement *tail, const double at[2], guint8 rgb[3])
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  g_object_get (tail, "last-sample", &sample, NULL);
  if (sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return FALSE;
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
  double best = G_MAXDOUBLE;
  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT (&frame); y++)
    for (int x = 0; x < GST_VIDEO_FRAME_WIDTH (&frame); x++) {
      const double *m = meta->to_frame;
      double dx = m[0] * x + m[1] * y + m[2] + 0.5 - at[0];
      double dy = m[3] * x + m[4] * y + m[5] + 0.5 - at[1];
      if (dx * dx + dy * dy >= best)
        continue;
      best = dx * dx + dy * dy;
      for (int i = 0; i < 3; i++)
        rgb[i] =
            *((guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, i) +
              (gsize) y * (gsize) GST_VIDEO_FRAME_COMP_STRIDE (&frame, i) +
              (gsize) x * (gsize) GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, i));
    }
  gst_video_frame_unmap (&frame);
  return best < 1;
}

/* The places of an F that no turned or mirrored one has as well. */
static const double inside[][2] = { { 60, 50 },
                                    { 60, 125 },
                                    { 100, 38 },
                                    { 88, 80 } };
static const double outside[][2] = { { 100, 120 },
                                     { 100, 60 },
                                     { 88, 110 },
                                     { 30, 80 } };

typedef struct {
  GstElement *tail;
  gboolean shown;
} Picture;

static gboolean
shows_letter (gpointer data)
{
  const Picture *self = data;
  for (guint i = 0; i < G_N_ELEMENTS (inside); i++) {
    guint8 in[3] = { GREY, GREY, GREY };
    guint8 out[3] = { GREY, GREY, GREY };
    if (!get_pixel (self->tail, inside[i], in) ||
        !get_pixel (self->tail, outside[i], out))
      return FALSE;
    gboolean is_grey = in[0] == GREY && in[1] == GREY && in[2] == GREY;
    if (is_grey == self->shown || out[0] != GREY || out[1] != GREY)
      return FALSE;
  }
  return TRUE;
}

static void
expect_letter (GstElement *tail, gboolean shown)
{
  Picture picture = { tail, shown };
  g_assert_true (test_wait_until (shows_letter, &picture));
}

static void
show (VitrailSession *session, const char *id, gboolean shown)
{
  test_session_run (session, "show-layer", g_variant_new ("(sb)", id, shown));
}

/* One after the other lies where the letter does. */
static void
test_places (void)
{
  static const char *const ids[] = { POLYGON, SPARSE, LABELS, VALUES };
  GstElement *tail;
  VitrailSession *session = open_seen (&tail);
  VitrailSlideObjects *objects = get_objects (session);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    wait_for (objects, ids[i], VITRAIL_SLIDE_OBJECT_FOUND);
    if (i == 0)
      expect_letter (tail, FALSE); /* nobody has asked for it */
    /* Only values above the least are drawn outside of it too. */
    if (g_str_equal (ids[i], VALUES))
      test_session_run (session, "style-layer",
                        g_variant_new ("(ss)", ids[i], "range=5:12"));
    show (session, ids[i], TRUE);
    wait_for (objects, ids[i], VITRAIL_SLIDE_OBJECT_READ);
    expect_letter (tail, TRUE);
    show (session, ids[i], FALSE);
    expect_letter (tail, FALSE);
  }
  g_assert_cmpuint (vitrail_slide_objects_get_n (objects), ==, 6);
  test_session_close (session);
}

/* Colours, parts, opacity; what makes no sense is refused. */
static void
test_style (void)
{
  VitrailSession *session = test_session_open (get_folder ());
  VitrailSlideObjects *objects = get_objects (session);
  VitrailSlideObjectPart part = { 0 };
  VitrailSlideObject object = { 0 };
  guint index;

  wait_for (objects, LABELS, VITRAIL_SLIDE_OBJECT_FOUND);
  show (session, LABELS, TRUE);
  wait_for (objects, LABELS, VITRAIL_SLIDE_OBJECT_READ);
  g_assert_true (vitrail_slide_objects_find (objects, LABELS, &index));
  vitrail_slide_objects_get (objects, index, &object);
  g_assert_cmpint (object.kind, ==, VITRAIL_SLIDE_OBJECT_SEGMENTS);
  g_assert_cmpuint (object.n_parts, >=, 2);
  test_session_run (session, "style-layer",
                    g_variant_new ("(ss)", LABELS,
                                   "opacity=0.25;parts=112233:0,445566:1"));
  g_assert_true (vitrail_slide_objects_get_part (objects, index, 0, &part));
  g_assert_cmpuint (part.rgb, ==, 0x112233);
  g_assert_false (part.visible);
  vitrail_slide_objects_get (objects, index, &object);
  g_assert_cmpfloat (object.opacity, ==, 0.25);
  g_assert_true (object.shown);

  static const char *const refused[] = {
    "opacity=2",     "opacity=nan",    "show=yes",    "parts=red:1",
    "parts=112233",  "range=5",        "range=5:1",   "range=1:inf",
    "colormap=rust", "colormap=",      "unknown=1",   "show",
    "opacity=0.5x",  "parts=112233:2", "range=1:2:3",
  };
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    test_session_refuse (session, "style-layer",
                         g_variant_new ("(ss)", LABELS, refused[i]), NULL);
  vitrail_slide_objects_get (objects, index, &object);
  g_assert_cmpfloat (object.opacity, ==, 0.25);
  test_session_close (session);
}

/* How objects are shown comes back with the session, before they are found. */
static void
test_saved (void)
{
  VitrailSession *session = test_session_open (get_folder ());
  VitrailSlideObjects *objects = get_objects (session);
  guint index;
  wait_for (objects, VALUES, VITRAIL_SLIDE_OBJECT_FOUND);
  test_session_run (
      session, "style-layer",
      g_variant_new ("(ss)", VALUES,
                     "show=1;opacity=0.5;colormap=viridis;range=2:7"));
  wait_for (objects, VALUES, VITRAIL_SLIDE_OBJECT_READ);
  g_assert_true (vitrail_slide_objects_find (objects, VALUES, &index));
  g_autofree char *before = vitrail_slide_objects_dup_style (objects, index);
  g_autofree char *json = vitrail_session_to_json (session);
  test_session_close (session);

  VitrailSession *restored = vitrail_session_new ();
  test_session_set_sizes (restored);
  g_assert_true (vitrail_session_from_json (restored, json, NULL));
  g_assert_true (test_wait_until (test_session_has_layout, restored));
  objects = get_objects (restored);
  wait_for (objects, VALUES, VITRAIL_SLIDE_OBJECT_READ);
  g_assert_true (vitrail_slide_objects_find (objects, VALUES, &index));
  g_autofree char *after = vitrail_slide_objects_dup_style (objects, index);
  g_assert_cmpstr (after, ==, before);
  VitrailSlideObject object = { 0 };
  vitrail_slide_objects_get (objects, index, &object);
  g_assert_cmpstr (object.colormap, ==, "viridis");
  g_assert_cmpfloat (object.high, ==, 7);
  test_session_close (restored);
}

/* An object that cannot be read says why, and hides no other. */
static void
test_broken (void)
{
  g_autofree char *path = g_build_filename (get_folder (), "binary.dcm", NULL);
  VitrailSession *session = test_session_open (get_folder ());
  VitrailSlideObjects *objects = get_objects (session);
  VitrailSlideObject object = { 0 };
  guint index;
  wait_for (objects, "1.2.3.6.0", VITRAIL_SLIDE_OBJECT_FOUND);
  g_assert_true (vitrail_slide_objects_find (objects, "1.2.3.6.0", &index));
  g_assert_true (vitrail_slide_objects_begin_reading (objects, index) ==
                 FALSE); /* hidden */
  g_free (test_data_run ("truncate -s 700 '%s'", path));
  show (session, "1.2.3.6.0", TRUE);
  wait_for (objects, "1.2.3.6.0", VITRAIL_SLIDE_OBJECT_FAILED);
  vitrail_slide_objects_get (objects, index, &object);
  g_assert_nonnull (object.error);
  show (session, POLYGON, TRUE);
  wait_for (objects, POLYGON, VITRAIL_SLIDE_OBJECT_READ);
  test_session_close (session);
}

int
main (int argc, char **argv)
{
  test_session_init (&argc, &argv);
  g_test_add_func ("/slideobjects/places", test_places);
  g_test_add_func ("/slideobjects/style", test_style);
  g_test_add_func ("/slideobjects/saved", test_saved);
  g_test_add_func ("/slideobjects/broken", test_broken);
  return g_test_run ();
}
