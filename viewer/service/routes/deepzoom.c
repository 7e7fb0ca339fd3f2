/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides as DeepZoom pyramids. A tile that is stored as DeepZoom wants it is
 * handed out as a slice of the file, at once; one that was made before comes
 * from the cache; the others are made on a worker. */

#include "route.h"
#include "service.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  guint level;
  guint column;
  guint row;
} Place;

/* FALSE: the document, not a tile. The router has checked the numbers. */
static gboolean
get_place (const VitrailRequest *request, Place *place)
{
  const char *level = vitrail_request_get_value (request, "level");
  const char *tile = vitrail_request_get_value (request, "tile");
  char *end = NULL;

  if (level == NULL || tile == NULL)
    return FALSE;
  place->level = (guint) strtoul (level, NULL, 10);
  place->column = (guint) strtoul (tile, &end, 10);
  place->row = (guint) strtoul (end + 1, NULL, 10);
  return TRUE;
}

/* A page names the slide's version in its URLs, which then never change what
 * they mean. */
static void
set_caching (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             VitrailReply *reply)
{
  const char *version = vitrail_request_get_query (request, "v");
  gboolean is_named = g_strcmp0 (version, slide->version) == 0;

  reply->caching =
      is_named ? VITRAIL_CACHING_IMMUTABLE : VITRAIL_CACHING_REVALIDATE;
}

static void
set_tile (const VitrailRequest *request,
          const VitrailOpenSlide *slide,
          const Place *place,
          GBytes *tile,
          VitrailReply *reply)
{
  vitrail_reply_set_body (reply, "image/jpeg", tile);
  set_caching (request, slide, reply);
  g_snprintf (reply->etag, sizeof reply->etag, "%s-%u-%u-%u", slide->version,
              place->level, place->column, place->row);
}

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  VitrailSlideCache *slides = request->service->slides;
  Place place;

  if (!get_place (request, &place))
    return FALSE;
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_cache_peek (slides,
                                vitrail_request_get_value (request, "slide"));
  if (slide == NULL)
    return FALSE;
  GBytes *tile =
      vitrail_deepzoom_ref_stored_tile (slide->slide, &slide->plan, place.level,
                                        place.column, place.row);
  if (tile == NULL)
    tile = vitrail_slide_cache_peek_tile (slides, slide, place.level,
                                          place.column, place.row);
  if (tile == NULL)
    return FALSE;
  set_tile (request, slide, &place, tile, reply);
  return TRUE;
}

static gboolean
answer_tile (VitrailRequest *request,
             VitrailOpenSlide *slide,
             const Place *place,
             VitrailReply *reply,
             GError **error)
{
  const guint numbers[3] = { place->level, place->column, place->row };

  if (g_cancellable_set_error_if_cancelled (request->cancellable, error))
    return FALSE;
  GBytes *tile = vitrail_deepzoom_ref_stored_tile (slide->slide, &slide->plan,
                                                   place->level, place->column,
                                                   place->row);
  if (tile == NULL) {
    tile = vitrail_deepzoom_ref_tile (slide->slide, &slide->plan, place->level,
                                      place->column, place->row, NULL, error);
    if (tile == NULL)
      return FALSE;
    vitrail_slide_cache_keep_tile (request->service->slides, slide, numbers,
                                   tile);
  }
  set_tile (request, slide, place, tile, reply);
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  Place place;

  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_cache_open (request->service->slides,
                                vitrail_request_get_value (request, "slide"),
                                error);
  if (slide == NULL)
    return FALSE;
  if (get_place (request, &place))
    return answer_tile (request, slide, &place, reply, error);

  char *xml = vitrail_deepzoom_to_xml (&slide->plan);
  vitrail_reply_set_body (reply, "application/xml",
                          g_bytes_new_take (xml, strlen (xml)));
  set_caching (request, slide, reply);
  g_strlcpy (reply->etag, slide->version, sizeof reply->etag);
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
