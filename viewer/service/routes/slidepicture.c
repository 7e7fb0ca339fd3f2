/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Small pictures of a slide: "overview", and those that came with it (label,
 * macro, thumbnail). */

#include "error.h"
#include "pixel/present.h"
#include "route.h"
#include "service.h"
#include "slidereply.h"

#include <string.h>

#define OVERVIEW_PX 512
#define QUALITY     90

/* The largest DeepZoom level that is one small tile. */
static GBytes *
load_overview (const VitrailOpenSlide *slide, GError **error)
{
  const VitrailDeepZoom *plan = &slide->plan;
  guint level = 0;

  while (level + 1 < plan->n_levels && plan->levels[level + 1].columns == 1 &&
         plan->levels[level + 1].rows == 1 &&
         plan->levels[level + 1].width <= OVERVIEW_PX &&
         plan->levels[level + 1].height <= OVERVIEW_PX)
    level++;
  return vitrail_deepzoom_ref_tile (slide->slide, plan, level, 0, 0, NULL,
                                    error);
}

static GBytes *
load_associated (const VitrailOpenSlide *slide,
                 const char *name,
                 GError **error)
{
  const char *const *names = vitrail_slide_list_associated (slide->slide);
  if (names == NULL || !g_strv_contains (names, name)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no picture \"%s\"", slide->name, name);
    return NULL;
  }
  g_autoptr (VitrailFrame) frame =
      vitrail_slide_read_associated (slide->slide, name, error);
  if (frame == NULL)
    return NULL;
  if (frame->format.bits_allocated != 8 || frame->format.samples > 3) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: picture \"%s\" is not 8-bit grey or RGB", slide->name,
                 name);
    return NULL;
  }
  /* Encoding only reads the samples. */
  VitrailImage image = { .width = frame->format.width,
                         .height = frame->format.height,
                         .channels = frame->format.samples,
                         .stride = frame->stride };
  memcpy (&image.data, &frame->data, sizeof image.data);
  return vitrail_image_to_jpeg (&image, QUALITY, error);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const char *name = vitrail_request_get_value (request, "picture");

  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_reply_open (request, error);
  if (slide == NULL)
    return FALSE;
  vitrail_slide_reply_set_name (reply, request, slide, name);
  if (vitrail_reply_is_known (reply, request->if_none_match))
    return TRUE;
  GBytes *picture = strcmp (name, "overview") == 0
                        ? load_overview (slide, error)
                        : load_associated (slide, name, error);
  if (picture == NULL)
    return FALSE;
  vitrail_reply_set_body (reply, "image/jpeg", picture);
  return TRUE;
}

static const char *const patterns[] = {
  "/slides/{slide}/{picture}.jpg",
  "/slides/{slide}/associated/{picture}.jpg",
  "/slides/{slide}/associated/{picture}",
  NULL,
};

const VitrailRoute vitrail_route_slidepicture = {
  .name = "slidepicture",
  .patterns = patterns,
  .answer = answer,
  .priority = VITRAIL_PRIORITY_THUMBNAIL,
};
