/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bearer tokens: see token.h. */

#include "dicomweb/token.h"

#include "dicomweb/location.h"
#include "dicomweb/oidc.h"
#include "dicomweb/oidctoken.h"
#include "diskcache.h"
#include "error.h"

#include <pthread.h>
#include <string.h>

#define PREFIX    "Bearer "
#define MAX_TOKEN 16384u

/* A token is asked for anew so long before it expires. */
#define MARGIN_US ((gint64) 10 * G_USEC_PER_SEC)

/* What is known of a token. @expires_us: real time, 0: not said */
typedef struct {
  char *token; /* "Bearer ..." */
  char *path;  /* of its file, or NULL */
  VitrailDiskCacheStamp stamp;
  gint64 expires_us;
} Kept;

/* Where a token comes from: one of the three. */
typedef struct {
  char *file;
  char *command;
  char *issuer;
  char *client;
  char *scope;
} Way;

/* One origin's token, which is asked for on a thread of its own. */
typedef struct {
  char *origin;
  GPtrArray *tasks; /* GTask: who waits for it; guarded by lock */
} Asking;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* Guarded by lock. */
static GHashTable *kept;   /* origin -> Kept */
static GHashTable *asking; /* origin -> Asking */
static GKeyFile *settings;
static VitrailDiskCacheStamp settings_stamp;

static void
kept_free (gpointer data)
{
  Kept *self = data;

  g_free (self->token);
  g_free (self->path);
  g_free (self);
}

static void
way_clear (Way *self)
{
  g_free (self->file);
  g_free (self->command);
  g_free (self->issuer);
  g_free (self->client);
  g_free (self->scope);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Way, way_clear)

/* Zeroes where there is no such file. */
static VitrailDiskCacheStamp
get_stamp (const char *path)
{
  VitrailDiskCacheStamp stamp = { 0 };

  vitrail_disk_cache_stamp (path, &stamp);
  return stamp;
}

static gboolean
is_same (VitrailDiskCacheStamp a, VitrailDiskCacheStamp b)
{
  return a.size == b.size && a.mtime_ns == b.mtime_ns && a.inode == b.inode;
}

/* --- the key file --- */

static char *
dup_settings_path (void)
{
  const char *path = g_getenv ("VITRAIL_DICOMWEB_TOKENS");

  return path != NULL ? g_strdup (path)
                      : g_build_filename (g_get_user_config_dir (), "vitrail",
                                          "dicomweb-tokens.ini", NULL);
}

/* Read with the first request, and again when it has changed. */
static GKeyFile *
ensure_settings_locked (void)
{
  g_autofree char *path = dup_settings_path ();
  const VitrailDiskCacheStamp stamp = get_stamp (path);

  if (settings != NULL && is_same (stamp, settings_stamp))
    return settings;
  g_clear_pointer (&settings, g_key_file_unref);
  settings = g_key_file_new ();
  settings_stamp = stamp;
  /* Where there is none, there are no tokens. */
  g_key_file_load_from_file (settings, path, G_KEY_FILE_NONE, NULL);
  return settings;
}

/* The group for @origin, or NULL. */
static char *
find_group_locked (const char *origin)
{
  g_auto (GStrv) groups =
      g_key_file_get_groups (ensure_settings_locked (), NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (vitrail_web_location_has_origin (groups[i], origin))
      return g_strdup (groups[i]);
  return NULL;
}

/* FALSE where none is set. */
static gboolean
find_way (const char *origin, Way *way)
{
  pthread_mutex_lock (&lock);
  g_autofree char *group = find_group_locked (origin);
  if (group != NULL) {
    way->file = g_key_file_get_string (settings, group, "file", NULL);
    way->command = g_key_file_get_string (settings, group, "command", NULL);
    way->issuer = g_key_file_get_string (settings, group, "oidc", NULL);
    way->client = g_key_file_get_string (settings, group, "client_id", NULL);
    way->scope = g_key_file_get_string (settings, group, "scope", NULL);
  }
  pthread_mutex_unlock (&lock);
  return way->file != NULL || way->command != NULL || way->issuer != NULL;
}

gboolean
vitrail_web_token_is_known (const char *origin)
{
  g_auto (Way) way = { 0 };

  return find_way (origin, &way);
}

/* --- tokens --- */

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
sign_in (const Way *way, gint64 *expires_us, GError **error)
{
  const VitrailOidcClient client = {
    .issuer = way->issuer,
    .client = way->client,
    .scope = way->scope,
  };

  if (way->client != NULL)
    return vitrail_oidc_get_token (&client, expires_us, error);
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                       "no client_id is set for it");
  return NULL;
}

static char *
read_text (const char *origin, Kept *result, GError **error)
{
  g_auto (Way) way = { 0 };
  char *text = NULL;

  if (!find_way (origin, &way)) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                         "no token is set for it");
    return NULL;
  }
  if (way.command != NULL && way.file == NULL)
    return run (way.command, error);
  if (way.file == NULL)
    return sign_in (&way, &result->expires_us, error);
  /* Before it is read: what is written meanwhile is seen the next time. */
  result->stamp = get_stamp (way.file);
  result->path = g_steal_pointer (&way.file);
  return g_file_get_contents (result->path, &text, NULL, error) ? text : NULL;
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

/* NULL with an error. */
static Kept *
read_token (const char *origin, GError **error)
{
  g_autoptr (GError) failed = NULL;
  Kept *result = g_new0 (Kept, 1);
  g_autofree char *text = read_text (origin, result, &failed);

  if (text != NULL && is_token (g_strstrip (text))) {
    result->token = g_strconcat (PREFIX, text, NULL);
    if (result->expires_us == 0)
      result->expires_us = vitrail_oidc_get_expiry (text);
    return result;
  }
  kept_free (result);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", origin,
               failed != NULL ? failed->message : "that is no token");
  return NULL;
}

/* The one that is kept, if it still holds. */
static char *
dup_kept_locked (const char *origin)
{
  const Kept *found = kept != NULL ? g_hash_table_lookup (kept, origin) : NULL;

  if (found == NULL ||
      (found->path != NULL &&
       !is_same (get_stamp (found->path), found->stamp)) ||
      (found->expires_us != 0 &&
       found->expires_us - MARGIN_US < g_get_real_time ()))
    return NULL;
  return g_strdup (found->token);
}

char *
vitrail_web_token_peek (const char *origin)
{
  pthread_mutex_lock (&lock);
  char *token = dup_kept_locked (origin);
  pthread_mutex_unlock (&lock);
  return token;
}

/* --- who waits for it --- */

static void
destroy_source (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* No longer waits: its task data end what watches over it. */
static void
settle (GTask *task, const char *token, const GError *error)
{
  GSource *wake = g_task_get_task_data (task);

  if (wake != NULL)
    g_source_destroy (wake);
  if (token != NULL)
    g_task_return_pointer (task, g_strdup (token), g_free);
  else
    g_task_return_error (task, g_error_copy (error));
}

static gboolean
take_task_locked (GTask *task)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, asking);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_ptr_array_remove (((Asking *) value)->tasks, task))
      return TRUE;
  return FALSE;
}

/* Only this one gives up: what is asked for may be wanted again at once, and
 * nobody is to be asked to sign in twice. */
static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (G_TASK (user_data));

  pthread_mutex_lock (&lock);
  const gboolean waits = take_task_locked (task);
  pthread_mutex_unlock (&lock);
  if (waits)
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
watch (GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable == NULL)
    return;
  GSource *wake = g_cancellable_source_new (cancellable);
  g_task_set_task_data (task, wake, destroy_source);
  g_task_attach_source (task, wake, G_SOURCE_FUNC (cancelled_cb));
}

/* All who wait get the same answer, whichever it is. */
static gpointer
ask_thread (gpointer data)
{
  Asking *self = data;
  g_autoptr (GError) error = NULL;
  Kept *found = read_token (self->origin, &error);
  g_autofree char *token = found != NULL ? g_strdup (found->token) : NULL;

  pthread_mutex_lock (&lock);
  if (found != NULL)
    g_hash_table_insert (kept, g_strdup (self->origin), found);
  g_hash_table_remove (asking, self->origin);
  pthread_mutex_unlock (&lock);
  for (guint i = 0; i < self->tasks->len; i++)
    settle (g_ptr_array_index (self->tasks, i), token, error);
  g_ptr_array_unref (self->tasks);
  g_free (self->origin);
  g_free (self);
  return NULL;
}

/* @task waits; the result is to be asked for, or NULL where somebody does. */
static Asking *
join_locked (const char *origin, GTask *task)
{
  Asking *self = g_hash_table_lookup (asking, origin);
  const gboolean is_first = self == NULL;

  if (is_first) {
    self = g_new0 (Asking, 1);
    self->origin = g_strdup (origin);
    self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
    g_hash_table_insert (asking, self->origin, self);
  }
  g_ptr_array_add (self->tasks, g_object_ref (task));
  return is_first ? self : NULL;
}

void
vitrail_web_token_read_async (const char *origin,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Asking *begun = NULL;

  watch (task);
  pthread_mutex_lock (&lock);
  if (kept == NULL) {
    kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
    asking = g_hash_table_new (g_str_hash, g_str_equal);
  }
  g_autofree char *token = dup_kept_locked (origin);
  if (token == NULL)
    begun = join_locked (origin, task);
  pthread_mutex_unlock (&lock);
  if (token != NULL)
    settle (task, token, NULL);
  else if (begun != NULL)
    g_thread_unref (g_thread_new ("token", ask_thread, begun));
}

char *
vitrail_web_token_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

char *
vitrail_web_token_read (const char *origin, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  vitrail_web_token_read_async (origin, NULL, keep_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return vitrail_web_token_read_finish (result, error);
}

/* @token: NULL: whatever it is */
static void
drop (const char *origin, const char *token)
{
  pthread_mutex_lock (&lock);
  const Kept *found = kept != NULL ? g_hash_table_lookup (kept, origin) : NULL;
  if (found != NULL && (token == NULL || strcmp (found->token, token) == 0))
    g_hash_table_remove (kept, origin);
  pthread_mutex_unlock (&lock);
}

void
vitrail_web_token_forget (const char *origin, const char *token)
{
  drop (origin, token);
}

void
vitrail_web_token_sign_out (const char *origin)
{
  g_auto (Way) way = { 0 };

  drop (origin, NULL);
  if (!find_way (origin, &way) || way.issuer == NULL || way.client == NULL)
    return;
  const VitrailOidcClient client = { .issuer = way.issuer,
                                     .client = way.client };
  vitrail_oidc_forget (&client);
}
