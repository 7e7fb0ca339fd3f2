/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Orthanc's own REST interface, as far as a viewer needs it. Not DICOMweb. */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _Rest Rest;

/* @location: "orthanc://[name:password@]host:port[/path]", or "orthancs://" for
 * TLS. */
Rest *rest_new (const char *location, GError **error);
void rest_free (Rest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rest, rest_free)

/* Without name and password, for messages. */
const char *rest_get_name (const Rest *self);

/* What @path ("/studies", printf-like behind @error) answers. All may block,
 * and be called on any thread. */
GBytes *rest_get (Rest *self,
                  GCancellable *cancellable,
                  GError **error,
                  const char *path,
                  ...) G_GNUC_PRINTF (4, 5);
/* The same as JSON. */
JsonNode *rest_get_json (Rest *self,
                         GCancellable *cancellable,
                         GError **error,
                         const char *path,
                         ...) G_GNUC_PRINTF (4, 5);
/* Answers to @body (transfer full), as JSON. */
JsonNode *rest_post (Rest *self,
                     const char *path,
                     GBytes *body,
                     GCancellable *cancellable,
                     GError **error);

G_END_DECLS
