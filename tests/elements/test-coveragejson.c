/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been looked at, as text and back; what is no such text. */

#include "channelslide.h"
#include "error.h"
#include "slide/coverage.h"

#include <string.h>

static void
test_round_trip (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  g_autoptr (VitrailCoverage) self = vitrail_coverage_new (slide, 500);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3000; i += 1 + i % 5)
    vitrail_coverage_set_step (self, i % 128, i / 128, i % 20);
  g_autofree char *json = vitrail_coverage_to_json (self);
  g_autoptr (VitrailCoverage) again =
      vitrail_coverage_from_json (slide, json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->ms, ==, 500);
  for (guint i = 0; i < 128 * 96; i++)
    g_assert_cmpint (vitrail_coverage_get_step (self, i % 128, i / 128), ==,
                     vitrail_coverage_get_step (again, i % 128, i / 128));
  g_autofree char *twice = vitrail_coverage_to_json (again);
  g_assert_cmpstr (json, ==, twice);
}

static void
test_text (void)
{
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);
  g_autoptr (VitrailCoverage) self = vitrail_coverage_new (slide, 500);

  vitrail_coverage_set_step (self, 0, 0, 12);
  vitrail_coverage_set_step (self, 2, 0, 0);
  vitrail_coverage_set_step (self, 3, 0, 0);
  g_autofree char *json = vitrail_coverage_to_json (self);
  g_assert_cmpstr (json, ==,
                   "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,"
                   "\"ms\":500,\"cells\":\"m.2a12284.\"}");
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{",
    "null",
    "{}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500}",
    "{\"width\":201,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":\"12288.\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":\"12287.\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":\"12289.\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":\"12288u\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":\"12287.9\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":\"99999999999999999999999a\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":1,"
    "\"cells\":\"12288.\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":\"5\","
    "\"cells\":\"12288.\"}",
    "{\"width\":200,\"height\":150,\"columns\":128,\"rows\":96,\"ms\":500,"
    "\"cells\":12288}",
  };
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (1, 1);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_coverage_from_json (slide, texts[i], &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
    g_assert_true (
        g_str_has_prefix (error->message, "made-of-channels: coverage: "));
  }
  g_autofree char *deep = g_strnfill (300000, '{');
  g_assert_null (vitrail_coverage_from_json (slide, deep, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coveragejson/round-trip", test_round_trip);
  g_test_add_func ("/coveragejson/text", test_text);
  g_test_add_func ("/coveragejson/refused", test_refused);
  return g_test_run ();
}
