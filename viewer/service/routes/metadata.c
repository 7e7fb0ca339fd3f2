/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Metadata of studies, series and instances (WADO-RS, PS3.18 10.4.1.1.2): all
 * attributes in DICOM JSON, long values by BulkDataURI. */

#include "archive.h"
#include "bulkdata.h"
#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/part10.h"
#include "route.h"

/* Longer values are named by a URI. PS3.18 leaves the bound to the server. */
#define INLINE_BYTES 1024

#define TAG_AVAILABLE_TRANSFER_SYNTAX VITRAIL_TAG (0x0008, 0x3002)

typedef struct {
  const char *url;   /* of the instance */
  GHashTable *names; /* of its long values */
} Naming;

static char *
name_value (const VitrailElement *element, gpointer user_data)
{
  const Naming *naming = user_data;
  const char *name =
      g_hash_table_lookup (naming->names,
                           GSIZE_TO_POINTER ((gsize) element->value));
  return name != NULL ? g_strdup_printf ("%s/bulkdata/%s", naming->url, name)
                      : NULL;
}

/* Clients choose what to ask for by the stored transfer syntax. */
static VitrailDataSet *
add_transfer_syntax (VitrailPart10 *file)
{
  VitrailDataSetBuilder *builder =
      vitrail_data_set_builder_new_from (vitrail_part10_get_data_set (file));

  vitrail_data_set_builder_set_string (builder, TAG_AVAILABLE_TRANSFER_SYNTAX,
                                       vitrail_part10_get_transfer_syntax (
                                           file));
  return vitrail_data_set_builder_end (builder);
}

static gboolean
append_instance (const VitrailRequest *request,
                 VitrailDataSet *instance,
                 GString *json,
                 GError **error)
{
  g_autoptr (VitrailPart10) file =
      vitrail_archive_open_file (request, instance, VITRAIL_READ_HEADER, error);
  if (file == NULL)
    return FALSE;

  g_autoptr (VitrailDataSet) data_set = add_transfer_syntax (file);
  g_autoptr (GHashTable) names =
      vitrail_bulkdata_index (data_set, INLINE_BYTES);
  g_autofree char *url =
      vitrail_archive_dup_url (request, instance, VITRAIL_LEVEL_INSTANCE);
  Naming naming = { .url = url, .names = names };
  vitrail_json_write (data_set, json, INLINE_BYTES, name_value, &naming);
  return TRUE;
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  static const char *const types[] = { "application/dicom+json",
                                       "application/json", NULL };
  const char *type = vitrail_accept_choose (request, types);
  if (type == NULL) {
    g_set_error (error, VITRAIL_HTTP_ERROR, 406,
                 "metadata is application/dicom+json only");
    return FALSE;
  }
  g_autoptr (GPtrArray) instances =
      vitrail_archive_list_instances (request, error);
  if (instances == NULL)
    return FALSE;

  g_autoptr (GString) json = g_string_new ("[");
  for (guint i = 0; i < instances->len; i++) {
    if (g_cancellable_set_error_if_cancelled (request->cancellable, error))
      return FALSE;
    if (i > 0)
      g_string_append_c (json, ',');
    if (!append_instance (request, g_ptr_array_index (instances, i), json,
                          error))
      return FALSE;
  }
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, type, g_steal_pointer (&json));
  return TRUE;
}

static const char *const patterns[] = {
  "/dicom-web/studies/{study}/metadata",
  "/dicom-web/studies/{study}/series/{series}/metadata",
  "/dicom-web/studies/{study}/series/{series}/instances/{instance}/metadata",
  NULL,
};

const VitrailRoute vitrail_route_metadata = {
  .name = "metadata",
  .patterns = patterns,
  .answer = answer,
};
