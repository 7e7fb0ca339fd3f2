/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching for studies (QIDO-RS, PS3.18 10.6); storing (STOW-RS, 10.5). */

#include "qido.h"
#include "route.h"

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  return vitrail_qido_answer (request, reply, VITRAIL_LEVEL_STUDY, error);
}

static const char *const patterns[] = {
  "/dicom-web/studies",
  NULL,
};

const VitrailRoute vitrail_route_studies = {
  .name = "studies",
  .patterns = patterns,
  .answer = answer,
  .takes_store = TRUE,
};
