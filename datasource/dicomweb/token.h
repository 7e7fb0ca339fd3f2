/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bearer tokens (RFC 6750), each for one origin (scheme, host, port), and sent
 * nowhere else. A key file says where they come from: $VITRAIL_DICOMWEB_TOKENS,
 * else $XDG_CONFIG_HOME/vitrail/dicomweb-tokens.ini:
 *
 *   [https://pacs.example.org]
 *   file=/run/user/1000/pacs-token
 *
 *   [https://other.example.org:8443]
 *   command=get-token --audience pacs
 *
 * A command is not run by a shell; its output is the token. Either is read when
 * the first request needs it, and again after 401. Any thread. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether there is one for @origin ("https://host:port"). */
gboolean vitrail_web_token_is_known (const char *origin);

/* "Bearer ...", to be freed. May block: a command may take as long as it likes.
 * Errors name the origin, never the token. */
char *vitrail_web_token_read (const char *origin, GError **error);

/* @token, which the server refused, is not handed out again. */
void vitrail_web_token_forget (const char *origin, const char *token);

G_END_DECLS
