/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The worklist page. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  vitrail_assets_reply (request->service->assets, "worklist.html", reply);
  return TRUE;
}

static const char *const patterns[] = {
  "/",
  NULL,
};

const VitrailRoute vitrail_route_worklist = {
  .name = "worklist",
  .patterns = patterns,
  .at_once = at_once,
};
