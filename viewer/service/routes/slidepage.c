/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The page of one slide. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  vitrail_assets_reply (request->service->assets, "slide.html", reply);
  return TRUE;
}

static const char *const patterns[] = {
  "/slide/{slide}",
  NULL,
};

const VitrailRoute vitrail_route_slidepage = {
  .name = "slidepage",
  .patterns = patterns,
  .at_once = at_once,
};
