/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which window or VOI LUT counts, and which frames share a table. */

#include "pixel/windowlut.h"
#include "testframe.h"

#include <math.h>
#include <string.h>

/* Where the window comes from: presentation, data, range, bits stored. */
static void
test_choice (void)
{
  uint16_t samples[8] = { 5, 100, 200, 300, 4000, 4000, 5, 5 };
  VitrailFrameInfo info = test_frame_info (12, FALSE);
  VitrailFrame frame = { 0 };
  VitrailWindow window = { 40, 400, NULL };
  VitrailPresentation p = { TRUE, 7, 9, VITRAIL_VOI_LINEAR, FALSE };
  double c = 0;
  double w = 0;

  info.format.width = 8;
  info.format.height = 1;
  frame.format = info.format;
  frame.data = (const uint8_t *) samples;
  frame.stride = sizeof samples;
  info.has_padding = TRUE;
  info.padding_low = info.padding_high = 4000;

  const struct {
    gboolean presentation;
    gboolean data;
    gboolean frame;
    double low;
    double high;
  } rows[] = {
    { TRUE, TRUE, TRUE, 2.5, 10.5 },
    { FALSE, TRUE, TRUE, -160, 239 },
    { FALSE, FALSE, TRUE, 5, 300 },
    { FALSE, FALSE, FALSE, 0, 4095 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    p.has_window = rows[i].presentation;
    info.n_windows = rows[i].data ? 1 : 0;
    info.windows = &window;
    g_autoptr (VitrailWindowLut) lut =
        vitrail_window_lut_new (&info, &p, rows[i].frame ? &frame : NULL);
    g_assert_true (vitrail_window_lut_get_window (lut, &c, &w));
    g_assert_cmpfloat (c - 0.5 - (w - 1) / 2, ==, rows[i].low);
    g_assert_cmpfloat (c - 0.5 + (w - 1) / 2, ==, rows[i].high);
    g_assert_true (vitrail_window_needs_range (&info, &p) == (i >= 2));
  }
  /* What makes no sense falls through to the next. */
  p.has_window = TRUE;
  p.window_center = NAN;
  window.width = 0;
  info.n_windows = 1;
  g_assert_true (vitrail_window_needs_range (&info, &p));
}

/* LUTs come first, then windows; beyond the last it is the default; a person's
 * window goes before all of them. */
static void
test_numbers (void)
{
  const uint16_t values[2] = { 0, 1 };
  VitrailLut luts[2] = { { 0, 1, 2, values, NULL }, { 5, 1, 2, values, NULL } };
  VitrailLut *voi_luts[2] = { &luts[0], &luts[1] };
  VitrailWindow windows[2] = { { 40, 400, NULL }, { 7, 0.5, NULL } };
  VitrailFrameInfo info = test_frame_info (12, FALSE);
  VitrailPresentation p = VITRAIL_PRESENTATION_INIT;
  VitrailVoi voi = { 0 };

  info.voi_luts = voi_luts;
  info.n_voi_luts = 2;
  info.windows = windows;
  info.n_windows = 2;
  for (p.voi = 0; p.voi < 6; p.voi++) {
    const VitrailLut *lut = vitrail_window_find_voi_lut (&info, &p);
    g_assert_true (lut == (p.voi == 1                 ? &luts[1]
                           : p.voi == 2 || p.voi == 3 ? NULL
                                                      : &luts[0]));
    g_assert_false (vitrail_window_needs_range (&info, &p));
  }
  p.voi = 3;
  g_assert_true (vitrail_window_find (&info, &p, &voi));
  g_assert_cmpfloat (voi.center, ==, 7);
  /* Below 1 LINEAR is not defined. */
  g_assert_cmpint (voi.function, ==, VITRAIL_VOI_LINEAR_EXACT);
  p.voi = 1;
  p.has_window = TRUE;
  p.window_center = 3;
  p.window_width = 9;
  g_assert_null (vitrail_window_find_voi_lut (&info, &p));
  g_assert_true (vitrail_window_find (&info, &p, &voi));
  g_assert_cmpfloat (voi.center, ==, 3);
  g_assert_true (vitrail_window_find_voi_lut (&info, NULL) == &luts[0]);
}

/* Equal by content: each frame has tables of its own. */
static void
test_same (void)
{
  const uint16_t one[3] = { 0, 1, 2 };
  const uint16_t two[4] = { 0, 1, 3, 9 };
  VitrailLut a_lut = { 0, 8, 3, one, NULL };
  VitrailLut b_lut = a_lut;
  VitrailLut *a_luts[1] = { &a_lut };
  VitrailLut *b_luts[1] = { &b_lut };
  VitrailPalette a_palette = { 0, 1, one };
  VitrailPalette b_palette = { 0, 1, one };
  VitrailFrameInfo a = test_frame_info (12, FALSE);
  VitrailFrameInfo b = a;

  g_assert_true (vitrail_window_is_same_mapping (&a, &b));
  a.voi_luts = a_luts;
  b.voi_luts = b_luts;
  a.n_voi_luts = b.n_voi_luts = 1;
  a.modality_lut = a.presentation_lut = &a_lut;
  b.modality_lut = b.presentation_lut = &b_lut;
  a.palette = &a_palette;
  b.palette = &b_palette;
  g_assert_true (vitrail_window_is_same_mapping (&a, &b));
  b_lut.values = two;
  g_assert_false (vitrail_window_is_same_mapping (&a, &b));
  b_lut.values = one;
  b_palette.rgb = two + 1;
  g_assert_false (vitrail_window_is_same_mapping (&a, &b));
  b_palette.rgb = one;
  b.has_padding = TRUE;
  g_assert_false (vitrail_window_is_same_mapping (&a, &b));
  a.has_padding = TRUE;
  g_assert_true (vitrail_window_is_same_mapping (&a, &b));
  a.padding_high = 1;
  g_assert_false (vitrail_window_is_same_mapping (&a, &b));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/windowvoi/choice", test_choice);
  g_test_add_func ("/windowvoi/numbers", test_numbers);
  g_test_add_func ("/windowvoi/same", test_same);
  return g_test_run ();
}
