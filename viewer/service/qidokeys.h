/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The query of a search (PS3.18 8.3.4, 10.6.1): keys to match, attributes to
 * include, the page. Pure; fuzzed. */

#pragma once

#include "request.h"
#include "source.h"

G_BEGIN_DECLS

/* Sequences around an attribute. */
#define VITRAIL_QIDO_DEPTH 8

/**
 * VitrailTagPath: "RequestAttributesSequence.ScheduledProcedureStepID"
 */
typedef struct {
  VitrailTag tags[VITRAIL_QIDO_DEPTH];
  guint n;
} VitrailTagPath;

/**
 * VitrailQido:
 * @query: what the folder is asked; its match is owned
 * @include: (element-type VitrailTagPath) attributes asked for beyond the usual
 * @include_all: all attributes of the level
 */
typedef struct {
  VitrailQuery query;
  GArray *include;
  gboolean include_all;
} VitrailQido;

void vitrail_qido_clear (VitrailQido *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailQido, vitrail_qido_clear)

/* Reads path and query; a key that is no attribute, or a value that cannot be
 * one of it, is a VITRAIL_HTTP_ERROR 400. */
gboolean vitrail_qido_parse (VitrailQido *self,
                             const VitrailRequest *request,
                             VitrailLevel level,
                             GError **error);

G_END_DECLS
