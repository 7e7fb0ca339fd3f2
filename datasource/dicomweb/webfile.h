/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A Part 10 file that a URL names: fetched whole, kept on the disk, asked for
 * again only if it has changed. */

#pragma once

#include "dicom/part10.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* @authorization: header, or NULL. A multipart answer stands for its first
 * part. May block. */
VitrailPart10 *vitrail_web_file_read (const char *url,
                                      const char *accept,
                                      const char *authorization,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
