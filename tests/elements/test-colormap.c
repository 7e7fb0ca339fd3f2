/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colormaps: the names and colours of the OHIF viewer, and what was published
 * of the perceptual ones; all of these against matplotlib where it is
 * installed. */

#include "pixel/colormap.h"
#include "testdata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Levels 0, 64, 128, 192 and 255, from the control points. */
static const struct {
  const char *name;
  uint32_t colors[5];
} expected[] = {
  { "Grayscale", { 0x000000, 0x404040, 0x808080, 0xc0c0c0, 0xffffff } },
  { "X Ray", { 0xffffff, 0xbfbfbf, 0x7f7f7f, 0x3f3f3f, 0x000000 } },
  { "Isodose", { 0x00ff00, 0xa0ff00, 0xffd300, 0xff6800, 0xff0000 } },
  { "hsv", { 0xff0000, 0x7e00ff, 0x00fffc, 0x84ff00, 0xff0000 } },
  { "hot_iron", { 0x010104, 0x0101fe, 0xfa0104, 0xfefa01, 0xfefef5 } },
  { "red_hot", { 0x000000, 0xb50000, 0xff8500, 0xffff54, 0xffffff } },
  { "s_pet", { 0x040104, 0x0105f6, 0xb4f201, 0xfe9201, 0xfe0401 } },
  { "perfusion", { 0x000000, 0x023cd4, 0x02021e, 0x9a5600, 0xfefebe } },
  { "rainbow_2", { 0x000000, 0x0010ff, 0x00ff9d, 0xb2ff00, 0xff0000 } },
  { "suv", { 0xffffff, 0x6e0091, 0x00ccff, 0xfff200, 0xff0000 } },
  { "ge_256", { 0x010202, 0x012140, 0x7f037f, 0xfe6204, 0xfefcfa } },
  { "ge", { 0x020202, 0x026762, 0x661ee1, 0xe2763a, 0xfdfdfd } },
  { "siemens", { 0x020120, 0x600199, 0xf53b0b, 0xfaac05, 0xfefef5 } },
  { "viridis", { 0x440154, 0x3b528b, 0x21918c, 0x5ec962, 0xfde725 } },
  { "magma", { 0x000004, 0x51127c, 0xb73779, 0xfc8961, 0xfcfdbf } },
  { "inferno", { 0x000004, 0x57106e, 0xbc3754, 0xf98e09, 0xfcffa4 } },
  { "plasma", { 0x0d0887, 0x7e03a8, 0xcc4778, 0xf89540, 0xf0f921 } },
  { "cividis", { 0x00224e, 0x434e6c, 0x7d7c78, 0xbcae6c, 0xfee838 } },
  { "turbo", { 0x30123b, 0x28bceb, 0xa4fc3c, 0xfb7e21, 0x7a0403 } },
};

static void
test_colors (void)
{
  static const guint levels[] = { 0, 64, 128, 192, 255 };
  const char *const *names = vitrail_colormap_list ();

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const uint32_t *colors = vitrail_colormap_find (expected[i].name);
    g_assert_cmpstr (names[i], ==, expected[i].name);
    for (guint k = 0; k < G_N_ELEMENTS (levels); k++)
      g_assert_cmphex (colors[levels[k]], ==, expected[i].colors[k]);
  }
  g_assert_null (names[G_N_ELEMENTS (expected)]);
}

static void
test_names (void)
{
  g_assert_null (vitrail_colormap_find (NULL));
  g_assert_null (vitrail_colormap_find (""));
  g_assert_null (vitrail_colormap_find ("viridi"));
  g_assert_null (vitrail_colormap_find_name ("no such"));
  g_assert_cmpstr (vitrail_colormap_find_name ("VIRIDIS"), ==, "viridis");
  g_assert_cmpstr (vitrail_colormap_find_name ("x ray"), ==, "X Ray");
  g_assert_true (vitrail_colormap_find ("Hot_Iron") ==
                 vitrail_colormap_find ("hot_iron"));
}

/* Lightness of the perceptual ones never falls (turbo is not one of them). */
static void
test_lightness (void)
{
  static const char *const names[] = { "viridis", "magma", "inferno", "plasma",
                                       "cividis" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const uint32_t *colors = vitrail_colormap_find (names[i]);
    double before = 0;
    for (guint k = 0; k < VITRAIL_COLORMAP_SIZE; k++) {
      const double r = pow ((colors[k] >> 16) / 255.0, 2.2);
      const double g = pow ((colors[k] >> 8 & 0xff) / 255.0, 2.2);
      const double b = pow ((colors[k] & 0xff) / 255.0, 2.2);
      const double light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      g_assert_cmpfloat (light, >, before - 0.002);
      before = light;
    }
  }
}

static const char program[] =
    "try:\n"
    "  from matplotlib import cm\n"
    "  for name in 'viridis magma inferno plasma cividis turbo'.split():\n"
    "    c = cm.get_cmap(name).colors\n"
    "    print(name, *['%.6f' % (255 * v) for rgb in c for v in rgb])\n"
    "except ImportError:\n"
    "  pass\n";

static void
test_matplotlib (void)
{
  g_autofree char *text = test_data_python (program);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);

  if (g_strv_length (lines) < 6) {
    g_test_skip ("matplotlib is not installed");
    return;
  }
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
    const uint32_t *colors = vitrail_colormap_find (words[0]);
    g_assert_cmpuint (g_strv_length (words), ==, 769);
    for (guint k = 0; k < 768; k++) {
      const double value = g_ascii_strtod (words[1 + k], NULL);
      const guint got = colors[k / 3] >> (16 - 8 * (k % 3)) & 0xff;
      g_assert_cmpfloat (fabs (got - value), <=, 0.5 + 1e-5);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/colormap/colors", test_colors);
  g_test_add_func ("/colormap/names", test_names);
  g_test_add_func ("/colormap/lightness", test_lightness);
  g_test_add_func ("/colormap/matplotlib", test_matplotlib);
  return g_test_run ();
}
