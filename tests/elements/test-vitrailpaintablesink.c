/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrailpaintablesink: what arrives is what is painted, the newest frame wins,
 * nobody waits, input goes upstream. */

#include "lastreference.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>
#include <gtk/gtk.h>

typedef struct {
  GstElement *pipeline;
  GstElement *sink;
  GdkPaintable *paintable;
  guint n_contents;
  guint n_sizes;
} Fixture;

static void
count_cb (GdkPaintable *paintable, guint *count)
{
  (*count)++;
}

static void
set_up (Fixture *self, gconstpointer source)
{
  g_autofree char *line = g_strdup_printf (
      "%s ! vitrailpaintablesink name=sink sync=false qos=false",
      (const char *) source);
  g_autoptr (GError) error = NULL;

  self->pipeline = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  self->sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  g_object_get (self->sink, "paintable", &self->paintable, NULL);
  g_signal_connect (self->paintable, "invalidate-contents",
                    G_CALLBACK (count_cb), &self->n_contents);
  g_signal_connect (self->paintable, "invalidate-size", G_CALLBACK (count_cb),
                    &self->n_sizes);
}

static void
tear_down (Fixture *self, gconstpointer source)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->sink);
  gst_clear_object (&self->pipeline);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  test_assert_ends (self->paintable);
}

static void
play_to_end (Fixture *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, (GstClockTime) 60 * GST_SECOND,
                                  GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), ==, "eos");
}

static void
run_main_loop (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* The bytes that GDK hands out (BGRA) against those that went in. */
static void
assert_shows (Fixture *self, const guint8 *rgb, int width, int height)
{
  g_autoptr (GdkPaintable) image =
      gdk_paintable_get_current_image (self->paintable);
  g_assert_true (GDK_IS_TEXTURE (image));
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (image), ==, width);
  g_assert_cmpint (gdk_paintable_get_intrinsic_height (image), ==, height);

  g_autofree guint8 *bgra = g_malloc ((gsize) width * height * 4);
  gdk_texture_download (GDK_TEXTURE (image), bgra, (gsize) width * 4);
  gsize stride = GST_ROUND_UP_4 ((gsize) width * 3);
  for (int i = 0; i < width * height; i++) {
    const guint8 *rgb_pixel =
        rgb + (gsize) (i / width) * stride + (gsize) (i % width) * 3;
    const guint8 *bgra_pixel = bgra + (gsize) i * 4;
    g_assert_cmpuint (bgra_pixel[2], ==, rgb_pixel[0]);
    g_assert_cmpuint (bgra_pixel[1], ==, rgb_pixel[1]);
    g_assert_cmpuint (bgra_pixel[0], ==, rgb_pixel[2]);
  }
}

static void
push_frame (Fixture *self, guint8 value, guint8 *rgb, gsize size)
{
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  for (gsize i = 0; i < size; i++)
    rgb[i] = (guint8) (value + i * 7);
  gst_app_src_push_buffer (GST_APP_SRC (source),
                           gst_buffer_new_memdup (rgb, size));
}

/* Rows padded from 21 to 24 bytes. */
#define SMALL                       \
  "appsrc name=source format=time " \
  "caps=video/x-raw,format=RGB,width=7,height=5,framerate=0/1"
#define SMALL_BYTES (24 * 5)

static void
test_bytes (Fixture *self, gconstpointer source)
{
  guint8 rgb[SMALL_BYTES];
  push_frame (self, 3, rgb, sizeof rgb);
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  gst_app_src_end_of_stream (GST_APP_SRC (src));
  play_to_end (self);
  run_main_loop ();
  assert_shows (self, rgb, 7, 5);
}

/* Nobody draws: what waits has its turn all the same, later. */
static void
run_until_contents (Fixture *self, guint n)
{
  while (self->n_contents < n)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
is_shown (Fixture *self, const guint8 *rgb)
{
  g_autoptr (GdkPaintable) image =
      gdk_paintable_get_current_image (self->paintable);
  guint8 bgra[7 * 5 * 4];

  if (gdk_paintable_get_intrinsic_width (image) != 7)
    return FALSE;
  gdk_texture_download (GDK_TEXTURE (image), bgra, (gsize) 7 * 4);
  return bgra[2] == rgb[0];
}

/* The main loop stands still meanwhile: the streaming thread ends all the
 * same, and of a hundred frames the last is shown, and one before at most. */
static void
test_newest_wins (Fixture *self, gconstpointer source)
{
  guint8 rgb[SMALL_BYTES];
  for (guint8 i = 0; i < 100; i++)
    push_frame (self, i, rgb, sizeof rgb);
  g_autoptr (GstElement) src =
      gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  gst_app_src_end_of_stream (GST_APP_SRC (src));
  play_to_end (self);
  g_assert_cmpuint (self->n_contents, ==, 0);
  while (!is_shown (self, rgb))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_contents, <=, 2);
  g_assert_cmpuint (self->n_sizes, ==, 1);
  assert_shows (self, rgb, 7, 5);
}

static guint64
get_n_rendered (Fixture *self)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 n = 0;

  g_object_get (self->sink, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "rendered", &n);
  return n;
}

/* Two that come one after the other, as those of a video do, before the display
 * has drawn the first: both have their turn. */
static void
test_each_in_turn (Fixture *self, gconstpointer source)
{
  guint8 first[SMALL_BYTES];
  guint8 second[SMALL_BYTES];

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  push_frame (self, 1, first, sizeof first);
  while (get_n_rendered (self) < 1)
    g_usleep (1000);
  g_usleep (20000);
  push_frame (self, 2, second, sizeof second);
  while (get_n_rendered (self) < 2)
    g_usleep (1000);
  run_until_contents (self, 1);
  assert_shows (self, first, 7, 5);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (self->paintable, snapshot, 7, 5);
  run_until_contents (self, 2);
  assert_shows (self, second, 7, 5);
}

static void
test_stop_shows_nothing (Fixture *self, gconstpointer source)
{
  play_to_end (self);
  run_main_loop ();
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (self->paintable), ==,
                   320);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  run_main_loop ();
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (self->paintable), ==, 0);
  g_autoptr (GdkPaintable) image =
      gdk_paintable_get_current_image (self->paintable);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (image), ==, 0);
}

static void
test_caps (Fixture *self, gconstpointer source)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->sink, "sink");

  static const struct {
    const char *format;
    gboolean accepted;
  } cases[] = {
    { "RGB", TRUE },    { "RGBA", TRUE },  { "BGRA", TRUE },
    { "GRAY8", FALSE }, { "RGBx", FALSE }, { "I420", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstCaps) caps =
        gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
                             cases[i].format, "width", G_TYPE_INT, 64, "height",
                             G_TYPE_INT, 64, "framerate", GST_TYPE_FRACTION, 0,
                             1, NULL);
    g_assert_true (gst_pad_query_accept_caps (pad, caps) == cases[i].accepted);
  }
}

typedef struct {
  guint n_events;
  double x;
  double y;
} Seen;

static GstPadProbeReturn
navigation_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Seen *seen = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  int button = 0;
  if (gst_navigation_event_get_type (event) ==
          GST_NAVIGATION_EVENT_MOUSE_BUTTON_PRESS &&
      gst_navigation_event_parse_mouse_button_event (event, &button, &seen->x,
                                                     &seen->y) &&
      button == 3)
    seen->n_events++;
  return GST_PAD_PROBE_OK;
}

static void
test_navigation (Fixture *self, gconstpointer source)
{
  Seen seen = { 0 };
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, navigation_cb,
                     &seen, NULL);
  play_to_end (self);
  gst_navigation_send_event_simple (
      GST_NAVIGATION (self->sink),
      gst_navigation_event_new_mouse_button_press (3, 17.5, 4.0, 0));
  g_assert_cmpuint (seen.n_events, ==, 1);
  g_assert_cmpfloat (seen.x, ==, 17.5);
  g_assert_cmpfloat (seen.y, ==, 4.0);
}

/* A picture that does not fit is drawn centred, as large as it fits. */
static void
test_snapshot (Fixture *self, gconstpointer source)
{
  play_to_end (self);
  run_main_loop ();
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (self->paintable, snapshot, 640, 640);
  g_autoptr (GskRenderNode) node =
      gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  graphene_rect_t bounds;
  gsk_render_node_get_bounds (node, &bounds);
  g_assert_cmpfloat (bounds.origin.x, ==, 0);
  g_assert_cmpfloat (bounds.origin.y, ==, 80);
  g_assert_cmpfloat (bounds.size.width, ==, 640);
  g_assert_cmpfloat (bounds.size.height, ==, 480);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  (void) gtk_init_check (); /* without a display too: drawing types */
  g_test_init (&argc, &argv, NULL);

#define VIDEO "videotestsrc num-buffers=2 ! video/x-raw,width=320,height=240"
#define ADD(path, source, function)                                   \
  g_test_add ("/vitrailpaintablesink/" path, Fixture, source, set_up, \
              function, tear_down)
  ADD ("bytes", SMALL, test_bytes);
  ADD ("newest-wins", SMALL, test_newest_wins);
  ADD ("each-in-turn", SMALL, test_each_in_turn);
  ADD ("stop-shows-nothing", VIDEO, test_stop_shows_nothing);
  ADD ("caps", VIDEO, test_caps);
  ADD ("navigation", VIDEO, test_navigation);
  ADD ("snapshot", VIDEO, test_snapshot);
  return g_test_run ();
}
