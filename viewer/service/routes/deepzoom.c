/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides as DeepZoom pyramids. A tile that is stored as DeepZoom wants it is
 * handed out as a slice of the file, at once; one that was made before comes
 * from the cache; the others are made on a worker. */

#include "route.h"
#include "service.h"
#include "slidereply.h"

#include <stdlib.h>
#include <string.h>

/* Level, column and row. FALSE: the document, not a tile. The router has
 * checked the numbers. */
static gboolean
get_place (const VitrailRequest *request, guint place[3])
{
  const char *level = vitrail_request_get_value (request, "level");
  const char *tile = vitrail_request_get_value (request, "tile");
  char *end = NULL;

  if (level == NULL || tile == NULL)
    return FALSE;
  place[0] = (guint) strtoul (level, NULL, 10);
  place[1] = (guint) strtoul (tile, &end, 10);
  place[2] = (guint) strtoul (end + 1, NULL, 10);
  return TRUE;
}

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  guint place[3];

  if (!get_place (request, place))
    return FALSE;
  g_autoptr (VitrailOpenSlide) slide = vitrail_slide_reply_peek (request);
  if (slide == NULL)
    return FALSE;
  GBytes *tile =
      vitrail_slide_cache_peek_tile (request->service->slides, slide, place);
  if (tile == NULL)
    return FALSE;
  vitrail_slide_reply_set_place (reply, request, slide, place);
  vitrail_slide_reply_set_jpeg (reply, request, slide, tile);
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  guint place[3];

  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_reply_open (request, error);
  if (slide == NULL ||
      g_cancellable_set_error_if_cancelled (request->cancellable, error))
    return FALSE;
  if (get_place (request, place)) {
    GBytes *tile = vitrail_slide_cache_ref_tile (request->service->slides,
                                                 slide, place, error);
    if (tile == NULL)
      return FALSE;
    vitrail_slide_reply_set_place (reply, request, slide, place);
    vitrail_slide_reply_set_jpeg (reply, request, slide, tile);
    return TRUE;
  }
  char *xml = vitrail_deepzoom_to_xml (&slide->plan);
  vitrail_reply_set_body (reply, "application/xml",
                          g_bytes_new_take (xml, strlen (xml)));
  vitrail_slide_reply_set_name (reply, request, slide, "dzi");
  return TRUE;
}

static const char *const patterns[] = {
  "/deepzoom/{slide}_files/{level}/{tile}.jpg",
  "/deepzoom/{slide}.dzi",
  NULL,
};

const VitrailRoute vitrail_route_deepzoom = {
  .name = "deepzoom",
  .patterns = patterns,
  .at_once = at_once,
  .answer = answer,
};
