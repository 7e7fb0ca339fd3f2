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
 *   [https://third.example.org]
 *   oidc=https://login.example.org/realms/hospital
 *   client_id=vitrail
 *   scope=openid offline_access
 *
 * A command is not run by a shell; its output is the token. From an OpenID
 * provider one comes by signing in (oidc.h). Each is asked for when the first
 * request needs it, and again after 401, when it has expired (a JWT says when),
 * and when the file, or the key file, is another one. Any thread; all who want
 * one origin's token while it is asked for share the answer, and where there is
 * none the error. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether there is one for @origin ("https://host:port"). */
gboolean vitrail_web_token_is_known (const char *origin);

/* "Bearer ...", to be freed. May block: a command may take as long as it likes.
 * Errors name the origin, never the token. */
char *vitrail_web_token_read (const char *origin, GError **error);

/* The same without waiting; calls back in the thread-default context of the
 * caller. @cancellable ends the waiting, not what is asked for. */
void vitrail_web_token_read_async (const char *origin,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
char *vitrail_web_token_read_finish (GAsyncResult *result, GError **error);

/* The same at once, or NULL where it has to be asked for. */
char *vitrail_web_token_peek (const char *origin);

/* @token, which the server refused, is not handed out again. */
void vitrail_web_token_forget (const char *origin, const char *token);

/* Nor is any of @origin, and who had signed in has not any more. */
void vitrail_web_token_sign_out (const char *origin);

G_END_DECLS
