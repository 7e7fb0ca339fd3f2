/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Texts that name what else is to be read: a file, or what a URL answers. They
 * may be compressed by gzip, as static archives are. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @location: a path, a file:// URI, or an http or https URL.
 * VITRAIL_ERROR_LIMIT where it is longer than @max_bytes, compressed or not.
 * May block. */
GBytes *vitrail_document_read (const char *location,
                               guint64 max_bytes,
                               GCancellable *cancellable,
                               GError **error);

/* @bytes, or what they are compressed of; @name stands for them in errors. */
GBytes *vitrail_document_unpack (GBytes *bytes,
                                 guint64 max_bytes,
                                 const char *name,
                                 GError **error);

/* What @reference in the document at @location names: a path, or an http or
 * https URL without name and password. A document that came over a network
 * names nothing of this machine: then, and where it names nothing at all, NULL
 * with VITRAIL_ERROR_FORMAT. */
char *vitrail_document_resolve (const char *location,
                                const char *reference,
                                GError **error);

/* Whether @location is an http or https URL. */
gboolean vitrail_document_is_remote (const char *location);

G_END_DECLS
