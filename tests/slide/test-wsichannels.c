/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The channels of a real DICOM series against another decoder's. */

#include "slide/slide.h"
#include "testdata.h"

/* The three channels of the real series against Pillow's own decoding. */
static void
test_real_channels (void)
{
  const char *folder = test_data_get_folder ();
  g_autoptr (GError) error = NULL;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *path =
      g_build_filename (folder, "wsi-dicom-BPAEC/images/BPAEC/9_0", NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  static const char *const names[] = { "Green", "Blue", "Red" };
  static const guint8 colors[3][3] = { { 0, 255, 0 },
                                       { 0, 0, 255 },
                                       { 255, 0, 0 } };

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), ==, 3);
  for (guint i = 0; i < 3; i++) {
    VitrailSlidePath found;
    vitrail_slide_get_path (slide, i, &found);
    g_assert_cmpstr (found.name, ==, names[i]);
    g_assert_cmpmem (found.rgb, 3, colors[i], 3);
    g_assert_cmpuint (found.bits, ==, 8);
  }
}

/* Level 2 of it, frame by frame: three channels of 768 x 576 in one tile. */
static void
test_real_samples (void)
{
  const char *folder = test_data_get_folder ();
  const gsize size = (gsize) 1024 * 1024;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *raw =
      g_build_filename (test_data_get_scratch (), "channels.raw", NULL);
  g_autofree char *path =
      g_build_filename (folder, "wsi-dicom-BPAEC/images/BPAEC/7_0", NULL);
  const char *paths[] = { path, NULL };
  g_autofree char *program = g_strdup_printf (
      "import pydicom, io\nfrom pydicom.encaps import generate_pixel_data\n"
      "from PIL import Image\nds = pydicom.dcmread ('%s')\n"
      "with open ('%s', 'wb') as out:\n"
      "  for parts in generate_pixel_data (ds.PixelData, ds.NumberOfFrames):\n"
      "    out.write (Image.open (io.BytesIO (b''.join (parts))).tobytes ())\n",
      path, raw);
  g_free (test_data_python (program));
  g_autofree guint8 *expected = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (raw, (char **) &expected, &length, NULL));
  g_assert_cmpuint (length, ==, 3 * size);
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  g_autofree guint16 *samples = g_new (guint16, size);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, i, 0);
    g_assert_true (vitrail_slide_decode_samples (facet, 2, 0, 0, samples, 1024,
                                                 NULL, NULL));
    for (gsize y = 0; y < 576; y++)
      for (gsize x = 0; x < 768; x++)
        g_assert_cmpuint (samples[y * 1024 + x], ==,
                          expected[i * size + y * 1024 + x]);
  }
}

int
main (int argc, char **argv)
{
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wsichannels/described", test_real_channels);
  g_test_add_func ("/wsichannels/samples", test_real_samples);
  return g_test_run ();
}
