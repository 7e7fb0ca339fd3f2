/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers about slides: see slidereply.h. */

#include "slidereply.h"

#include "service.h"

VitrailOpenSlide *
vitrail_slide_reply_peek (const VitrailRequest *request)
{
  return vitrail_slide_cache_peek (request->service->slides,
                                   vitrail_request_get_value (request,
                                                              "slide"));
}

VitrailOpenSlide *
vitrail_slide_reply_open (const VitrailRequest *request, GError **error)
{
  return vitrail_slide_cache_open (request->service->slides,
                                   vitrail_request_get_value (request, "slide"),
                                   error);
}

VitrailCaching
vitrail_slide_reply_get_caching (const VitrailRequest *request,
                                 const VitrailOpenSlide *slide)
{
  const char *version = vitrail_request_get_query (request, "v");

  return g_strcmp0 (version, slide->version) == 0 ? VITRAIL_CACHING_IMMUTABLE
                                                  : VITRAIL_CACHING_REVALIDATE;
}

void
vitrail_slide_reply_set_tile (VitrailReply *reply,
                              const VitrailRequest *request,
                              const VitrailOpenSlide *slide,
                              const guint place[3],
                              GBytes *tile)
{
  vitrail_reply_set_body (reply, "image/jpeg", tile);
  reply->caching = vitrail_slide_reply_get_caching (request, slide);
  g_snprintf (reply->etag, sizeof reply->etag, "%s-%u-%u-%u", slide->version,
              place[0], place[1], place[2]);
}
