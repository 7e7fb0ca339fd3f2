/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching for instances (QIDO-RS, PS3.18 10.6). */

#include "qido.h"
#include "route.h"

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  return vitrail_qido_answer (request, reply, VITRAIL_LEVEL_INSTANCE, error);
}

static const char *const patterns[] = {
  "/dicom-web/instances",
  "/dicom-web/studies/{study}/instances",
  "/dicom-web/studies/{study}/series/{series}/instances",
  NULL,
};

const VitrailRoute vitrail_route_instances = {
  .name = "instances",
  .patterns = patterns,
  .answer = answer,
};
