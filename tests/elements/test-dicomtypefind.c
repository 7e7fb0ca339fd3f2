/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The typefinder: real files, bare data sets, and what is no DICOM. */

#include "testdata.h"

#include <gst/base/gsttypefindhelper.h>

#include <string.h>

/* The type of @length bytes; NULL when nobody knows. */
static char *
find_type (const guint8 *data,
           gsize length,
           GstTypeFindProbability *probability)
{
  g_autoptr (GstCaps) caps =
      gst_type_find_helper_for_data (NULL, data, length, probability);

  return caps != NULL ? gst_caps_to_string (caps) : NULL;
}

static const char prefix[] = { 'D', 'I', 'C', 'M' };

static void
test_prefix (void)
{
  guint8 data[400] = { 0 };
  GstTypeFindProbability probability = GST_TYPE_FIND_NONE;

  memcpy (data + 128, prefix, sizeof prefix);
  g_autofree char *type = find_type (data, sizeof data, &probability);
  g_assert_cmpstr (type, ==, "application/dicom");
  g_assert_cmpint (probability, ==, GST_TYPE_FIND_MAXIMUM);
}

static void
test_bare (void)
{
  static const guint8 starts[][16] = {
    "\2\0\0\0UL\4\0\xc0\0\0\0\2\0\1\0", /* file meta, no preamble */
    "\x08\0\5\0CS\x0a\0ISO_IR 1",       /* explicit */
    "\x08\0\x16\0\x1a\0\0\0"
    "1.2.840.", /* implicit */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++) {
    guint8 data[200] = { 0 };
    GstTypeFindProbability probability = GST_TYPE_FIND_NONE;
    memcpy (data, starts[i], 16);
    g_autofree char *type = find_type (data, sizeof data, &probability);
    g_assert_cmpstr (type, ==, "application/dicom");
    g_assert_cmpint (probability, ==, GST_TYPE_FIND_LIKELY);
  }
}

static void
test_others (void)
{
  guint8 zeros[400] = { 0 };
  guint8 text[400];
  guint8 tiny[] = { 8, 0 };

  memset (text, 'x', sizeof text);
  memcpy (text + 120, prefix, sizeof prefix); /* in the wrong place */
  g_autofree char *type = find_type (zeros, sizeof zeros, NULL);
  g_assert_cmpstr (type, !=, "application/dicom");
  g_autofree char *text_type = find_type (text, sizeof text, NULL);
  g_assert_cmpstr (text_type, !=, "application/dicom");
  g_autofree char *tiny_type = find_type (tiny, sizeof tiny, NULL);
  g_assert_cmpstr (tiny_type, !=, "application/dicom");
}

/* What other tools write is still theirs. */
static void
test_neighbours (void)
{
  const char *scratch = test_data_get_scratch ();
  static const char *const names[] = { "a.mp4", "a.avi", "a.png", "a.ts",
                                       "a.mkv" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (scratch, names[i], NULL);
    g_autofree char *data = NULL;
    gsize length = 0;
    g_free (test_data_run ("ffmpeg -v error -f lavfi -i testsrc=s=64x64 "
                           "-frames:v 1 %s",
                           path));
    g_assert_true (g_file_get_contents (path, &data, &length, NULL));
    g_autofree char *type = find_type ((const guint8 *) data, length, NULL);
    g_assert_cmpstr (type, !=, "application/dicom");
    g_assert_nonnull (type);
  }
}

static void
test_real (void)
{
  const char *folder = test_data_get_folder ();

  if (folder == NULL) {
    g_test_skip ("no folder of real files");
    return;
  }
  g_autofree char *part = g_build_filename (folder, "pydicom", NULL);
  g_autoptr (GPtrArray) files = test_data_list_files (part);
  guint n = 0;
  for (guint i = 0; i < files->len; i++) {
    const char *path = g_ptr_array_index (files, i);
    g_autofree char *data = NULL;
    gsize length = 0;
    g_assert_true (g_file_get_contents (path, &data, &length, NULL));
    if (length < 132 || memcmp (data + 128, "DICM", 4) != 0)
      continue;
    g_autofree char *type = find_type ((const guint8 *) data, length, NULL);
    g_assert_cmpstr (type, ==, "application/dicom");
    n++;
  }
  g_assert_cmpuint (n, >, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/dicomtypefind/prefix", test_prefix);
  g_test_add_func ("/dicomtypefind/bare", test_bare);
  g_test_add_func ("/dicomtypefind/others", test_others);
  g_test_add_func ("/dicomtypefind/neighbours", test_neighbours);
  g_test_add_func ("/dicomtypefind/real", test_real);
  return g_test_run ();
}
