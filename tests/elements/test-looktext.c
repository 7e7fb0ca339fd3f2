/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looks as text: what is written is read back, what is left out is the slide's
 * default, and what cannot be is refused by name. */

#include "channelslide.h"
#include "error.h"
#include "slide/look.h"

static void
test_round_trip (void)
{
  static const char *const texts[] = {
    "icc=1;z=1;stain=none",
    "icc=0;z=0;stain=dab",
    "icc=1;z=2;stain=none;channels=",
    "icc=1;z=0;stain=eosin;channels=0:0000FF,2:FF8001:100-4000",
    "icc=1;z=0;stain=none;channels=1:00FF00:0-0:2.2:0.5",
    "icc=1;z=0;stain=none;channels=1:00FF00:0.5-65535:0.05",
    "icc=1;z=0;stain=none;stains=",
    "icc=1;z=0;stain=none;stains=original:0.25,-eosin:00FF00:1,dab:8A452B:4",
    "icc=1;z=0;stain=none;channels=0:FF0000,-2:00FF00:3-90:1.5:0.5",
  };
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (3, 3);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailSlideLook) look =
        vitrail_slide_look_from_string (slide, texts[i], &error);
    g_assert_no_error (error);
    g_autofree char *text = vitrail_slide_look_to_string (look);
    g_assert_cmpstr (text, ==, texts[i]);
  }
}

static void
test_defaults (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (3, 3);
  static const char *const texts[] = { "", ";", "icc=1", "stain=none;z=1" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (VitrailSlideLook) look =
        vitrail_slide_look_from_string (slide, texts[i], NULL);
    g_assert_true (look->color_managed);
    g_assert_cmpuint (look->focal_plane, ==, 1); /* of -2, 0 and 2 um */
    g_assert_cmpint (look->stain, ==, VITRAIL_STAIN_NONE);
    g_assert_cmpuint (look->n_channels, ==, 0);
  }
  g_autoptr (VitrailSlideLook) look =
      vitrail_slide_look_from_string (slide, "channels=2:010203", NULL);
  g_assert_cmpuint (look->n_channels, ==, 3);
  g_assert_false (look->channels[0].visible);
  g_assert_true (look->channels[2].visible);
  g_assert_cmpfloat (look->channels[2].gamma, ==, 1.0);
  g_assert_cmpfloat (look->channels[2].opacity, ==, 1.0);
  g_assert_cmpmem (look->channels[2].rgb, 3, "\1\2\3", 3);
}

static void
test_refused (void)
{
  static const char *const cases[][2] = {
    { "icc", "icc: not NAME=VALUE" },
    { "icc=2", "icc=2: neither 0 nor 1" },
    { "colour=1", "colour=1: not icc, z, stain, stains or channels" },
    { "z=3", "z=3: no such focal plane" },
    { "z=-1", "z=-1: no such focal plane" },
    { "icc=1;stain=Eosin", "stain=Eosin: not none, hematoxylin, eosin or dab" },
    { "channels=3:FFFFFF", "3:FFFFFF: no such path" },
    { "channels=0:FFFFF", "0:FFFFF: not a colour RRGGBB" },
    { "channels=0:+FFFFF", "0:+FFFFF: not a colour RRGGBB" },
    { "channels=0:FFFFFF:9-9",
      "0:FFFFFF:9-9: not a window LOW-HIGH of 0 to 65535" },
    { "channels=0:FFFFFF:0-65536",
      "0:FFFFFF:0-65536: not a window LOW-HIGH of 0 to 65535" },
    { "channels=0:FFFFFF:nan-9",
      "0:FFFFFF:nan-9: not a window LOW-HIGH of 0 to 65535" },
    { "channels=0:FFFFFF:0-9:0", "0:FFFFFF:0-9:0: not a gamma of 0.05 to 20" },
    { "channels=0:FFFFFF:0-9:1,5",
      "5: not PATH:RRGGBB[:LOW-HIGH[:GAMMA[:OPACITY]]]" },
    { "channels=0:FFFFFF:0-9:1:1.5",
      "0:FFFFFF:0-9:1:1.5: not an opacity of 0 to 1" },
    { "channels=0:FFFFFF:0-9:1:1:1",
      "0:FFFFFF:0-9:1:1:1: not PATH:RRGGBB[:LOW-HIGH[:GAMMA[:OPACITY]]]" },
    { "stains=pink", "pink: not original, hematoxylin, eosin or dab" },
    { "stains=eosin:red", "eosin:red: not a colour RRGGBB" },
    { "stains=eosin:FF0000:5",
      "eosin:FF0000:5: not a weight (0 to 4, original 0 to 1)" },
    { "stains=-original:2",
      "-original:2: not a weight (0 to 4, original 0 to 1)" },
    { "stains=original:1:1", "original:1:1: more than NAME[:RRGGBB][:WEIGHT]" },
    { "stains=-", "-: not original, hematoxylin, eosin or dab" },
    { "channels=-", "-: not PATH:RRGGBB[:LOW-HIGH[:GAMMA[:OPACITY]]]" },
    { "\xff=1", "\xef\xbf\xbd=1: not icc, z, stain, stains or channels" },
  };
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (3, 3);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *message =
        g_strdup_printf ("made-of-channels: look: %s", cases[i][1]);
    g_assert_null (vitrail_slide_look_from_string (slide, cases[i][0], &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
    g_assert_cmpstr (error->message, ==, message);
  }
  g_autofree char *long_text = g_strnfill (70000, ';');
  g_assert_null (vitrail_slide_look_from_string (slide, long_text, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/looktext/round-trip", test_round_trip);
  g_test_add_func ("/looktext/defaults", test_defaults);
  g_test_add_func ("/looktext/refused", test_refused);
  return g_test_run ();
}
