/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files mapped into memory, the only way that ours are. Another program may cut
 * a file short while it is mapped; reading what is gone would end the process
 * with SIGBUS. Here such pages become zeros, and who hands frames out asks
 * whether theirs are. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The regular file at @path, mapped until the bytes are freed; errors are
 * VITRAIL_ERROR_IO. The first call installs a handler for SIGBUS, which gives
 * way to the one before it at the first address that is not ours. */
GBytes *vitrail_map_file (const char *path, GError **error);

/* Reads each page of @length bytes at @data, and the page behind them: FALSE
 * when one of them, or one before them, has left its file. TRUE for memory that
 * was not mapped here. What is cut off the very last page of a file shows as
 * zeros only.
 *
 * Whoever serves terabytes does not hold them: pages that were read long ago
 * are let go here, mapping by mapping, so that the resident part of all that
 * is read this way stays near 32 MiB. */
gboolean vitrail_mapping_is_whole (const void *data, gsize length);

/* Lets go the pages of @length bytes at @data, which have been read and will
 * hardly be again: what was decoded, or copied. They come back when they are
 * read. Does nothing for memory that was not mapped here. */
void vitrail_mapping_let_go (const void *data, gsize length);

G_END_DECLS
