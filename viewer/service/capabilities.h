/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be asked of DICOMweb's resources (PS3.18 8.9), in WADL or JSON. */

#pragma once

#include "reply.h"
#include "request.h"

G_BEGIN_DECLS

/* Answers an OPTIONS request: of a resource with what it takes, of the whole
 * (the route "capabilities") with all of them. FALSE: @request's route is none
 * of DICOMweb. Pure but for the route table. */
gboolean vitrail_capabilities_answer (const VitrailRequest *request,
                                      VitrailReply *reply);

G_END_DECLS
