/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The page of one study: series, stack, cine. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  vitrail_assets_reply (request->service->assets, "study.html", reply);
  return TRUE;
}

static const char *const patterns[] = {
  "/study/{study}",
  NULL,
};

const VitrailRoute vitrail_route_studypage = {
  .name = "studypage",
  .patterns = patterns,
  .at_once = at_once,
};
