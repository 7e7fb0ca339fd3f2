/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides over DICOMweb against the same slides as files: from our own service,
 * from Orthanc, from our service in front of another one, and through a way
 * that fails on purpose. */

#include "dicomweb/client.h"
#include "dicomweb/location.h"
#include "diskcache.h"
#include "error.h"
#include "slide/slide.h"
#include "slide/slideview.h"
#include "slidedata.h"
#include "testdata.h"
#include "webserver.h"

#include <gio/gio.h>

#include <string.h>

#define WIDTH  1000
#define HEIGHT 700

static void
expect_asked (const TestServer *way, guint low, guint high)
{
  g_autofree char *text = test_server_tell (way, "count");
  const guint n = (guint) g_ascii_strtoull (text, NULL, 10);

  g_assert_cmpuint (n, >=, low);
  g_assert_cmpuint (n, <=, high);
}

/* A folder of one slide, made once, and its files. */
static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL)
    folder = test_slide_make_dicom (WIDTH, HEIGHT, 80, "");
  return folder;
}

static VitrailSlide *
open_local (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = test_data_list_files (get_folder ());
  const char *paths[] = { g_ptr_array_index (files, 0), NULL };
  VitrailSlide *slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  return slide;
}

static VitrailSlide *
open_url (const char *url, GError **error)
{
  const char *paths[] = { url, NULL };
  return vitrail_slide_open (paths, error);
}

/* The series of the slide at @port. */
static char *
make_url (guint port)
{
  static char *study;
  g_autoptr (VitrailSlide) local = open_local ();

  if (study == NULL) {
    study = test_data_run ("dcmdump +P 0020,000d '%s'/*.dcm | head -1 | "
                           "sed 's/.*\\[\\(.*\\)\\].*/\\1/'",
                           get_folder ());
    g_strchomp (study);
  }
  return g_strdup_printf ("dicomweb://127.0.0.1:%u/dicom-web/studies/%s/"
                          "series/%s",
                          port, study, vitrail_slide_get_id (local));
}

static void
forget_cache (void)
{
  g_autofree char *folder =
      g_build_filename (g_get_user_cache_dir (), "vitrail", NULL);

  g_free (test_data_run ("rm -rf '%s'", folder));
}

/* --- the same slide --- */

static void
compare_tile (VitrailSlide *remote,
              VitrailSlide *local,
              guint level,
              const guint place[2])
{
  g_autoptr (GError) error = NULL;
  VitrailTileCoding coding[2];
  VitrailSlideLevel geometry;

  vitrail_slide_get_level (local, level, &geometry);
  const gsize stride = (gsize) geometry.tile_width * 3;
  const gsize size = stride * geometry.tile_height;
  g_autofree guint8 *ours = g_malloc (size);
  g_autofree guint8 *theirs = g_malloc (size);
  vitrail_slide_decode_tile (remote, level, place[0], place[1], ours, stride,
                             NULL, &error);
  g_assert_no_error (error);
  vitrail_slide_decode_tile (local, level, place[0], place[1], theirs, stride,
                             NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (ours, size, theirs, size);
  g_autoptr (GBytes) stored =
      vitrail_slide_get_tile (remote, level, place[0], place[1], &coding[0],
                              &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) wanted =
      vitrail_slide_get_tile (local, level, place[0], place[1], &coding[1],
                              &error);
  g_assert_cmpint (coding[0], ==, coding[1]);
  g_assert_true (g_bytes_equal (stored, wanted));
}

static guint
compare_tiles (VitrailSlide *remote, VitrailSlide *local)
{
  guint n = 0;

  g_assert_cmpuint (vitrail_slide_get_n_levels (remote), ==,
                    vitrail_slide_get_n_levels (local));
  for (guint i = 0; i < vitrail_slide_get_n_levels (local); i++) {
    VitrailSlideLevel a;
    VitrailSlideLevel b;
    vitrail_slide_get_level (remote, i, &a);
    vitrail_slide_get_level (local, i, &b);
    g_assert_cmpmem (&a, sizeof a, &b, sizeof b);
    for (guint row = 0; row < b.rows; row++)
      for (guint column = 0; column < b.columns; column++, n++)
        compare_tile (remote, local, i, (guint[2]){ column, row });
  }
  return n;
}

static void
compare_words (VitrailSlide *remote, VitrailSlide *local)
{
  const VitrailSlideProperty *ours = vitrail_slide_list_properties (remote);
  const VitrailSlideProperty *theirs = vitrail_slide_list_properties (local);
  g_autoptr (GBytes) icc = vitrail_slide_get_icc_profile (remote);
  g_autoptr (GBytes) wanted = vitrail_slide_get_icc_profile (local);
  double a[12];
  double b[12];

  for (; theirs->keyword != NULL; ours++, theirs++) {
    g_assert_cmpstr (ours->keyword, ==, theirs->keyword);
    g_assert_cmpstr (ours->value, ==, theirs->value);
  }
  g_assert_null (ours->keyword);
  g_assert_cmpstr (vitrail_slide_get_id (remote), ==,
                   vitrail_slide_get_id (local));
  g_assert_nonnull (icc);
  g_assert_true (g_bytes_equal (icc, wanted));
  g_assert_true (vitrail_slide_get_plane (remote, a));
  g_assert_true (vitrail_slide_get_plane (local, b));
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-9);
  g_assert_true (vitrail_slide_is_lossy (remote) ==
                 vitrail_slide_is_lossy (local));
}

static void
test_service (void)
{
  g_auto (TestServer) service = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) local = open_local ();

  forget_cache ();
  test_server_serve (&service, get_folder ());
  g_autofree char *url = make_url (service.port);
  g_autoptr (VitrailSlide) remote = open_url (url, &error);
  g_assert_no_error (error);
  compare_words (remote, local);
  g_assert_cmpuint (compare_tiles (remote, local), >, 12);
}

/* Our service in front of another one, which has the files. */
static void
test_chain (void)
{
  g_auto (TestServer) service = { 0 };
  g_auto (TestServer) front = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) local = open_local ();

  forget_cache ();
  test_server_serve (&service, get_folder ());
  g_autofree char *behind = make_url (service.port);
  test_server_serve (&front, behind);
  g_autofree char *url = make_url (front.port);
  g_autoptr (VitrailSlide) remote = open_url (url, &error);
  g_assert_no_error (error);
  compare_words (remote, local);
  compare_tiles (remote, local);
  g_autofree char *slides =
      test_data_run ("curl -sf http://127.0.0.1:%u/slides", front.port);
  g_assert_nonnull (strstr (slides, vitrail_slide_get_id (local)));
}

/* Orthanc with its DICOMweb plugin, which states no transfer syntax, names
 * profiles by URIs and sends all else inline. */
static void
test_orthanc (void)
{
  g_auto (TestServer) orthanc = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailSlide) local = open_local ();

  if (!test_server_orthanc (&orthanc, get_folder ()))
    return;
  forget_cache ();
  g_autofree char *url = make_url (orthanc.port);
  g_autoptr (VitrailSlide) remote = open_url (url, &error);
  g_assert_no_error (error);
  compare_words (remote, local);
  compare_tiles (remote, local);
}

/* --- the cache --- */

static gboolean
decode_until (VitrailSlide *slide,
              const guint place[2],
              GCancellable *cancellable,
              GError **error)
{
  VitrailSlideLevel geometry;

  vitrail_slide_get_level (slide, 0, &geometry);
  const gsize stride = (gsize) geometry.tile_width * 3;
  g_autofree guint8 *rgb = g_malloc (stride * geometry.tile_height);
  return vitrail_slide_decode_tile (slide, 0, place[0], place[1], rgb, stride,
                                    cancellable, error);
}

static gboolean
decode (VitrailSlide *slide, guint column, guint row, GError **error)
{
  return decode_until (slide, (guint[2]){ column, row }, NULL, error);
}

/* Through a way that can be told to fail. */
static VitrailSlide *
open_on_way (TestServer *service, TestServer *way)
{
  g_autoptr (GError) error = NULL;

  forget_cache ();
  test_server_serve (service, get_folder ());
  test_server_fail_for (way, service->port);
  g_autofree char *url = make_url (way->port);
  VitrailSlide *slide = open_url (url, &error);
  g_assert_no_error (error);
  return slide;
}

/* A second opening takes tiles from the disk; without the server what is kept
 * still shows. */
static void
test_kept (void)
{
  g_auto (TestServer) service = { 0 };
  g_auto (TestServer) way = { 0 };
  g_autoptr (GError) error = NULL;

  g_autoptr (VitrailSlide) first = open_on_way (&service, &way);
  g_assert_false (vitrail_slide_is_tile_at_hand (first, 0, 1, 1));
  g_assert_true (decode (first, 1, 1, &error));
  g_assert_true (vitrail_slide_is_tile_at_hand (first, 0, 1, 1));
  expect_asked (&way, 1, 1);
  g_autofree char *version = g_strdup (vitrail_slide_get_version (first));
  g_clear_object (&first);

  test_server_stop (&way);
  g_autofree char *url = make_url (way.port);
  g_autoptr (VitrailSlide) second = open_url (url, &error);
  g_assert_no_error (error);
  g_assert_nonnull (version);
  g_assert_cmpstr (vitrail_slide_get_version (second), ==, version);
  g_assert_true (decode (second, 1, 1, &error));
  g_assert_no_error (error);
  g_assert_false (vitrail_slide_is_tile_at_hand (second, 0, 2, 1));
  g_assert_false (decode (second, 2, 1, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "/frames/"));
  g_assert_nonnull (strstr (error->message, "http://127.0.0.1:"));
}

/* --- many at a time --- */

static gpointer
decode_thread (gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (decode (data, 2, 2, &error));
  g_assert_no_error (error);
  return NULL;
}

/* Eight who want one tile are one request; a region asks for all its tiles at
 * once, six at a time. */
static void
test_flights (void)
{
  g_auto (TestServer) service = { 0 };
  g_auto (TestServer) way = { 0 };
  g_autoptr (GError) error = NULL;
  GThread *threads[8];
  guint n = 0;
  guint most = 0;

  g_autoptr (VitrailSlide) slide = open_on_way (&service, &way);
  g_free (test_server_tell (&way, "do/slow"));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("decode", decode_thread, slide);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  expect_asked (&way, 1, 1);

  const gint64 rect[4] = { 0, 0, WIDTH, HEIGHT };
  g_autoptr (GBytes) rgb =
      vitrail_slide_ref_region (slide, 0, rect, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *text = test_server_tell (&way, "count");
  char *end = NULL;
  n = (guint) g_ascii_strtoull (text, &end, 10);
  most = (guint) g_ascii_strtoull (end, NULL, 10);
  VitrailSlideLevel level;
  vitrail_slide_get_level (slide, 0, &level);
  g_assert_cmpuint (n, ==, (guint64) level.columns * level.rows);
  g_assert_cmpuint (most, >=, VITRAIL_WEB_IN_FLIGHT);
  g_assert_cmpuint (most, <=, VITRAIL_WEB_IN_FLIGHT + VITRAIL_WEB_RESERVED);
}

static void
render (VitrailSlide *slide, gboolean preview, gboolean *incomplete)
{
  VitrailSlideView view = { .width = 400,
                            .height = 300,
                            .preview = preview,
                            .preview_us = 6000 };
  VitrailDeepZoom plan;
  g_autofree guint8 *rgb = g_malloc ((gsize) 400 * 300 * 3);
  g_autoptr (GError) error = NULL;

  vitrail_deepzoom_init (&plan, slide);
  vitrail_slide_view_set_centre (&view, WIDTH / 2.0, HEIGHT / 2.0, 1, 0);
  g_assert_true (vitrail_slide_view_render (slide, &plan,
                                            vitrail_tile_cache_get_default (),
                                            &view, rgb, (gsize) 400 * 3,
                                            incomplete, &error));
  g_assert_no_error (error);
}

/* A preview is there while the server still thinks; what it would have liked to
 * show is on its way. */
static void
test_preview (void)
{
  g_auto (TestServer) service = { 0 };
  g_auto (TestServer) way = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean incomplete = FALSE;

  g_autoptr (VitrailSlide) slide = open_on_way (&service, &way);
  g_free (test_server_tell (&way, "do/slow"));
  const gint64 start = g_get_monotonic_time ();
  render (slide, TRUE, &incomplete);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 150000);
  g_assert_true (incomplete);
  render (slide, FALSE, &incomplete);
  g_assert_false (incomplete);
  render (slide, TRUE, &incomplete);
  g_assert_false (incomplete);
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (50000);
  g_cancellable_cancel (data);
  return NULL;
}

/* Who is cancelled comes back before the answer. */
static void
test_cancelled (void)
{
  g_auto (TestServer) service = { 0 };
  g_auto (TestServer) way = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_autoptr (VitrailSlide) slide = open_on_way (&service, &way);
  g_free (test_server_tell (&way, "do/slow"));
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  g_assert_false (
      decode_until (slide, (guint[2]){ 0, 0 }, cancellable, &error));
  g_thread_join (thread);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (decode (slide, 0, 0, &error));
  g_assert_no_error (error);
}

/* --- what goes wrong --- */

/* A server that takes connections and says nothing holds nobody up for long. */
static void
test_silent (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  const guint port =
      g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *url = make_url (port);
  const gint64 start = g_get_monotonic_time ();

  g_assert_no_error (error);
  g_setenv ("VITRAIL_DICOMWEB_OPEN_TIMEOUT", "1", TRUE);
  g_assert_null (open_url (url, &error));
  g_unsetenv ("VITRAIL_DICOMWEB_OPEN_TIMEOUT");
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "within 1 seconds"));
  g_assert_cmpint (g_get_monotonic_time () - start, <,
                   (gint64) 15 * G_USEC_PER_SEC);
}

/* @low, @high: how often a frame is asked for; @message: NULL: it is had. */
static const struct {
  const char *what;
  guint low;
  guint high;
  const char *message;
} faults[] = {
  { "404", 1, 1, "the server answers 404" },
  { "403", 1, 1, "the server answers 403" },
  { "500", 3, 3, "the server answers 500" },
  { "500-1", 2, 2, NULL },
  { "503-2", 3, 3, NULL },
  { "drop-1", 2, 2, NULL },
  { "drop", 3, 3, "the connection ended within the answer" },
  { "html", 1, 1, "the server answers text/html, not a frame" },
  { "cut", 1, 1, "it breaks off" },
  { "elsewhere", 1, 1, "a redirect to another server is not followed" },
  { "huge", 1, 1, "the answer is too long" },
  { "406-1", 2, 2, NULL },
};

static void
test_faults (void)
{
  g_auto (TestServer) service = { 0 };
  g_auto (TestServer) way = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_autoptr (VitrailSlide) slide = open_on_way (&service, &way);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *what = g_strconcat ("do/", faults[i].what, NULL);
    g_free (test_server_tell (&way, what));
    g_test_message ("%s", faults[i].what);
    const gboolean had = decode (slide, n % 4, n / 4, &error);
    expect_asked (&way, faults[i].low, faults[i].high);
    g_assert_true (had == (faults[i].message == NULL));
    if (had) {
      n++;
      continue;
    }
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, faults[i].message));
    g_assert_nonnull (strstr (error->message, "/frames/"));
    g_clear_error (&error);
  }
}

static const struct {
  const char *url;
  const char *message;
} bad_urls[] = {
  { "dicomweb://", "not a URL with a host" },
  { "dicomweb:///dicom-web/studies/1/series/2", "not a URL with a host" },
  { "dicomweb://host/dicom-web", "not the URL of a series" },
  { "dicomweb://host/studies/1/series/../x", "not the URL of an archive" },
  { "dicomweb://host/studies/1/series/2?a=b", "not the URL of an archive" },
  { "dicomweb://u:secret@host/studies", "not the URL of an archive" },
  { "dicomweb://127.0.0.1:1/dicom-web/studies/1.2/series/3.4", "metadata" },
};

static void
test_urls (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_urls); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailSlide) slide = open_url (bad_urls[i].url, &error);
    g_assert_null (slide);
    g_assert_nonnull (strstr (error->message, bad_urls[i].message));
    g_assert_null (strstr (error->message, "secret"));
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailWebLocation) location = vitrail_web_location_parse (
      "dicomwebs://user:pa%40ss@Host/a/b/studies/1.2/series/3.4/instances/5/",
      &error);
  g_assert_no_error (error);
  g_assert_cmpstr (location->origin, ==, "https://host:443");
  g_assert_cmpstr (location->series_url, ==,
                   "https://host:443/a/b/studies/1.2/series/3.4");
  g_assert_cmpstr (location->name, ==,
                   "dicomwebs://host:443/a/b/studies/1.2/series/3.4");
  g_assert_cmpstr (location->instance, ==, "5");
  g_assert_cmpstr (location->authorization, ==, "Basic dXNlcjpwYUBzcw==");
  g_assert_true (
      vitrail_web_location_has_origin ("https://HOST/x", location->origin));
  g_assert_false (
      vitrail_web_location_has_origin ("http://host:443/x", location->origin));
  g_assert_false (
      vitrail_web_location_has_origin ("https://a@host/x", location->origin));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Of this program alone. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/dicomwebslide/urls", test_urls);
  g_test_add_func ("/dicomwebslide/service", test_service);
  g_test_add_func ("/dicomwebslide/chain", test_chain);
  g_test_add_func ("/dicomwebslide/orthanc", test_orthanc);
  g_test_add_func ("/dicomwebslide/kept", test_kept);
  g_test_add_func ("/dicomwebslide/flights", test_flights);
  g_test_add_func ("/dicomwebslide/preview", test_preview);
  g_test_add_func ("/dicomwebslide/cancelled", test_cancelled);
  g_test_add_func ("/dicomwebslide/silent", test_silent);
  g_test_add_func ("/dicomwebslide/faults", test_faults);
  return g_test_run ();
}
