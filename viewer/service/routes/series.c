/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching for series (QIDO-RS, PS3.18 10.6). */

#include "qido.h"
#include "route.h"

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  return vitrail_qido_answer (request, reply, VITRAIL_LEVEL_SERIES, error);
}

static const char *const patterns[] = {
  "/dicom-web/series",
  "/dicom-web/studies/{study}/series",
  NULL,
};

const VitrailRoute vitrail_route_series = {
  .name = "series",
  .patterns = patterns,
  .answer = answer,
};
