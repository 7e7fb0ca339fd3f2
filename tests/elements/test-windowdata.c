/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sets to pictures, all samples of each: what pydicom and formulas in
 * double say (windowdata.py). Tables of hostile writers are among them: with
 * AddressSanitizer this proves that nothing beside them is read. */

#include "codec/codec.h"
#include "instance.h"
#include "pixel/present.h"
#include "testdata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* NAME VOI INVERT CHANNELS */
typedef struct {
  const char *name;
  guint voi;
  gboolean invert;
  guint channels;
} Case;

static void
parse_case (char **words, Case *c)
{
  g_assert_cmpuint (g_strv_length (words), ==, 4);
  c->name = words[0];
  c->voi = (guint) strtoul (words[1], NULL, 10);
  c->invert = words[2][0] == '1';
  c->channels = (guint) strtoul (words[3], NULL, 10);
}

static void
render (const char *path, const Case *c, VitrailImage *image)
{
  VitrailPresentation presentation = VITRAIL_PRESENTATION_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  presentation.voi = c->voi;
  presentation.invert = c->invert;
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, 1, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (instance, 1, 0, NULL, &error);
  g_assert_no_error (error);
  frame = vitrail_frame_normalize (g_steal_pointer (&frame));
  g_assert_true (
      vitrail_present (frame, info, NULL, &presentation, 0, 0, image, &error));
  g_assert_no_error (error);
}

static void
check_case (const char *folder, const Case *c)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.dcm", folder, c->name);
  g_autofree char *judge =
      g_strdup_printf ("%s/%s.%u.f64", folder, c->name, c->voi);
  g_autofree char *bytes = NULL;
  g_auto (VitrailImage) image = { 0 };
  gsize length = 0;
  guint wrong = 0;

  render (path, c, &image);
  g_assert_cmpuint (image.channels, ==, c->channels);
  const size_t n = image.stride * image.height;
  g_assert_true (g_file_get_contents (judge, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, n * sizeof (double));
  const double *expected = (const double *) (gpointer) bytes;
  for (size_t i = 0; i < n; i++)
    wrong += fabs (image.data[i] - expected[i]) > 0.5 + 1e-9;
  if (wrong > 0)
    g_test_message ("%s, VOI %u: %u wrong", c->name, c->voi, wrong);
  g_assert_cmpuint (wrong, ==, 0);
}

static void
test_all (void)
{
  const char *folder = test_data_get_scratch ();
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "elements", "windowdata.py", NULL);
  g_autofree char *text =
      test_data_run ("/usr/bin/python3 %s %s", script, folder);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);
  guint n = 0;

  for (; lines[n] != NULL; n++) {
    g_auto (GStrv) words = g_strsplit (lines[n], " ", -1);
    Case c;
    parse_case (words, &c);
    check_case (folder, &c);
  }
  g_test_message ("%u pictures", n);
  g_assert_cmpuint (n, >, 80);
}

/* What a person chooses from. */
static void
test_names (void)
{
  g_autofree char *path =
      g_strdup_printf ("%s/choice.dcm", test_data_get_scratch ());
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, NULL);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, 1, NULL);
  g_autofree char *lut = vitrail_frame_info_dup_voi_name (info, 1);
  g_autofree char *window = vitrail_frame_info_dup_voi_name (info, 2);

  g_assert_cmpuint (vitrail_frame_info_get_n_voi (info), ==, 4);
  g_assert_cmpstr (lut, ==, "VOI LUT 2");
  g_assert_cmpstr (window, ==, "C 40.25 W 399.5");
  g_assert_null (vitrail_frame_info_dup_voi_name (info, 4));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/windowdata/all", test_all);
  g_test_add_func ("/windowdata/names", test_names);
  return g_test_run ();
}
