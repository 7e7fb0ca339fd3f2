/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides as DeepZoom pyramids. A tile that is stored as DeepZoom wants it is
 * handed out as a slice of the file, at once; one that was made before comes
 * from the cache; the others are made on a worker. */

#include "route.h"
#include "service.h"
#include "slidereply.h"
#include "tileplace.h"

#include <string.h>

/* Whether a tile is asked for, not the document. */
static gboolean
is_tile (const VitrailRequest *request)
{
  return vitrail_request_get_value (request, "tile") != NULL;
}

/* Level, column and row. */
static gboolean
get_place (const VitrailRequest *request, guint place[3], GError **error)
{
  return vitrail_tile_place_parse (vitrail_request_get_value (request, "level"),
                                   vitrail_request_get_value (request, "tile"),
                                   ".jpg", place, error);
}

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  guint place[3];

  if (!is_tile (request) || !get_place (request, place, NULL))
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

  if (is_tile (request) && !get_place (request, place, error))
    return FALSE;
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_reply_open (request, error);
  if (slide == NULL ||
      g_cancellable_set_error_if_cancelled (request->cancellable, error))
    return FALSE;
  if (is_tile (request)) {
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
  "/deepzoom/{slide}_files/{level}/{tile}",
  "/deepzoom/{slide}.dzi",
  NULL,
};

const VitrailRoute vitrail_route_deepzoom = {
  .name = "deepzoom",
  .patterns = patterns,
  .at_once = at_once,
  .answer = answer,
};
