/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Words in the corners of a viewport. */

#include "cornertext.h"
#include "slidedata.h"

#include <math.h>
#include <string.h>

/* An axial CT image at twice its size. */
static VitrailFrameInfo info = {
  .frame = 1,
  .slope = 1,
  .units = "HU",
  .patient_name = "Doe^Jane",
  .patient_id = "42",
  .study_description = "",
  .series_description = "Chest",
  .series_number = "3",
  .instance_number = "7",
  .modality = "CT",
  .has_orientation = TRUE,
  .orientation = { 1, 0, 0, 0, 1, 0 },
  .study_date = "20260131",
  .patient_birth_date = "1970",
};

static const VitrailShownState shown = {
  .valid = TRUE,
  .info = &info,
  .has_plane = TRUE,
  .plane = { 0.375, 0, 0, -100, 0, 0.375, 0, -90, 0, 0, 0, 12 },
  .to_frame = { 0.5, 0, 0, 0, 0.5, 0 },
  .has_window = TRUE,
  .window_center = 40,
  .window_width = 400,
};

static void
assert_corner (VitrailCorner corner,
               const VitrailShownState *state,
               const char *expected)
{
  g_autofree char *text = vitrail_corner_text (corner, state, 5, 60);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_corners (void)
{
  assert_corner (VITRAIL_CORNER_TOP_LEFT, &shown, "Doe, Jane\n42\nBorn 1970");
  assert_corner (VITRAIL_CORNER_TOP_RIGHT, &shown,
                 "2026-01-31\nCT\nSeries 3\nChest");
  assert_corner (VITRAIL_CORNER_BOTTOM_LEFT, &shown,
                 "Zoom 200 %\nW 400  L 40 HU");
  assert_corner (VITRAIL_CORNER_BOTTOM_RIGHT, &shown, "Image 5 / 60");
  VitrailShownState narrow = shown;
  narrow.window_center = 0.5;
  narrow.window_width = 1.25;
  assert_corner (VITRAIL_CORNER_BOTTOM_LEFT, &narrow,
                 "Zoom 200 %\nW 1.250  L 0.500 HU");
}

/* Half a micrometre a pixel, 20x, at half its size. */
static void
test_slide (void)
{
  g_autofree char *path = test_slide_make_svs (600, 400, 80);
  g_autofree char *name = g_path_get_basename (path);
  const char *paths[] = { path, NULL };
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, NULL);
  VitrailShownState state = {
    .valid = TRUE,
    .slide = slide,
    .has_plane = TRUE,
    .plane = { 0.001, 0, 0, 0, 0, 0.001 },
    .to_frame = { 2, 0, 0, 0, 2, 0 },
  };

  assert_corner (VITRAIL_CORNER_TOP_LEFT, &state, name);
  assert_corner (VITRAIL_CORNER_TOP_RIGHT, &state, "SM");
  assert_corner (VITRAIL_CORNER_BOTTOM_LEFT, &state, "10.0×\n1 µm per pixel");
  assert_corner (VITRAIL_CORNER_BOTTOM_RIGHT, &state, "");
}

/* A page of a waveform says where it begins, and nothing of pixels. */
static void
test_page (void)
{
  VitrailFrameInfo page = info;
  VitrailShownState state = {
    .valid = TRUE,
    .info = &page,
    .to_frame = { 2, 0, 0, 0, 2, 0 },
  };

  page.frame = 0;
  page.transfer_syntax = (char *) "";
  assert_corner (VITRAIL_CORNER_BOTTOM_LEFT, &state, "");
  assert_corner (VITRAIL_CORNER_BOTTOM_RIGHT, &state, "From 0.16 s");
  g_autofree char *warning = vitrail_warning_text (&state);
  g_assert_cmpstr (warning, ==, "");
}

static void
assert_warning (const VitrailShownState *state, const char *expected)
{
  g_autofree char *text = vitrail_warning_text (state);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_warnings (void)
{
  assert_warning (&shown, "");
  VitrailShownState state = shown;
  state.flags = VITRAIL_FRAME_META_LOSSY;
  assert_warning (&state, "Lossy compression");
  state.flags |= VITRAIL_FRAME_META_CORRUPT | VITRAIL_FRAME_META_INCOMPLETE;
  state.has_plane = FALSE;
  assert_warning (&state, "This image could not be decoded\nPreview\n"
                          "Lossy compression\nNot calibrated");
  /* Of a slide some tiles are there and some are not. */
  state.info = NULL;
  state.flags = VITRAIL_FRAME_META_INCOMPLETE;
  g_autofree char *text = vitrail_warning_text (&state);
  g_assert_true (g_str_has_prefix (text, "Incomplete"));
}

/* What is known already, the file and the frame, is left out. */
static void
test_notice (void)
{
  VitrailShownState state = shown;
  g_autofree char *none = vitrail_notice_text (&state);
  g_assert_cmpstr (none, ==, "");
  state.warning = (char *) "a: b.dcm: frame 12: JPEG of 3 samples: too many";
  g_autofree char *words = vitrail_notice_text (&state);
  g_assert_cmpstr (words, ==, "Header overruled: JPEG of 3 samples: too many");
  state.warning = (char *) "something else";
  g_autofree char *plain = vitrail_notice_text (&state);
  g_assert_cmpstr (plain, ==, "Header overruled: something else");
}

static void
assert_failure (const VitrailShownState *state,
                guint position,
                const char *expected)
{
  g_autofree char *text = vitrail_failure_text (state, position, 60);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_failure (void)
{
  VitrailShownState state = shown;
  VitrailFrameInfo cine = { .frame = 3, .n_frames = 60 };
  state.reason = (char *) "a.dcm: frame 3: no start of image";
  assert_failure (&state, 3, NULL);
  state.flags = VITRAIL_FRAME_META_CORRUPT;
  assert_failure (&state, 7,
                  "Image 7 of 60 could not be decoded\n"
                  "a.dcm: frame 3: no start of image");
  state.info = &cine;
  state.reason = NULL;
  assert_failure (&state, 3, "Frame 3 of 60 could not be decoded");
  state.info = NULL;
  assert_failure (&state, 0, "This image could not be decoded");
}

static void
assert_ends (const VitrailShownState *state, const char *low, const char *high)
{
  g_autofree char *got_low = NULL;
  g_autofree char *got_high = NULL;
  vitrail_window_texts (state, &got_low, &got_high);
  g_assert_cmpstr (got_low, ==, low);
  g_assert_cmpstr (got_high, ==, high);
}

static void
test_window_ends (void)
{
  VitrailFrameInfo unknown = { .units = (char *) "" };
  VitrailShownState state = shown;
  state.has_window = TRUE;
  state.window_center = 40;
  state.window_width = 400;
  assert_ends (&state, "-160 HU", "240 HU");
  state.info = &unknown;
  state.window_center = 0.5;
  state.window_width = 1;
  assert_ends (&state, "0.000", "1.000");
  state.has_window = FALSE;
  assert_ends (&state, NULL, NULL);
}

static void
test_edges (void)
{
  static const char *const axial[] = { "R", "L", "A", "P" };
  for (guint i = 0; i < VITRAIL_N_EDGES; i++) {
    char text[4];
    vitrail_edge_text (i, &shown, text);
    g_assert_cmpstr (text, ==, axial[i]);
  }
  VitrailShownState state = shown;
  state.has_plane = FALSE;
  /* Turned a quarter, without a place: by the image's own letters. */
  static const char *const turned[] = { "A", "P", "L", "R" };
  const double quarter[6] = { 0, -0.5, 100, 0.5, 0, 0 };
  memcpy (state.to_frame, quarter, sizeof quarter);
  for (guint i = 0; i < VITRAIL_N_EDGES; i++) {
    char text[4];
    vitrail_edge_text (i, &state, text);
    g_assert_cmpstr (text, ==, turned[i]);
  }
}

/* None where it is not known, and that is said. */
static void
test_no_edges (void)
{
  VitrailFrameInfo lost = info;
  VitrailShownState state = shown;
  char text[4];

  state.info = &lost;
  lost.has_orientation = FALSE;
  for (guint i = 0; i < VITRAIL_N_EDGES; i++) {
    vitrail_edge_text (i, &state, text);
    g_assert_cmpstr (text, ==, "");
  }
  assert_warning (&state, "Orientation not known");
  /* A plane of a volume that lies in no patient. */
  lost.has_orientation = TRUE;
  lost.sop_instance_uid = (char *) "";
  state.has_plane = FALSE;
  lost.has_spacing = TRUE;
  lost.spacing[0] = lost.spacing[1] = 1;
  vitrail_edge_text (VITRAIL_EDGE_LEFT, &state, text);
  g_assert_cmpstr (text, ==, "");
  assert_warning (&state, "Orientation not known");
  /* Laid straight along a path: there is no one orientation to be known. */
  lost.has_orientation = FALSE;
  assert_warning (&state, "");
  g_autofree char *along =
      vitrail_corner_text (VITRAIL_CORNER_BOTTOM_RIGHT, &state, 4, 36);
  g_assert_cmpstr (along, ==, "Along a path, turned 30°");
}

static void
test_scale_bar (void)
{
  static const struct {
    double mm_per_pixel;
    const char *text;
    double length_px;
  } cases[] = {
    { 0.375, "5 cm", 50 / 0.375 }, { 1.0, "20 cm", 200 },
    { 0.9, "10 cm", 100 / 0.9 },   { 0.0005, "100 µm", 200 },
    { 0.00025, "50 µm", 200 },     { 0.012, "2 mm", 2 / 0.012 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    VitrailShownState state = shown;
    state.plane[0] = cases[i].mm_per_pixel;
    g_autofree char *text = NULL;
    double length = vitrail_scale_bar (&state, 200, &text);
    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_cmpfloat_with_epsilon (length, cases[i].length_px, 1e-6);
  }
  VitrailFrameInfo info = { .has_spacing = TRUE,
                            .spacing = { 1, 1 },
                            .spacing_kind = VITRAIL_SPACING_DETECTOR };
  VitrailShownState detector = { .valid = TRUE,
                                 .info = &info,
                                 .to_frame = { 1, 0, 0, 0, 1, 0 } };
  g_autofree char *qualified = NULL;
  vitrail_scale_bar (&detector, 200, &qualified);
  g_assert_cmpstr (qualified, ==, "20 cm at detector");

  VitrailShownState state = { .valid = TRUE };
  char *text = NULL;
  g_assert_cmpfloat (vitrail_scale_bar (&state, 200, &text), ==, 0);
  g_assert_null (text);
}

static void
test_planes (void)
{
  const double axial[12] = { 0.5, 0, 0, 3, 0, 0.5, 0, 4, 0, 0, 0, 5 };
  const double coronal[12] = { 0.5, 0, 0, 3, 0, 0, 0, 4, 0, -0.5, 0, 5 };
  const double sagittal[12] = { 0, 0, 0, 3, 0.5, 0, 0, 4, 0, -0.5, 0, 5 };
  const double leaning[12] = { 0.5, 0, 0, 3, 0, 0.4, 0, 4, 0, 0.3, 0, 5 };

  g_assert_cmpstr (vitrail_plane_name (axial), ==, "Axial");
  g_assert_cmpstr (vitrail_plane_name (coronal), ==, "Coronal");
  g_assert_cmpstr (vitrail_plane_name (sagittal), ==, "Sagittal");
  g_assert_cmpstr (vitrail_plane_name (leaning), ==, "Oblique");

  /* Pictures of a volume are of no image: planes have a name, a body none. */
  VitrailFrameInfo made = info;
  VitrailShownState state = shown;
  state.info = &made;
  made.sop_instance_uid = "";
  assert_corner (VITRAIL_CORNER_BOTTOM_RIGHT, &state, "Axial\nImage 5 / 60");
  g_autofree char *body =
      vitrail_corner_text (VITRAIL_CORNER_BOTTOM_RIGHT, &state, 1, 1);
  g_assert_cmpstr (body, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cornertext/corners", test_corners);
  g_test_add_func ("/cornertext/slide", test_slide);
  g_test_add_func ("/cornertext/page", test_page);
  g_test_add_func ("/cornertext/warnings", test_warnings);
  g_test_add_func ("/cornertext/notice", test_notice);
  g_test_add_func ("/cornertext/failure", test_failure);
  g_test_add_func ("/cornertext/window-ends", test_window_ends);
  g_test_add_func ("/cornertext/edges", test_edges);
  g_test_add_func ("/cornertext/no-edges", test_no_edges);
  g_test_add_func ("/cornertext/planes", test_planes);
  g_test_add_func ("/cornertext/scale-bar", test_scale_bar);
  return g_test_run ();
}
