/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What DICOMweb can do here, for who asks for it by GET: OPTIONS of any of its
 * resources says it too (PS3.18 8.9). */

#include "capabilities.h"

#include "route.h"

static gboolean
at_once (VitrailRequest *request, VitrailReply *reply)
{
  return vitrail_capabilities_answer (request, reply);
}

static const char *const patterns[] = {
  "/dicom-web",
  "/dicom-web/",
  NULL,
};

const VitrailRoute vitrail_route_capabilities = {
  .name = "capabilities",
  .patterns = patterns,
  .at_once = at_once,
};
