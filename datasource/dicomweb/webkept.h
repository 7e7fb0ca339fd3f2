/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a server answers to a URL, kept on the disk: asked for again with its
 * ETag, so that it comes only if it has changed; where the server cannot be
 * reached, what is kept stands. */

#pragma once

#include "dicomweb/client.h"

G_BEGIN_DECLS

/**
 * VitrailWebKept: what is asked for.
 * @kind: a word that is a folder of the cache, constant
 * @accept, @authorization: headers, the latter may be NULL
 * @take: makes of an answer what is kept, or says what is wrong with it; @name
 *   stands for it in errors
 */
typedef struct {
  const char *kind;
  const char *url;
  const char *accept;
  const char *authorization;
  guint64 max_bytes;
  GBytes *(*take) (const VitrailWebAnswer *answer,
                   const char *name,
                   GError **error);
} VitrailWebKept;

/* May block. It may be a mapped file. */
GBytes *vitrail_web_kept_get (const VitrailWebKept *self,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
