/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPartStream: multipart bodies (RFC 2046 5.1, RFC 2387) while they come,
 * in pieces of any size: what is kept is at most the header of one part. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailPartHeader: of one part; each NULL where it is not there.
 * @length: what Content-Length says, -1 where it says nothing
 */
typedef struct {
  char *content_type;
  char *content_location;
  char *content_encoding;
  gint64 length;
} VitrailPartHeader;

/**
 * VitrailPartEvents: what comes, in its order. FALSE with an error ends it.
 * @begin: a part; @header is borrowed
 * @data: some bytes of it, never none
 * @end: it is whole
 */
typedef struct {
  gboolean (*begin) (const VitrailPartHeader *header,
                     gpointer user_data,
                     GError **error);
  gboolean (*data) (const guint8 *data,
                    gsize length,
                    gpointer user_data,
                    GError **error);
  gboolean (*end) (gpointer user_data, GError **error);
} VitrailPartEvents;

typedef struct _VitrailPartStream VitrailPartStream;

/* @content_type: of the body, with its boundary: VITRAIL_ERROR_MALFORMED
 * without. */
VitrailPartStream *vitrail_part_stream_new (const char *content_type,
                                            const VitrailPartEvents *events,
                                            gpointer user_data,
                                            GError **error);
void vitrail_part_stream_free (VitrailPartStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailPartStream, vitrail_part_stream_free)

/* The next bytes. Errors, after which there is no next time: what an event
 * says; VITRAIL_ERROR_MALFORMED, _LIMIT. */
gboolean vitrail_part_stream_push (VitrailPartStream *self,
                                   const guint8 *data,
                                   gsize length,
                                   GError **error);

/* There are no more: VITRAIL_ERROR_TRUNCATED where it breaks off,
 * VITRAIL_ERROR_MALFORMED where it had no part. */
gboolean vitrail_part_stream_end (VitrailPartStream *self, GError **error);

G_END_DECLS
