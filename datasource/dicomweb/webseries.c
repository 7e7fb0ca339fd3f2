/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series over DICOMweb: see webseries.h. */

#include "dicomweb/webseries.h"

#include "dicom/json.h"
#include "dicomweb/bulkvalues.h"
#include "dicomweb/client.h"
#include "dicomweb/mediatype.h"
#include "dicomweb/webinstance.h"
#include "diskcache.h"
#include "error.h"
#include "limits.h"

#include <string.h>

#define TAG_TRANSFER_SYNTAX  VITRAIL_TAG (0x0002, 0x0010)
#define TAG_SOP_INSTANCE_UID VITRAIL_TAG (0x0008, 0x0018)
#define TAG_SERIES           VITRAIL_TAG (0x0020, 0x000e)
#define TAG_AVAILABLE_SYNTAX VITRAIL_TAG (0x0008, 0x3002)
#define TAG_ROWS             VITRAIL_TAG (0x0028, 0x0010)

#define METADATA_KIND "webmetadata"
/* What metadata are kept with. */
#define ETAG_BYTES 128

/* --- metadata --- */

static void
keep_metadata (const char *url, const VitrailWebAnswer *answer)
{
  const gsize length = g_bytes_get_size (answer->body);
  const char *etag = answer->etag != NULL ? answer->etag : "";
  g_autofree char *data = g_try_malloc0 (ETAG_BYTES + length);

  if (data == NULL)
    return;
  if (strlen (etag) < ETAG_BYTES)
    g_strlcpy (data, etag, ETAG_BYTES);
  memcpy (data + ETAG_BYTES, g_bytes_get_data (answer->body, NULL), length);
  vitrail_disk_cache_store (vitrail_disk_cache_get_default (), METADATA_KIND,
                            url, NULL, data, ETAG_BYTES + length);
}

/* What was kept, and how the server called it: NULL where it did not. */
static GBytes *
recall_metadata (const char *url, char **etag)
{
  g_autoptr (GBytes) kept =
      vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (),
                                 METADATA_KIND, url, NULL);
  gsize length = 0;
  const char *data = kept != NULL ? g_bytes_get_data (kept, &length) : NULL;

  if (length <= ETAG_BYTES || memchr (data, '\0', ETAG_BYTES) == NULL)
    return NULL;
  *etag = data[0] != '\0' ? g_strdup (data) : NULL;
  return g_bytes_new_from_bytes (kept, ETAG_BYTES, length - ETAG_BYTES);
}

gboolean
vitrail_web_series_check_json (const char *url,
                               const char *content_type,
                               GError **error)
{
  if (vitrail_media_type_is (content_type, "application/dicom+json") ||
      vitrail_media_type_is (content_type, "application/json"))
    return TRUE;
  g_autofree char *valid =
      g_utf8_make_valid (content_type != NULL ? content_type : "nothing", -1);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: the server answers %.100s, not DICOM JSON", url, valid);
  return FALSE;
}

/* The text of the metadata at @url, from the server, or as it was. */
static GBytes *
fetch_metadata (const VitrailWebLocation *location,
                const char *url,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *etag = NULL;
  g_autoptr (GBytes) kept = recall_metadata (url, &etag);
  g_auto (VitrailWebAnswer) answer = { 0 };
  g_autoptr (GError) failed = NULL;
  const VitrailWebRequest request = {
    .uri = url,
    .accept = "application/dicom+json",
    .authorization = location->authorization,
    .if_none_match = etag,
    .max_bytes = VITRAIL_LIMIT_JSON_BYTES,
    .priority = VITRAIL_WEB_NOW,
  };

  if (!vitrail_web_client_fetch (&request, cancellable, &answer, &failed)) {
    if (kept != NULL && vitrail_web_error_is_outage (failed)) {
      g_message ("%s: shown as far as it is kept here", failed->message);
      return g_steal_pointer (&kept);
    }
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  if (answer.status == 304)
    return g_steal_pointer (&kept);
  if (!vitrail_web_series_check_json (url, answer.content_type, error))
    return NULL;
  keep_metadata (url, &answer);
  return g_bytes_ref (answer.body);
}

/* --- the series --- */

static gboolean
check_series (const VitrailWebLocation *location,
              const GPtrArray *data_sets,
              GError **error)
{
  for (guint i = 0; i < data_sets->len; i++)
    if (!vitrail_data_set_text_is (g_ptr_array_index (data_sets, i), TAG_SERIES,
                                   0, location->series))
    {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                   "%s: the server answers another series", location->name);
      return FALSE;
    }
  if (data_sets->len > 0)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no instances", location->name);
  return FALSE;
}

GPtrArray *
vitrail_web_series_read_metadata (const VitrailWebLocation *location,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autofree char *url = g_strconcat (location->series_url, "/metadata", NULL);
  g_autoptr (GBytes) json = fetch_metadata (location, url, cancellable, error);

  if (json == NULL)
    return NULL;
  g_autoptr (GPtrArray) read =
      vitrail_json_read (g_bytes_get_data (json, NULL),
                         (gssize) g_bytes_get_size (json), url, error);
  return read != NULL && check_series (location, read, error)
             ? g_steal_pointer (&read)
             : NULL;
}

VitrailDataSet *
vitrail_web_series_fill (const VitrailWebLocation *location,
                         VitrailDataSet *data_set,
                         GCancellable *cancellable)
{
  g_autofree char *url = g_strconcat (location->series_url, "/metadata", NULL);
  VitrailBulkValues bulk;

  vitrail_bulk_values_init (&bulk, location, url, cancellable);
  bulk.everything = TRUE;
  return vitrail_bulk_values_fill (&bulk, data_set);
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  const VitrailDataSet *left = *(VitrailDataSet *const *) a;
  const VitrailDataSet *right = *(VitrailDataSet *const *) b;
  g_autofree char *one =
      vitrail_data_set_dup_string (left, TAG_SOP_INSTANCE_UID, 0);
  g_autofree char *other =
      vitrail_data_set_dup_string (right, TAG_SOP_INSTANCE_UID, 0);

  return g_strcmp0 (one, other);
}

GPtrArray *
vitrail_web_series_read (const VitrailWebLocation *location,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *url = g_strconcat (location->series_url, "/metadata", NULL);
  g_autoptr (GPtrArray) read =
      vitrail_web_series_read_metadata (location, cancellable, error);
  VitrailBulkValues bulk;

  if (read == NULL)
    return NULL;
  if (read->len > VITRAIL_LIMIT_WEB_INSTANCES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "%s: %u instances",
                 location->name, read->len);
    return NULL;
  }
  g_ptr_array_sort (read, compare_uids);
  vitrail_bulk_values_init (&bulk, location, url, cancellable);
  g_autoptr (GPtrArray) filled =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  for (guint i = 0; i < read->len; i++)
    g_ptr_array_add (
        filled, vitrail_bulk_values_fill (&bulk, g_ptr_array_index (read, i)));
  /* What is cancelled lacks values that are there. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&filled);
}

char *
vitrail_web_series_dup_syntax (const VitrailDataSet *data_set)
{
  char *syntax =
      vitrail_data_set_dup_string (data_set, TAG_AVAILABLE_SYNTAX, 0);

  if (syntax == NULL)
    syntax = vitrail_data_set_dup_string (data_set, TAG_TRANSFER_SYNTAX, 0);
  return syntax != NULL ? syntax : g_strdup ("");
}

/* All at the same time. */
static void
prefetch_syntaxes (const VitrailWebLocation *location,
                   const GPtrArray *data_sets)
{
  for (guint i = 0; i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    g_autofree char *syntax = vitrail_web_series_dup_syntax (data_set);
    if (syntax[0] == '\0' && vitrail_data_set_has (data_set, TAG_ROWS))
      vitrail_web_instance_prefetch_syntax (location, data_set);
  }
}

GPtrArray *
vitrail_web_series_open (const VitrailWebLocation *location,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GPtrArray) data_sets =
      vitrail_web_series_read (location, cancellable, error);
  g_autoptr (GPtrArray) instances =
      g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) first = NULL;

  if (data_sets == NULL)
    return NULL;
  prefetch_syntaxes (location, data_sets);
  for (guint i = 0; i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    g_autofree char *syntax = vitrail_web_series_dup_syntax (data_set);
    g_autoptr (GError) failed = NULL;
    VitrailInstance *instance =
        vitrail_web_instance_new (location, data_set, syntax, cancellable,
                                  &failed);
    if (instance != NULL) {
      g_ptr_array_add (instances, instance);
      continue;
    }
    g_message ("left out of the series: %s", failed->message);
    if (first == NULL)
      first = g_steal_pointer (&failed);
  }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (instances->len > 0)
    return g_steal_pointer (&instances);
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

VitrailInstance *
vitrail_web_series_open_instance (const VitrailWebLocation *location,
                                  GError **error)
{
  g_autoptr (GPtrArray) data_sets =
      vitrail_web_series_read (location, NULL, error);

  for (guint i = 0; data_sets != NULL && i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    if (!vitrail_data_set_text_is (data_set, TAG_SOP_INSTANCE_UID, 0,
                                   location->instance))
      continue;
    g_autofree char *syntax = vitrail_web_series_dup_syntax (data_set);
    return vitrail_web_instance_new (location, data_set, syntax, NULL, error);
  }
  if (data_sets != NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: no instance %s", location->name, location->instance);
  return NULL;
}
