/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is answered to who stores: PS3.18 10.5.3 and annex I. */

#pragma once

#include "folder/incoming.h"
#include "reply.h"

G_BEGIN_DECLS

/* The Store Instances Response for @files (element-type VitrailIncoming), whose
 * outcomes are known, with its status. @base: "http://host/dicom-web". */
void vitrail_stow_answer_files (const GPtrArray *files,
                                const char *base,
                                VitrailReply *reply);

G_END_DECLS
