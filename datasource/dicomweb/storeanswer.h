/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a server says of instances that it was sent: the Store Instances
 * Response (PS3.18 10.5.3, annex I). Servers are strangers: what they do not
 * say is not taken for stored. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailStoreVerdict: on one instance.
 * @reason: of PS3.18 tables I.2-1 and I.2-2: a warning where it is stored, else
 *   why it is not; 0 where there is none
 * @message: the same in words, NULL where nothing is to be said
 */
typedef struct {
  gboolean is_stored;
  guint16 reason;
  char *message;
} VitrailStoreVerdict;

typedef struct _VitrailStoreAnswer VitrailStoreAnswer;

/* Never NULL: what cannot be read says nothing of any instance. @status: HTTP.
 * @body: DICOM JSON, or anything. */
VitrailStoreAnswer *vitrail_store_answer_new (guint status, GBytes *body);
void vitrail_store_answer_free (VitrailStoreAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStoreAnswer, vitrail_store_answer_free)

/* Whether it names instances, stored or not. */
gboolean vitrail_store_answer_is_detailed (const VitrailStoreAnswer *self);

/* Constant for the life of @self. */
const VitrailStoreVerdict *
vitrail_store_answer_find (VitrailStoreAnswer *self,
                           const char *sop_instance_uid);

G_END_DECLS
