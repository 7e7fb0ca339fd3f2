/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether there is anything to read in what a person drops or chooses: asked
 * before it takes the place of what is being read. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @paths: files or folders, at least one. Ends at the first study or slide that
 * turns up, however much more there is. */
void vitrail_look_into_async (const char *const *paths,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/* FALSE with @error, for a person: there is nothing to read, and why. */
gboolean vitrail_look_into_finish (GAsyncResult *result, GError **error);

G_END_DECLS
