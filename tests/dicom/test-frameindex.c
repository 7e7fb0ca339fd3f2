/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames: native ones of every odd size, encapsulated ones with right, wrong
 * and no tables; and all of the real files beside pydicom. */

#include "dicom/builder.h"
#include "dicom/frameindex.h"
#include "dicom/vr.h"
#include "dicom/writer.h"
#include "dicomdata.h"
#include "error.h"
#include "testdata.h"

#include <string.h>

#define EXPLICIT "1.2.840.10008.1.2.1"
#define JPEG     "1.2.840.10008.1.2.4.50"
#define MPEG2    "1.2.840.10008.1.2.4.100"

/* A description of pixels: zero leaves an attribute out. */
typedef struct {
  int frames, rows, columns, samples, bits;
  const char *photometric;
} Shape;

static void
set_int (VitrailDataSetBuilder *builder, VitrailTag tag, int value)
{
  if (value != 0)
    vitrail_data_set_builder_set_int (builder, tag, value);
}

static VitrailDataSet *
make (const Shape *shape, VitrailVR vr, GBytes *pixels)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  set_int (builder, 0x00280008, shape->frames);
  set_int (builder, 0x00280010, shape->rows);
  set_int (builder, 0x00280011, shape->columns);
  set_int (builder, 0x00280002, shape->samples);
  set_int (builder, 0x00280100, shape->bits);
  if (shape->photometric != NULL)
    vitrail_data_set_builder_set_string (builder, 0x00280004,
                                         shape->photometric);
  if (pixels != NULL)
    vitrail_data_set_builder_set_bytes (builder, 0x7fe00010, vr, pixels);
  return vitrail_data_set_builder_end (builder);
}

static VitrailFrameIndex *
index_hex (const Shape *shape, const char *syntax, const char *hex)
{
  g_autoptr (GBytes) pixels = test_dicom_hex (hex);
  g_autoptr (VitrailDataSet) data_set = make (shape, VR_OB, pixels);
  g_autoptr (GError) error = NULL;
  VitrailFrameIndex *index =
      vitrail_frame_index_new (data_set, syntax, "test", &error);

  g_assert_no_error (error);
  return index;
}

static void
assert_frame (VitrailFrameIndex *index, guint frame, const char *hex)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      vitrail_frame_index_ref_frame (index, frame, &error);
  g_autoptr (GBytes) expected = test_dicom_hex (hex);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   g_bytes_get_data (expected, NULL),
                   g_bytes_get_size (expected));
}

static void
test_native (void)
{
  g_autoptr (VitrailFrameIndex) bytes =
      index_hex (&(Shape){ 2, 1, 3, 1, 8, NULL }, EXPLICIT, "010203 040506");
  g_autoptr (VitrailFrameIndex) colour =
      index_hex (&(Shape){ 0, 1, 1, 3, 16, "RGB" }, EXPLICIT, "010002000300");
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (vitrail_frame_index_get_n_frames (bytes), ==, 2);
  g_assert_false (vitrail_frame_index_is_encapsulated (bytes));
  assert_frame (bytes, 1, "010203");
  assert_frame (bytes, 2, "040506");
  g_assert_null (vitrail_frame_index_ref_frame (bytes, 3, &error));
  g_assert_cmpstr (error->message, ==, "test: frame 3 of 2 does not exist");
  g_clear_error (&error);
  g_assert_null (vitrail_frame_index_ref_frame (bytes, 0, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  assert_frame (colour, 1, "010002000300");
}

/* Frames of 3 x 3 bits: 101010101 110011001 111100001. */
static void
test_bits (void)
{
  g_autoptr (VitrailFrameIndex) index =
      index_hex (&(Shape){ 3, 3, 3, 1, 1, NULL }, EXPLICIT, "55 67 3e 04");

  g_assert_cmpuint (vitrail_frame_index_get_n_frames (index), ==, 3);
  assert_frame (index, 1, "5567");
  assert_frame (index, 2, "331f");
  assert_frame (index, 3, "0f01");
}

/* 4:2:2 needs two bytes a pixel; who has three means 4:4:4. */
static void
test_subsampled (void)
{
  g_autoptr (VitrailFrameIndex) half =
      index_hex (&(Shape){ 2, 1, 2, 3, 8, "YBR_FULL_422" }, EXPLICIT,
                 "01020304 05060708");
  g_autoptr (VitrailFrameIndex) full =
      index_hex (&(Shape){ 1, 1, 2, 3, 8, "YBR_FULL_422" }, EXPLICIT,
                 "010203040506");

  g_assert_cmpuint (vitrail_frame_index_get_n_frames (half), ==, 2);
  assert_frame (half, 2, "05060708");
  assert_frame (full, 1, "010203040506");
}

/* What there is of a file that ends too early. */
static void
test_fewer_frames (void)
{
  g_autoptr (VitrailFrameIndex) index =
      index_hex (&(Shape){ 5, 1, 3, 1, 8, NULL }, EXPLICIT, "010203 040506 07");

  g_assert_cmpuint (vitrail_frame_index_get_n_frames (index), ==, 2);
}

#define ITEM(length) "feff00e0" length "000000"
#define ONE          ITEM ("06") "ffd8ffe00101"
#define TWO          ITEM ("06") "ffd8ffe00202"
#define THREE        ITEM ("06") "ffd8ffe00303"
#define MORE         ITEM ("02") "aaaa"
#define SOC          ITEM ("06") "ff4fff510101"
#define END          ITEM ("04") "ffd90000"
#define NO_TABLE     ITEM ("00")

static void
test_encapsulated (void)
{
  static const struct {
    const char *what;
    int stated;
    guint n_frames;
    const char *hex;
    const char *last;
  } cases[] = {
    { "one each", 3, 3, NO_TABLE ONE TWO THREE, "ffd8ffe00303" },
    { "a table", 3, 3, ITEM ("0c") "00000000 0e000000 1c000000" ONE TWO THREE,
      "ffd8ffe00303" },
    { "a table over fragments", 2, 2,
      ITEM ("08") "00000000 18000000" ONE MORE TWO MORE, "ffd8ffe00202aaaa" },
    { "a table of zeros", 3, 3,
      ITEM ("0c") "00000000 00000000 00000000" ONE TWO THREE, "ffd8ffe00303" },
    { "a table from elsewhere", 3, 3,
      ITEM ("0c") "14000000 22000000 30000000" ONE TWO THREE, "ffd8ffe00303" },
    { "a table that is wrong inside", 4, 4,
      ITEM ("10") "00000000 0e000000 1d000000 2a000000" ONE TWO THREE ONE,
      "ffd8ffe00101" },
    { "a table of the wrong length", 3, 3,
      ITEM ("08") "00000000 0e000000" ONE TWO THREE, "ffd8ffe00303" },
    { "a table of no length in fours", 1, 1, ITEM ("02") "0000" ONE,
      "ffd8ffe00101" },
    { "fragments without a table", 2, 2, NO_TABLE ONE MORE TWO MORE MORE,
      "ffd8ffe00202aaaaaaaa" },
    { "one frame of fragments", 1, 1, NO_TABLE ONE TWO THREE,
      "ffd8ffe00101ffd8ffe00202ffd8ffe00303" },
    { "no number of frames", 0, 2, NO_TABLE ONE MORE TWO, "ffd8ffe00202" },
    { "fewer than stated", 9, 2, NO_TABLE ONE TWO, "ffd8ffe00202" },
    { "no marker to go by", 2, 2, NO_TABLE MORE MORE MORE MORE, "aaaaaaaa" },
    { "cut off between frames of fragments", 10, 3,
      NO_TABLE ONE MORE TWO MORE THREE MORE, "ffd8ffe00303aaaa" },
    { "cut off where the fragments are as many as stated", 6, 3,
      NO_TABLE ONE MORE TWO MORE THREE MORE, "ffd8ffe00303aaaa" },
    { "cut off inside a frame", 10, 3, NO_TABLE ONE MORE TWO MORE THREE,
      "ffd8ffe00303" },
    { "cut off, of JPEG 2000", 10, 2, NO_TABLE SOC MORE SOC END,
      "ff4fff510101ffd90000" },
    { "cut off, one start damaged", 10, 3, NO_TABLE ONE END MORE END ONE END,
      "ffd8ffe00101ffd90000" },
    { "more than stated", 2, 3, NO_TABLE ONE MORE TWO MORE THREE,
      "ffd8ffe00303" },
    { "several code streams in a frame", 2, 2, NO_TABLE ONE TWO THREE ONE,
      "ffd8ffe00303ffd8ffe00101" },
    { "the last one cut off", 3, 2, NO_TABLE ONE TWO ITEM ("06") "ffd8",
      "ffd8ffe00202" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].what);
    g_autoptr (VitrailFrameIndex) index =
        index_hex (&(Shape){ .frames = cases[i].stated }, JPEG, cases[i].hex);
    g_assert_true (vitrail_frame_index_is_encapsulated (index));
    g_assert_cmpuint (vitrail_frame_index_get_n_frames (index), ==,
                      cases[i].n_frames);
    assert_frame (index, cases[i].n_frames, cases[i].last);
    if (strstr (cases[i].what, "wrong inside") != NULL)
      assert_frame (index, 3, "ffd8ffe00303");
  }
}

static void
test_extended (void)
{
  g_autoptr (GBytes) pixels = test_dicom_hex (
      NO_TABLE ITEM ("06") "ffd8ffe00100" ITEM ("06") "ffd8ffe00200");
  g_autoptr (GBytes) offsets =
      test_dicom_hex ("0000000000000000 0e00000000000000");
  g_autoptr (GBytes) lengths =
      test_dicom_hex ("0500000000000000 0500000000000000");
  g_autoptr (VitrailDataSet) base =
      make (&(Shape){ .frames = 2 }, VR_OB, pixels);
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (base);
  g_autoptr (GError) error = NULL;

  vitrail_data_set_builder_set_bytes (builder, 0x7fe00001, VR_OV, offsets);
  vitrail_data_set_builder_set_bytes (builder, 0x7fe00002, VR_OV, lengths);
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (builder);
  g_autoptr (VitrailFrameIndex) index =
      vitrail_frame_index_new (data_set, JPEG, "test", &error);
  g_assert_no_error (error);
  /* Without the padding, which no other table tells apart. */
  assert_frame (index, 1, "ffd8ffe001");
  assert_frame (index, 2, "ffd8ffe002");
}

static void
test_video (void)
{
  g_autoptr (VitrailFrameIndex) index =
      index_hex (&(Shape){ .frames = 500 }, MPEG2, NO_TABLE ONE TWO);

  g_assert_cmpuint (vitrail_frame_index_get_n_frames (index), ==, 1);
  assert_frame (index, 1, "ffd8ffe00101ffd8ffe00202");
}

static const struct {
  Shape shape;
  const char *syntax;
  const char *hex; /* NULL: no Pixel Data */
  const char *message;
} refused[] = {
  { { 1, 1, 1, 1, 8, NULL },
    EXPLICIT,
    NULL,
    "test: (7FE0,0010) PixelData: missing or empty" },
  { { 1, 1, 1, 1, 8, NULL },
    EXPLICIT,
    "",
    "test: (7FE0,0010) PixelData: missing or empty" },
  { { 1, 2, 2, 1, 8, NULL },
    EXPLICIT,
    "0102",
    "test: (7FE0,0010) PixelData: 2 bytes, but one frame needs 4" },
  { { 1, 65535, 65535, 4, 64, NULL },
    EXPLICIT,
    "0102",
    "test: (7FE0,0010) PixelData: 2 bytes, but one frame needs "
    "137434759200" },
  { { 1, 0, 2, 1, 8, NULL },
    EXPLICIT,
    "0102",
    "test: (0028,0010) Rows: missing" },
  { { 1, 2, 2, 9, 8, NULL },
    EXPLICIT,
    "0102",
    "test: (0028,0002) SamplesPerPixel: 9 is not between 1 and 4" },
  { { 1, 2, 2, 1, 65, NULL },
    EXPLICIT,
    "0102",
    "test: (0028,0100) BitsAllocated: 65 is not between 1 and 64" },
  { { 16777217, 1, 1, 1, 8, NULL },
    EXPLICIT,
    "0102",
    "test: (0028,0008) NumberOfFrames: too many" },
  { { 1, 1, 1, 1, 8, NULL },
    JPEG,
    "0102",
    "test: (7FE0,0010) PixelData: not the items of encapsulated frames" },
  { { 1, 1, 1, 1, 8, NULL },
    JPEG,
    NO_TABLE,
    "test: (7FE0,0010) PixelData: not even one complete frame" },
  { { 1, 1, 1, 1, 8, NULL },
    JPEG,
    NO_TABLE ITEM ("ff") "ffd8",
    "test: (7FE0,0010) PixelData: not even one complete frame" },
};

static void
test_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GBytes) pixels =
        refused[i].hex != NULL ? test_dicom_hex (refused[i].hex) : NULL;
    g_autoptr (VitrailDataSet) data_set =
        make (&refused[i].shape, VR_OB, pixels);
    g_autoptr (GError) error = NULL;
    g_assert_null (
        vitrail_frame_index_new (data_set, refused[i].syntax, "test", &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (error->message, ==, refused[i].message);
  }
}

static GString *real_frames;

static void
add_real_frames (const char *path, VitrailPart10 *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrameIndex) index =
      vitrail_frame_index_new (vitrail_part10_get_data_set (file),
                               vitrail_part10_get_transfer_syntax (file), path,
                               &error);

  if (index == NULL) {
    g_assert_true (g_str_has_prefix (error->message, path));
    return;
  }
  guint n = vitrail_frame_index_get_n_frames (index);
  g_assert_cmpuint (n, >, 0);
  for (guint i = 1; i <= n; i++) {
    g_autoptr (GBytes) frame = vitrail_frame_index_ref_frame (index, i, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (frame), >, 0);
    /* The first, the last and one between, for the comparison. */
    if (i != 1 && i != n && i != n / 2)
      continue;
    g_autofree char *sum = g_compute_checksum_for_bytes (G_CHECKSUM_MD5, frame);
    if (vitrail_frame_index_is_encapsulated (index))
      g_string_append_printf (real_frames, "%s\t%u\t%u\t%s\n", path, n, i, sum);
  }
}

/* Encapsulated frames beside what pydicom takes them apart into. */
static void
test_real_files (void)
{
  real_frames = g_string_new (NULL);
  guint n = test_dicom_foreach_real_file (add_real_frames);
  g_autofree char *list =
      g_build_filename (test_data_get_scratch (), "frames.txt", NULL);

  g_assert_true (g_file_set_contents (list, real_frames->str, -1, NULL));
  g_string_free (real_frames, TRUE);
  if (n == 0)
    return;
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "dicom", "compare-frames.py", NULL);
  g_autofree char *out =
      test_data_run ("/usr/bin/python3 '%s' '%s'", script, list);
  g_test_message ("%s", g_strchomp (out));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frameindex/native", test_native);
  g_test_add_func ("/frameindex/bits", test_bits);
  g_test_add_func ("/frameindex/subsampled", test_subsampled);
  g_test_add_func ("/frameindex/fewer-frames", test_fewer_frames);
  g_test_add_func ("/frameindex/encapsulated", test_encapsulated);
  g_test_add_func ("/frameindex/extended", test_extended);
  g_test_add_func ("/frameindex/video", test_video);
  g_test_add_func ("/frameindex/refusals", test_refusals);
  g_test_add_func ("/frameindex/real-files", test_real_files);
  return g_test_run ();
}
