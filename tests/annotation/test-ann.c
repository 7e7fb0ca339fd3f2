/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bulk Simple Annotations: the letter F, in every form that the standard has,
 * lies where it was drawn. */

#include "annotation/ann.h"
#include "annotation/annotationbuilder.h"
#include "annotation/cielab.h"
#include "dicom/builder.h"
#include "dicom/part10.h"
#include "dicom/writer.h"
#include "error.h"
#include "overlay/slideshapes.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

#define WIDTH  200
#define HEIGHT 152

static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL) {
    folder = g_build_filename (test_data_get_scratch (), "ann", NULL);
    g_free (test_data_run ("/usr/bin/python3 '%s/annotation/make-ann.py' '%s'",
                           g_getenv ("G_TEST_SRCDIR"), folder));
  }
  return folder;
}

static VitrailDataSet *
load (const char *turn, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (get_folder (), turn, name, NULL);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &error);

  g_assert_no_error (error);
  return vitrail_data_set_ref (vitrail_part10_get_data_set (file));
}

static VitrailSlide *
open_slide (const char *turn)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (get_folder (), turn, "slide", "0.dcm", NULL);
  const char *paths[] = { path, NULL };
  VitrailSlide *slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  return slide;
}

/* Reads the object as the service does: with the image that it refers to. */
static VitrailAnnotationSet *
read_ann (const char *turn, const char *name, char **warning)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSet) data_set = load (turn, name);
  g_autoptr (VitrailSlide) slide = open_slide (turn);
  g_autofree char *uid = vitrail_ann_dup_image_uid (data_set);
  g_autoptr (VitrailDataSet) image = NULL;

  if (uid != NULL)
    image = load (turn,
                  g_str_has_suffix (uid, ".1") ? "slide/1.dcm" : "slide/0.dcm");
  VitrailAnnotationSet *set =
      vitrail_ann_read (data_set, name, slide, image, warning, &error);
  g_assert_no_error (error);
  return set;
}

/* --- what is expected --- */

static const double outline[][2] = {
  { 50, 30 }, { 110, 30 }, { 110, 46 }, { 70, 46 },  { 70, 72 },
  { 95, 72 }, { 95, 88 },  { 70, 88 },  { 70, 130 }, { 50, 130 },
};

static void
add (VitrailAnnotationBuilder *builder,
     VitrailShapeKind kind,
     const double *xy,
     guint n)
{
  g_autoptr (GError) error = NULL;

  vitrail_annotation_builder_add_points (builder, xy, n, &error);
  vitrail_annotation_builder_end_part (builder, FALSE, &error);
  vitrail_annotation_builder_end_shape (
      builder, kind,
      vitrail_annotation_builder_find_group (builder, "", 0xff0000), &error);
  g_assert_no_error (error);
}

static void
add_bars (VitrailAnnotationBuilder *builder, VitrailShapeKind kind)
{
  static const double bars[3][4] = { { 50, 30, 70, 130 },
                                     { 70, 30, 110, 46 },
                                     { 70, 72, 95, 88 } };

  for (guint i = 0; i < 3; i++) {
    const double *b = bars[i];
    const double x = (b[0] + b[2]) / 2;
    const double y = (b[1] + b[3]) / 2;
    const double box[] = { b[0], b[1], b[2], b[1], b[2], b[3], b[0], b[3] };
    const double tall[] = { x, b[3], x, b[1], b[0], y, b[2], y };
    const double wide[] = { b[0], y, b[2], y, x, b[1], x, b[3] };
    const double *axes = b[3] - b[1] > b[2] - b[0] ? tall : wide;
    add (builder, kind, kind == VITRAIL_SHAPE_ELLIPSE ? axes : box, 4);
  }
}

static VitrailAnnotationSet *
make_expected (VitrailShapeKind kind)
{
  static const double lines[] = { 50, 130, 50, 30, 110, 30, 50, 80, 95, 80 };
  static const double beside[] = { 120, 30, 130, 30, 125, 50.5 };
  static const double inside[] = { 83, 37.25 };
  VitrailAnnotationBuilder *builder = vitrail_annotation_builder_new ("F");

  switch (kind) {
  case VITRAIL_SHAPE_POINTS:
    for (guint i = 0; i < G_N_ELEMENTS (outline); i++)
      add (builder, kind, outline[i], 1);
    add (builder, kind, inside, 1);
    break;
  case VITRAIL_SHAPE_POLYLINE:
    add (builder, kind, lines, 3);
    add (builder, kind, lines + 6, 2);
    break;
  case VITRAIL_SHAPE_POLYGON:
    add (builder, kind, &outline[0][0], G_N_ELEMENTS (outline));
    add (builder, kind, beside, 3);
    break;
  default:
    add_bars (builder, kind);
  }
  return vitrail_annotation_builder_end (builder, NULL);
}

static void
draw (const VitrailAnnotationSet *set, uint8_t *rgb)
{
  const VitrailCanvas canvas = { WIDTH, HEIGHT, 3, (size_t) WIDTH * 3,
                                 rgb,   FALSE };
  const double affine[6] = { 1, 0, 0, 0, 1, 0 };
  const VitrailShapeStyle style = VITRAIL_SHAPE_STYLE_INIT;

  memset (rgb, 0, (size_t) WIDTH * HEIGHT * 3);
  g_assert_true (
      vitrail_slide_shapes_draw (set, &canvas, affine, &style, NULL));
}

/* Both drawn: no pixel differs by more than what a thousandth of a pixel
 * makes. */
static void
compare (const VitrailAnnotationSet *set, VitrailShapeKind kind)
{
  g_autoptr (VitrailAnnotationSet) expected = make_expected (kind);
  g_autofree uint8_t *a = g_malloc ((gsize) WIDTH * HEIGHT * 3);
  g_autofree uint8_t *b = g_malloc ((gsize) WIDTH * HEIGHT * 3);
  guint n_painted = 0;

  draw (set, a);
  draw (expected, b);
  for (guint i = 0; i < WIDTH * HEIGHT * 3; i++) {
    n_painted += b[i] > 0;
    /* The line across a row of pixels may end in the one or the other. */
    g_assert_cmpint (ABS ((int) a[i] - (int) b[i]), <=, 4);
  }
  g_assert_cmpuint (n_painted, >, 300);
}

static void
check_group (const VitrailAnnotationSet *set, const char *label)
{
  const VitrailAnnotationGroup *group =
      vitrail_annotation_set_get_group (set, 0);
  const char *name;
  const char *unit;
  double value;

  g_assert_cmpstr (vitrail_annotation_set_get_name (set), ==, "LETTERS");
  g_assert_cmpuint (vitrail_annotation_set_get_n_groups (set), ==, 1);
  g_assert_cmpstr (group->label, ==, label);
  g_assert_cmpstr (group->category.value, ==, "91723000");
  g_assert_cmpstr (group->type.meaning, ==, "Nucleus");
  g_assert_cmphex (group->rgb, ==, 0xff0000);
  g_assert_cmpuint (vitrail_annotation_set_get_n_measurements (set, 0), ==, 1);
  g_assert_cmpuint (vitrail_annotation_set_get_n_measurements (set, 1), ==, 2);
  vitrail_annotation_set_get_measurement (set, 1, 0, &name, &unit, &value);
  g_assert_cmpstr (name, ==, "Area");
  g_assert_cmpstr (unit, ==, "um2");
  g_assert_cmpfloat (value, ==, 1.5);
  vitrail_annotation_set_get_measurement (set, 1, 1, &name, &unit, &value);
  g_assert_cmpstr (name, ==, "Only one");
  g_assert_cmpfloat (value, ==, 7);
}

/* Every kind, place and type of coordinates, on slides turned three ways. */
static void
test_letters (void)
{
  static const char *const turns[] = { "plain", "usual", "turned" };
  static const char *const kinds[] = { "POINT", "POLYLINE", "POLYGON",
                                       "RECTANGLE", "ELLIPSE" };
  static const char *const places[] = { "volume0", "volume1", "frame", "3d",
                                        "commonz" };
  static const char *const types[] = { "float", "double" };

  for (guint i = 0; i < 3 * 5 * 5 * 2; i++) {
    const guint kind = i % 5;
    g_autofree char *warning = NULL;
    g_autofree char *label = g_strdup_printf ("Letter %s", kinds[kind]);
    g_autofree char *name =
        g_strdup_printf ("%s-%s-%s.dcm", kinds[kind], places[i / 5 % 5],
                         types[i / 25 % 2]);
    g_test_message ("%s %s", turns[i / 50], name);
    g_autoptr (VitrailAnnotationSet) set =
        read_ann (turns[i / 50], name, &warning);
    g_assert_cmpstr (warning, ==, NULL);
    check_group (set, label);
    compare (set, (VitrailShapeKind) kind);
  }
}

/* Without its image coordinates are taken for the finest level's, and that is
 * said. */
static void
test_no_image (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (VitrailDataSet) data_set =
      load ("usual", "POLYGON-volume0-float.dcm");
  g_autoptr (VitrailSlide) slide = open_slide ("usual");
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_ann_read (data_set, "x", slide, NULL, &warning, &error);

  g_assert_no_error (error);
  compare (set, VITRAIL_SHAPE_POLYGON);
  g_assert_cmpstr (warning, ==,
                   "x: its image is not there: taken for the finest level");
}

#define GROUPS           VITRAIL_TAG (0x006a, 0x0002)
#define GRAPHIC_TYPE     VITRAIL_TAG (0x0070, 0x0023)
#define POINT_INDEX_LIST VITRAIL_TAG (0x0066, 0x0040)
#define N_ANNOTATIONS    VITRAIL_TAG (0x006a, 0x000c)

/* The object with one attribute of its group changed. */
static VitrailDataSet *
change (VitrailTag tag, VitrailVR vr, const void *data, gsize length)
{
  g_autoptr (VitrailDataSet) data_set =
      load ("usual", "POLYGON-volume0-float.dcm");
  VitrailDataSetBuilder *inner = vitrail_data_set_builder_new_from (
      vitrail_data_set_get_item (data_set, GROUPS, 0));
  VitrailDataSetBuilder *outer = vitrail_data_set_builder_new_from (data_set);
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  if (length > 0)
    vitrail_data_set_builder_set_bytes (inner, tag, vr, bytes);
  else
    vitrail_data_set_builder_remove (inner, tag);
  g_autoptr (VitrailDataSet) item = vitrail_data_set_builder_end (inner);
  vitrail_data_set_builder_set_items (outer, GROUPS, &item, 1);
  return vitrail_data_set_builder_end (outer);
}

static void
expect_warning (VitrailDataSet *changed, guint n_shapes, const char *expected)
{
  g_autoptr (VitrailDataSet) data_set = changed;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (VitrailSlide) slide = open_slide ("usual");
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_ann_read (data_set, "x", slide, NULL, &warning, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (warning, ==, expected);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (set), ==, n_shapes);
}

static void
test_faults (void)
{
  static const guint32 from_zero[] = { 0, 20 };
  static const guint32 points[] = { 1, 11 };
  static const guint32 even[] = { 1, 22 };
  static const guint32 backwards[] = { 21, 1 };
  static const guint32 beyond[] = { 1, 4000000001u };
  static const guint32 many = 4000000000u;
  const VitrailVR ol = VITRAIL_VR ('O', 'L');
  const char *list = "x: %u faults, the first: group 1: "
                     "LongPrimitivePointIndexList: not the first value of a "
                     "point, or not ascending";
  g_autofree char *one = g_strdup_printf (list, 1);
  g_autofree char *two = g_strdup_printf (list, 2);

  expect_warning (change (POINT_INDEX_LIST, ol, from_zero, 8), 0, two);
  expect_warning (change (POINT_INDEX_LIST, ol, even, 8), 0, two);
  expect_warning (change (POINT_INDEX_LIST, ol, backwards, 8), 1, one);
  expect_warning (change (POINT_INDEX_LIST, ol, beyond, 8), 0, two);
  /* Counted in points: another outline, but nothing that could be known. */
  expect_warning (change (POINT_INDEX_LIST, ol, points, 8), 2,
                  "x: its image is not there: taken for the finest level");
  expect_warning (change (POINT_INDEX_LIST, ol, NULL, 0), 0,
                  "x: 1 faults, the first: group 1: "
                  "LongPrimitivePointIndexList: missing");
  expect_warning (change (GRAPHIC_TYPE, VITRAIL_VR ('C', 'S'), "CIRCLE", 6), 0,
                  "x: 1 faults, the first: group 1: GraphicType: none that is "
                  "known");
  expect_warning (change (N_ANNOTATIONS, VITRAIL_VR ('U', 'L'), &many, 4), 2,
                  "x: 1 faults, the first: group 1: NumberOfAnnotations: not "
                  "what the coordinates are of");
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailDataSet) other = load ("usual", "slide/0.dcm");
  g_autoptr (VitrailSlide) slide = open_slide ("usual");

  g_assert_null (vitrail_ann_read (other, "x", slide, NULL, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

/* A real object, by highdicom. */
static void
test_real (void)
{
  const char *folder = test_data_get_folder ();
  g_autoptr (GError) error = NULL;
  const char *label;

  if (folder == NULL) {
    g_test_skip ("no real files");
    return;
  }
  g_autofree char *base =
      g_build_filename (folder, "highdicom", "data", "test_files", NULL);
  g_autofree char *image_path =
      g_build_filename (base, "sm_image_control.dcm", NULL);
  g_autofree char *path = g_build_filename (base, "sm_annotations.dcm", NULL);
  const char *paths[] = { image_path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_open (path, VITRAIL_READ_ALL, &error);
  g_autoptr (VitrailPart10) image =
      vitrail_part10_open (image_path, VITRAIL_READ_HEADER, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_ann_read (vitrail_part10_get_data_set (file), "real", slide,
                        vitrail_part10_get_data_set (image), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (set), >, 1);
  label = vitrail_annotation_set_get_group (set, 0)->label;
  g_assert_cmpstr (label, ==, "nuclei");
}

/* Each letter written, judged by dciodvfy, and read again. */
static void
test_written (void)
{
  static const char *const kinds[] = { "POINT", "POLYLINE", "POLYGON",
                                       "RECTANGLE", "ELLIPSE" };
  g_autoptr (VitrailSlide) slide = open_slide ("usual");
  g_autoptr (VitrailDataSet) image = load ("usual", "slide/0.dcm");
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "written.dcm", NULL);

  for (guint i = 0; i < 10; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *warning = NULL;
    g_autofree char *name = g_strdup_printf ("%s-%s-double.dcm", kinds[i % 5],
                                             i < 5 ? "volume0" : "3d");
    g_autoptr (VitrailAnnotationSet) set = read_ann ("usual", name, NULL);
    g_autoptr (VitrailDataSet) written =
        vitrail_ann_write (set, image, &warning, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (warning, ==, NULL);
    vitrail_write_part10_file (written, "1.2.840.10008.1.2.1", path, &error);
    g_assert_no_error (error);
    /* Of 2D coordinates it finds fault with a Common Z Coordinate Value that is
     * not there. */
    g_autofree char *said = test_data_run (
        "dciodvfy '%s' 2>&1 | grep ^Error | grep -v '<CommonZCoordinateValue> "
        "= <>' || true",
        path);
    g_assert_cmpstr (said, ==, "");
    g_autoptr (VitrailPart10) file =
        vitrail_part10_open (path, VITRAIL_READ_ALL, &error);
    g_autoptr (VitrailAnnotationSet) again =
        vitrail_ann_read (vitrail_part10_get_data_set (file), "again", slide,
                          image, &warning, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (warning, ==, NULL);
    compare (again, (VitrailShapeKind) (i % 5));
    g_assert_cmphex (vitrail_annotation_set_get_group (again, 0)->rgb, ==,
                     0xff0000);
  }
}

static void
test_colors (void)
{
  for (guint i = 0; i < 64; i++) {
    const guint32 rgb =
        (i % 4 * 85) << 16 | (i / 4 % 4 * 85) << 8 | i / 16 * 85;
    uint16_t lab[3];
    vitrail_cielab_from_rgb (rgb, lab);
    g_assert_cmphex (vitrail_cielab_to_rgb (lab), ==, rgb);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ann/letters", test_letters);
  g_test_add_func ("/ann/no-image", test_no_image);
  g_test_add_func ("/ann/faults", test_faults);
  g_test_add_func ("/ann/refused", test_refused);
  g_test_add_func ("/ann/real", test_real);
  g_test_add_func ("/ann/written", test_written);
  g_test_add_func ("/ann/colors", test_colors);
  return g_test_run ();
}
