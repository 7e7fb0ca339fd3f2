/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slides by the IIIF Image API 3.0, level 2. What is a tile of the DeepZoom
 * pyramid is that tile: as stored where it can be, and kept otherwise. */

#include "accept.h"
#include "iiifpicture.h"
#include "route.h"
#include "service.h"
#include "slidereply.h"

#include <string.h>

#define CONTEXT "http://iiif.io/api/image/3/context.json"
#define PROFILE "http://iiif.io/api/image/3/level2.json"

/* A picture of a slide that is open. */
typedef struct {
  VitrailIiifLimits limits;
  VitrailIiifPicture picture;
  gboolean is_tile;
  guint place[3]; /* DeepZoom: level, column, row */
} Asked;

/* FALSE without an error: it is not a picture that is asked for. */
static gboolean
parse (const VitrailRequest *request,
       VitrailIiifRequest *parsed,
       GError **error)
{
  const char *file = vitrail_request_get_value (request, "quality");

  return file != NULL &&
         vitrail_iiif_parse (parsed,
                             vitrail_request_get_value (request, "region"),
                             vitrail_request_get_value (request, "size"),
                             vitrail_request_get_value (request, "rotation"),
                             file, error);
}

static gboolean
resolve (const VitrailIiifRequest *parsed,
         const VitrailOpenSlide *slide,
         Asked *asked,
         GError **error)
{
  const VitrailDeepZoom *plan = &slide->plan;

  vitrail_iiif_get_limits (slide, &asked->limits);
  if (!vitrail_iiif_resolve (parsed, &asked->limits, &asked->picture, error))
    return FALSE;
  asked->is_tile = vitrail_iiif_find_tile (&asked->picture, &asked->limits,
                                           plan->tile_size, asked->place) &&
                   asked->place[0] < plan->n_levels;
  if (asked->is_tile)
    asked->place[0] = plan->n_levels - 1 - asked->place[0];
  return TRUE;
}

static char *
dup_base (const VitrailRequest *request)
{
  return g_strdup_printf ("%s://%s/iiif/3/%s",
                          vitrail_service_get_scheme (request->service),
                          request->host,
                          vitrail_request_get_value (request, "slide"));
}

static void
set_headers (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             const Asked *asked,
             VitrailReply *reply)
{
  g_autofree char *base = dup_base (request);
  g_autofree char *canonical =
      vitrail_iiif_to_canonical (&asked->picture, &asked->limits);
  reply->link = g_strdup_printf ("<%s/%s>;rel=\"canonical\", "
                                 "<" PROFILE ">;rel=\"profile\"",
                                 base, canonical);
  if (asked->is_tile)
    vitrail_slide_reply_set_place (reply, request, slide, asked->place);
  else
    vitrail_slide_reply_set_name (reply, request, slide, canonical);
  reply->is_single = asked->picture.format == VITRAIL_IIIF_FORMAT_JPG;
}

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  VitrailSlideCache *slides = request->service->slides;
  VitrailIiifRequest parsed;
  Asked asked;

  if (!parse (request, &parsed, NULL))
    return FALSE;
  g_autoptr (VitrailOpenSlide) slide = vitrail_slide_reply_peek (request);
  if (slide == NULL || !resolve (&parsed, slide, &asked, NULL) ||
      !asked.is_tile)
    return FALSE;
  GBytes *tile = vitrail_slide_cache_peek_tile (slides, slide, asked.place);
  if (tile == NULL)
    return FALSE;
  vitrail_slide_reply_set_jpeg (reply, request, slide, tile);
  set_headers (request, slide, &asked, reply);
  return TRUE;
}

static gboolean
answer_picture (VitrailRequest *request,
                const VitrailOpenSlide *slide,
                const Asked *asked,
                VitrailReply *reply,
                GError **error)
{
  set_headers (request, slide, asked, reply);
  if (vitrail_reply_is_known (reply, request->if_none_match))
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (request->cancellable, error))
    return FALSE;
  GBytes *body = asked->is_tile
                     ? vitrail_slide_cache_ref_tile (request->service->slides,
                                                     slide, asked->place, error)
                     : vitrail_iiif_draw (slide, &asked->picture,
                                          request->cancellable, error);
  if (body == NULL)
    return FALSE;
  if (asked->picture.format == VITRAIL_IIIF_FORMAT_PNG)
    vitrail_reply_set_body (reply, "image/png", body);
  else if (asked->picture.format == VITRAIL_IIIF_FORMAT_WEBP)
    vitrail_reply_set_body (reply, "image/webp", body);
  else
    vitrail_slide_reply_set_jpeg (reply, request, slide, body);
  return TRUE;
}

/* JSON-LD only for who asks for it by name (5.1). */
static void
answer_info (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             VitrailReply *reply)
{
  static const char *const types[] = { "application/json",
                                       "application/ld+json", NULL };
  g_autofree char *base = dup_base (request);
  gboolean is_ld =
      request->accept != NULL &&
      g_strcmp0 (vitrail_accept_choose (request, types), types[1]) == 0;

  vitrail_reply_set_text (reply, types[0], vitrail_iiif_describe (slide, base));
  if (is_ld)
    reply->content_type = "application/ld+json;profile=\"" CONTEXT "\"";
  else
    reply->link =
        g_strdup ("<" CONTEXT ">;rel=\"http://www.w3.org/ns/json-ld#context\";"
                  "type=\"application/ld+json\", "
                  "<" PROFILE ">;rel=\"profile\"");
  vitrail_reply_set_etag (reply, VITRAIL_CACHING_REVALIDATE, "%s %s %d", base,
                          slide->version, is_ld);
}

/* The description, or the way to it (2.1). */
static gboolean
answer_about (const VitrailRequest *request,
              const VitrailOpenSlide *slide,
              VitrailReply *reply,
              GError **error)
{
  const char *file = vitrail_request_get_value (request, "file");

  if (file == NULL) {
    g_autofree char *base = dup_base (request);
    reply->status = 303;
    reply->location = g_strconcat (base, "/info.json", NULL);
    return TRUE;
  }
  if (strcmp (file, "info.json") != 0) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 404,
                 "neither info.json nor REGION/SIZE/ROTATION/QUALITY.FORMAT");
    return FALSE;
  }
  answer_info (request, slide, reply);
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const char *file = vitrail_request_get_value (request, "quality");
  VitrailIiifRequest parsed;
  Asked asked;

  if (file != NULL && !parse (request, &parsed, error))
    return FALSE;
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_reply_open (request, error);
  if (slide == NULL)
    return FALSE;
  if (file != NULL)
    return resolve (&parsed, slide, &asked, error) &&
           answer_picture (request, slide, &asked, reply, error);
  return answer_about (request, slide, reply, error);
}

static const char *const patterns[] = {
  "/iiif/3/{slide}/{region}/{size}/{rotation}/{quality}",
  "/iiif/3/{slide}/{file}",
  "/iiif/3/{slide}",
  "/iiif/3/{slide}/",
  NULL,
};

const VitrailRoute vitrail_route_iiif = {
  .name = "iiif",
  .patterns = patterns,
  .at_once = at_once,
  .answer = answer,
  .is_open = TRUE,
};
