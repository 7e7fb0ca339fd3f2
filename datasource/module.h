/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parts that cost start-up time (libsoup, GTK, OpenSlide, libvips, poppler) are
 * GIO modules, loaded by name at first use from VITRAIL_MODULE_PATH or the
 * installed folder. A module registers what it offers at extension points. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Loads libvitrail-NAME.so once; later calls return at once. */
gboolean vitrail_module_load (const char *name, GError **error);

/**
 * vitrail_module_find_symbol: (skip)
 *
 * A plain function exported by a loaded module, or NULL with the reason.
 */
gpointer vitrail_module_find_symbol (const char *module,
                                     const char *symbol,
                                     GError **error);

G_END_DECLS
