/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What includefield adds to an answer of a search (PS3.18 8.3.4.3). */

#pragma once

#include "archive.h"
#include "qidokeys.h"

G_BEGIN_DECLS

/* @answer with what was asked for and is not in the index: read from the file,
 * of a study or series from its first one. Of a sequence only what was asked
 * for. What belongs to a level below is left out. */
VitrailDataSet *vitrail_qido_include (const VitrailQido *self,
                                      const VitrailRequest *request,
                                      VitrailDataSet *answer);

G_END_DECLS
