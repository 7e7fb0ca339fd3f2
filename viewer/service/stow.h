/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* STOW-RS (PS3.18 10.5): from the body of one request, as it comes, to files of
 * the store, and what is answered. Nothing of it is visible before all of it
 * has come and was committed. One thread at a time. */

#pragma once

#include "folder/store.h"
#include "reply.h"

G_BEGIN_DECLS

typedef struct _VitrailStow VitrailStow;

/* Whether bodies of @content_type (may be NULL) are taken. Errors:
 * VITRAIL_HTTP_ERROR. */
gboolean vitrail_stow_takes (const char *content_type, GError **error);

/* @store is borrowed. @content_type: one that is taken. @study: the URL's, or
 * NULL. */
VitrailStow *vitrail_stow_new (VitrailStore *store,
                               const char *content_type,
                               const char *study);
/* Removes what was not committed. */
void vitrail_stow_free (VitrailStow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStow, vitrail_stow_free)

/* The next bytes of the body. FALSE: it is one that cannot be read, no more is
 * wanted. */
gboolean vitrail_stow_push (VitrailStow *self, GBytes *bytes);

/* There are no more; makes the instances that are made of several parts. FALSE:
 * nothing is to be committed. */
gboolean vitrail_stow_end (VitrailStow *self);

/* Commits it; @callback is called on another thread. */
void vitrail_stow_commit (VitrailStow *self,
                          VitrailStoreCallback callback,
                          gpointer user_data);

/* The Store Instances Response (PS3.18 10.5.3), or what was wrong with the
 * whole request. @base: "http://host/dicom-web". */
void vitrail_stow_answer (const VitrailStow *self,
                          const char *base,
                          VitrailReply *reply);

G_END_DECLS
