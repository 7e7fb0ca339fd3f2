/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances as JSON and bulk data: see stowjson.h. */

#include "stowjson.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/writer.h"
#include "dicomweb/mediatype.h"
#include "error.h"
#include "limits.h"

#include <string.h>
#include <unistd.h>

#define TAG_PIXEL_DATA      VITRAIL_TAG (0x7fe0, 0x0010)
#define TAG_TRANSFER_SYNTAX VITRAIL_TAG (0x0008, 0x3002)
#define IMPLICIT_LE         "1.2.840.10008.1.2"
#define EXPLICIT_LE         "1.2.840.10008.1.2.1"
#define DEFLATED_LE         "1.2.840.10008.1.2.1.99"
#define EXPLICIT_BE         "1.2.840.10008.1.2.2"

/* Of the metadata of one request. */
#define MAX_JSON_BYTES ((gsize) 64 * 1024 * 1024)

/* Of bulk data that the data sets of one request name beyond what came: several
 * may name the same part. */
#define MAX_SHARED_BYTES ((guint64) 1024 * 1024 * 1024)

/* A part of bulk data. */
typedef struct {
  char *location;
  char *content_type;
  VitrailIncoming *file;
} Bulk;

struct _VitrailStowJson {
  VitrailStore *store;
  GByteArray *json;
  GPtrArray *bulk; /* Bulk */
  gboolean has_json;
  gboolean is_json; /* the part that comes now */
  guint64 n_came;   /* bytes of bulk data */
  guint64 n_named;  /* and of what was named of it so far */
};

/* What a media type without transfer-syntax= stands for (PS3.18 8.7.3). */
static const struct {
  const char *type;
  const char *transfer_syntax;
} syntaxes[] = {
  { "application/octet-stream", EXPLICIT_LE },
  { "image/jpeg", "1.2.840.10008.1.2.4.70" },
  { "image/dicom-rle", "1.2.840.10008.1.2.5" },
  { "image/jls", "1.2.840.10008.1.2.4.80" },
  { "image/jp2", "1.2.840.10008.1.2.4.90" },
  { "image/jpx", "1.2.840.10008.1.2.4.92" },
  { "image/jphc", "1.2.840.10008.1.2.4.201" },
  { "image/jxl", "1.2.840.10008.1.2.4.110" },
  { "video/mpeg", "1.2.840.10008.1.2.4.100" },
  { "video/mp4", "1.2.840.10008.1.2.4.102" },
};

static void
bulk_free (gpointer data)
{
  Bulk *self = data;

  vitrail_incoming_free (self->file);
  g_free (self->location);
  g_free (self->content_type);
  g_free (self);
}

VitrailStowJson *
vitrail_stow_json_new (VitrailStore *store)
{
  VitrailStowJson *self = g_new0 (VitrailStowJson, 1);

  self->store = store;
  self->json = g_byte_array_new ();
  self->bulk = g_ptr_array_new_with_free_func (bulk_free);
  return self;
}

void
vitrail_stow_json_free (VitrailStowJson *self)
{
  g_byte_array_unref (self->json);
  g_ptr_array_unref (self->bulk);
  g_free (self);
}

static gboolean
fail (int code, const char *what, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, code, "%s", what);
  return FALSE;
}

gboolean
vitrail_stow_json_begin (VitrailStowJson *self,
                         const VitrailPartHeader *header,
                         GError **error)
{
  self->is_json =
      vitrail_media_type_is (header->content_type, "application/dicom+json");
  if (self->is_json && self->has_json)
    return fail (VITRAIL_ERROR_MALFORMED, "a second part of metadata", error);
  if (self->is_json) {
    self->has_json = TRUE;
    return TRUE;
  }
  if (self->bulk->len == VITRAIL_LIMIT_REQUEST_PARTS)
    return fail (VITRAIL_ERROR_LIMIT, "too many parts", error);
  if (header->content_location == NULL)
    return fail (VITRAIL_ERROR_MALFORMED,
                 "a part of bulk data has no Content-Location", error);
  Bulk *bulk = g_new0 (Bulk, 1);
  bulk->location = g_strdup (header->content_location);
  bulk->content_type = g_strdup (header->content_type);
  bulk->file = vitrail_store_begin (self->store, FALSE);
  g_ptr_array_add (self->bulk, bulk);
  return TRUE;
}

gboolean
vitrail_stow_json_take (VitrailStowJson *self,
                        const guint8 *data,
                        gsize length,
                        GError **error)
{
  if (!self->is_json) {
    Bulk *bulk = g_ptr_array_index (self->bulk, self->bulk->len - 1);
    self->n_came += length;
    return vitrail_incoming_write (bulk->file, data, length, error);
  }
  if (self->json->len + length > MAX_JSON_BYTES)
    return fail (VITRAIL_ERROR_LIMIT, "metadata of more than 64 MB", error);
  g_byte_array_append (self->json, data, (guint) length);
  return TRUE;
}

void
vitrail_stow_json_end_part (VitrailStowJson *self)
{
  if (self->is_json || self->bulk->len == 0)
    return;
  Bulk *bulk = g_ptr_array_index (self->bulk, self->bulk->len - 1);
  /* It is mapped by its path when a data set names it. */
  if (bulk->file->fd >= 0)
    close (bulk->file->fd);
  bulk->file->fd = -1;
}

/* --- from data set to file --- */

static GBytes *
map_bulk (const Bulk *bulk, GError **error)
{
  if (bulk->file->size == 0)
    return g_bytes_new (NULL, 0);
  g_autoptr (GMappedFile) mapped =
      g_mapped_file_new (bulk->file->path, FALSE, error);

  return mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
}

/* Counts @parts as named once more. */
static gboolean
count_bulk (VitrailStowJson *self, const GPtrArray *parts, GError **error)
{
  for (guint i = 0; i < parts->len; i++) {
    const Bulk *bulk = g_ptr_array_index (parts, i);
    self->n_named += bulk->file->size;
  }
  return self->n_named <= self->n_came + MAX_SHARED_BYTES ||
         fail (VITRAIL_ERROR_LIMIT,
               "the same bulk data is named too many times", error);
}

/* The parts at @location, in their order: several are frames. */
static GPtrArray *
find_bulk (const VitrailStowJson *self, const char *location)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < self->bulk->len; i++) {
    Bulk *bulk = g_ptr_array_index (self->bulk, i);
    if (strcmp (bulk->location, location) == 0)
      g_ptr_array_add (found, bulk);
  }
  return found;
}

static char *
dup_transfer_syntax (const Bulk *bulk)
{
  g_autofree char *named =
      vitrail_media_type_dup_parameter (bulk->content_type, "transfer-syntax");

  if (named != NULL)
    return g_steal_pointer (&named);
  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++)
    if (vitrail_media_type_is (bulk->content_type, syntaxes[i].type))
      return g_strdup (syntaxes[i].transfer_syntax);
  return g_strdup (EXPLICIT_LE);
}

/* One data set on its way to a file. */
typedef struct {
  VitrailStowJson *all;
  VitrailDataSetBuilder *builder;
  char *transfer_syntax; /* of its Pixel Data */
} Making;

static gboolean
set_frames (Making *self, const GPtrArray *parts, GError **error)
{
  g_autoptr (GPtrArray) frames =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < parts->len; i++) {
    GBytes *frame = map_bulk (g_ptr_array_index (parts, i), error);
    if (frame == NULL)
      return FALSE;
    g_ptr_array_add (frames, frame);
  }
  g_autoptr (GBytes) items =
      vitrail_encapsulate ((GBytes *const *) frames->pdata, frames->len, error);
  if (items == NULL)
    return FALSE;
  vitrail_data_set_builder_set_bytes (self->builder, TAG_PIXEL_DATA,
                                      VITRAIL_VR ('O', 'B'), items);
  return TRUE;
}

/* How the pixels of @bulk lie. Those of Implicit VR are the same bytes as those
 * of Explicit VR, which is what is written. */
static gboolean
set_transfer_syntax (Making *self, const Bulk *bulk, GError **error)
{
  g_free (self->transfer_syntax);
  self->transfer_syntax = dup_transfer_syntax (bulk);
  if (strcmp (self->transfer_syntax, IMPLICIT_LE) == 0) {
    g_free (self->transfer_syntax);
    self->transfer_syntax = g_strdup (EXPLICIT_LE);
  }
  if (strcmp (self->transfer_syntax, DEFLATED_LE) == 0 ||
      strcmp (self->transfer_syntax, EXPLICIT_BE) == 0)
    return fail (VITRAIL_ERROR_UNSUPPORTED,
                 "bulk data that is deflated or big endian", error);
  return TRUE;
}

static gboolean
set_bulk (Making *self,
          const VitrailElement *element,
          const char *location,
          GError **error)
{
  g_autoptr (GPtrArray) parts = find_bulk (self->all, location);

  if (parts->len == 0)
    return fail (VITRAIL_ERROR_MALFORMED, "bulk data that did not come", error);
  if (!count_bulk (self->all, parts, error))
    return FALSE;
  if (element->tag == TAG_PIXEL_DATA) {
    if (!set_transfer_syntax (self, g_ptr_array_index (parts, 0), error))
      return FALSE;
    if (strcmp (self->transfer_syntax, EXPLICIT_LE) != 0)
      return set_frames (self, parts, error);
  }
  if (parts->len > 1)
    return fail (VITRAIL_ERROR_MALFORMED, "several parts for one value", error);
  g_autoptr (GBytes) bytes = map_bulk (g_ptr_array_index (parts, 0), error);
  if (bytes == NULL)
    return FALSE;
  vitrail_data_set_builder_set_bytes (self->builder, element->tag, element->vr,
                                      bytes);
  return TRUE;
}

/* Whether an item somewhere below @data_set names bulk data. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
has_bulk_inside (VitrailDataSet *data_set, gboolean is_item)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailTag tag = vitrail_data_set_get_element (data_set, i)->tag;
    if (is_item && vitrail_json_get_bulk_data_uri (data_set, tag) != NULL)
      return TRUE;
    for (guint j = 0; j < vitrail_data_set_get_n_items (data_set, tag); j++)
      if (has_bulk_inside (vitrail_data_set_get_item (data_set, tag, j), TRUE))
        return TRUE;
  }
  return FALSE;
}

static gboolean
fill (Making *self, VitrailDataSet *data_set, GError **error)
{
  if (has_bulk_inside (data_set, FALSE))
    return fail (VITRAIL_ERROR_UNSUPPORTED, "bulk data in a sequence", error);
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    const char *location =
        vitrail_json_get_bulk_data_uri (data_set, element->tag);
    if (location != NULL && !set_bulk (self, element, location, error))
      return FALSE;
  }
  return TRUE;
}

static GBytes *
make_file (VitrailStowJson *all, VitrailDataSet *data_set, GError **error)
{
  Making self = { .all = all,
                  .builder = vitrail_data_set_builder_new_from (data_set),
                  .transfer_syntax = g_strdup (EXPLICIT_LE) };
  const gboolean done = fill (&self, data_set, error);

  /* What an archive says of itself. */
  vitrail_data_set_builder_remove (self.builder, TAG_TRANSFER_SYNTAX);
  g_autoptr (VitrailDataSet) whole =
      vitrail_data_set_builder_end (self.builder);
  GBytes *bytes =
      done ? vitrail_write_part10 (whole, self.transfer_syntax, error) : NULL;
  g_free (self.transfer_syntax);
  return bytes;
}

static void
add_file (VitrailStowJson *self, VitrailDataSet *data_set, GPtrArray *files)
{
  VitrailIncoming *file = vitrail_store_begin (self->store, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = make_file (self, data_set, &error);
  gsize length = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  g_ptr_array_add (files, file);
  if (data == NULL || !vitrail_incoming_write (file, data, length, &error))
    vitrail_incoming_fail (file, error);
}

gboolean
vitrail_stow_json_end (VitrailStowJson *self,
                       GPtrArray *files,
                       VitrailStowJsonFile end_file,
                       gpointer user_data,
                       GError **error)
{
  if (!self->has_json)
    return fail (VITRAIL_ERROR_MALFORMED, "no part of metadata", error);
  g_autoptr (GPtrArray) sets =
      vitrail_json_read ((const char *) self->json->data,
                         (gssize) self->json->len, "metadata", error);
  if (sets == NULL)
    return FALSE;
  if (sets->len > VITRAIL_LIMIT_REQUEST_PARTS)
    return fail (VITRAIL_ERROR_LIMIT, "metadata of too many instances", error);
  for (guint i = 0; i < sets->len; i++) {
    add_file (self, g_ptr_array_index (sets, i), files);
    VitrailIncoming *file = g_ptr_array_index (files, i);
    if (file->outcome == VITRAIL_OUTCOME_PENDING)
      end_file (file, user_data);
  }
  return sets->len > 0 ||
         fail (VITRAIL_ERROR_MALFORMED, "metadata of no instance", error);
}
