/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of segmentations and parametric maps, as any client asks for them: a
 * line with the path, a line with the query, which then style a raster. */

#include "fuzz.h"
#include "rasterwish.h"
#include "router.h"
#include "tileplace.h"

#include <math.h>
#include <string.h>

static void
check_place (const VitrailRequest *request)
{
  const char *level = vitrail_request_get_value (request, "level");
  const char *tile = vitrail_request_get_value (request, "tile");
  guint place[3];

  if (level == NULL || tile == NULL ||
      !vitrail_tile_place_parse (level, tile, ".png", place, NULL))
    return;
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (place[i], <, 1000000000);
}

/* Numbers are numbers, opacities 0 or 1; the same wish has the same name. */
static void
check_wish (const VitrailRequest *request)
{
  g_auto (VitrailRasterWish) wish = { 0 };
  g_auto (VitrailRasterWish) again = { 0 };
  g_autoptr (GError) error = NULL;
  VitrailRasterStyle style = {
    .segments = g_array_new (FALSE, TRUE, sizeof (VitrailRasterSegment)),
    .colormap = "inferno",
  };
  const VitrailRasterSegment segment = { 7, "a", 0, 0.6 };

  g_array_append_val (style.segments, segment);
  if (!vitrail_raster_wish_parse (&wish, request, &error)) {
    g_assert_error (error, VITRAIL_HTTP_ERROR, 400);
  } else {
    vitrail_raster_wish_apply (&wish, &style);
    g_assert_true (isfinite (style.low) && isfinite (style.high));
    g_assert_nonnull (style.colormap);
    const double opacity =
        g_array_index (style.segments, VitrailRasterSegment, 0).opacity;
    g_assert_true (opacity <= 0 || opacity >= 1);
    g_assert_true (vitrail_raster_wish_parse (&again, request, NULL));
    g_autofree char *name = vitrail_raster_wish_to_string (&wish);
    g_autofree char *other = vitrail_raster_wish_to_string (&again);
    g_assert_cmpstr (name, ==, other);
  }
  vitrail_raster_style_clear (&style);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text =
      size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  VitrailRequest request = { 0 };

  if (lines[0] == NULL)
    return 0;
  if (vitrail_router_match (lines[0], &request) == 200)
    check_place (&request);
  if (vitrail_url_query_parse (lines[1], &request.query, NULL))
    check_wish (&request);
  g_clear_pointer (&request.query, g_array_unref);
  return 0;
}
