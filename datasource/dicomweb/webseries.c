/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series over DICOMweb: see webseries.h. */

#include "dicomweb/webseries.h"

#include "dicom/json.h"
#include "dicomweb/bulkvalues.h"
#include "dicomweb/document.h"
#include "dicomweb/mediatype.h"
#include "dicomweb/webinstance.h"
#include "dicomweb/webkept.h"
#include "error.h"
#include "limits.h"

#include <string.h>

#define TAG_TRANSFER_SYNTAX  VITRAIL_TAG (0x0002, 0x0010)
#define TAG_SOP_INSTANCE_UID VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY            VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES           VITRAIL_TAG (0x0020, 0x000e)
#define TAG_AVAILABLE_SYNTAX VITRAIL_TAG (0x0008, 0x3002)
#define TAG_ROWS             VITRAIL_TAG (0x0028, 0x0010)

/* --- metadata --- */

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

static GBytes *
take_json (const VitrailWebAnswer *answer, const char *name, GError **error)
{
  return vitrail_web_series_check_json (name, answer->content_type, error)
             ? g_bytes_ref (answer->body)
             : NULL;
}

/* Of a server of files, whatever it calls them. */
static GBytes *
take_document (const VitrailWebAnswer *answer, const char *name, GError **error)
{
  return vitrail_document_unpack (answer->body, VITRAIL_LIMIT_JSON_BYTES, name,
                                  error);
}

static GBytes *
fetch_json (const VitrailWebLocation *location,
            const char *url,
            GCancellable *cancellable,
            GError **error)
{
  const VitrailWebKept kept = {
    .kind = "webmetadata",
    .url = url,
    .accept = "application/dicom+json",
    .authorization = location->authorization,
    .max_bytes = VITRAIL_LIMIT_JSON_BYTES,
    .take = location->options->is_static ? take_document : take_json,
  };

  return vitrail_web_kept_get (&kept, cancellable, error);
}

/* The text of the metadata at @url, from the server, or as it was. */
static GBytes *
fetch_metadata (const VitrailWebLocation *location,
                const char *url,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GError) failed = NULL;
  GBytes *json = fetch_json (location, url, cancellable, &failed);

  if (json == NULL && location->options->is_static &&
      !vitrail_web_error_is_outage (failed))
  {
    g_autofree char *file = g_strconcat (url, ".gz", NULL);
    json = fetch_json (location, file, cancellable, NULL);
  }
  if (json == NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return json;
}

/* --- the series --- */

/* Whether the server means an instance of the series by it. */
static gboolean
is_instance (const VitrailWebLocation *location, const VitrailDataSet *data_set)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (data_set, TAG_SOP_INSTANCE_UID, 0);

  return uid != NULL && vitrail_web_location_is_uid (uid) &&
         vitrail_data_set_text_is (data_set, TAG_STUDY, 0, location->study);
}

/* Those of @data_sets that are instances of the series. */
static GPtrArray *
check_series (const VitrailWebLocation *location,
              const GPtrArray *data_sets,
              GError **error)
{
  g_autoptr (GPtrArray) instances =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < data_sets->len; i++) {
    VitrailDataSet *data_set = g_ptr_array_index (data_sets, i);
    if (!vitrail_data_set_text_is (data_set, TAG_SERIES, 0, location->series)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                   "%s: the server answers another series", location->name);
      return NULL;
    }
    if (is_instance (location, data_set))
      g_ptr_array_add (instances, vitrail_data_set_ref (data_set));
    else
      g_message ("%s: metadata without their UIDs, or of another study, are "
                 "left out",
                 location->name);
  }
  if (instances->len > 0)
    return g_steal_pointer (&instances);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "%s: no instances", location->name);
  return NULL;
}

GPtrArray *
vitrail_web_series_read_metadata (const VitrailWebLocation *location,
                                  char **version,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autofree char *url = g_strconcat (location->series_url, "/metadata", NULL);
  g_autoptr (GBytes) json = fetch_metadata (location, url, cancellable, error);

  if (json == NULL)
    return NULL;
  if (version != NULL)
    *version = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, json);
  g_autoptr (GPtrArray) read =
      vitrail_json_read (g_bytes_get_data (json, NULL),
                         (gssize) g_bytes_get_size (json), url, error);
  return read != NULL ? check_series (location, read, error) : NULL;
}

/* What relative BulkDataURIs are relative to. */
static char *
make_base (const VitrailWebLocation *location)
{
  const char *level = location->options->bulk_level;

  if (g_strcmp0 (level, "studies") == 0)
    return g_strdup_printf ("%s/studies/%s/", location->root_url,
                            location->study);
  if (g_strcmp0 (level, "series") == 0)
    return g_strconcat (location->series_url, "/", NULL);
  return g_strconcat (location->series_url, "/metadata", NULL);
}

VitrailDataSet *
vitrail_web_series_fill (const VitrailWebLocation *location,
                         VitrailDataSet *data_set,
                         GCancellable *cancellable,
                         gboolean *is_whole)
{
  g_autofree char *base = make_base (location);
  VitrailBulkValues bulk;

  vitrail_bulk_values_init (&bulk, location, base, cancellable);
  bulk.everything = TRUE;
  VitrailDataSet *filled = vitrail_bulk_values_fill (&bulk, data_set);
  *is_whole = !bulk.failed;
  return filled;
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
  g_autofree char *base = make_base (location);
  g_autoptr (GPtrArray) read =
      vitrail_web_series_read_metadata (location, NULL, cancellable, error);
  VitrailBulkValues bulk;

  if (read == NULL)
    return NULL;
  if (read->len > VITRAIL_LIMIT_WEB_INSTANCES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "%s: %u instances",
                 location->name, read->len);
    return NULL;
  }
  g_ptr_array_sort (read, compare_uids);
  vitrail_bulk_values_init (&bulk, location, base, cancellable);
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
