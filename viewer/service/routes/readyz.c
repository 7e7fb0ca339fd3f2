/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Readiness: 200 once the archive has been scanned, 503 before. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  const VitrailService *service = request->service;

  if (service->scan_error != NULL)
    vitrail_reply_set_status_error (reply, 500, service->scan_error);
  else if (!service->is_ready)
    vitrail_reply_set_status_error (reply, 503, "still reading the archive");
  else
    vitrail_reply_set_text (reply, "application/json",
                            g_string_new ("{\"status\": \"ready\"}\n"));
  return TRUE;
}

static const char *const patterns[] = {
  "/readyz",
  NULL,
};

const VitrailRoute vitrail_route_readyz = {
  .name = "readyz",
  .patterns = patterns,
  .at_once = at_once,
};
