/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GeoJSON: read, written, and read again by ourselves and by Python. */

#include "annotation/geojson.h"
#include "annotation/jsonnumber.h"
#include "error.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

#define FEATURE(geometry, properties)                                          \
  "{\"type\":\"Feature\",\"geometry\":" geometry ",\"properties\":" properties \
  "}"
#define COLLECTION(features) \
  "{\"type\":\"FeatureCollection\",\"features\":[" features "]}"

static VitrailAnnotationSet *
read_text (const char *text, char **warning)
{
  g_autoptr (GError) error = NULL;
  VitrailAnnotationSet *set =
      vitrail_geojson_read (text, strlen (text), "text", warning, &error);

  g_assert_no_error (error);
  return set;
}

static char *
write_text (VitrailAnnotationSet *set)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = vitrail_geojson_to_bytes (set, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
expect_bounds (VitrailAnnotationSet *set, guint index, const double expected[4])
{
  VitrailShape shape;

  g_assert_true (vitrail_annotation_set_get_shape (set, index, &shape));
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (shape.bounds[i], expected[i], 1e-9);
}

/* --- numbers --- */

static void
test_numbers (void)
{
  static const char *const texts[] = {
    "0",
    "-0",
    "1",
    "12345.678",
    "0.1",
    "1e3",
    "1.5E-3",
    "9007199254740993",
    "1e22",
    "1e23",
    "4.35",
    "0.000001",
    "123e-20",
    "1e-400",
    "-17.25e+2",
    "3.141592653589793",
    "1e400",
    "12345678901234567890123",
    "0.1234567890123456789012345",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const char *position = texts[i];
    double value = -1;
    g_assert_true (vitrail_json_number_take (
        &position, texts[i] + strlen (texts[i]), &value));
    g_assert_true (*position == '\0');
    const double expected = g_ascii_strtod (texts[i], NULL);
    g_assert_cmpmem (&value, sizeof value, &expected, sizeof expected);
  }
}

static void
test_bad_numbers (void)
{
  static const char *const texts[] = { "",   "-",  "+1",  ".5", "1.",
                                       "01", "1e", "1e+", "-x", "NaN" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const char *position = texts[i];
    double value;
    g_assert_false (vitrail_json_number_take (
        &position, texts[i] + strlen (texts[i]), &value));
  }
}

static void
check_written (double value)
{
  char text[VITRAIL_JSON_NUMBER_SIZE];
  const char *end = vitrail_json_number_write (text, value, -1);
  const char *position = text;
  double again = NAN;

  g_assert_cmpint (end - text, <, VITRAIL_JSON_NUMBER_SIZE);
  g_assert_true (vitrail_json_number_take (&position, end, &again));
  g_assert_true (position == end);
  g_assert_cmpfloat (again, ==, value);
}

static void
test_written_numbers (void)
{
  static const double values[] = { 0,    1,    -1,         0.5,       0.1,
                                   1e9,  -1e9, 1e-9,       1e-10,     1.0 / 3,
                                   4.35, 1e22, 123456.789, 8388607.5, 1e300 };
  char text[VITRAIL_JSON_NUMBER_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    check_written (values[i]);
  for (guint i = 0; i < 200000; i++) {
    check_written (g_test_rand_double_range (-1e6, 1e6));
    check_written ((double) (float) g_test_rand_double_range (0, 1e5));
    check_written (floor (g_test_rand_double_range (0, 1e8)) / 100);
  }
  *vitrail_json_number_write (text, 1234.5678, 2) = '\0';
  g_assert_cmpstr (text, ==, "1234.57");
  *vitrail_json_number_write (text, -0.001, 2) = '\0';
  g_assert_cmpstr (text, ==, "0");
}

/* --- geometries --- */

static void
test_geometries (void)
{
  g_autofree char *warning = NULL;
  g_autoptr (VitrailAnnotationSet) set = read_text (
      COLLECTION (FEATURE ("{\"type\":\"Point\",\"coordinates\":[1.5,2]}", "{}") "," FEATURE (
          "{\"type\":\"MultiPoint\",\"coordinates\":[[1,2],[3,4]]}",
          "null") "," FEATURE ("{\"coordinates\":[[0,0],[5,0],[5,9]],"
                               "\"type\":\"LineString\"}",
                               "{}") "," FEATURE ("{\"type\":"
                                                  "\"MultiLineString\","
                                                  "\"coordinates\":"
                                                  "[[[0,0],[1,1]],[[2,2,7],[3,"
                                                  "3,7],[4,4,7]]]}",
                                                  "{}") "," FEATURE ("{\"type\""
                                                                     ":\"Polygo"
                                                                     "n\","
                                                                     "\"coordin"
                                                                     "ates\":[["
                                                                     "[0,0],[9,"
                                                                     "0],[9,9],"
                                                                     "[0,0]],[["
                                                                     "1,1],[2,"
                                                                     "1],[2,2],"
                                                                     "[1,1]]]}",
                                                                     "{}") "," FEATURE ("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],"
                                                                                        "[9,9],[0,0]],[[1,1],[2,1],[2,2],[1,1]]],[[[20,0],[29,0],"
                                                                                        "[29,9],[20,0]]]]}",
                                                                                        "{}")),
      &warning);

  static const struct {
    VitrailShapeKind kind;
    guint n_parts;
    guint n_points;
  } expected[] = {
    { VITRAIL_SHAPE_POINTS, 1, 1 },   { VITRAIL_SHAPE_POINTS, 1, 2 },
    { VITRAIL_SHAPE_POLYLINE, 1, 3 }, { VITRAIL_SHAPE_POLYLINE, 2, 5 },
    { VITRAIL_SHAPE_POLYGON, 2, 6 },  { VITRAIL_SHAPE_POLYGON, 3, 9 },
  };

  VitrailShape shape;

  g_assert_null (warning);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (set), ==, 6);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_assert_true (vitrail_annotation_set_get_shape (set, i, &shape));
    g_assert_cmpint (shape.kind, ==, expected[i].kind);
    g_assert_cmpuint (shape.n_parts, ==, expected[i].n_parts);
    g_assert_cmpuint (shape.n_points, ==, expected[i].n_points);
  }
  expect_bounds (set, 0, (const double[4]){ 1.5, 2, 1.5, 2 });
  expect_bounds (set, 2, (const double[4]){ 0, 0, 5, 9 });
  expect_bounds (set, 5, (const double[4]){ 0, 0, 29, 9 });
  g_assert_false (vitrail_annotation_set_is_hole (set, 5, 0));
  g_assert_true (vitrail_annotation_set_is_hole (set, 5, 1));
  g_assert_false (vitrail_annotation_set_is_hole (set, 5, 2));
  g_assert_cmpuint (vitrail_annotation_set_get_n_points (set, 3, 1), ==, 3);
}

/* What QuPath 0.4 writes: members of its own come back as they were. */
static const char qupath[] = COLLECTION (
    "{\"type\":\"Feature\",\"id\":\"d1bd0f2e-0c5b-4f39-8f0a-4b8b2a6f9a11\","
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[10.25,20],[110.25,"
    "20],[110.25,70],[10.25,20]]],\"plane\":{\"c\":-1,\"z\":0,\"t\":0}},"
    "\"properties\":{\"objectType\":\"annotation\",\"name\":\"a \\\"b\\\" "
    "\\u00e9"
    "\",\"classification\":{\"name\":\"Tumor\",\"color\":[200,0,10]},"
    "\"isLocked\":true,\"measurements\":{\"Area µm^2\":12.5,\"Nothing\":"
    "\"NaN\",\"Solidity\":0.1}},\"extra\":[1,{\"a\":null}]}");

static void
test_qupath (void)
{
  g_autoptr (VitrailAnnotationSet) set = read_text (qupath, NULL);
  const VitrailAnnotationGroup *group =
      vitrail_annotation_set_get_group (set, 0);
  const char *name;
  double value;

  g_assert_cmpstr (group->label, ==, "Tumor");
  g_assert_cmphex (group->rgb, ==, 0xc8000a);
  g_assert_cmpstr (vitrail_annotation_set_get_text (set, 0,
                                                    VITRAIL_ANNOTATION_NAME),
                   ==, "a \"b\" é");
  g_assert_cmpstr (vitrail_annotation_set_get_text (set, 0,
                                                    VITRAIL_ANNOTATION_ID),
                   ==, "d1bd0f2e-0c5b-4f39-8f0a-4b8b2a6f9a11");
  g_assert_cmpuint (vitrail_annotation_set_get_n_measurements (set, 0), ==, 2);
  vitrail_annotation_set_get_measurement (set, 0, 1, &name, NULL, &value);
  g_assert_cmpstr (name, ==, "Solidity");
  g_assert_cmpfloat (value, ==, 0.1);
  g_autofree char *text = write_text (set);
  g_assert_nonnull (strstr (text, "\"plane\":{\"c\":-1,\"z\":0,\"t\":0}"));
  g_assert_nonnull (strstr (text, "\"objectType\":\"annotation\""));
  g_assert_nonnull (strstr (text, "\"isLocked\":true"));
  g_assert_nonnull (strstr (text, "\"extra\":[1,{\"a\":null}]"));
  g_assert_nonnull (strstr (text, "[[[10.25,20],[110.25,20],[110.25,70],"
                                  "[10.25,20]]]"));
  g_autoptr (VitrailAnnotationSet) again = read_text (text, NULL);
  g_autofree char *second = write_text (again);
  g_assert_cmpstr (text, ==, second);
}

/* Ellipses and turned rectangles are polygons to others, not to us. */
static void
test_kinds_come_back (void)
{
  static const double ellipse[] = { 10, 40, 110, 60, 55, 75.5, 65, 25 };
  static const double upright[] = { 0, 50, 100, 50, 50, 30, 50, 70 };
  static const double corners[] = { 10, 0, 20, 5, 18, 9, 8, 4 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) empty = vitrail_annotation_set_new ("s");
  g_autoptr (VitrailAnnotationSet) one =
      vitrail_annotation_set_with_shape (empty, VITRAIL_SHAPE_ELLIPSE, 0,
                                         ellipse, 8, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailAnnotationSet) two =
      vitrail_annotation_set_with_shape (one, VITRAIL_SHAPE_ELLIPSE, 0, upright,
                                         8, &error);
  g_autoptr (VitrailAnnotationSet) all =
      vitrail_annotation_set_with_shape (two, VITRAIL_SHAPE_RECTANGLE, 0,
                                         corners, 8, &error);
  g_autofree char *text = write_text (all);
  g_autoptr (VitrailAnnotationSet) again = read_text (text, NULL);
  VitrailShape shape;

  for (guint i = 0; i < 3; i++) {
    g_assert_true (vitrail_annotation_set_get_shape (again, i, &shape));
    g_assert_cmpint (shape.kind, ==,
                     i < 2 ? VITRAIL_SHAPE_ELLIPSE : VITRAIL_SHAPE_RECTANGLE);
    g_assert_cmpuint (shape.n_points, ==, 4);
  }
  for (size_t i = 0; i < 4; i++) {
    double x;
    double y;
    vitrail_annotation_set_get_point (again, 0, 0, (guint) i, &x, &y);
    g_assert_cmpfloat (x, ==, ellipse[2 * i]);
    g_assert_cmpfloat (y, ==, ellipse[2 * i + 1]);
  }
  /* QuPath knows upright ones only. */
  g_assert_nonnull (strstr (text, "\"isEllipse\":true"));
  g_assert_true (strstr (text, "\"isEllipse\":true") ==
                 g_strrstr (text, "\"isEllipse\":true"));
}

/* An ellipse as QuPath writes it, without our axes; and one whose polygon was
 * moved by somebody who does not know them. */
static void
test_foreign_ellipses (void)
{
  g_autoptr (VitrailAnnotationSet) set = read_text (
      COLLECTION (FEATURE (
          "{\"type\":\"Polygon\",\"isEllipse\":true,\"coordinates\":"
          "[[[5,0],[10,10],[5,20],[0,10],[5,0]]]}",
          "{}") "," FEATURE ("{\"type\":\"Polygon\",\"coordinates\":"
                             "[[[5,0],[10,10],[5,20],[0,10],[5,0]]]}",
                             "{\"vitrail\":{\"shape\":\"ellipse\",\"axes\":"
                             "[100,100,110,100,105,90,105,110]}}")),
      NULL);
  VitrailShape shape;

  vitrail_annotation_set_get_shape (set, 0, &shape);
  g_assert_cmpint (shape.kind, ==, VITRAIL_SHAPE_ELLIPSE);
  expect_bounds (set, 0, (const double[4]){ 0, 0, 10, 20 });
  vitrail_annotation_set_get_shape (set, 1, &shape);
  g_assert_cmpint (shape.kind, ==, VITRAIL_SHAPE_POLYGON);
}

static void
test_groups (void)
{
  g_autoptr (VitrailAnnotationSet) set = read_text (
      "{\"type\":\"FeatureCollection\",\"name\":\"Nuclei\",\"vitrail\":{"
      "\"groups\":[{\"label\":\"A\",\"color\":[1,2,3],\"visible\":false,"
      "\"category\":{\"value\":\"91723000\",\"scheme\":\"SCT\",\"meaning\":"
      "\"Anatomical structure\"},\"type\":{\"value\":\"84640000\"}},{\"label\":"
      "\"Empty\",\"color\":[0,0,0]}],\"units\":{\"Area\":\"um2\"}},"
      "\"features\":["
      "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
      "[1,1]},\"properties\":{\"classification\":{\"name\":\"A\",\"color\":"
      "[1,2,3]},\"measurements\":[{\"name\":\"Area\",\"value\":2},{\"name\":"
      "\"N\",\"value\":null}]}},{\"type\":\"Feature\",\"geometry\":{\"type\":"
      "\"Point\",\"coordinates\":[1,1]},\"properties\":{\"classification\":{"
      "\"names\":[\"B\",\"C\"],\"colorRGB\":-65536},\"color\":[9,8,7]}}]}",
      NULL);
  const char *unit;
  double value;
  VitrailShape shape;

  g_assert_cmpstr (vitrail_annotation_set_get_name (set), ==, "Nuclei");
  g_assert_cmpuint (vitrail_annotation_set_get_n_groups (set), ==, 3);
  g_assert_cmpuint (vitrail_annotation_set_find_group (set, "B: C"), ==, 2);
  const VitrailAnnotationGroup *a = vitrail_annotation_set_get_group (set, 0);
  const VitrailAnnotationGroup *b = vitrail_annotation_set_get_group (set, 2);
  g_assert_false (a->visible);
  g_assert_cmpstr (a->category.scheme, ==, "SCT");
  g_assert_cmpstr (a->type.value, ==, "84640000");
  g_assert_cmphex (b->rgb, ==, 0xff0000);
  vitrail_annotation_set_get_measurement (set, 0, 0, NULL, &unit, &value);
  g_assert_cmpstr (unit, ==, "um2");
  g_assert_cmpuint (vitrail_annotation_set_get_n_measurements (set, 0), ==, 1);
  vitrail_annotation_set_get_shape (set, 1, &shape);
  g_assert_cmphex (shape.rgb, ==, 0x090807);
  g_autofree char *text = write_text (set);
  g_autoptr (VitrailAnnotationSet) again = read_text (text, NULL);
  g_autofree char *second = write_text (again);
  g_assert_cmpstr (text, ==, second);
}

/* --- what is wrong --- */

static void
test_errors (void)
{
  static const struct {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "text: line 1, byte 0: expected an object" },
    { "{\"features\":[{]}", "text: line 1, byte 14: expected a key" },
    { "{\"features\":\n[{\"geometry\":{\"type\":\"Point\",\"coordinates\":"
      "[1,x]}}]}",
      "text: line 2, byte 59: expected a number" },
    { "{\"features\":[{\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
      "[1,2]}}]}",
      "text: line 1, byte 61: expected a position" },
    { "{\"features\":[]} x", "text: line 1, byte 16: text behind the end" },
    { "{\"features\":[],\"features\"", "text: line 1, byte 25: expected ':'" },
    { "[{\"properties\":{\"color\":\"red\"}}]",
      "text: line 1, byte 24: expected a colour" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_geojson_read (cases[i].text, strlen (cases[i].text),
                                         "text", NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
    g_assert_cmpstr (error->message, ==, cases[i].message);
  }
}

/* One bad feature does not hide the others. */
static void
test_left_out (void)
{
  g_autofree char *warning = NULL;
  g_autoptr (VitrailAnnotationSet) set = read_text (
      COLLECTION (FEATURE ("null", "{}") "," FEATURE (
          "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
          "{}") "," FEATURE ("{\"type\":\"Point\",\"coordinates\":[1e300,0]}",
                             "{}") "," FEATURE ("{\"type\":\"Polygon\","
                                                "\"coordinates\":[[[0,0],[1,1],"
                                                "[0,0]]]}",
                                                "{}") "," FEATURE ("{\"type\":"
                                                                   "\"Point\","
                                                                   "\"coordinat"
                                                                   "es\":[7,8]"
                                                                   "}",
                                                                   "{\"name\":"
                                                                   "\"here\""
                                                                   "}")),
      &warning);

  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (set), ==, 1);
  g_assert_cmpstr (vitrail_annotation_set_get_text (set, 0,
                                                    VITRAIL_ANNOTATION_NAME),
                   ==, "here");
  g_assert_cmpstr (warning, ==,
                   "text: 4 of 5 features left out: feature 1: no geometry");
}

/* --- against Python's json --- */

static const char program[] =
    "import json, random\n"
    "random.seed(5)\n"
    "def ring():\n"
    "  n = random.randint(3, 30)\n"
    "  p = [[random.choice([random.randint(0, 99999), random.uniform(0, 1e5),\n"
    "        round(random.uniform(0, 1e5), 2)]) for k in range(2)]\n"
    "       for i in range(n)]\n"
    "  return p + [p[0]]\n"
    "f = []\n"
    "for i in range(3000):\n"
    "  k = random.choice(['Polygon', 'MultiPolygon', 'LineString', 'Point'])\n"
    "  c = {'Polygon': lambda: [ring() for i in range(random.randint(1, 3))],\n"
    "       'MultiPolygon': lambda: [[ring(), ring()], [ring()]],\n"
    "       'LineString': ring, 'Point': lambda: [1.5, i]}[k]()\n"
    "  f.append({'type': 'Feature', 'id': 'n%d' % i, 'geometry':\n"
    "    {'type': k, 'coordinates': c}, 'properties': {'objectType':\n"
    "    'detection', 'classification': {'name': 'c%d' % (i % 7), 'color':\n"
    "    [i % 256, 1, 2]}, 'measurements': {'m%d' % j: random.random()\n"
    "    for j in range(i % 4 + 1)}}})\n"
    "json.dump({'type': 'FeatureCollection', 'features': f},\n"
    "          open('{dir}/in.geojson', 'w'))\n";

static const char compare[] =
    "import json\n"
    "a = json.load(open('{dir}/in.geojson'))['features']\n"
    "b = json.load(open('{dir}/out.geojson'))['features']\n"
    "bad = [(x, y) for x, y in zip(a, b) if x != y]\n"
    "print(len(a), len(b), len(bad), bad[:1])\n";

static void
test_python (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *none = test_data_python (program);
  g_autofree char *in =
      g_build_filename (test_data_get_scratch (), "in.geojson", NULL);
  g_autofree char *out =
      g_build_filename (test_data_get_scratch (), "out.geojson", NULL);
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_geojson_load (in, NULL, &error);

  g_assert_no_error (error);
  g_autofree char *text = write_text (set);
  g_file_set_contents (out, text, -1, &error);
  g_assert_no_error (error);
  g_autofree char *said = test_data_python (compare);
  g_assert_cmpstr (said, ==, "3000 3000 0 []\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/geojson/numbers", test_numbers);
  g_test_add_func ("/geojson/bad-numbers", test_bad_numbers);
  g_test_add_func ("/geojson/written-numbers", test_written_numbers);
  g_test_add_func ("/geojson/geometries", test_geometries);
  g_test_add_func ("/geojson/qupath", test_qupath);
  g_test_add_func ("/geojson/kinds", test_kinds_come_back);
  g_test_add_func ("/geojson/foreign-ellipses", test_foreign_ellipses);
  g_test_add_func ("/geojson/groups", test_groups);
  g_test_add_func ("/geojson/errors", test_errors);
  g_test_add_func ("/geojson/left-out", test_left_out);
  g_test_add_func ("/geojson/python", test_python);
  return g_test_run ();
}
