/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Liveness: a thread listens. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  vitrail_reply_set_text (reply, "application/json",
                          g_string_new ("{\"status\": \"ok\"}\n"));
  return TRUE;
}

static const char *const patterns[] = {
  "/healthz",
  NULL,
};

const VitrailRoute vitrail_route_healthz = {
  .name = "healthz",
  .patterns = patterns,
  .at_once = at_once,
};
