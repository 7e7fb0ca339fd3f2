/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a frame info says, against values written by pydicom (frameinfo.py);
 * and that no header ends the process. */

#include "error.h"
#include "frameinfo.h"
#include "instance.h"
#include "testdata.h"

#include <string.h>

static void
make_files (void)
{
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "datasource", "frameinfo.py", NULL);

  g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", script,
                         test_data_get_scratch ()));
}

static char *
get_path (const char *name)
{
  static gboolean made;
  g_autofree char *file = g_strconcat (name, ".dcm", NULL);

  if (!made)
    make_files ();
  made = TRUE;
  return g_build_filename (test_data_get_scratch (), file, NULL);
}

static VitrailFrameInfo *
load (const char *name, guint frame)
{
  g_autofree char *path = get_path (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  VitrailFrameInfo *info =
      vitrail_instance_ref_frame_info (instance, frame, &error);
  g_assert_no_error (error);
  return info;
}

static void
assert_plane (const VitrailFrameInfo *info, const double expected[12])
{
  g_assert_true (info->has_plane);
  for (guint i = 0; i < 12; i++)
    g_assert_cmpfloat_with_epsilon (info->plane[i], expected[i], 1e-12);
}

static void
test_ct (gconstpointer name)
{
  g_autoptr (VitrailFrameInfo) info = load (name, 1);
  const double plane[12] = { 0.25, 0, 0, -10, 0, 0.5, 0, -20, 0, 0, 1, 30 };

  g_assert_cmpuint (info->format.bits_stored, ==, 12);
  g_assert_false (info->format.is_signed);
  g_assert_cmpfloat (info->sample_offset, ==, 2048);
  g_assert_cmpfloat (info->slope, ==, 2);
  g_assert_cmpfloat (info->intercept, ==, -1024);
  g_assert_cmpstr (info->units, ==, "HU");
  g_assert_cmpuint (info->n_windows, ==, 2);
  g_assert_cmpfloat (info->windows[1].center, ==, -600);
  g_assert_cmpfloat (info->windows[1].width, ==, 1500);
  g_assert_cmpstr (info->windows[1].explanation, ==, "Lung");
  g_assert_true (info->has_padding);
  g_assert_cmpfloat (info->padding_low, ==, -2000);
  g_assert_cmpfloat (info->padding_high, ==, -1990);
  g_assert_true (info->has_spacing);
  g_assert_cmpfloat (info->spacing[0], ==, 0.5);
  g_assert_cmpfloat (info->spacing[1], ==, 0.25);
  assert_plane (info, plane);
  g_assert_cmpfloat (info->frame_time_ms, ==, 0);
  g_assert_false (info->lossy);
  g_assert_false (info->inverted);
  g_assert_cmpstr (info->patient_name, ==, "Doe, John M Jr");
  g_assert_cmpstr (info->patient_id, ==, "42");
  g_assert_cmpstr (info->series_number, ==, "7");
  g_assert_cmpstr (info->instance_number, ==, "19");
  g_assert_cmpstr (info->series_description, ==, "");
  g_assert_cmpstr (info->sop_instance_uid, ==, "1.2.3.4");
}

static void
test_enhanced (void)
{
  g_autoptr (VitrailFrameInfo) one = load ("enhanced", 1);
  g_autoptr (VitrailFrameInfo) two = load ("enhanced", 2);
  g_autoptr (VitrailFrameInfo) three = load ("enhanced", 3);
  const double plane[12] = { 0, 0, -1, 1, 3, 0, 0, 2, 0, -2, 0, 101 };

  g_assert_cmpuint (two->n_frames, ==, 3);
  assert_plane (two, plane);
  g_assert_cmpfloat (one->plane[11], ==, 100);
  g_assert_cmpfloat (one->intercept, ==, 5);
  g_assert_cmpstr (one->units, ==, "");
  g_assert_cmpint (one->voi_function, ==, VITRAIL_VOI_SIGMOID);
  g_assert_cmpint (two->voi_function, ==, VITRAIL_VOI_LINEAR_EXACT);
  g_assert_cmpfloat (two->windows[0].width, ==, 0.5);
  g_assert_cmpfloat (one->frame_time_ms, ==, 40);
  g_assert_cmpfloat (two->frame_time_ms, ==, 60);
  g_assert_cmpfloat (three->frame_time_ms, ==, 60);
}

static void
test_ultrasound (void)
{
  g_autoptr (VitrailFrameInfo) one = load ("us", 4);
  g_autoptr (VitrailFrameInfo) two = load ("us-two", 1);

  g_assert_true (one->has_spacing);
  g_assert_cmpfloat_with_epsilon (one->spacing[0], 0.3, 1e-12);
  g_assert_cmpfloat_with_epsilon (one->spacing[1], 0.2, 1e-12);
  g_assert_false (one->has_plane);
  g_assert_true (one->lossy);
  g_assert_cmpfloat (one->frame_time_ms, ==, 40);
  g_assert_false (two->has_spacing);
  g_assert_cmpfloat (two->frame_time_ms, ==, 100);
}

static void
test_projection (void)
{
  g_autoptr (VitrailFrameInfo) info = load ("dx", 1);

  g_assert_true (info->inverted);
  g_assert_true (info->has_spacing);
  g_assert_cmpfloat (info->spacing[1], ==, 0.2);
  g_assert_cmpstr (info->patient_name, ==, "山田, 太郎");
  g_assert_cmpstr (info->units, ==, "");
}

static void
test_palette (void)
{
  g_autoptr (VitrailFrameInfo) wide = load ("palette16", 1);
  g_autoptr (VitrailFrameInfo) narrow = load ("palette8", 1);
  const uint16_t wide_rgb[] = { 0, 0xff00, 3, 0x1234, 1, 4, 0xffff, 2, 0x8000 };
  const uint16_t narrow_rgb[] = {
    0x0101, 0x0505, 0x0909, 0x0202, 0x0606, 0x0a0a
  };

  g_assert_nonnull (wide->palette);
  g_assert_cmpint (wide->palette->first, ==, 10);
  g_assert_cmpmem (wide->palette->rgb, 6 * wide->palette->n_entries, wide_rgb,
                   sizeof wide_rgb);
  g_assert_nonnull (narrow->palette);
  g_assert_cmpmem (narrow->palette->rgb, 6 * narrow->palette->n_entries,
                   narrow_rgb, sizeof narrow_rgb);
}

static void
test_spacing_kind (void)
{
  static const struct {
    const char *name;
    VitrailSpacingKind kind;
  } cases[] = {
    { "ct", VITRAIL_SPACING_PATIENT },
    { "enhanced", VITRAIL_SPACING_PATIENT },
    { "dx", VITRAIL_SPACING_DETECTOR },
    { "dx-repeated", VITRAIL_SPACING_DETECTOR },
    { "dx-geometry", VITRAIL_SPACING_PATIENT },
    { "dx-calibrated", VITRAIL_SPACING_PATIENT },
    { "scanned", VITRAIL_SPACING_SCANNED },
    { "us", VITRAIL_SPACING_REGION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (VitrailFrameInfo) info = load (cases[i].name, 1);
    g_assert_true (info->has_spacing);
    g_assert_cmpint (info->spacing_kind, ==, cases[i].kind);
  }
}

static void
test_aspect (void)
{
  g_autoptr (VitrailFrameInfo) info = load ("aspect", 1);
  g_autoptr (VitrailFrameInfo) wrong = load ("aspect-wrong", 1);

  g_assert_false (info->has_spacing);
  g_assert_cmpfloat (info->pixel_aspect, ==, 4.0 / 3.0);
  g_assert_cmpfloat (wrong->pixel_aspect, ==, 0);
}

/* What pydicom's apply_color_lut () makes of them. */
static void
test_segments (gconstpointer name)
{
  g_autoptr (VitrailFrameInfo) info = load (name, 1);
  g_autofree char *file = g_strconcat (name, ".rgb", NULL);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), file, NULL);
  g_autofree char *rgb = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &rgb, &length, NULL));
  g_assert_cmpuint (length, ==, 1536);
  g_assert_cmpmem (info->palette->rgb, 6 * (size_t) info->palette->n_entries,
                   rgb, length);
}

static void
test_indirect (void)
{
  g_autoptr (VitrailFrameInfo) info = load ("indirect16", 1);
  const uint16_t expected[] = { 0x4000, 0x0100, 0x8000, 0x0100,
                                0x8000, 0x4000, 0 };

  g_assert_cmpuint (info->palette->n_entries, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (info->palette->rgb[3 * (size_t) i], ==, expected[i]);
}

static void
assert_refused (const char *name, const char *what)
{
  g_autofree char *path = get_path (name);
  g_autofree char *text = g_strconcat (path, ": ", what, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);

  g_assert_no_error (error);
  g_assert_null (vitrail_instance_ref_frame_info (instance, 1, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
  g_assert_cmpstr (error->message, ==, text);
}

/* Never grey: an error that says which attribute. */
static void
test_refused (void)
{
  static const char *const broken[] = {
    "line-first", "empty", "unknown", "short", "cut",
    "long",       "self",  "far",     "odd",   "one",
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *name = g_strconcat ("segments-", broken[i], NULL);
    assert_refused (name, "(0028,1221) SegmentedRedPaletteColorLookupTableData "
                          "does not expand to the entries of its descriptor");
  }
  assert_refused ("palette-none",
                  "(0028,1201) RedPaletteColorLookupTableData is missing");
  assert_refused (
      "palette-undescribed",
      "(0028,1101) RedPaletteColorLookupTableDescriptor is missing");
  assert_refused ("luts-none", "(0028,3006) LUTData is missing");
}

static void
test_luts (gconstpointer name)
{
  g_autoptr (VitrailFrameInfo) info = load (name, 1);
  g_autoptr (VitrailFrameInfo) no_voi = load ("luts-no-voi", 1);
  g_autoptr (VitrailFrameInfo) empty = load ("luts-empty", 1);
  const uint16_t modality[] = { 1, 5, 4095 };
  const uint16_t voi[] = { 9, 8, 7, 6 };

  g_assert_cmpint (info->modality_lut->first, ==, -3);
  g_assert_cmpuint (info->modality_lut->bits, ==, 12);
  g_assert_cmpmem (info->modality_lut->values,
                   2 * info->modality_lut->n_entries, modality,
                   sizeof modality);
  g_assert_cmpfloat (info->slope, ==, 1);
  g_assert_cmpfloat (info->intercept, ==, 0);
  g_assert_cmpstr (info->units, ==, "OD");
  g_assert_cmpuint (info->n_voi_luts, ==, 1);
  g_assert_cmpint (info->voi_luts[0]->first, ==, 40000);
  g_assert_cmpuint (info->voi_luts[0]->bits, ==, 8);
  g_assert_cmpmem (info->voi_luts[0]->values, 2 * info->voi_luts[0]->n_entries,
                   voi, sizeof voi);
  g_assert_null (empty->modality_lut);
  g_assert_cmpfloat (empty->slope, ==, 2);
  g_assert_nonnull (no_voi->modality_lut);
  g_assert_cmpuint (no_voi->n_voi_luts, ==, 0);
}

/* Tile 5 of 3 a row is the second of the second row: 3 pixels along (0, -1),
 * 2 pixels along (-1, 0). */
static void
test_slide (void)
{
  g_autoptr (VitrailFrameInfo) info = load ("slide", 5);

  g_assert_true (info->has_plane);
  g_assert_cmpfloat_with_epsilon (info->plane[3], 20 - 2 * 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (info->plane[7], 40 - 3 * 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (info->plane[4], -0.5, 1e-12);
}

static void
test_wrong (void)
{
  static const char *const names[][2] = {
    { "wrong-bits", ": (0028,0101) BitsStored is 17: not possible" },
    { "bits-24", ": (0028,0100) BitsAllocated is 24: not supported" },
    { "no-rows", ": (0028,0010) Rows is missing" },
  };
  g_autoptr (VitrailFrameInfo) info = load ("wrong", 1);

  g_assert_false (info->has_spacing);
  g_assert_false (info->has_plane);
  g_assert_cmpfloat (info->slope, ==, 1);
  g_assert_cmpuint (info->n_windows, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = get_path (names[i][0]);
    g_autofree char *text = g_strconcat (path, names[i][1], NULL);
    g_autoptr (GError) error = NULL;
    VitrailPixelFormat format;
    g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, NULL);
    g_assert_false (
        vitrail_instance_get_pixel_format (instance, &format, &error));
    g_assert_cmpstr (error->message, ==, text);
  }
}

static void
test_letters (void)
{
  static const struct {
    double direction[3];
    const char *text;
  } cases[] = {
    { { 1, 0, 0 }, "L" },         { { -1, 0, 0 }, "R" },
    { { 0, 1, 0 }, "P" },         { { 0, -1, 0 }, "A" },
    { { 0, 0, 1 }, "H" },         { { 0, 0, -1 }, "F" },
    { { 0.5, -0.8, 0 }, "AL" },   { { 0.1, 0.2, -0.9 }, "FPL" },
    { { 0, 0, 0 }, "" },          { { 1e-6, 0, 1 }, "H" },
    { { 0.7, 0.7, 0.1 }, "LPH" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char text[4];
    vitrail_orientation_letters (cases[i].direction, text);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
assert_letters (const VitrailFrameInfo *info,
                const char *row,
                const char *column)
{
  char text[4];

  g_assert_true (info->has_orientation);
  vitrail_orientation_letters (info->orientation, text);
  g_assert_cmpstr (text, ==, row);
  vitrail_orientation_letters (info->orientation + 3, text);
  g_assert_cmpstr (text, ==, column);
}

/* Neither place nor spacing is needed to know where sides point. */
static void
test_orientation (void)
{
  static const char *const unknown[] = { "letters-same", "letters-animal",
                                         "letters-one", "letters-twice",
                                         "letters-rostral" };
  g_autoptr (VitrailFrameInfo) letters = load ("letters", 1);
  g_autoptr (VitrailFrameInfo) both = load ("letters-both", 1);
  g_autoptr (VitrailFrameInfo) enhanced = load ("enhanced", 2);

  g_assert_false (letters->has_plane);
  assert_letters (letters, "AL", "F");
  assert_letters (both, "H", "A");
  assert_letters (enhanced, "P", "F");
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++) {
    g_autoptr (VitrailFrameInfo) info = load (unknown[i], 1);
    g_assert_false (info->has_orientation);
  }
}

static void
test_parse (void)
{
  static const char *const same[] = { "L", "R",  "P",   "A",  "H",
                                      "F", "AR", "FPL", "HA", "RHP" };
  static const char *const none[] = { "", " ", "X", "LL", "LR", "LPHA", "l" };
  double direction[3];

  for (guint i = 0; i < G_N_ELEMENTS (same); i++) {
    char text[4];
    g_assert_true (
        vitrail_orientation_parse (same[i], strlen (same[i]), direction));
    g_assert_cmpfloat_with_epsilon (direction[0] * direction[0] +
                                        direction[1] * direction[1] +
                                        direction[2] * direction[2],
                                    1, 1e-12);
    vitrail_orientation_letters (direction, text);
    g_assert_cmpstr (text, ==, same[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_false (
        vitrail_orientation_parse (none[i], strlen (none[i]), direction));
  g_assert_false (vitrail_orientation_parse ("L\0", 2, direction));
}

/* Any byte of a sound file may be any other: an error or an info. */
static void
test_noise (gconstpointer name)
{
  g_autofree char *path = get_path (name);
  g_autofree char *noisy = get_path ("noisy");
  g_autofree char *data = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (guint round = 0; round < 400; round++) {
    g_autofree char *copy = g_memdup2 (data, length);
    for (guint i = 0; i < 4; i++)
      copy[g_test_rand_int_range (132, (gint) length)] =
          (char) g_test_rand_int_range (0, 256);
    /* Nothing has to survive: no fsync. */
    g_assert_true (g_file_set_contents_full (
        noisy, copy, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_autoptr (VitrailInstance) instance = vitrail_instance_open (noisy, NULL);
    if (instance == NULL)
      continue;
    for (guint frame = 1; frame <= 3; frame++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (VitrailFrameInfo) info =
          vitrail_instance_ref_frame_info (instance, frame, &error);
      g_autoptr (VitrailFrame) decoded =
          vitrail_instance_decode_frame (instance, frame, 0, NULL, NULL);
      g_assert_true ((info == NULL) == (error != NULL));
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/frameinfo/ct", "ct", test_ct);
  g_test_add_data_func ("/frameinfo/ct-implicit", "ct-implicit", test_ct);
  g_test_add_func ("/frameinfo/enhanced", test_enhanced);
  g_test_add_func ("/frameinfo/ultrasound", test_ultrasound);
  g_test_add_func ("/frameinfo/projection", test_projection);
  g_test_add_func ("/frameinfo/palette", test_palette);
  g_test_add_func ("/frameinfo/spacing-kind", test_spacing_kind);
  g_test_add_func ("/frameinfo/aspect", test_aspect);
  g_test_add_data_func ("/frameinfo/segments/16", "segments16", test_segments);
  g_test_add_data_func ("/frameinfo/segments/8", "segments8", test_segments);
  g_test_add_func ("/frameinfo/segments/indirect", test_indirect);
  g_test_add_func ("/frameinfo/refused", test_refused);
  g_test_add_data_func ("/frameinfo/luts", "luts", test_luts);
  g_test_add_data_func ("/frameinfo/luts-implicit", "luts-implicit", test_luts);
  g_test_add_func ("/frameinfo/slide", test_slide);
  g_test_add_func ("/frameinfo/wrong", test_wrong);
  g_test_add_func ("/frameinfo/letters", test_letters);
  g_test_add_func ("/frameinfo/letters/parse", test_parse);
  g_test_add_func ("/frameinfo/orientation", test_orientation);
  g_test_add_data_func ("/frameinfo/noise/ct", "ct", test_noise);
  g_test_add_data_func ("/frameinfo/noise/enhanced", "enhanced", test_noise);
  g_test_add_data_func ("/frameinfo/noise/palette", "palette16", test_noise);
  g_test_add_data_func ("/frameinfo/noise/segments", "segments8", test_noise);
  g_test_add_data_func ("/frameinfo/noise/luts", "luts", test_noise);
  return g_test_run ();
}
