/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers about slides: see slidereply.h. */

#include "slidereply.h"

#include "iccmarker.h"
#include "service.h"

#include <string.h>

static const char *
get_id (const VitrailRequest *request)
{
  return vitrail_request_get_value (request, "slide");
}

static const char *
get_look (const VitrailRequest *request)
{
  const char *look = vitrail_request_get_query (request, "look");

  return look != NULL && *look != '\0' ? look : NULL;
}

/* FALSE: icc= says something else than embed and none. */
static gboolean
read_icc (const VitrailRequest *request, gboolean *embed)
{
  const char *icc = vitrail_request_get_query (request, "icc");

  *embed = g_strcmp0 (icc, "embed") == 0;
  return *embed || icc == NULL || strcmp (icc, "none") == 0;
}

VitrailOpenSlide *
vitrail_slide_reply_peek (const VitrailRequest *request)
{
  VitrailSlideCache *slides = request->service->slides;
  const char *look = get_look (request);
  gboolean embed;

  if (!read_icc (request, &embed))
    return NULL;
  return look != NULL
             ? vitrail_slide_cache_peek_look (slides, get_id (request), look)
             : vitrail_slide_cache_peek (slides, get_id (request));
}

VitrailOpenSlide *
vitrail_slide_reply_open (const VitrailRequest *request, GError **error)
{
  gboolean embed;

  if (!read_icc (request, &embed)) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 400,
                 "icc \"%.80s\": not embed or none",
                 vitrail_request_get_query (request, "icc"));
    return NULL;
  }
  return vitrail_slide_cache_open_look (request->service->slides,
                                        get_id (request), get_look (request),
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

static gboolean
embeds (const VitrailRequest *request, const VitrailOpenSlide *slide)
{
  gboolean embed = FALSE;

  return slide->markers != NULL && read_icc (request, &embed) && embed;
}

void
vitrail_slide_reply_set_place (VitrailReply *reply,
                               const VitrailRequest *request,
                               const VitrailOpenSlide *slide,
                               const guint place[3])
{
  reply->caching = vitrail_slide_reply_get_caching (request, slide);
  g_snprintf (reply->etag, sizeof reply->etag, "%s-%u-%u-%u%s", slide->tag,
              place[0], place[1], place[2],
              embeds (request, slide) ? "-icc" : "");
}

void
vitrail_slide_reply_set_name (VitrailReply *reply,
                              const VitrailRequest *request,
                              const VitrailOpenSlide *slide,
                              const char *what)
{
  vitrail_reply_set_etag (reply,
                          vitrail_slide_reply_get_caching (request, slide),
                          "%s %s %s %d", slide->id, slide->tag, what,
                          embeds (request, slide));
}

void
vitrail_slide_reply_set_jpeg (VitrailReply *reply,
                              const VitrailRequest *request,
                              const VitrailOpenSlide *slide,
                              GBytes *jpeg)
{
  GPtrArray *parts = embeds (request, slide)
                         ? vitrail_icc_markers_splice (slide->markers, jpeg)
                         : NULL;

  vitrail_reply_set_body (reply, "image/jpeg",
                          parts == NULL ? g_bytes_ref (jpeg) : NULL);
  reply->parts = parts;
  reply->is_single = TRUE;
  g_bytes_unref (jpeg);
}
