/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* URLs of tiles, as any client writes them: a path through the router, and an
 * IIIF request through its parser, for images of several sizes. */

#include "fuzz.h"
#include "iiif.h"
#include "router.h"
#include "tileplace.h"

#include <string.h>

static const VitrailIiifLimits images[] = {
  { 1, 1, 8192, 8192, 16777216 },
  { 1000, 700, 8192, 8192, 16777216 },
  { 153600, 98304, 8192, 4096, 1000000 },
  { 4294967295, 1, 8192, 8192, 16777216 },
};

/* What comes out lies in the image and within the limits, and its canonical
 * form means the same. */
static void
check_picture (const VitrailIiifPicture *picture,
               const VitrailIiifLimits *limits)
{
  const guint64 *region = picture->region;
  VitrailIiifRequest request;
  VitrailIiifPicture again;
  guint place[3];

  g_assert_true (region[2] > 0 && region[0] + region[2] <= limits->width);
  g_assert_true (region[3] > 0 && region[1] + region[3] <= limits->height);
  g_assert_true (picture->width > 0 && picture->width <= limits->max_width);
  g_assert_true (picture->height > 0 && picture->height <= limits->max_height);
  g_assert_true ((guint64) picture->width * picture->height <=
                 limits->max_area);
  g_autofree char *text = vitrail_iiif_to_canonical (picture, limits);
  g_auto (GStrv) parts = g_strsplit (text, "/", 0);
  g_assert_cmpuint (g_strv_length (parts), ==, 4);
  g_assert_true (vitrail_iiif_parse (&request, parts[0], parts[1], parts[2],
                                     parts[3], NULL));
  g_assert_true (vitrail_iiif_resolve (&request, limits, &again, NULL));
  g_assert_true (memcmp (region, again.region, sizeof again.region) == 0);
  g_assert_true (picture->width == again.width &&
                 picture->height == again.height &&
                 picture->rotation == again.rotation);
  if (vitrail_iiif_find_tile (picture, limits, 256, place))
    g_assert_true (((guint64) place[1] * 256) << place[0] == region[0] &&
                   ((guint64) place[2] * 256) << place[0] == region[1]);
}

static void
try_iiif (const VitrailRequest *request)
{
  const char *quality = vitrail_request_get_value (request, "quality");
  VitrailIiifRequest parsed;
  VitrailIiifPicture picture;

  if (quality == NULL ||
      !vitrail_iiif_parse (&parsed,
                           vitrail_request_get_value (request, "region"),
                           vitrail_request_get_value (request, "size"),
                           vitrail_request_get_value (request, "rotation"),
                           quality, NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    if (vitrail_iiif_resolve (&parsed, &images[i], &picture, NULL))
      check_picture (&picture, &images[i]);
}

/* Numbers of a DeepZoom tile fit, and what they say is what was written. */
static void
check_tile (const VitrailRequest *request)
{
  const char *level = vitrail_request_get_value (request, "level");
  const char *tile = vitrail_request_get_value (request, "tile");
  g_autoptr (GError) error = NULL;
  guint place[3];

  if (level == NULL || tile == NULL)
    return;
  if (!vitrail_tile_place_parse (level, tile, ".jpg", place, &error)) {
    g_assert_error (error, VITRAIL_HTTP_ERROR, 400);
    return;
  }
  g_assert_cmpuint (strspn (level, "0123456789"), ==, strlen (level));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (place[i], <, 1000000000);
  g_autofree char *again = g_strdup_printf ("%u_%u.jpg", place[1], place[2]);
  g_assert_cmpuint (strlen (again), <=, strlen (tile));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path =
      size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  VitrailRequest request = { 0 };

  if (vitrail_router_match (path, &request) == 200) {
    try_iiif (&request);
    check_tile (&request);
  }
  return 0;
}
