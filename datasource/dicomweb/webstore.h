/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Storing instances at an archive over DICOMweb (STOW-RS, PS3.18 10.5): Part 10
 * files, gathered into requests of some size, each with its own result.
 *
 * What fails by chance (connections, 429, 500, 502, 503, 504) is tried 4 times
 * with pauses. Where a request may have come through although no answer came
 * back, the server is asked what it has, and what is the same, byte for byte,
 * is not sent again: one that is stored is not stored twice, and one that
 * another object of its UID stands in for is not taken for stored. A request
 * that is too long for the server (413) is halved. One thread at a time. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailStoreResult: of one instance; all borrowed.
 * @name: as it was added
 * @sop_instance_uid: NULL where it has none
 * @is_stored: the server says that it has it
 * @reason: a warning or a failure of PS3.18 annex I, or 0
 * @message: why it is not stored, or what else is to be said, or NULL
 */
typedef struct {
  const char *name;
  const char *sop_instance_uid;
  gboolean is_stored;
  guint16 reason;
  const char *message;
} VitrailStoreResult;

/* Called once for each instance that was added, within one of the calls. */
typedef void (*VitrailStoreDone) (const VitrailStoreResult *result,
                                  gpointer user_data);

typedef enum {
  VITRAIL_STORE_PLAIN = 0,
  VITRAIL_STORE_RESUME = 1 << 0, /* of UIDs that the server has none is sent */
} VitrailStoreFlags;

typedef struct _VitrailWebStore VitrailWebStore;

/* @location: of an archive or a study (dicomweb/location.h); of a study, the
 * server refuses all others. VITRAIL_ERROR_FORMAT. */
VitrailWebStore *vitrail_web_store_new (const char *location,
                                        VitrailStoreFlags flags,
                                        VitrailStoreDone done,
                                        gpointer user_data,
                                        GError **error);
/* What was not sent has no result. */
void vitrail_web_store_free (VitrailWebStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWebStore, vitrail_web_store_free)

/* Forgets what was not sent: it has no result. */
void vitrail_web_store_clear (VitrailWebStore *self);

/* A Part 10 file; what is none gets its result at once. Sends, when there is
 * enough for a request: may block. FALSE: the server cannot be reached or lets
 * nobody in, or @cancellable: there is no use in going on; all that was added
 * has its result but for what was cancelled. */
gboolean vitrail_web_store_add (VitrailWebStore *self,
                                const char *name,
                                GBytes *file,
                                GCancellable *cancellable,
                                GError **error);

/* Sends what is left. Likewise. */
gboolean vitrail_web_store_end (VitrailWebStore *self,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
