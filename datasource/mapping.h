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
 * zeros only. */
gboolean vitrail_mapping_is_whole (const void *data, gsize length);

G_END_DECLS
