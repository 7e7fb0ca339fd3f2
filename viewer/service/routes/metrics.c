/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counters in the Prometheus text format. */

#include "route.h"
#include "service.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  GString *text = g_string_new (NULL);

  vitrail_metrics_write (request->service->metrics, text);
  vitrail_reply_set_text (reply, "text/plain; version=0.0.4; charset=utf-8",
                          text);
  return TRUE;
}

static const char *const patterns[] = {
  "/metrics",
  NULL,
};

const VitrailRoute vitrail_route_metrics = {
  .name = "metrics",
  .patterns = patterns,
  .at_once = at_once,
};
