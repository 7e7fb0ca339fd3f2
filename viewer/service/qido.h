/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Search transactions (PS3.18 10.6): query keys to a VitrailQuery, answers to
 * DICOM JSON. The routes studies, series and instances are this at their
 * level. */

#pragma once

#include "archive.h"

G_BEGIN_DECLS

/**
 * VitrailQido:
 * @query: what the folder is asked; its match is owned
 * @include: (element-type VitrailTag) attributes asked for beyond the usual
 * @include_all: all attributes of the level
 */
typedef struct {
  VitrailQuery query;
  GArray *include;
  gboolean include_all;
} VitrailQido;

void vitrail_qido_clear (VitrailQido *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailQido, vitrail_qido_clear)

/* Reads path and query; a key that is no attribute, or a number that is none,
 * is a VITRAIL_HTTP_ERROR 400. */
gboolean vitrail_qido_parse (VitrailQido *self,
                             const VitrailRequest *request,
                             VitrailLevel level,
                             GError **error);

/* The whole route: parse, ask, answer. */
gboolean vitrail_qido_answer (VitrailRequest *request,
                              VitrailReply *reply,
                              VitrailLevel level,
                              GError **error);

G_END_DECLS
