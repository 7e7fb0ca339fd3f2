/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where on a slide there is tissue, as JSON (slide/tissue.h). */

#include "route.h"
#include "service.h"
#include "slide/tissue.h"
#include "slidereply.h"

#include <string.h>

static gboolean
is_stale (gpointer cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_reply_open (request, error);
  if (slide == NULL)
    return FALSE;
  vitrail_slide_reply_set_name (reply, request, slide, "tissue");
  if (vitrail_reply_is_known (reply, request->if_none_match))
    return TRUE;
  g_autoptr (VitrailTissue) tissue =
      vitrail_tissue_find (slide->source, vitrail_tile_cache_get_default (),
                           is_stale, request->cancellable, error);
  if (tissue == NULL)
    return FALSE;
  char *json = vitrail_tissue_to_json (tissue);
  vitrail_reply_set_body (reply, "application/json",
                          g_bytes_new_take (json, strlen (json)));
  return TRUE;
}

static const char *const patterns[] = {
  "/slides/{slide}/tissue",
  NULL,
};

const VitrailRoute vitrail_route_slidetissue = {
  .name = "slidetissue",
  .patterns = patterns,
  .answer = answer,
  .priority = VITRAIL_PRIORITY_THUMBNAIL,
};
