/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Secrets in the desktop's keyring, by libsecret's own tool, secret-tool
 * (Debian: libsecret-tools), which gets them by its standard input. Where there
 * is no tool or no keyring nothing is kept: nothing is ever written to a file.
 * May block: a keyring may ask somebody to open it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* To be freed; NULL where there is none. */
char *vitrail_keyring_look_up (const char *key);
/* FALSE where it is not kept. */
gboolean vitrail_keyring_store (const char *key, const char *secret);
void vitrail_keyring_clear (const char *key);

G_END_DECLS
