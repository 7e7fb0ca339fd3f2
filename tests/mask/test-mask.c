/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Subtraction of masks against masktruth.py, which does it in numpy; from many
 * threads; what has no masks, or impossible ones. */

#include "dicom/builder.h"
#include "error.h"
#include "mask/maskinstance.h"
#include "mask/maskmodule.h"
#include "testdata.h"

#include <math.h>

#define ROWS     40
#define COLUMNS  56
#define N_FRAMES 9
#define N_PIXELS ((gsize) ROWS * COLUMNS)

static void
make_files (void)
{
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "mask", "masktruth.py", NULL);
  g_autofree char *out =
      test_data_run ("/usr/bin/python3 -W ignore '%s' '%s/mask'", script,
                     test_data_get_scratch ());
}

static char *
make_path (const char *name, const char *suffix)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);

  return g_build_filename (test_data_get_scratch (), "mask", file, NULL);
}

static VitrailInstance *
open_stored (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_path (name, ".dcm");
  VitrailInstance *instance = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  return instance;
}

static VitrailInstance *
open_subtracted (const char *name, const double shift[2])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) stored = open_stored (name);
  VitrailInstance *instance = vitrail_mask_instance_new (stored, shift, &error);

  g_assert_no_error (error);
  return instance;
}

static void
check_frame (VitrailInstance *instance, guint number, const float *truth)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (instance, number, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (frame->format.width, ==, COLUMNS);
  g_assert_cmpuint (frame->format.height, ==, ROWS);
  g_assert_true (frame->format.is_signed);
  for (gsize y = 0; y < ROWS; y++) {
    const gint16 *row =
        (const gint16 *) (gconstpointer) (frame->data + y * frame->stride);
    for (guint x = 0; x < COLUMNS; x++)
      g_assert_cmpfloat (fabsf (row[x] - truth[y * COLUMNS + x]), <=, 0.51F);
  }
}

static float *
read_truth (const char *name)
{
  g_autofree char *path = make_path (name, ".truth");
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize length = 0;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, sizeof (float) * N_FRAMES * N_PIXELS);
  return (float *) (gpointer) data;
}

static void
test_truth (gconstpointer name)
{
  g_autoptr (VitrailInstance) instance = open_subtracted (name, NULL);
  g_autofree float *truth = read_truth (name);

  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==, N_FRAMES);
  for (guint i = N_FRAMES; i > 0; i--)
    check_frame (instance, i, truth + (gsize) (i - 1) * N_PIXELS);
}

/* A shift that somebody asks for is added to that of the data. */
static void
test_moved (void)
{
  const double shift[] = { -1.25, 0.5 };
  g_autoptr (VitrailInstance) instance = open_subtracted ("shift", shift);
  g_autoptr (VitrailInstance) stored = open_stored ("shift");
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) made =
      vitrail_instance_decode_frame (instance, 5, 0, NULL, &error);
  const gint16 *values = (const gint16 *) (gconstpointer) made->data;
  VitrailFrame *frames[3];
  const guint16 *samples[3];
  static const guint numbers[] = { 1, 2, 5 };

  for (guint i = 0; i < 3; i++) {
    frames[i] =
        vitrail_instance_decode_frame (stored, numbers[i], 0, NULL, &error);
    g_assert_no_error (error);
    samples[i] = (const guint16 *) (gconstpointer) frames[i]->data;
  }
  for (guint i = 0; i < N_PIXELS; i++)
    g_assert_cmpint (values[i], ==,
                     32 * samples[2][i] - 16 * (samples[0][i] + samples[1][i]));
  for (guint i = 0; i < 3; i++)
    vitrail_frame_unref (frames[i]);
}

static gpointer
check_thread (gpointer instance)
{
  g_autofree float *truth = read_truth ("avg");

  for (guint i = 1; i <= N_FRAMES; i++)
    check_frame (instance, i, truth + (gsize) (i - 1) * N_PIXELS);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VitrailInstance) instance = open_subtracted ("avg", NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("mask", check_thread, instance);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Values are differences of what is stored; the window is around none. */
static void
test_described (void)
{
  g_autoptr (VitrailInstance) instance = open_subtracted ("avg", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, 4, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat (info->slope, ==, 1 / 32.0);
  g_assert_cmpuint (info->n_windows, ==, 1);
  g_assert_cmpfloat (info->windows[0].center, ==, 0);
  g_assert_cmpfloat (info->windows[0].width, ==, 256);
}

/* Of an enhanced object: its functional groups say nothing else, and the window
 * is a quarter of the logarithmic values. */
static void
test_enhanced (void)
{
  static const struct {
    const char *name;
    double slope;
    double width;
  } cases[] = {
    { "enhanced", 1 / 32.0, 256 },
    { "enhanced-log", 1 / 8.0, 1024 },
    { "enhanced-tables", 1 / 8.0, 1024 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (VitrailInstance) instance =
        open_subtracted (cases[i].name, NULL);
    for (guint frame = 1; frame <= N_FRAMES; frame++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (VitrailFrameInfo) info =
          vitrail_instance_ref_frame_info (instance, frame, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (info->slope, ==, cases[i].slope);
      g_assert_cmpfloat (info->intercept, ==, 0);
      g_assert_cmpuint (info->n_windows, ==, 1);
      g_assert_cmpfloat (info->windows[0].center, ==, 0);
      g_assert_cmpfloat (info->windows[0].width, ==, cases[i].width);
    }
  }
}

/* A table that is broken is said, and what is not subtracted needs none. */
static void
test_broken_table (void)
{
  g_autoptr (VitrailInstance) instance =
      open_subtracted ("enhanced-broken", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) plain =
      vitrail_instance_decode_frame (instance, 1, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (plain);
  g_assert_null (vitrail_instance_decode_frame (instance, 9, 0, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
}

static void
test_recommended (void)
{
  g_autoptr (VitrailInstance) wanted = open_stored ("avg");
  g_autoptr (VitrailInstance) natural = open_stored ("all");

  g_assert_true (vitrail_mask_instance_is_recommended (wanted));
  g_assert_false (vitrail_mask_instance_is_recommended (natural));
}

static void
test_errors (void)
{
  g_autoptr (VitrailInstance) instance = open_subtracted ("all", NULL);
  const guint numbers[] = { 0, N_FRAMES + 1, G_MAXUINT };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (
        vitrail_instance_decode_frame (instance, numbers[i], 0, NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  }
}

/* Modules that subtract nothing are none. */
static void
test_hostile (void)
{
  static const struct {
    const char *operation;
    const char *masks;
    const char *range;
    gint64 offset;
  } cases[] = {
    { "AVG_SUB", "", "", 1 },       { "AVG_SUB", "0\\12", "", 1 },
    { "AVG_SUB", "1", "6\\5", 1 },  { "AVG_SUB", "1", "11\\12", 1 },
    { "AVG_SUB", "1", "0\\4", 1 },  { "NONE", "1", "", 1 },
    { "REV_TID", "", "", 1 },       { "TID", "", "", 32767 },
    { "TID", "", "", -32768 },      { "UNKNOWN", "1", "", 1 },
    { "REV_TID", "", "9\\10", 12 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x6101),
                                         cases[i].operation);
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x6102),
                                         cases[i].range);
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x6110),
                                         cases[i].masks);
    vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0028, 0x6120),
                                      cases[i].offset);
    g_autoptr (VitrailDataSet) item = vitrail_data_set_builder_end (builder);
    builder = vitrail_data_set_builder_new ();
    vitrail_data_set_builder_set_items (builder, VITRAIL_TAG (0x0028, 0x6100),
                                        &item, 1);
    g_autoptr (VitrailDataSet) data_set =
        vitrail_data_set_builder_end (builder);
    g_autoptr (VitrailMaskModule) module =
        vitrail_mask_module_read (data_set, 10);
    g_test_message ("case %u", i);
    g_assert_null (module);
  }
}

static char *
render (const char *name, const char *options)
{
  g_autofree char *path = make_path (name, ".dcm");
  g_autofree char *picture = make_path (name, ".png");
  g_autofree char *out =
      test_data_run ("'%s' render '%s' --frame 5 %s -o '%s'",
                     g_getenv ("VITRAIL"), path, options, picture);
  char *bytes = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (picture, &bytes, &length, NULL));
  char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                           (const guchar *) bytes, length);
  g_free (bytes);
  return sum;
}

/* As the data want it, unless somebody says otherwise. */
static void
test_rendered (void)
{
  g_autofree char *wanted = render ("avg", "");
  g_autofree char *on = render ("avg", "--subtraction on");
  g_autofree char *off = render ("avg", "--subtraction off");
  g_autofree char *moved = render ("avg", "--mask-shift 1,0.5");
  g_autofree char *natural = render ("all", "");
  g_autofree char *subtracted = render ("all", "--subtraction on");

  g_assert_cmpstr (wanted, ==, on);
  g_assert_cmpstr (off, ==, natural);
  g_assert_cmpstr (on, !=, off);
  g_assert_cmpstr (moved, !=, on);
  g_assert_cmpstr (subtracted, !=, natural);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = {
    "avg", "all", "shift",  "tid",      "tid-ahead",    "tid-default",
    "rev", "two", "absent", "enhanced", "enhanced-log", "enhanced-tables",
  };

  g_test_init (&argc, &argv, NULL);
  make_files ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_strconcat ("/mask/truth/", names[i], NULL);
    g_test_add_data_func (path, names[i], test_truth);
  }
  g_test_add_func ("/mask/moved", test_moved);
  g_test_add_func ("/mask/threads", test_threads);
  g_test_add_func ("/mask/described", test_described);
  g_test_add_func ("/mask/enhanced", test_enhanced);
  g_test_add_func ("/mask/broken-table", test_broken_table);
  g_test_add_func ("/mask/recommended", test_recommended);
  g_test_add_func ("/mask/errors", test_errors);
  g_test_add_func ("/mask/rendered", test_rendered);
  g_test_add_func ("/mask/hostile", test_hostile);
  return g_test_run ();
}
