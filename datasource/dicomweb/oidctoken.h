/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an authorization server answers (RFC 6749, RFC 8414, OpenID Connect Core
 * 1.0): texts in, values out. Answers come over TLS, or from this machine,
 * straight from the server that is asked: so says OpenID Connect Core 3.1.3.7,
 * point 6, the signature of an ID token need not be looked at. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailOidcServer: its metadata, as far as they are needed.
 * @issuer: as it was asked for, and calls itself
 * @authorization, @token: URLs of its endpoints
 */
typedef struct {
  char *issuer;
  char *authorization;
  char *token;
} VitrailOidcServer;

void vitrail_oidc_server_free (VitrailOidcServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailOidcServer, vitrail_oidc_server_free)

/* Whether @uri is one that secrets may go to: https, or http to this machine's
 * loopback. */
gboolean vitrail_oidc_is_safe (const char *uri);

/* @issuer: who was asked. */
VitrailOidcServer *
vitrail_oidc_server_read (GBytes *json, const char *issuer, GError **error);

/**
 * VitrailOidcTokens:
 * @access: what requests carry
 * @refresh: for the next one, or NULL
 * @id: the ID token, or NULL
 * @expires_us: real time; 0: not said
 */
typedef struct {
  char *access;
  char *refresh;
  char *id;
  gint64 expires_us;
} VitrailOidcTokens;

void vitrail_oidc_tokens_clear (VitrailOidcTokens *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailOidcTokens, vitrail_oidc_tokens_clear)

/* The answer of the token endpoint, with HTTP @status: bearer tokens, or its
 * "error", which is a VITRAIL_WEB_ERROR. @self is zeroed. Messages name no
 * token. */
gboolean vitrail_oidc_tokens_read (VitrailOidcTokens *self,
                                   guint status,
                                   GBytes *json,
                                   GError **error);

/* Whether the ID token @id is from @issuer for @client, is of this time, and
 * has @nonce. */
gboolean vitrail_oidc_check_id (const char *id,
                                const char *issuer,
                                const char *client,
                                const char *nonce,
                                GError **error);

/* When the JWT @token ends (real time, us), or 0: it does not say, or is none.
 */
gint64 vitrail_oidc_get_expiry (const char *token);

/* base64url without padding (RFC 4648 5). */
char *vitrail_oidc_encode (const guint8 *data, gsize length);

G_END_DECLS
