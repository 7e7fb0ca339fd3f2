/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NDPI cut into tiles: the coefficients are those of the file, so that pixels
 * are those of the whole picture decoded at once; where chroma is halved, but
 * for those at the edges of tiles, which have other neighbours. */

#include "error.h"
#include "slide/jpegcut.h"
#include "slide/ndpiindex.h"
#include "slide/slide.h"
#include "slidedata.h"
#include "testdata.h"

#include <stdlib.h>
#include <string.h>

static const guint8 white[3] = { 255, 255, 255 };

static VitrailSlide *
open_slide (const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  VitrailSlide *slide = vitrail_slide_open (paths, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (slide), ==, "VitrailNdpi");
  return slide;
}

static char *
make (const char *sampling, guint interval, const char *what)
{
  static const char picture[] = "picture.ppm";
  const char *dir = test_data_get_scratch ();
  char *path =
      g_strdup_printf ("%s/%s-%u%s.ndpi", dir, sampling, interval, what);

  g_free (test_data_run ("test -e '%s/%s' || vips copy '%s' '%s/%s'", dir,
                         picture, test_slide_source (1024, 600), dir, picture));
  g_free (test_data_run ("/usr/bin/python3 '%s/tests/slide/make-ndpi.py' "
                         "'%s/%s' '%s' %s %u %s",
                         g_getenv ("VITRAIL_SOURCE"), dir, picture, path,
                         sampling, interval, what));
  return path;
}

/* Against the whole stream decoded by djpeg. */
static void
compare (VitrailSlide *slide, const char *path, int tolerance)
{
  g_auto (TestPicture) expected = { 0 };
  g_autofree char *picture = g_strconcat (path, ".ppm", NULL);

  test_picture_load (&expected, picture);
  test_slide_compare_level (slide, 0, &expected, tolerance, white);
  test_slide_compare_stored (slide);
}

static void
test_full_chroma (void)
{
  g_autofree char *path = make ("1x1", 64, "");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  VitrailSlideLevel level;
  double mpp_um[2];

  vitrail_slide_get_level (slide, 0, &level);
  g_assert_cmpuint (level.tile_width, ==, 512);
  g_assert_cmpuint (level.tile_height, ==, 512);
  g_assert_cmpuint (level.columns, ==, 2);
  g_assert_cmpuint (level.rows, ==, 2);
  g_assert_true (vitrail_slide_get_mpp_um (slide, mpp_um));
  g_assert_cmpfloat (mpp_um[0], ==, 0.25);
  g_assert_cmpfloat (mpp_um[1], ==, 0.5);
  g_assert_cmpfloat (vitrail_slide_get_objective_power (slide), ==, 20.0);
  g_assert_true (vitrail_slide_is_lossy (slide));
  compare (slide, path, 0);
}

typedef struct {
  const TestPicture *expected;
  VitrailSlideLevel grid;
  guint reach_y; /* lines at the edges of tiles that may differ */
  guint n_off;
  int largest;
} Edges;

/* Pixel (@x, @y) of the tile at (@left, @top): @a. */
static void
measure_pixel (Edges *self,
               const guint8 *a,
               guint x,
               guint y,
               const guint place[2])
{
  const VitrailSlideLevel *g = &self->grid;
  const guint8 *b =
      self->expected->rgb +
      ((gsize) (place[1] + y) * self->expected->width + place[0] + x) * 3;
  gboolean inside = x >= 1 && x + 1 < g->tile_width && y >= self->reach_y &&
                    y + self->reach_y < g->tile_height &&
                    place[1] + y + self->reach_y < g->height;

  if (memcmp (a, b, 3) == 0)
    return;
  g_assert_false (inside);
  self->n_off++;
  for (guint c = 0; c < 3; c++)
    self->largest = MAX (self->largest, abs (a[c] - b[c]));
}

static void
measure_tile (Edges *self, VitrailSlide *slide, guint column, guint row)
{
  const VitrailSlideLevel *g = &self->grid;
  guint place[2] = { column * g->tile_width, row * g->tile_height };
  gsize stride = (gsize) g->tile_width * 3;
  g_autofree guint8 *tile = g_malloc (stride * g->tile_height);

  g_assert_true (vitrail_slide_decode_tile (slide, 0, column, row, tile, stride,
                                            NULL, NULL));
  for (guint y = 0; y < g->tile_height && place[1] + y < g->height; y++)
    for (guint x = 0; x < g->tile_width && place[0] + x < g->width; x++)
      measure_pixel (self, tile + y * stride + (gsize) x * 3, x, y, place);
}

/* How far pixels of a level with halved chroma are off: only next to the edges
 * of tiles. */
static void
measure_edges (VitrailSlide *slide, const char *path, guint reach_y)
{
  g_auto (TestPicture) expected = { 0 };
  g_autofree char *picture = g_strconcat (path, ".ppm", NULL);
  Edges edges = { .expected = &expected, .reach_y = reach_y };

  test_picture_load (&expected, picture);
  vitrail_slide_get_level (slide, 0, &edges.grid);
  for (guint row = 0; row < edges.grid.rows; row++)
    for (guint column = 0; column < edges.grid.columns; column++)
      measure_tile (&edges, slide, column, row);
  g_test_message ("%u pixels of %u differ, by %d at most", edges.n_off,
                  expected.width * expected.height, edges.largest);
}

static void
test_half_chroma (void)
{
  g_autofree char *path = make ("2x1", 32, "");
  g_autoptr (VitrailSlide) slide = open_slide (path);

  measure_edges (slide, path, 0);
  test_slide_compare_stored (slide);
}

static void
test_quarter_chroma (void)
{
  g_autofree char *path = make ("2x2", 32, "");
  g_autoptr (VitrailSlide) slide = open_slide (path);

  measure_edges (slide, path, 1);
  test_slide_compare_stored (slide);
}

/* A height that the header cannot say, no table, and a file of over 4 GiB. */
static void
test_unusual (void)
{
  static const char *const cases[] = { "zero", "table", "high" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = make ("1x1", 128, cases[i]);
    g_autoptr (VitrailSlide) slide = open_slide (path);
    compare (slide, path, 0);
  }
}

static void
test_words (void)
{
  g_autofree char *path = make ("1x1", 64, "");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  const VitrailSlideProperty *p = vitrail_slide_list_properties (slide);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) macro =
      vitrail_slide_read_associated (slide, "macro", &error);

  g_assert_cmpstr (p[0].keyword, ==, "Manufacturer");
  g_assert_cmpstr (p[0].value, ==, "Hamamatsu");
  g_assert_cmpstr (p[1].keyword, ==, "AcquisitionDateTime");
  g_assert_cmpstr (p[1].value, ==, "2024-05-06T07:08:09");
  g_assert_null (p[2].keyword);
  g_assert_no_error (error);
  g_assert_cmpuint (macro->format.width, ==, 1024);
  g_assert_cmpint (macro->format.photometric, ==, VITRAIL_PHOTOMETRIC_RGB);
}

/* Each focal plane is what its own stream shows; where one has no level of a
 * size, it shows that of the nearest. */
static void
test_stack (void)
{
  static const char *const pictures[] = { ".-4000.ppm", ".ppm", ".4000.ppm" };
  g_autofree char *path = make ("1x1", 64, "stack");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autofree guint8 *middle = g_malloc ((gsize) 512 * 512 * 3);
  g_autofree guint8 *upper = g_malloc ((gsize) 512 * 512 * 3);

  g_assert_cmpuint (vitrail_slide_get_n_focal_planes (slide), ==, 3);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 2);
  for (guint i = 0; i < 3; i++) {
    g_auto (TestPicture) expected = { 0 };
    g_autofree char *name = g_strconcat (path, pictures[i], NULL);
    g_autoptr (VitrailSlide) facet = vitrail_slide_ref_facet (slide, 0, i);
    g_assert_cmpfloat (vitrail_slide_get_focal_plane_um (slide, i), ==,
                       -4.0 + 4.0 * i);
    g_assert_true ((facet == slide) == (i == 1));
    g_assert_cmpstr (vitrail_slide_get_id (facet), ==,
                     vitrail_slide_get_id (slide));
    test_picture_load (&expected, name);
    test_slide_compare_level (facet, 0, &expected, 0, white);
    test_slide_compare_stored (facet);
  }
  g_autoptr (VitrailSlide) above = vitrail_slide_ref_facet (slide, 0, 2);
  g_assert_true (
      vitrail_slide_decode_tile (slide, 1, 0, 0, middle, 1536, NULL, NULL));
  g_assert_true (
      vitrail_slide_decode_tile (above, 1, 0, 0, upper, 1536, NULL, NULL));
  g_assert_cmpmem (upper, (gsize) 512 * 512 * 3, middle, (gsize) 512 * 512 * 3);
  g_assert_null (vitrail_slide_ref_facet (slide, 0, 3));
}

/* Intervals that are not where the table says, or not all there. */
static void
test_broken (void)
{
  g_autofree char *path = make ("1x1", 128, "marker");
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_autofree guint8 *rgb = g_malloc ((gsize) 512 * 512 * 3);
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_slide_decode_tile (slide, 0, 0, 0, rgb,
                                             (gsize) 512 * 3, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_test_message ("%s", error->message);
}

static void
test_cycle (void)
{
  g_autofree char *path = make ("1x1", 64, "cycle");
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_autoptr (GBytes) file = g_bytes_new (bytes, length);
  g_autoptr (VitrailNdpiIndex) index =
      vitrail_ndpi_index_new (file, path, &error);
  g_assert_null (index);
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "a cycle"));
}

/* Any prefix and any flipped byte of a stream gives tiles or an error. */
static void
test_hostile (void)
{
  g_autofree char *path = make ("2x2", 32, "");
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_autofree char *other = g_strconcat (path, ".other.ndpi", NULL);
  for (guint i = 0; i < 40; i++) {
    gsize at = length - 1 - (gsize) i * 97 % (length / 2);
    g_autofree char *copy = g_memdup2 (bytes, length);
    copy[at] = (char) (copy[at] ^ (1 << i % 8));
    copy[12 + i * 31] ^= 0x55;
    g_assert_true (g_file_set_contents (other, copy, (gssize) length, NULL));
    const char *paths[] = { other, NULL };
    g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
    VitrailTileCoding coding;
    for (guint t = 0; slide != NULL && t < 2; t++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) tile =
          vitrail_slide_get_tile (slide, 0, 0, t, &coding, &error);
      if (tile == NULL && error != NULL)
        g_assert_true (g_str_has_prefix (error->message, other));
    }
  }
}

static void
test_baseline (void)
{
  g_autofree char *path =
      g_strconcat (test_data_get_scratch (), "/progressive.jpg", NULL);
  g_free (test_data_run ("vips jpegsave '%s' '%s' --interlace --Q 85 && "
                         "jpegtran -outfile '%s.base.jpg' '%s' && "
                         "djpeg -ppm '%s' > '%s.ppm'",
                         test_slide_source (600, 400), path, path, path, path,
                         path));
  g_autofree char *bytes = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_autoptr (GBytes) stream = g_bytes_new (bytes, length);
  g_autoptr (GBytes) base = vitrail_jpeg_to_baseline (stream, &error);
  g_assert_no_error (error);
  VitrailJpegHead head;
  g_assert_false (
      vitrail_jpeg_head_read (&head, (const guint8 *) bytes, length));
  g_assert_true (vitrail_jpeg_head_read (&head, g_bytes_get_data (base, NULL),
                                         g_bytes_get_size (base)));
  g_autofree guint8 *a = g_malloc ((gsize) 600 * 400 * 3);
  g_autofree guint8 *b = g_malloc ((gsize) 600 * 400 * 3);
  g_assert_true (vitrail_jpeg_tile_decode (stream, 600, 400, a, 1800));
  g_assert_true (vitrail_jpeg_tile_decode (base, 600, 400, b, 1800));
  g_assert_cmpmem (a, 600 * 400 * 3, b, 600 * 400 * 3);
}

/* The last scan again and again, as good as it was. */
static void
test_scans (void)
{
  g_autofree char *path =
      g_strconcat (test_data_get_scratch (), "/scans.jpg", NULL);
  g_free (test_data_run ("echo '0,1,2: 0-0, 0, 0; 0: 1-63, 0, 0; 1: 1-63, 0, "
                         "0; 2: 1-63, 0, 0;' > '%s.txt' && "
                         "vips jpegsave '%s' '%s.base.jpg' && "
                         "jpegtran -scans '%s.txt' -outfile '%s' '%s.base.jpg'",
                         path, test_slide_source (64, 64), path, path, path,
                         path));
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  gsize end = length - 2;
  gsize at = end - 2;
  while (memcmp (bytes + at, "\xff\xda", 2) != 0)
    at--;
  for (guint n = 1; n < 200; n += 198) {
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    g_byte_array_append (all, (const guint8 *) bytes, (guint) at);
    for (guint i = 0; i < n; i++)
      g_byte_array_append (all, (const guint8 *) bytes + at,
                           (guint) (end - at));
    g_byte_array_append (all, (const guint8 *) bytes + end, 2);
    g_autoptr (GBytes) stream =
        g_byte_array_free_to_bytes (g_steal_pointer (&all));
    g_autoptr (GBytes) base = vitrail_jpeg_to_baseline (stream, &error);
    g_assert_true ((base != NULL) == (n == 1));
    if (base == NULL)
      g_assert_nonnull (strstr (error->message, "over 128 scans"));
  }
}

static void
test_real (void)
{
  const char *data = test_data_get_folder ();
  g_autofree char *path =
      data != NULL ? g_build_filename (data, "wsi-ndpi", "images",
                                       "test3-DAPI-2-(387).ndpi", NULL)
                   : NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_test_skip ("1 file skipped");
    return;
  }
  g_autoptr (VitrailSlide) slide = open_slide (path);
  g_assert_cmpuint (vitrail_slide_get_n_levels (slide), ==, 4);
  for (guint i = 0; i < 4; i++) {
    g_auto (TestPicture) expected = { 0 };
    g_autofree char *name = g_strdup_printf ("%s[level=%u]", path, i);
    test_picture_load (&expected, name);
    test_slide_compare_level (slide, i, &expected, 0, white);
  }
  test_slide_compare_stored (slide);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ndpi/full-chroma", test_full_chroma);
  g_test_add_func ("/ndpi/half-chroma", test_half_chroma);
  g_test_add_func ("/ndpi/quarter-chroma", test_quarter_chroma);
  g_test_add_func ("/ndpi/unusual", test_unusual);
  g_test_add_func ("/ndpi/words", test_words);
  g_test_add_func ("/ndpi/stack", test_stack);
  g_test_add_func ("/ndpi/broken", test_broken);
  g_test_add_func ("/ndpi/cycle", test_cycle);
  g_test_add_func ("/ndpi/hostile", test_hostile);
  g_test_add_func ("/ndpi/baseline", test_baseline);
  g_test_add_func ("/ndpi/scans", test_scans);
  g_test_add_func ("/ndpi/real", test_real);
  return g_test_run ();
}
