/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ICC profile of a slide's stored tiles, for who manages colours itself. */

#include "error.h"
#include "route.h"
#include "service.h"
#include "slidereply.h"

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_reply_open (request, error);
  if (slide == NULL)
    return FALSE;
  GBytes *profile = vitrail_slide_get_icc_profile (slide->source);
  if (profile == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no ICC profile: its colours are taken for sRGB",
                 slide->name);
    return FALSE;
  }
  vitrail_slide_reply_set_name (reply, request, slide, "icc");
  vitrail_reply_set_body (reply, "application/vnd.iccprofile", profile);
  return TRUE;
}

static const char *const patterns[] = {
  "/slides/{slide}/icc",
  NULL,
};

const VitrailRoute vitrail_route_slideicc = {
  .name = "slideicc",
  .patterns = patterns,
  .answer = answer,
  .priority = VITRAIL_PRIORITY_THUMBNAIL,
};
