/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Long values over a network: see bulkvalues.h. */

#include "dicomweb/bulkvalues.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/vr.h"
#include "dicomweb/client.h"
#include "dicomweb/multipart.h"
#include "diskcache.h"
#include "error.h"
#include "limits.h"

#define BULK_KIND "webbulk"

#define TAG_ICC_PROFILE   VITRAIL_TAG (0x0028, 0x2000)
#define TAG_OPTICAL_PATHS VITRAIL_TAG (0x0048, 0x0105)
#define TAG_PALETTE_ITEM  VITRAIL_TAG (0x0048, 0x0120)

static GBytes *
fetch_bulk (VitrailBulkValues *self, const char *uri, GError **error)
{
  g_auto (VitrailWebAnswer) answer = { 0 };
  const VitrailWebRequest request = {
    .uri = uri,
    .accept = "multipart/related; type=\"application/octet-stream\"",
    .authorization = self->location->authorization,
    .max_bytes = MIN (VITRAIL_LIMIT_WEB_BULK_BYTES, self->n_bytes_left),
    .priority = VITRAIL_WEB_NOW,
  };

  if (self->n_requests_left == 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: more than %u of them", self->location->name,
                 VITRAIL_LIMIT_WEB_BULK_TIMES);
    return NULL;
  }
  self->n_requests_left--;
  if (!vitrail_web_client_fetch (&request, self->cancellable, &answer, error))
    return NULL;
  g_autofree char *name = vitrail_web_location_dup_public (uri);
  g_autoptr (GPtrArray) parts =
      vitrail_multipart_read (answer.body, answer.content_type, name, error);
  if (parts == NULL)
    return NULL;
  const VitrailWebPart *part = g_ptr_array_index (parts, 0);
  vitrail_disk_cache_store (vitrail_disk_cache_get_default (), BULK_KIND, uri,
                            NULL, g_bytes_get_data (part->bytes, NULL),
                            g_bytes_get_size (part->bytes));
  return g_bytes_ref (part->bytes);
}

/* The value at @uri, which must be of the same server; else NULL and a
 * message: pictures are shown without it. */
static GBytes *
get_bulk (VitrailBulkValues *self, const char *uri)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *target =
      g_uri_resolve_relative (self->base, uri, G_URI_FLAGS_ENCODED, NULL);

  if (target == NULL ||
      !vitrail_web_location_has_origin (target, self->location->origin))
  {
    g_message ("%s: a long value on another server is not fetched",
               self->location->name);
    return NULL;
  }
  GBytes *bytes = vitrail_disk_cache_lookup (vitrail_disk_cache_get_default (),
                                             BULK_KIND, target, NULL);
  if (bytes == NULL)
    bytes = fetch_bulk (self, target, &error);
  if (bytes == NULL) {
    g_message ("shown without a long value: %s", error->message);
    self->failed |= vitrail_web_error_may_pass (error);
    return NULL;
  }
  if (g_bytes_get_size (bytes) > self->n_bytes_left) {
    g_message ("%s: shown without a long value: more than %" G_GUINT64_FORMAT
               " bytes of them",
               self->location->name, (guint64) VITRAIL_LIMIT_WEB_BULK_TOTAL);
    g_bytes_unref (bytes);
    return NULL;
  }
  self->n_bytes_left -= g_bytes_get_size (bytes);
  return bytes;
}

/* Those without which pictures look wrong: profiles and palettes (PS3.3
 * C.11.15, C.7.9, C.8.12.5). */
static const VitrailTag wanted_values[] = {
  TAG_ICC_PROFILE,
  VITRAIL_TAG (0x0028, 0x1201),
  VITRAIL_TAG (0x0028, 0x1202),
  VITRAIL_TAG (0x0028, 0x1203),
  VITRAIL_TAG (0x0028, 0x1221),
  VITRAIL_TAG (0x0028, 0x1222),
  VITRAIL_TAG (0x0028, 0x1223),
};

/* In which items they stand. */
static const VitrailTag wanted_items[] = { TAG_OPTICAL_PATHS,
                                           TAG_PALETTE_ITEM };

static gboolean
is_pixels (VitrailTag tag)
{
  return VITRAIL_TAG_GROUP (tag) == 0x7fe0;
}

/* Whether the value of @element is one to fetch. */
static gboolean
is_wanted (const VitrailBulkValues *self, const VitrailElement *element)
{
  for (guint i = 0; i < G_N_ELEMENTS (wanted_values); i++)
    if (element->tag == wanted_values[i])
      return TRUE;
  return self->everything && !is_pixels (element->tag);
}

static gboolean
is_wanted_sequence (const VitrailBulkValues *self,
                    const VitrailElement *element)
{
  for (guint i = 0; i < G_N_ELEMENTS (wanted_items); i++)
    if (element->tag == wanted_items[i])
      return TRUE;
  return self->everything && element->vr == VR_SQ;
}

static const char *
find_uri (const VitrailBulkValues *self,
          const VitrailDataSet *data_set,
          const VitrailElement *element)
{
  return is_wanted (self, element)
             ? vitrail_json_get_bulk_data_uri (data_set, element->tag)
             : NULL;
}

/* Whether anything is to be fetched for it, items included. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the metadata's own nesting */
needs_values (const VitrailBulkValues *self, const VitrailDataSet *data_set)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (find_uri (self, data_set, element) != NULL)
      return TRUE;
    if (!is_wanted_sequence (self, element))
      continue;
    const guint n = vitrail_data_set_get_n_items (data_set, element->tag);
    for (guint k = 0; k < n; k++)
      if (needs_values (self,
                        vitrail_data_set_get_item (data_set, element->tag, k)))
        return TRUE;
  }
  return FALSE;
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the metadata's own nesting */
fill_items (VitrailBulkValues *self,
            const VitrailDataSet *data_set,
            VitrailTag tag,
            VitrailDataSetBuilder *builder)
{
  const guint n = vitrail_data_set_get_n_items (data_set, tag);
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items,
                     vitrail_bulk_values_fill (
                         self, vitrail_data_set_get_item (data_set, tag, i)));
  if (n > 0)
    vitrail_data_set_builder_set_items (builder, tag,
                                        (VitrailDataSet *const *) items->pdata,
                                        n);
}

VitrailDataSet *
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the metadata's own nesting */
vitrail_bulk_values_fill (VitrailBulkValues *self, VitrailDataSet *data_set)
{
  if (!needs_values (self, data_set))
    return vitrail_data_set_ref (data_set);
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    const char *uri = find_uri (self, data_set, element);
    g_autoptr (GBytes) bytes = uri != NULL ? get_bulk (self, uri) : NULL;
    if (bytes != NULL)
      vitrail_data_set_builder_set_bytes (builder, element->tag, element->vr,
                                          bytes);
    else if (uri != NULL)
      vitrail_data_set_builder_remove (builder, element->tag);
    else if (is_wanted_sequence (self, element))
      fill_items (self, data_set, element->tag, builder);
  }
  return vitrail_data_set_builder_end (builder);
}

void
vitrail_bulk_values_init (VitrailBulkValues *self,
                          const VitrailWebLocation *location,
                          const char *base,
                          GCancellable *cancellable)
{
  *self = (VitrailBulkValues){
    .location = location,
    .base = base,
    .cancellable = cancellable,
    .n_bytes_left = VITRAIL_LIMIT_WEB_BULK_TOTAL,
    .n_requests_left = VITRAIL_LIMIT_WEB_BULK_TIMES,
  };
}
