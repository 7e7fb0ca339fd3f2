/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Access tokens from an OpenID provider: asked for by signing in (signin.h),
 * and from then on by the refresh token that came with it, which is kept in the
 * desktop's keyring where there is one (keyring.h), else in memory. Any
 * thread; one at a time for one provider. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailOidcClient: who asks whom.
 * @issuer: its URL
 * @client: the client_id that it knows us by: a public client (RFC 6749 2.1)
 * @scope: words; NULL: "openid"
 */
typedef struct {
  const char *issuer;
  const char *client;
  const char *scope;
} VitrailOidcClient;

/* The access token, to be freed. @expires_us: (out) real time, 0: not said. May
 * block for as long as somebody takes to sign in. */
char *vitrail_oidc_get_token (const VitrailOidcClient *self,
                              gint64 *expires_us,
                              GError **error);

/* Forgets the refresh token, in the keyring too. */
void vitrail_oidc_forget (const VitrailOidcClient *self);

G_END_DECLS
