/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Storing at an archive: see webstore.h. */

#include "dicomweb/webstore.h"

#include "dicom/builder.h"
#include "dicom/part10.h"
#include "dicomweb/client.h"
#include "dicomweb/location.h"
#include "dicomweb/storeanswer.h"
#include "dicomweb/storedcopy.h"
#include "dicomweb/webquery.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"

#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)

/* Of one request: enough that the way there and back does not count, few enough
 * that little is sent again. */
#define GROUP_BYTES     (64ull * 1024 * 1024)
#define GROUP_INSTANCES 256u

#define MAX_ATTEMPTS 4u
/* Before the second attempt; four times as long before each of the next. */
#define PAUSE_MS     100u
#define MAX_PAUSE_MS 30000u

#define PREAMBLE_BYTES 128

/* One that is to be stored. */
typedef struct {
  char *name;
  GBytes *file;
  char *sop;
  char *study;
  char *series;
} Item;

struct _VitrailWebStore {
  VitrailWebLocation *location;
  char *url;
  VitrailStoreFlags flags;
  VitrailStoreDone done;
  gpointer user_data;
  GPtrArray *items; /* Item: to be sent */
  guint64 n_bytes;  /* of them */
  guint n_most;     /* that are sent at a time, */
  guint n_limit;    /* and that the server takes */
  guint n_attempts; /* of the request that is under way */
};

static void
item_free (gpointer data)
{
  Item *self = data;

  g_free (self->name);
  g_bytes_unref (self->file);
  g_free (self->sop);
  g_free (self->study);
  g_free (self->series);
  g_free (self);
}

VitrailWebStore *
vitrail_web_store_new (const char *location,
                       VitrailStoreFlags flags,
                       VitrailStoreDone done,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (VitrailWebLocation) parsed =
      vitrail_web_location_parse (location, error);

  if (parsed == NULL)
    return NULL;
  if (parsed->series != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: instances are stored at an archive or a study",
                 parsed->name);
    return NULL;
  }
  VitrailWebStore *self = g_new0 (VitrailWebStore, 1);
  self->url =
      parsed->study != NULL
          ? g_strdup_printf ("%s/studies/%s", parsed->root_url, parsed->study)
          : g_strconcat (parsed->root_url, "/studies", NULL);
  self->location = g_steal_pointer (&parsed);
  self->flags = flags;
  self->done = done;
  self->user_data = user_data;
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->n_most = GROUP_INSTANCES;
  self->n_limit = GROUP_INSTANCES;
  return self;
}

void
vitrail_web_store_free (VitrailWebStore *self)
{
  vitrail_web_location_free (self->location);
  g_ptr_array_unref (self->items);
  g_free (self->url);
  g_free (self);
}

/* --- results --- */

static void
tell (const VitrailWebStore *self,
      const Item *item,
      const VitrailStoreVerdict *verdict)
{
  const VitrailStoreResult result = {
    .name = item->name,
    .sop_instance_uid = item->sop,
    .is_stored = verdict->is_stored,
    .reason = verdict->reason,
    .message = verdict->message,
  };

  self->done (&result, self->user_data);
}

/* The @n first have their result. */
static void
drop (VitrailWebStore *self, guint n)
{
  for (guint i = 0; i < n; i++) {
    const Item *item = g_ptr_array_index (self->items, i);
    self->n_bytes -= g_bytes_get_size (item->file);
  }
  if (n > 0)
    g_ptr_array_remove_range (self->items, 0, n);
}

void
vitrail_web_store_clear (VitrailWebStore *self)
{
  drop (self, self->items->len);
}

static void
fail_all (VitrailWebStore *self, const GError *error)
{
  const VitrailStoreVerdict verdict = { .message = error->message };

  for (guint i = 0; i < self->items->len; i++)
    tell (self, g_ptr_array_index (self->items, i), &verdict);
  drop (self, self->items->len);
}

/* A file that was cut short on the way was sent with zeros at its end. */
static void
tell_answer (VitrailWebStore *self, VitrailStoreAnswer *answer, guint n)
{
  char words[] = "the file was cut short while it was sent";
  const VitrailStoreVerdict cut = { .message = words };

  for (guint i = 0; i < n; i++) {
    const Item *item = g_ptr_array_index (self->items, i);
    gsize length = 0;
    const void *data = g_bytes_get_data (item->file, &length);
    tell (self, item,
          vitrail_mapping_is_whole (data, length)
              ? vitrail_store_answer_find (answer, item->sop)
              : &cut);
  }
  drop (self, n);
}

/* --- what the server has --- */

/* Adds to @found the SOP Instance UIDs of the series that @item is of. */
static gboolean
find_series (const VitrailWebStore *self,
             const Item *item,
             GHashTable *found,
             GCancellable *cancellable,
             GError **error)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (builder, TAG_STUDY, item->study);
  vitrail_data_set_builder_set_string (builder, TAG_SERIES, item->series);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_INSTANCE,
                               .match = match };
  g_autoptr (GPtrArray) answers =
      vitrail_web_query (self->location, &query, cancellable, error);
  for (guint i = 0; answers != NULL && i < answers->len; i++) {
    char *uid = vitrail_web_query_dup_uid (g_ptr_array_index (answers, i),
                                           TAG_SOP_INSTANCE);
    if (uid != NULL)
      g_hash_table_add (found, uid);
  }
  return answers != NULL;
}

static gboolean
find_all (const VitrailWebStore *self,
          GHashTable *found,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GHashTable) asked =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->items->len; i++) {
    const Item *item = g_ptr_array_index (self->items, i);
    if (g_hash_table_add (asked,
                          g_strconcat (item->study, "/", item->series, NULL)) &&
        !find_series (self, item, found, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* Whether the server, which has an instance of its UID, has @item: what lay
 * there before may be another one. Who resumes has said that the UID will do.
 */
static gboolean
is_there (const VitrailWebStore *self,
          const Item *item,
          GCancellable *cancellable)
{
  const VitrailStoredCopy copy = { .location = self->location,
                                   .study = item->study,
                                   .series = item->series,
                                   .sop = item->sop,
                                   .file = item->file };

  return (self->flags & VITRAIL_STORE_RESUME) != 0 ||
         vitrail_stored_copy_is_there (&copy, cancellable);
}

/* Takes out what the server has. FALSE where it cannot be asked now. A server
 * that has no searches is one that has nothing. */
static gboolean
settle_known (VitrailWebStore *self, GCancellable *cancellable, GError **error)
{
  char words[] = "the server has it already";
  const VitrailStoreVerdict verdict = { .is_stored = TRUE, .message = words };
  g_autoptr (GHashTable) found =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) failed = NULL;

  if (!find_all (self, found, cancellable, &failed) &&
      (vitrail_web_error_may_pass (failed) ||
       g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
  {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  for (guint i = self->items->len; i > 0; i--) {
    Item *item = g_ptr_array_index (self->items, i - 1);
    if (!g_hash_table_contains (found, item->sop) ||
        !is_there (self, item, cancellable))
      continue;
    tell (self, item, &verdict);
    self->n_bytes -= g_bytes_get_size (item->file);
    g_ptr_array_remove_index (self->items, i - 1);
  }
  return TRUE;
}

/* --- requests --- */

static GBytes *
take_text (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

/* The @n first instances. */
static gboolean
post (const VitrailWebStore *self,
      guint n,
      GCancellable *cancellable,
      VitrailWebAnswer *answer,
      GError **error)
{
  g_autoptr (GPtrArray) pieces =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char *boundary = g_uuid_string_random ();
  g_autofree char *type = g_strdup_printf (
      "multipart/related; type=\"application/dicom\"; boundary=\"%s\"",
      boundary);
  const VitrailWebBody body = { .content_type = type, .pieces = pieces };
  const VitrailWebRequest request = {
    .uri = self->url,
    .accept = "application/dicom+json",
    .authorization = self->location->authorization,
    .body = &body,
    .max_bytes = VITRAIL_LIMIT_WEB_PAGE_BYTES,
    .priority = VITRAIL_WEB_NOW,
  };

  for (guint i = 0; i < n; i++) {
    const Item *item = g_ptr_array_index (self->items, i);
    g_ptr_array_add (
        pieces,
        take_text (g_strdup_printf (
            "%s--%s\r\nContent-Type: application/dicom\r\nContent-Length: "
            "%" G_GSIZE_FORMAT "\r\n\r\n",
            i > 0 ? "\r\n" : "", boundary, g_bytes_get_size (item->file))));
    g_ptr_array_add (pieces, g_bytes_ref (item->file));
  }
  g_ptr_array_add (pieces,
                   take_text (g_strdup_printf ("\r\n--%s--\r\n", boundary)));
  return vitrail_web_client_fetch (&request, cancellable, answer, error);
}

/* FALSE: it was cancelled meanwhile. */
static gboolean
pause_for (const VitrailWebStore *self,
           guint retry_after,
           GCancellable *cancellable,
           GError **error)
{
  guint pause_ms = PAUSE_MS;
  GPollFD wake = { .fd = -1 };

  for (guint i = 1; i < self->n_attempts; i++)
    pause_ms *= 4;
  pause_ms = MIN (MAX (pause_ms, retry_after * 1000), MAX_PAUSE_MS);
  if (cancellable != NULL && g_cancellable_make_pollfd (cancellable, &wake)) {
    g_poll (&wake, 1, (int) pause_ms);
    g_cancellable_release_fd (cancellable);
  } else {
    g_usleep ((gulong) pause_ms * 1000);
  }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* Whether @failed is worth another attempt, which is then due. */
static gboolean
try_again (VitrailWebStore *self,
           const GError *failed,
           guint retry_after,
           GCancellable *cancellable)
{
  return vitrail_web_error_may_pass (failed) &&
         ++self->n_attempts < MAX_ATTEMPTS &&
         pause_for (self, retry_after, cancellable, NULL);
}

/* Nothing will be stored there, whatever is sent. */
static gboolean
is_hopeless (guint status)
{
  static const guint statuses[] = { 401, 403, 404, 405, 410, 501 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i] == status)
      return TRUE;
  return FALSE;
}

/* An answer to @n instances that is about the request, not about them: it is
 * too long, or one of them spoils it. */
static gboolean
take_refusal (VitrailWebStore *self,
              const VitrailWebAnswer *answer,
              guint n,
              GError **error)
{
  if ((answer->status == 413 || answer->status == 400) && n > 1) {
    self->n_most = n / 2;
    if (answer->status == 413)
      self->n_limit = self->n_most;
    return TRUE;
  }
  if (!is_hopeless (answer->status) &&
      !vitrail_web_status_is_transient (answer->status))
    return TRUE;
  g_set_error (error, VITRAIL_WEB_ERROR, (int) answer->status,
               "%s: the server answers %u", self->location->name,
               answer->status);
  return FALSE;
}

/* Sends some and takes what the server says of them. */
static gboolean
send_some (VitrailWebStore *self,
           guint *retry_after,
           GCancellable *cancellable,
           GError **error)
{
  const guint n = MIN (self->items->len, self->n_most);
  g_auto (VitrailWebAnswer) answer = { 0 };

  if (!post (self, n, cancellable, &answer, error))
    return FALSE;
  g_autoptr (VitrailStoreAnswer) verdicts =
      vitrail_store_answer_new (answer.status, answer.body);
  *retry_after = answer.retry_after;
  if (!vitrail_store_answer_is_detailed (verdicts) &&
      !take_refusal (self, &answer, n, error))
    return FALSE;
  if (self->n_most < n)
    return TRUE; /* halved */
  self->n_attempts = 0;
  self->n_most = MIN (self->n_most * 2, self->n_limit);
  tell_answer (self, verdicts, n);
  return TRUE;
}

/* Whether what was sent may have come through all the same: 429 and 503 say
 * that it has not. */
static gboolean
is_unsure (const GError *failed)
{
  return !g_error_matches (failed, VITRAIL_WEB_ERROR, 429) &&
         !g_error_matches (failed, VITRAIL_WEB_ERROR, 503);
}

/* One attempt at what is left. */
static gboolean
attempt (VitrailWebStore *self,
         gboolean *is_known,
         guint *retry_after,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (!*is_known && !settle_known (self, cancellable, error))
    return FALSE;
  *is_known = TRUE;
  if (self->items->len == 0 ||
      send_some (self, retry_after, cancellable, &failed))
    return TRUE;
  *is_known = !is_unsure (failed);
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
flush (VitrailWebStore *self, GCancellable *cancellable, GError **error)
{
  gboolean is_known = (self->flags & VITRAIL_STORE_RESUME) == 0;

  self->n_attempts = 0;
  while (self->items->len > 0) {
    g_autoptr (GError) failed = NULL;
    guint retry_after = 0;
    if (attempt (self, &is_known, &retry_after, cancellable, &failed) ||
        try_again (self, failed, retry_after, cancellable))
      continue;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    fail_all (self, failed);
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  return TRUE;
}

/* --- instances --- */

/* Reads the UIDs of @item. */
static gboolean
read_item (Item *item, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (item->file, &length);

  if (length < PREAMBLE_BYTES + 4 ||
      memcmp (data + PREAMBLE_BYTES, "DICM", 4) != 0)
  {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                         "not a DICOM file with a preamble (PS3.10)");
    return FALSE;
  }
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (item->file, item->name, VITRAIL_READ_HEADER, error);
  if (file == NULL)
    return FALSE;
  const VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  item->sop = vitrail_web_query_dup_uid (data_set, TAG_SOP_INSTANCE);
  item->study = vitrail_web_query_dup_uid (data_set, TAG_STUDY);
  item->series = vitrail_web_query_dup_uid (data_set, TAG_SERIES);
  if (item->sop != NULL && item->study != NULL && item->series != NULL)
    return TRUE;
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                       "without the UIDs of instance, series and study");
  return FALSE;
}

gboolean
vitrail_web_store_add (VitrailWebStore *self,
                       const char *name,
                       GBytes *file,
                       GCancellable *cancellable,
                       GError **error)
{
  Item *item = g_new0 (Item, 1);
  g_autoptr (GError) failed = NULL;
  const gsize length = g_bytes_get_size (file);

  item->name = g_strdup (name);
  item->file = g_bytes_ref (file);
  if (!read_item (item, &failed)) {
    const VitrailStoreVerdict verdict = { .message = failed->message };
    tell (self, item, &verdict);
    item_free (item);
    return TRUE;
  }
  const gboolean is_full =
      self->items->len > 0 && (self->n_bytes + length > GROUP_BYTES ||
                               self->items->len >= GROUP_INSTANCES);
  const gboolean fine = !is_full || flush (self, cancellable, &failed);
  g_ptr_array_add (self->items, item);
  self->n_bytes += length;
  if (fine)
    return TRUE;
  if (!g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail_all (self, failed);
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
vitrail_web_store_end (VitrailWebStore *self,
                       GCancellable *cancellable,
                       GError **error)
{
  return flush (self, cancellable, error);
}
