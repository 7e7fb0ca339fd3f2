/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Signing in with a browser: the authorization code flow (RFC 6749 4.1) of an
 * application on one's own machine (RFC 8252): the browser comes back to a
 * listener on 127.0.0.1, at a port and with a state of its own, and PKCE (RFC
 * 7636, S256) ties the code to who asked for it. */

#pragma once

#include "dicomweb/oidctoken.h"

G_BEGIN_DECLS

/**
 * VitrailSignIn: one sign-in, from the question to the code.
 * @redirect: where the browser comes back to
 * @verifier: of PKCE, for the token endpoint
 * @nonce: that the ID token must have
 * @code: what the server gave for it
 */
typedef struct {
  char *redirect;
  char *verifier;
  char *nonce;
  char *code;
} VitrailSignIn;

void vitrail_sign_in_clear (VitrailSignIn *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailSignIn, vitrail_sign_in_clear)

/* Shows @uri to whoever sits there; NULL where nobody does, which is so until
 * it is called. Any thread calls @show. */
typedef void (*VitrailSignInShow) (const char *uri);
void vitrail_sign_in_set_show (VitrailSignInShow show);
/* Starts a browser: $VITRAIL_BROWSER, else the desktop's. FALSE where there is
 * none. */
gboolean vitrail_sign_in_open_browser (const char *uri);
/* The same; where there is none, the question is written to standard error. */
void vitrail_sign_in_show_in_browser (const char *uri);

/* Asks for a code, and waits for it up to 5 minutes ($VITRAIL_SIGN_IN_TIMEOUT
 * seconds). @scope: words. */
gboolean vitrail_sign_in_run (VitrailSignIn *self,
                              const VitrailOidcServer *server,
                              const char *client,
                              const char *scope,
                              GError **error);

G_END_DECLS
