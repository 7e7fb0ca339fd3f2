/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Search transactions (PS3.18 10.6). The routes studies, series and instances
 * are this at their level. */

#pragma once

#include "archive.h"
#include "qidokeys.h"

G_BEGIN_DECLS

/* The whole route: parse, ask, answer, in DICOM JSON or XML. */
gboolean vitrail_qido_answer (VitrailRequest *request,
                              VitrailReply *reply,
                              VitrailLevel level,
                              GError **error);

G_END_DECLS
