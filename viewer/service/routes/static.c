/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of the web pages. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  vitrail_assets_reply (request->service->assets,
                        vitrail_request_get_value (request, "file"), reply);
  return TRUE;
}

static const char *const patterns[] = {
  "/static/{file}",
  NULL,
};

const VitrailRoute vitrail_route_static = {
  .name = "static",
  .patterns = patterns,
  .at_once = at_once,
};
