/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bearer tokens: see token.h. */

#include "dicomweb/token.h"

#include "dicomweb/location.h"
#include "error.h"

#include <pthread.h>
#include <string.h>

#define PREFIX    "Bearer "
#define MAX_TOKEN 16384u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. */
static GHashTable *kept; /* origin -> "Bearer ..." */
static GKeyFile *settings;

static char *
dup_settings_path (void)
{
  const char *path = g_getenv ("VITRAIL_DICOMWEB_TOKENS");

  return path != NULL ? g_strdup (path)
                      : g_build_filename (g_get_user_config_dir (), "vitrail",
                                          "dicomweb-tokens.ini", NULL);
}

/* Read with the first request, and again after one was refused. */
static GKeyFile *
ensure_settings_locked (void)
{
  g_autofree char *path = settings == NULL ? dup_settings_path () : NULL;

  if (settings == NULL) {
    settings = g_key_file_new ();
    /* Where there is none, there are no tokens. */
    g_key_file_load_from_file (settings, path, G_KEY_FILE_NONE, NULL);
  }
  return settings;
}

static char *
find_setting_locked (const char *origin, const char *key)
{
  g_auto (GStrv) groups =
      g_key_file_get_groups (ensure_settings_locked (), NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (vitrail_web_location_has_origin (groups[i], origin))
      return g_key_file_get_string (settings, groups[i], key, NULL);
  return NULL;
}

/* The value of @key for @origin, or NULL. */
static char *
dup_setting (const char *origin, const char *key)
{
  pthread_mutex_lock (&lock);
  char *value = find_setting_locked (origin, key);
  pthread_mutex_unlock (&lock);
  return value;
}

gboolean
vitrail_web_token_is_known (const char *origin)
{
  g_autofree char *file = dup_setting (origin, "file");
  g_autofree char *command =
      file == NULL ? dup_setting (origin, "command") : NULL;

  return file != NULL || command != NULL;
}

/* The output of @command. */
static char *
run (const char *command, GError **error)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *output = NULL;
  int status = 0;

  if (!g_shell_parse_argv (command, NULL, &argv, error) ||
      !g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
                     NULL, &status, error) ||
      !g_spawn_check_wait_status (status, error))
    return NULL;
  return g_steal_pointer (&output);
}

static char *
read_text (const char *origin, GError **error)
{
  g_autofree char *file = dup_setting (origin, "file");
  g_autofree char *command = dup_setting (origin, "command");
  char *text = NULL;

  if (file != NULL)
    return g_file_get_contents (file, &text, NULL, error) ? text : NULL;
  if (command != NULL)
    return run (command, error);
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                       "no token is set for it");
  return NULL;
}

/* RFC 6750 2.1: what may stand in the header. */
static gboolean
is_token (const char *text)
{
  const gsize length = strlen (text);

  if (length == 0 || length > MAX_TOKEN)
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("-._~+/=", *c) == NULL)
      return FALSE;
  return TRUE;
}

static char *
read_token (const char *origin, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *text = read_text (origin, &failed);

  if (text != NULL && is_token (g_strstrip (text)))
    return g_strconcat (PREFIX, text, NULL);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", origin,
               failed != NULL ? failed->message : "that is no token");
  return NULL;
}

char *
vitrail_web_token_read (const char *origin, GError **error)
{
  pthread_mutex_lock (&lock);
  if (kept == NULL)
    kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  char *token = g_strdup (g_hash_table_lookup (kept, origin));
  pthread_mutex_unlock (&lock);
  if (token != NULL)
    return token;
  token = read_token (origin, error);
  if (token == NULL)
    return NULL;
  pthread_mutex_lock (&lock);
  g_hash_table_insert (kept, g_strdup (origin), g_strdup (token));
  pthread_mutex_unlock (&lock);
  return token;
}

void
vitrail_web_token_forget (const char *origin, const char *token)
{
  pthread_mutex_lock (&lock);
  if (kept != NULL &&
      g_strcmp0 (g_hash_table_lookup (kept, origin), token) == 0)
    g_hash_table_remove (kept, origin);
  g_clear_pointer (&settings, g_key_file_unref);
  pthread_mutex_unlock (&lock);
}
