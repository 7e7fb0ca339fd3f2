/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How large a picture in a common file format is, from its header alone. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* PNG, JPEG, TIFF (its first directory), WebP, JP2 and JPEG 2000 code streams:
 * FALSE for all else, and where the header is cut. Nothing is allocated. */
gboolean
vitrail_image_size_read (GBytes *file, guint64 *width, guint64 *height);

G_END_DECLS
