/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Readiness: 200 once the archive has been scanned, 503 before. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  g_autofree char *failed = NULL;
  gboolean is_ready = vitrail_service_is_ready (request->service, &failed);

  if (failed != NULL)
    vitrail_reply_set_status_error (reply, 500, failed);
  else if (!is_ready)
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
