/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Looks and what has been looked at, as they come in URLs and saved sessions:
 * what is taken is written again and says the same. */

#include "slide/look.h"

#include "channelslide.h"
#include "fuzz.h"
#include "slide/coverage.h"

static void
try_look (VitrailSlide *slide, const char *text)
{
  g_autoptr (VitrailSlideLook) look =
      vitrail_slide_look_from_string (slide, text, NULL);

  if (look == NULL)
    return;
  g_autofree char *written = vitrail_slide_look_to_string (look);
  g_autoptr (VitrailSlideLook) again =
      vitrail_slide_look_from_string (slide, written, NULL);
  g_assert_nonnull (again);
  g_autofree char *twice = vitrail_slide_look_to_string (again);
  g_assert_cmpstr (written, ==, twice);
  g_autoptr (VitrailSlide) looked = vitrail_slide_ref_with_look (slide, look);
  g_assert_nonnull (looked);
}

static void
try_coverage (VitrailSlide *slide, const char *text)
{
  g_autoptr (VitrailCoverage) coverage =
      vitrail_coverage_from_json (slide, text, NULL);

  if (coverage == NULL)
    return;
  g_autofree char *written = vitrail_coverage_to_json (coverage);
  g_autoptr (VitrailCoverage) again =
      vitrail_coverage_from_json (slide, written, NULL);
  g_assert_nonnull (again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text =
      size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_autoptr (VitrailSlide) slide = test_channel_slide_new (4, 3);

  try_look (slide, text);
  try_coverage (slide, text);
  return 0;
}
