/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where in a DeepZoom pyramid a tile lies, as URLs say it. Pure. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads "LEVEL" and "COLUMN_ROW" with @suffix (".jpg") behind it: level, column
 * and row, of up to nine digits each. VITRAIL_HTTP_ERROR 400 names the part
 * that is wrong. */
gboolean vitrail_tile_place_parse (const char *level,
                                   const char *tile,
                                   const char *suffix,
                                   guint place[3],
                                   GError **error);

G_END_DECLS
