/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a session shows slides: looks and channels, and what makes no sense. */

#include "slidesessiontest.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportslide.h"

static void
test_look (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());

  test_session_expect_look (session, "icc=1;z=0;stain=none");
  test_session_run (session, "toggle-icc", NULL);
  test_session_expect_look (session, "icc=0;z=0;stain=none");
  test_session_run (session, "set-stain", g_variant_new_string ("hematoxylin"));
  test_session_expect_look (session, "icc=0;z=0;stain=hematoxylin");
  test_session_refuse (session, "set-stain", g_variant_new_string ("pink"),
                       NULL);
  test_session_refuse (session, "set-stain", g_variant_new_string ("dab;z=0"),
                       NULL);
  test_session_refuse (session, "set-look", g_variant_new_string ("z=1"), NULL);
  test_session_refuse (session, "set-focal-plane", g_variant_new_uint32 (2),
                       NULL);
  test_session_run (session, "next-focal-plane", NULL); /* there is only one */
  test_session_expect_look (session, "icc=0;z=0;stain=hematoxylin");
  test_session_run (session, "set-look", g_variant_new_string ("stain=dab"));
  test_session_expect_look (session, "icc=1;z=0;stain=dab");
  test_session_run (session, "reset", NULL);
  test_session_expect_look (session, "icc=1;z=0;stain=none");
  test_session_close (session);
}

static void
set_stain (VitrailSession *session,
           const char *name,
           gboolean visible,
           const char *color,
           double weight)
{
  test_session_run (session, "set-stain-channel",
                    g_variant_new ("(sbsd)", name, visible, color, weight));
}

/* Stains beside one another and the slide as it is; what is hidden forgets
 * nothing. */
static void
test_stains (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);

  set_stain (session, "hematoxylin", TRUE, "393284", 1);
  test_session_expect_look (session, "icc=1;z=0;stain=none;stains=original:0.5,"
                                     "hematoxylin:393284:1");
  set_stain (session, "dab", TRUE, "00FF80", 2.5);
  set_stain (session, "original", FALSE, "000000", 0.25);
  test_session_expect_look (session,
                            "icc=1;z=0;stain=none;stains=-original:0.25,"
                            "hematoxylin:393284:1,dab:00FF80:2.5");
  test_session_run (session, "set-stain", g_variant_new_string ("eosin"));
  g_autoptr (VitrailSlideLook) alone =
      vitrail_viewport_dup_look (viewport, slide);
  g_assert_true (alone->stains[VITRAIL_STAIN_EOSIN].visible);
  g_assert_false (alone->stains[VITRAIL_STAIN_DAB].visible);
  g_assert_cmpfloat (alone->stains[VITRAIL_STAIN_DAB].weight, ==, 2.5);
  g_assert_cmpuint (alone->stains[VITRAIL_STAIN_DAB].rgb[2], ==, 0x80);

  static const struct {
    const char *name;
    const char *color;
    double weight;
  } refused[] = { { "pink", "393284", 1 },
                  { "dab", "green", 1 },
                  { "dab", "393284", 5 },
                  { "original", "393284", 2 },
                  { "dab", "393284", -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    test_session_refuse (session, "set-stain-channel",
                         g_variant_new ("(sbsd)", refused[i].name, TRUE,
                                        refused[i].color, refused[i].weight),
                         NULL);
  g_clear_object (&slide);
  test_session_close (session);
}

/* A saved look that no longer fits is left out. */
static void
test_bad_look (void)
{
  VitrailSession *session = test_session_open (test_session_get_case ());
  test_session_run (session, "set-look", g_variant_new_string ("icc=0"));
  g_autofree char *json = vitrail_session_to_json (session);
  test_session_close (session);
  g_auto (GStrv) around = g_strsplit (json, "\"icc=0\"", 2);
  g_autofree char *bad = g_strjoinv ("\"z=99\"", around);

  VitrailSession *restored = vitrail_session_new ();
  test_session_set_sizes (restored);
  g_assert_true (vitrail_session_from_json (restored, bad, NULL));
  g_assert_true (test_wait_until (test_session_has_layout, restored));
  /* Refused at once, or left out when the slide is open: it is shown. */
  test_session_run (restored, "toggle-icc", NULL);
  test_session_expect_look (restored, "icc=0;z=0;stain=none");
  test_session_close (restored);
}

/* Fluorescence, where the real files are there. */
static void
test_channels (void)
{
  const char *data = test_data_get_folder ();
  g_autofree char *path =
      data != NULL ? g_build_filename (data, "wsi-dicom-BPAEC", NULL) : NULL;
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_test_skip ("no real files");
    return;
  }
  VitrailSession *session = test_session_open (path);
  VitrailViewport *viewport = vitrail_session_get_active_viewport (session);
  g_autoptr (VitrailSlide) slide = vitrail_viewport_ref_slide (viewport);
  g_assert_nonnull (slide);
  g_assert_cmpuint (vitrail_slide_get_n_paths (slide), >, 1);
  test_session_run (session, "show-channel", g_variant_new_uint32 (2));
  g_autoptr (VitrailSlideLook) one =
      vitrail_viewport_dup_look (viewport, slide);
  g_assert_false (one->channels[0].visible);
  g_assert_true (one->channels[1].visible);
  test_session_run (session, "set-channel",
                    g_variant_new ("(ubsdddd)", 1u, TRUE, "00FF80", 3.0, 90.0,
                                   1.5, 0.5));
  g_autoptr (VitrailSlideLook) two =
      vitrail_viewport_dup_look (viewport, slide);
  g_assert_true (two->channels[0].visible);
  g_assert_cmpuint (two->channels[0].rgb[2], ==, 0x80);
  g_assert_cmpfloat (two->channels[0].high, ==, 90);
  test_session_refuse (session, "set-channel",
                       g_variant_new ("(ubsdddd)", 99u, TRUE, "00FF80", 3.0,
                                      90.0, 1.0, 1.0),
                       NULL);
  test_session_refuse (session, "set-channel",
                       g_variant_new ("(ubsdddd)", 1u, TRUE, "green", 3.0, 90.0,
                                      1.0, 1.0),
                       NULL);
  test_session_run (session, "show-channel", g_variant_new_uint32 (2));
  g_autoptr (VitrailSlideLook) only =
      vitrail_viewport_dup_look (viewport, slide);
  g_assert_false (only->channels[0].visible); /* and forgets nothing */
  g_assert_cmpfloat (only->channels[0].high, ==, 90);
  g_assert_cmpfloat (only->channels[0].gamma, ==, 1.5);
  g_assert_cmpuint (only->channels[0].rgb[2], ==, 0x80);
  test_session_run (session, "hide-channels", NULL);
  test_session_run (session, "show-channel", g_variant_new_uint32 (0));
  g_autoptr (VitrailSlideLook) all =
      vitrail_viewport_dup_look (viewport, slide);
  g_assert_true (all->channels[0].visible && all->channels[1].visible);
  g_clear_object (&slide);
  test_session_close (session);
}

/* On anything else the commands do nothing. */
static void
test_no_slide (void)
{
  VitrailSession *session = vitrail_session_new ();
  static const char *const commands[] = {
    "toggle-icc",      "next-focal-plane", "previous-focal-plane",
    "toggle-overview", "toggle-label",     "toggle-macro",
    "hide-channels",   "compare-slides",
  };
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    test_session_run (session, commands[i], NULL);
  test_session_run (session, "set-magnification", g_variant_new_double (10));
  test_session_run (session, "set-look", g_variant_new_string ("icc=0"));
  g_assert_cmpstr (vitrail_viewport_get_look (
                       vitrail_session_get_active_viewport (session)),
                   ==, "");
  g_assert_false (vitrail_session_get_sync (session));
  test_session_close (session);
}

int
main (int argc, char **argv)
{
  test_session_init (&argc, &argv);
  g_test_add_func ("/slidelook/look", test_look);
  g_test_add_func ("/slidelook/stains", test_stains);
  g_test_add_func ("/slidelook/bad-look", test_bad_look);
  g_test_add_func ("/slidelook/channels", test_channels);
  g_test_add_func ("/slidelook/no-slide", test_no_slide);
  return g_test_run ();
}
