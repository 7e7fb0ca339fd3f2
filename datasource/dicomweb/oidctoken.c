/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers of authorization servers: see oidctoken.h. */

#include "dicomweb/oidctoken.h"

#include "dicom/jsonlexer.h"
#include "dicomweb/client.h"
#include "error.h"
#include "limits.h"

#include <json-glib/json-glib.h>

#include <string.h>

#define MAX_JWT 65536u
/* Clocks that differ. */
#define SKEW_SECONDS 120

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT, what);
  return FALSE;
}

char *
vitrail_oidc_encode (const guint8 *data, gsize length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

/* --- JSON --- */

/* An object, or NULL. The parser recurses: it gets nothing that is deep. */
static JsonObject *
read_object (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  if (!vitrail_json_is_shallow (text, length, VITRAIL_LIMIT_DEPTH) ||
      !json_parser_load_from_data (parser, text, (gssize) length, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return NULL;
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static JsonObject *
read_bytes (GBytes *json)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (json, &length);

  return length > 0 ? read_object (text, length) : NULL;
}

/* Borrowed; NULL where it is not there, or no string. */
static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* Of a number that is not negative; else 0. */
static gint64
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  const double value = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                           ? json_node_get_double (node)
                           : 0;

  return value > 0 && value < 1e11 ? (gint64) value : 0;
}

/* --- the server --- */

void
vitrail_oidc_server_free (VitrailOidcServer *self)
{
  g_free (self->issuer);
  g_free (self->authorization);
  g_free (self->token);
  g_free (self);
}

gboolean
vitrail_oidc_is_safe (const char *uri)
{
  static const char *const own[] = { "127.0.0.1", "::1", "localhost", NULL };
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;

  if (host == NULL || host[0] == '\0' || g_uri_get_userinfo (parsed) != NULL)
    return FALSE;
  return strcmp (g_uri_get_scheme (parsed), "https") == 0 ||
         (strcmp (g_uri_get_scheme (parsed), "http") == 0 &&
          g_strv_contains (own, host));
}

VitrailOidcServer *
vitrail_oidc_server_read (GBytes *json, const char *issuer, GError **error)
{
  g_autoptr (JsonObject) object = read_bytes (json);
  const char *authorization =
      object != NULL ? get_text (object, "authorization_endpoint") : NULL;
  const char *token =
      object != NULL ? get_text (object, "token_endpoint") : NULL;

  if (authorization == NULL || token == NULL ||
      !vitrail_oidc_is_safe (authorization) || !vitrail_oidc_is_safe (token))
  {
    fail (error, "it names no endpoints that secrets may go to");
    return NULL;
  }
  if (g_strcmp0 (get_text (object, "issuer"), issuer) != 0) {
    fail (error, "it calls itself otherwise");
    return NULL;
  }
  VitrailOidcServer *self = g_new0 (VitrailOidcServer, 1);
  self->issuer = g_strdup (issuer);
  self->authorization = g_strdup (authorization);
  self->token = g_strdup (token);
  return self;
}

/* --- its tokens --- */

void
vitrail_oidc_tokens_clear (VitrailOidcTokens *self)
{
  g_clear_pointer (&self->access, g_free);
  g_clear_pointer (&self->refresh, g_free);
  g_clear_pointer (&self->id, g_free);
}

gboolean
vitrail_oidc_tokens_read (VitrailOidcTokens *self,
                          guint status,
                          GBytes *json,
                          GError **error)
{
  g_autoptr (JsonObject) object = read_bytes (json);
  const char *refusal = object != NULL ? get_text (object, "error") : NULL;

  if (status != 200) {
    g_set_error (error, VITRAIL_WEB_ERROR, (int) status,
                 "no token: the server answers %u %.80s", status,
                 refusal != NULL ? refusal : "");
    return FALSE;
  }
  const char *access =
      object != NULL ? get_text (object, "access_token") : NULL;
  const char *type = object != NULL ? get_text (object, "token_type") : NULL;
  if (access == NULL || type == NULL ||
      g_ascii_strcasecmp (type, "Bearer") != 0)
    return fail (error, "the server answers without a bearer token");
  const gint64 seconds = get_number (object, "expires_in");
  self->access = g_strdup (access);
  self->refresh = g_strdup (get_text (object, "refresh_token"));
  self->id = g_strdup (get_text (object, "id_token"));
  self->expires_us =
      seconds > 0 ? g_get_real_time () + seconds * G_USEC_PER_SEC : 0;
  return TRUE;
}

/* What a JWT claims (RFC 7519), or NULL. */
static JsonObject *
read_claims (const char *token)
{
  if (strlen (token) > MAX_JWT)
    return NULL;
  g_auto (GStrv) parts = g_strsplit (token, ".", 4);
  if (g_strv_length (parts) != 3)
    return NULL;
  g_autoptr (GString) coded = g_string_new (parts[1]);
  g_strdelimit (coded->str, "-", '+');
  g_strdelimit (coded->str, "_", '/');
  while (coded->len % 4 != 0)
    g_string_append_c (coded, '=');
  gsize length = 0;
  g_autofree guchar *text = g_base64_decode (coded->str, &length);
  return read_object ((const char *) text, length);
}

gint64
vitrail_oidc_get_expiry (const char *token)
{
  g_autoptr (JsonObject) claims = read_claims (token);

  return claims != NULL ? get_number (claims, "exp") * G_USEC_PER_SEC : 0;
}

/* One audience, or several, of which "azp" then says who asked. */
static gboolean
is_for (JsonObject *claims, const char *client)
{
  JsonNode *audience = json_object_get_member (claims, "aud");
  const char *party = get_text (claims, "azp");

  if (party != NULL && strcmp (party, client) != 0)
    return FALSE;
  if (audience == NULL || !JSON_NODE_HOLDS_ARRAY (audience))
    return g_strcmp0 (get_text (claims, "aud"), client) == 0;
  JsonArray *array = json_node_get_array (audience);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *one = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_VALUE (one) &&
        g_strcmp0 (json_node_get_string (one), client) == 0)
      return json_array_get_length (array) == 1 || party != NULL;
  }
  return FALSE;
}

gboolean
vitrail_oidc_check_id (const char *id,
                       const char *issuer,
                       const char *client,
                       const char *nonce,
                       GError **error)
{
  g_autoptr (JsonObject) claims = id != NULL ? read_claims (id) : NULL;
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (claims == NULL)
    return fail (error, "no ID token");
  if (g_strcmp0 (get_text (claims, "iss"), issuer) != 0)
    return fail (error, "the ID token is of another issuer");
  if (!is_for (claims, client))
    return fail (error, "the ID token is for another client");
  if (get_number (claims, "exp") + SKEW_SECONDS < now)
    return fail (error, "the ID token is of another time");
  if (g_strcmp0 (get_text (claims, "nonce"), nonce) != 0)
    return fail (error, "the ID token has another nonce");
  return TRUE;
}
