/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tissue on made slides, whose spots are known, on light and on dark, and on
 * real ones where they are there. */

#include "channelslide.h"
#include "slide/tissue.h"
#include "testdata.h"

#include <math.h>
#include <string.h>

/* Spots of 1500 x 1000 pixels: centre and half axes, in reading order. */
static const double spots[][4] = {
  { 250, 240, 150, 100 }, { 700, 210, 125, 130 },  { 1200, 280, 150, 150 },
  { 350, 750, 200, 125 }, { 1050, 725, 100, 175 },
};

/* Noise, spots with a texture, a few grains of dust, @background around. */
static VitrailSlide *
open_spots (guint background, const char *color)
{
  g_autofree char *path =
      g_strdup_printf ("%s/spots-%u.tif", test_data_get_scratch (), background);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf (
      "import numpy as np\n"
      "from PIL import Image\n"
      "r = np.random.default_rng(1)\n"
      "p = np.full((1000, 1500, 3), %u, 'f4')\n"
      "p += r.normal(0, 3, (1000, 1500, 1))\n"
      "y, x = np.mgrid[:1000, :1500]\n"
      "for a, b, c, d in ((250, 240, 150, 100), (700, 210, 125, 130),\n"
      "                   (1200, 280, 150, 150), (350, 750, 200, 125),\n"
      "                   (1050, 725, 100, 175)):\n"
      "    inside = ((x - a) / c) ** 2 + ((y - b) / d) ** 2 <= 1\n"
      "    p[inside] = np.array([%s]) + 20 * np.sin(x / 9.0)[inside][:, None]\n"
      "for a, b in ((50, 950), (850, 500), (1450, 50)):\n"
      "    p[b:b + 3, a:a + 3] = 255 - %u\n"
      "Image.fromarray(np.clip(p, 0, 255).astype('u1')).save('{dir}/spots.png')"
      "\n",
      background, color, background);

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_free (test_data_python (program));
    g_free (test_data_run (
        "vips tiffsave '%s/spots.png' '%s' --tile --tile-width 256 "
        "--tile-height 256 --pyramid --compression jpeg --Q 90",
        test_data_get_scratch (), path));
  }
  VitrailSlide *slide = vitrail_slide_open (paths, &error);
  g_assert_no_error (error);
  return slide;
}

static VitrailTissue *
find (VitrailSlide *slide)
{
  g_autoptr (GError) error = NULL;
  VitrailTissue *tissue =
      vitrail_tissue_find (slide, vitrail_tile_cache_get_default (), NULL, NULL,
                           &error);

  g_assert_no_error (error);
  return tissue;
}

static double
get_polygon_area (const VitrailTissueRegion *region)
{
  double sum = 0;

  for (guint i = 0; i < region->n_points; i++) {
    const double *a = region->points[i];
    const double *b = region->points[(i + 1) % region->n_points];
    sum += a[0] * b[1] - a[1] * b[0];
  }
  return sum / 2; /* positive: clockwise, with y downwards */
}

static void
check_spot (const VitrailTissueRegion *region, const double spot[4])
{
  const double area = G_PI * spot[2] * spot[3];

  for (guint axis = 0; axis < 2; axis++) {
    g_assert_cmpfloat (fabs (region->rect[axis] - spot[axis] + spot[axis + 2]),
                       <, 12);
    g_assert_cmpfloat (fabs (region->rect[axis + 2] - 2 * spot[axis + 2]), <,
                       18);
  }
  g_assert_cmpfloat (fabs (region->area - area), <, area * 0.05);
  g_assert_cmpfloat (fabs (get_polygon_area (region) - area), <, area * 0.05);
}

static void
test_spots (gconstpointer data)
{
  const gboolean is_dark = data != NULL;
  g_autoptr (VitrailSlide) slide = is_dark ? open_spots (8, "20, 60, 160")
                                           : open_spots (240, "200, 120, 170");
  g_autoptr (VitrailTissue) tissue = find (slide);

  g_assert_cmpuint (vitrail_tissue_get_n_regions (tissue), ==,
                    G_N_ELEMENTS (spots));
  for (guint i = 0; i < G_N_ELEMENTS (spots); i++) {
    VitrailTissueRegion region;
    vitrail_tissue_get_region (tissue, i, &region);
    check_spot (&region, spots[i]);
    g_assert_cmpint (vitrail_tissue_find_region (tissue, spots[i][0],
                                                 spots[i][1]),
                     ==, (int) i);
  }
  g_assert_cmpint (vitrail_tissue_find_region (tissue, 1499, 999), ==, 4);
  const double inside[4] = { 225, 225, 50, 30 };
  const double outside[4] = { 500, 450, 150, 100 };
  const double beside[4] = { 5000, 900, 300, 200 };
  g_assert_cmpfloat (vitrail_tissue_get_share (tissue, inside), ==, 1);
  g_assert_cmpfloat (vitrail_tissue_get_share (tissue, outside), ==, 0);
  g_assert_cmpfloat (vitrail_tissue_get_share (tissue, beside), ==, 0);
}

static void
test_json (void)
{
  g_autoptr (VitrailSlide) slide = open_spots (240, "200, 120, 170");
  g_autoptr (VitrailTissue) tissue = find (slide);
  g_autofree char *json = vitrail_tissue_to_json (tissue);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "tissue.json", NULL);

  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  g_autofree char *answer = test_data_python (
      "import json\n"
      "t = json.load(open('{dir}/tissue.json'))\n"
      "print(t['width'], t['height'], t['is_dark'], len(t['regions']),\n"
      "      all(len(r['rect']) == 4 and r['area'] > 0 and\n"
      "          len(r['outline']) > 4 and len(r['outline'][0]) == 2\n"
      "          for r in t['regions']))\n");
  g_assert_cmpstr (g_strchomp (answer), ==, "1500 1000 False 5 True");
}

/* An empty glass has none, and nobody waits for what is no longer wanted. */
static void
test_empty (void)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "empty.tif", NULL);
  const char *paths[] = { path, NULL };

  g_free (test_data_run (
      "cd '%s' && vips gaussnoise n.v 1500 900 --mean 240 --sigma 3 && "
      "vips bandjoin 'n.v n.v n.v' j.v && vips cast j.v c.v uchar && "
      "vips copy c.v s.v --interpretation srgb && "
      "vips tiffsave s.v empty.tif --tile --compression jpeg",
      test_data_get_scratch ()));
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  g_autoptr (VitrailTissue) tissue = find (slide);
  g_assert_cmpuint (vitrail_tissue_get_n_regions (tissue), ==, 0);
  g_assert_cmpint (vitrail_tissue_find_region (tissue, 5, 5), ==, -1);
}

static gboolean
always (gpointer data)
{
  return TRUE;
}

static void
test_cancelled (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (2, 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (vitrail_tissue_find (slide, vitrail_tile_cache_get_default (),
                                      always, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Real slides: something is found, nothing of it beside the slide. */
static void
test_real (void)
{
  static const struct {
    const char *name;
    double least; /* share of the slide that is tissue */
    double most;
  } slides[] = {
    { "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs", 0.3, 1 },
    { "wsi-ndpi/images/test3-DAPI-2-(387).ndpi", 0.005, 0.9 },
  };

  const char *folder = test_data_get_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (slides) && folder != NULL; i++) {
    g_autofree char *path = g_build_filename (folder, slides[i].name, NULL);
    const char *paths[] = { path, NULL };
    g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
    VitrailSlideLevel finest;
    double area = 0;
    if (slide == NULL) {
      g_test_message ("%s is skipped", slides[i].name);
      continue;
    }
    vitrail_slide_get_level (slide, 0, &finest);
    g_autoptr (VitrailTissue) tissue = find (slide);
    for (guint k = 0; k < vitrail_tissue_get_n_regions (tissue); k++) {
      VitrailTissueRegion region;
      vitrail_tissue_get_region (tissue, k, &region);
      area += region.area;
      g_assert_cmpfloat (region.rect[0] + region.rect[2], <=,
                         (double) finest.width + 0.001);
      g_assert_cmpfloat (region.rect[1] + region.rect[3], <=,
                         (double) finest.height + 0.001);
    }
    const double share = area / (double) (finest.width * finest.height);
    g_test_message ("%s: %u regions, %.3f of the slide", slides[i].name,
                    vitrail_tissue_get_n_regions (tissue), share);
    g_assert_cmpfloat (share, >, slides[i].least);
    g_assert_cmpfloat (share, <=, slides[i].most);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tissue/light", NULL, test_spots);
  g_test_add_data_func ("/tissue/dark", "dark", test_spots);
  g_test_add_func ("/tissue/json", test_json);
  g_test_add_func ("/tissue/empty", test_empty);
  g_test_add_func ("/tissue/cancelled", test_cancelled);
  g_test_add_func ("/tissue/real", test_real);
  return g_test_run ();
}
