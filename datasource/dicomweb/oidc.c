/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Access tokens from an OpenID provider: see oidc.h. */

#include "dicomweb/oidc.h"

#include "dicomweb/client.h"
#include "dicomweb/keyring.h"
#include "dicomweb/signin.h"
#include "error.h"

#include <pthread.h>
#define METADATA_PATH "/.well-known/openid-configuration"
#define MAX_BYTES     ((guint64) 1024 * 1024)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *refreshing; /* guarded by lock: "issuer client" -> token */

/* --- refresh tokens --- */

static char *
make_key (const VitrailOidcClient *self)
{
  return g_strconcat (self->issuer, " ", self->client, NULL);
}

static char *
dup_refresh (const VitrailOidcClient *self)
{
  g_autofree char *key = make_key (self);

  pthread_mutex_lock (&lock);
  char *token = refreshing != NULL
                    ? g_strdup (g_hash_table_lookup (refreshing, key))
                    : NULL;
  pthread_mutex_unlock (&lock);
  return token != NULL ? token : vitrail_keyring_look_up (key);
}

static void
keep_refresh (const VitrailOidcClient *self, const char *token)
{
  g_autofree char *key = make_key (self);

  vitrail_keyring_store (key, token);
  pthread_mutex_lock (&lock);
  if (refreshing == NULL)
    refreshing =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_replace (refreshing, g_steal_pointer (&key), g_strdup (token));
  pthread_mutex_unlock (&lock);
}

void
vitrail_oidc_forget (const VitrailOidcClient *self)
{
  g_autofree char *key = make_key (self);

  vitrail_keyring_clear (key);
  pthread_mutex_lock (&lock);
  if (refreshing != NULL)
    g_hash_table_remove (refreshing, key);
  pthread_mutex_unlock (&lock);
}

/* --- the provider --- */

static VitrailOidcServer *
find_server (const VitrailOidcClient *self, GError **error)
{
  g_autofree char *url = g_strconcat (self->issuer, METADATA_PATH, NULL);
  g_auto (VitrailWebAnswer) answer = { 0 };
  const VitrailWebRequest request = {
    .uri = url,
    .accept = "application/json",
    .is_anonymous = TRUE,
    .max_bytes = MAX_BYTES,
    .priority = VITRAIL_WEB_NOW,
  };

  if (!vitrail_oidc_is_safe (self->issuer)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: an issuer is named by https", self->issuer);
    return NULL;
  }
  if (!vitrail_web_client_fetch (&request, NULL, &answer, error))
    return NULL;
  return vitrail_oidc_server_read (answer.body, self->issuer, error);
}

static void
add_field (GString *form, const char *name, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name,
                          escaped);
}

static gboolean
ask_for_tokens (const VitrailOidcServer *server,
                const GString *form,
                VitrailOidcTokens *tokens,
                GError **error)
{
  g_autoptr (GPtrArray) pieces =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const VitrailWebBody body = { .content_type =
                                    "application/x-www-form-urlencoded",
                                .pieces = pieces };
  g_auto (VitrailWebAnswer) answer = { 0 };
  const VitrailWebRequest request = {
    .uri = server->token,
    .accept = "application/json",
    .is_anonymous = TRUE,
    .body = &body,
    .max_bytes = MAX_BYTES,
    .priority = VITRAIL_WEB_NOW,
  };

  g_ptr_array_add (pieces, g_bytes_new (form->str, form->len));
  return vitrail_web_client_fetch (&request, NULL, &answer, error) &&
         vitrail_oidc_tokens_read (tokens, answer.status, answer.body, error);
}

/* --- the two ways --- */

static gboolean
sign_in (const VitrailOidcClient *self,
         const VitrailOidcServer *server,
         VitrailOidcTokens *tokens,
         GError **error)
{
  g_auto (VitrailSignIn) signed_in = { 0 };
  g_autoptr (GString) form = g_string_new (NULL);

  if (!vitrail_sign_in_run (&signed_in, server, self->client,
                            self->scope != NULL ? self->scope : "openid",
                            error))
    return FALSE;
  add_field (form, "grant_type", "authorization_code");
  add_field (form, "code", signed_in.code);
  add_field (form, "redirect_uri", signed_in.redirect);
  add_field (form, "client_id", self->client);
  add_field (form, "code_verifier", signed_in.verifier);
  return ask_for_tokens (server, form, tokens, error) &&
         vitrail_oidc_check_id (tokens->id, server->issuer, self->client,
                                signed_in.nonce, error);
}

/* How a provider says that a grant is no longer valid (RFC 6749 5.2); what
 * somebody between says otherwise is no reason to sign in anew. */
static gboolean
is_invalid_grant (const GError *error)
{
  return error->domain == VITRAIL_WEB_ERROR &&
         (error->code == 400 || error->code == 401);
}

/* FALSE where there is no refresh token, or it is no longer taken: then it is
 * forgotten. An outage is an error. */
static gboolean
refresh (const VitrailOidcClient *self,
         const VitrailOidcServer *server,
         VitrailOidcTokens *tokens,
         GError **error)
{
  g_autofree char *token = dup_refresh (self);
  g_autoptr (GString) form = g_string_new (NULL);
  g_autoptr (GError) failed = NULL;

  if (token == NULL)
    return FALSE;
  add_field (form, "grant_type", "refresh_token");
  add_field (form, "refresh_token", token);
  add_field (form, "client_id", self->client);
  if (ask_for_tokens (server, form, tokens, &failed))
    return TRUE;
  if (!is_invalid_grant (failed)) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  vitrail_oidc_forget (self);
  return FALSE;
}

char *
vitrail_oidc_get_token (const VitrailOidcClient *self,
                        gint64 *expires_us,
                        GError **error)
{
  g_auto (VitrailOidcTokens) tokens = { 0 };
  g_autoptr (GError) failed = NULL;
  g_autoptr (VitrailOidcServer) server = find_server (self, &failed);

  if (server == NULL ||
      (!refresh (self, server, &tokens, &failed) &&
       (failed != NULL || !sign_in (self, server, &tokens, &failed))))
  {
    g_set_error (error, failed->domain, failed->code, "%s: %s", self->issuer,
                 failed->message);
    return NULL;
  }
  if (tokens.refresh != NULL)
    keep_refresh (self, tokens.refresh);
  *expires_us = tokens.expires_us;
  return g_steal_pointer (&tokens.access);
}
