/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What of a slide has been looked at (slide/coveragestore.h). PUT adds to it
 * and answers all of it, so that nobody can make unseen what somebody else has
 * seen; DELETE begins anew. */

#include "route.h"
#include "service.h"
#include "slide/coveragestore.h"

#include <string.h>

#define MAX_BODY_BYTES ((gsize) 256 * 1024)

static gboolean
answer_with (VitrailReply *reply, const VitrailCoverage *coverage)
{
  g_autofree char *json = vitrail_coverage_to_json (coverage);

  vitrail_reply_set_text (reply, "application/json", g_string_new (json));
  return TRUE;
}

static gboolean
answer_put (const VitrailRequest *request,
            VitrailSlide *slide,
            VitrailReply *reply,
            GError **error)
{
  g_autoptr (GError) fault = NULL;
  gsize length;
  const char *data = g_bytes_get_data (request->body, &length);
  g_autofree char *json = g_strndup (data, length);
  g_autoptr (VitrailCoverage) coverage =
      vitrail_coverage_from_json (slide, json, &fault);

  if (coverage == NULL) {
    vitrail_reply_set_status_error (reply, 400, fault->message);
    return TRUE;
  }
  return vitrail_coverage_store_add (slide, coverage, error) &&
         answer_with (reply, coverage);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_cache_open (request->service->slides,
                                vitrail_request_get_value (request, "slide"),
                                error);

  if (slide == NULL)
    return FALSE;
  if (request->method == VITRAIL_METHOD_PUT)
    return answer_put (request, slide->source, reply, error);
  if (request->method == VITRAIL_METHOD_DELETE &&
      !vitrail_coverage_store_forget (slide->source, error))
    return FALSE;
  g_autoptr (VitrailCoverage) coverage =
      vitrail_coverage_store_load (slide->source);
  return answer_with (reply, coverage);
}

static const char *const patterns[] = {
  "/slides/{slide}/coverage",
  NULL,
};

const VitrailRoute vitrail_route_slidecoverage = {
  .name = "slidecoverage",
  .patterns = patterns,
  .answer = answer,
  .max_body_bytes = MAX_BODY_BYTES,
};
