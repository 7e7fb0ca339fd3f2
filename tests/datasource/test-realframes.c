/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Real files: whatever pydicom decodes by itself (native and RLE) comes out the
 * same here, and nothing decodes into anything but a frame or an error. */

#include "codec/codec.h"
#include "error.h"
#include "instance.h"
#include "testdata.h"

#include <string.h>

/* Prints "checksum path" of each first frame, interleaved, little endian. */
static const char *const program =
    "import hashlib, os, pydicom, sys, warnings\n"
    "from pydicom import config\n"
    "from pydicom.pixel_data_handlers import numpy_handler, rle_handler\n"
    "warnings.simplefilter('ignore')\n"
    "config.pixel_data_handlers = [numpy_handler, rle_handler]\n"
    "uid = '1.2.840.10008.1.2'\n"
    "known = [uid + s for s in ('', '.1', '.2', '.1.99', '.5')]\n"
    "for folder, _, files in sorted(os.walk('%s')):\n"
    "    for name in sorted(files):\n"
    "        path = os.path.join(folder, name)\n"
    "        if os.path.getsize(path) > 4000000: continue\n"
    "        try:\n"
    "            ds = pydicom.dcmread(path, force=True)\n"
    "            if ds.file_meta.TransferSyntaxUID not in known: continue\n"
    "            a = ds.pixel_array\n"
    "        except Exception: continue\n"
    "        if int(ds.get('NumberOfFrames', 1) or 1) > 1: a = a[0]\n"
    "        if a.dtype.byteorder == '>': a = a.byteswap()\n"
    "        print(hashlib.sha256(a.tobytes()).hexdigest(), path)\n";

/* pydicom 2.3 leaves words of 8-bit samples swapped in this one. */
static gboolean
is_known_difference (const char *path)
{
  return g_str_has_suffix (path, "SC_rgb_small_odd_big_endian.dcm");
}

static void
check (const char *path, const char *checksum, guint *n_same)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);

  if (instance == NULL) {
    g_test_message ("%s", error->message);
    return;
  }
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (instance, 1, 0, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *ours =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, frame->data,
                                   frame->stride * frame->format.height);
  if (!g_str_equal (ours, checksum) && !is_known_difference (path))
    g_error ("%s: samples differ from pydicom's", path);
  (*n_same)++;
}

static void
test_pydicom (void)
{
  const char *folder = test_data_get_folder ();
  guint n_same = 0;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  /* pydicom allocates what broken files say, and this would fill it. */
  g_unsetenv ("MALLOC_PERTURB_");
  g_autofree char *text = g_strdup_printf (program, folder);
  g_autofree char *out = test_data_python (text);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (out), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);
    check (words[1], words[0], &n_same);
  }
  g_test_message ("%u files as pydicom", n_same);
  g_assert_cmpuint (n_same, >=, g_strv_length (lines) - 2);
}

/* The first, the middle and the last frame. */
static void
decode_some (VitrailInstance *instance, guint counts[2])
{
  guint n = vitrail_instance_get_n_frames (instance);
  const guint numbers[3] = { 1, n / 2 + 1, n };

  for (guint i = 0; i < MIN (n, 3); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) info_error = NULL;
    g_autoptr (VitrailFrameInfo) info =
        vitrail_instance_ref_frame_info (instance, numbers[i], &info_error);
    g_autoptr (VitrailFrame) frame =
        vitrail_instance_decode_frame (instance, numbers[i], 0, NULL, &error);
    counts[frame != NULL]++;
    if (frame == NULL) {
      g_assert_cmpuint (error->domain, ==, VITRAIL_ERROR);
      g_assert_true (g_str_has_prefix (error->message,
                                       vitrail_instance_get_name (instance)));
      continue;
    }
    /* Who plans by the info must find what it says. */
    g_autoptr (VitrailFrame) normal =
        vitrail_frame_normalize (g_steal_pointer (&frame));
    g_assert_no_error (info_error);
    g_assert_cmpuint (normal->format.width, ==, info->format.width);
    g_assert_cmpuint (normal->format.height, ==, info->format.height);
    g_assert_cmpuint (normal->format.samples, ==, info->format.samples);
    g_assert_cmpuint (normal->format.bits_allocated, ==,
                      info->format.bits_allocated);
    g_assert_cmpuint (normal->format.bits_stored, ==, info->format.bits_stored);
  }
}

static void
test_all (void)
{
  const char *folder = test_data_get_folder ();
  guint counts[2] = { 0, 0 };

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autoptr (GPtrArray) files = test_data_list_files (folder);
  for (guint i = 0; i < files->len; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailInstance) instance =
        vitrail_instance_open (g_ptr_array_index (files, i), &error);
    if (instance != NULL)
      decode_some (instance, counts);
  }
  g_test_message ("%u frames decoded, %u errors", counts[1], counts[0]);
  g_assert_cmpuint (counts[1], >, 1000);
  g_assert_cmpuint (counts[0], <, 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/realframes/pydicom", test_pydicom);
  g_test_add_func ("/realframes/all", test_all);
  return g_test_run ();
}
