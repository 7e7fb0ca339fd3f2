/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The value: defaults that follow the slide, copies. */

#include "channelslide.h"
#include "slide/look.h"

static void
test_defaults (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (4, 5);
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);

  g_assert_cmpuint (look->focal_plane, ==, 2);
  g_assert_true (look->color_managed);
  g_assert_cmpuint (look->n_channels, ==, 0);
  vitrail_slide_look_set_default_channels (look, slide);
  g_assert_cmpuint (look->n_channels, ==, 4);
  g_assert_cmpmem (look->channels[1].rgb, 3, "\0\xff\0", 3);
  for (guint i = 0; i < 4; i++) {
    g_assert_true (look->channels[i].visible);
    g_assert_cmpfloat (look->channels[i].high, ==, 0);
    g_assert_cmpfloat (look->channels[i].gamma, ==, 1);
    g_assert_cmpfloat (look->channels[i].opacity, ==, 1);
  }
}

static void
test_boxed (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (2, 1);
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
  g_auto (GValue) value = G_VALUE_INIT;

  look->stain = VITRAIL_STAIN_EOSIN;
  g_value_init (&value, VITRAIL_TYPE_SLIDE_LOOK);
  g_value_set_boxed (&value, look);
  const VitrailSlideLook *copy = g_value_get_boxed (&value);
  g_assert_true (copy != look);
  g_assert_cmpmem (copy, sizeof *copy, look, sizeof *look);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/look/defaults", test_defaults);
  g_test_add_func ("/look/boxed", test_boxed);
  return g_test_run ();
}
