/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects whose rendition is what they hold: a PDF document, a film (PS3.18
 * 8.7.4, rendered media types of non-image objects and of video). */

#pragma once

#include "archive.h"

G_BEGIN_DECLS

/* Answers with the document or stream in @instance; FALSE, with nothing set,
 * where it holds none or the request does not take its media type. A stream
 * says what it is by its own first bytes, not by what the file claims: a
 * browser is never handed anything as HTML. May block. */
gboolean vitrail_encapsulated_answer (const VitrailRequest *request,
                                      VitrailInstance *instance,
                                      VitrailReply *reply);

G_END_DECLS
