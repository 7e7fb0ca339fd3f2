/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Instances as JSON and bulk data: see stowjson.h. */

#include "stowjson.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/writer.h"
#include "dicom/xml.h"
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

/* Of bulk data of one instance, which is made in memory. */
#define MAX_INSTANCE_BYTES ((guint64) 1024 * 1024 * 1024)

/* A part of bulk data. */
typedef struct {
  char *location;
  char *content_type;
  VitrailIncoming *file;
} Bulk;

struct _VitrailStowJson {
  VitrailStore *store;
  gboolean is_xml; /* so are metadata */
  GByteArray *xml; /* the part that comes now */
  GString *json;
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
vitrail_stow_json_new (VitrailStore *store, gboolean is_xml)
{
  VitrailStowJson *self = g_new0 (VitrailStowJson, 1);

  self->store = store;
  self->is_xml = is_xml;
  self->xml = g_byte_array_new ();
  self->json = g_string_new (NULL);
  self->bulk = g_ptr_array_new_with_free_func (bulk_free);
  return self;
}

void
vitrail_stow_json_free (VitrailStowJson *self)
{
  g_byte_array_unref (self->xml);
  g_string_free (self->json, TRUE);
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
      vitrail_media_type_is (header->content_type,
                             self->is_xml ? "application/dicom+xml"
                                          : "application/dicom+json");
  if (self->is_json && self->has_json && !self->is_xml)
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
  if (self->json->len + self->xml->len + length > MAX_JSON_BYTES)
    return fail (VITRAIL_ERROR_LIMIT, "metadata of more than 64 MB", error);
  if (self->is_xml)
    g_byte_array_append (self->xml, data, (guint) length);
  else
    g_string_append_len (self->json, (const char *) data, (gssize) length);
  return TRUE;
}

/* One instance more in the array. */
static gboolean
end_xml (VitrailStowJson *self, GError **error)
{
  g_string_append_c (self->json, self->json->len == 0 ? '[' : ',');
  if (!vitrail_xml_to_json ((const char *) self->xml->data,
                            (gssize) self->xml->len, self->json, error))
    return FALSE;
  g_byte_array_set_size (self->xml, 0);
  return TRUE;
}

gboolean
vitrail_stow_json_end_part (VitrailStowJson *self, GError **error)
{
  if (self->is_json && self->is_xml)
    return end_xml (self, error);
  if (self->is_json || self->bulk->len == 0)
    return TRUE;
  Bulk *bulk = g_ptr_array_index (self->bulk, self->bulk->len - 1);
  /* It is mapped by its path when a data set names it. */
  if (bulk->file->fd >= 0)
    close (bulk->file->fd);
  bulk->file->fd = -1;
  return TRUE;
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
  guint64 n_bytes;       /* of its values that came as bulk data */
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

/* Counts @parts as named once more, and as part of this instance. */
static gboolean
count_bulk (Making *self, const GPtrArray *parts, GError **error)
{
  VitrailStowJson *all = self->all;

  for (guint i = 0; i < parts->len; i++) {
    const Bulk *bulk = g_ptr_array_index (parts, i);
    self->n_bytes += bulk->file->size;
    all->n_named += bulk->file->size;
  }
  if (all->n_named > all->n_came + MAX_SHARED_BYTES)
    return fail (VITRAIL_ERROR_LIMIT,
                 "the same bulk data is named too many times", error);
  return self->n_bytes <= MAX_INSTANCE_BYTES ||
         fail (VITRAIL_ERROR_LIMIT,
               "an instance of more than 1 GB of bulk data", error);
}

static gboolean
set_value (VitrailDataSetBuilder *builder,
           const VitrailElement *element,
           const GPtrArray *parts,
           GError **error)
{
  if (parts->len > 1)
    return fail (VITRAIL_ERROR_MALFORMED, "several parts for one value", error);
  g_autoptr (GBytes) bytes = map_bulk (g_ptr_array_index (parts, 0), error);
  if (bytes == NULL)
    return FALSE;
  vitrail_data_set_builder_set_bytes (builder, element->tag, element->vr,
                                      bytes);
  return TRUE;
}

/* Of an icon, say: as it lies in the file around it. */
static gboolean
is_native (const Bulk *bulk)
{
  g_autofree char *syntax = dup_transfer_syntax (bulk);

  return strcmp (syntax, EXPLICIT_LE) == 0 || strcmp (syntax, IMPLICIT_LE) == 0;
}

/* @builder: the instance's, or that of an item of it. */
static gboolean
set_bulk (Making *self,
          VitrailDataSetBuilder *builder,
          const VitrailElement *element,
          const char *location,
          GError **error)
{
  g_autoptr (GPtrArray) parts = find_bulk (self->all, location);
  const gboolean is_pixels = element->tag == TAG_PIXEL_DATA;

  if (parts->len == 0)
    return fail (VITRAIL_ERROR_MALFORMED, "bulk data that did not come", error);
  if (!count_bulk (self, parts, error))
    return FALSE;
  if (is_pixels && builder != self->builder &&
      !is_native (g_ptr_array_index (parts, 0)))
    return fail (VITRAIL_ERROR_UNSUPPORTED,
                 "pixels in a sequence that are compressed", error);
  if (is_pixels && builder == self->builder) {
    if (!set_transfer_syntax (self, g_ptr_array_index (parts, 0), error))
      return FALSE;
    if (strcmp (self->transfer_syntax, EXPLICIT_LE) != 0)
      return set_frames (self, parts, error);
  }
  return set_value (builder, element, parts, error);
}

/* Whether @data_set or an item somewhere below it names bulk data. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
has_bulk (VitrailDataSet *data_set)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailTag tag = vitrail_data_set_get_element (data_set, i)->tag;
    if (vitrail_json_get_bulk_data_uri (data_set, tag) != NULL)
      return TRUE;
    for (guint j = 0; j < vitrail_data_set_get_n_items (data_set, tag); j++)
      if (has_bulk (vitrail_data_set_get_item (data_set, tag, j)))
        return TRUE;
  }
  return FALSE;
}

static gboolean fill (Making *self,
                      VitrailDataSetBuilder *builder,
                      VitrailDataSet *data_set,
                      GError **error);

/* The sequence @tag of @data_set, where its items name bulk data. */
static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
fill_items (Making *self,
            VitrailDataSetBuilder *builder,
            VitrailDataSet *data_set,
            VitrailTag tag,
            GError **error)
{
  const guint n_items = vitrail_data_set_get_n_items (data_set, tag);
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  gboolean names = FALSE;

  for (guint i = 0; i < n_items && !names; i++)
    names = has_bulk (vitrail_data_set_get_item (data_set, tag, i));
  for (guint i = 0; i < n_items && names; i++) {
    VitrailDataSet *item = vitrail_data_set_get_item (data_set, tag, i);
    g_autoptr (VitrailDataSetBuilder) filled =
        vitrail_data_set_builder_new_from (item);
    if (!fill (self, filled, item, error))
      return FALSE;
    g_ptr_array_add (items,
                     vitrail_data_set_builder_end (g_steal_pointer (&filled)));
  }
  if (names)
    vitrail_data_set_builder_set_items (builder, tag,
                                        (VitrailDataSet *const *) items->pdata,
                                        items->len);
  return TRUE;
}

static gboolean
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
fill (Making *self,
      VitrailDataSetBuilder *builder,
      VitrailDataSet *data_set,
      GError **error)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    const char *location =
        vitrail_json_get_bulk_data_uri (data_set, element->tag);
    const gboolean done =
        location != NULL
            ? set_bulk (self, builder, element, location, error)
            : fill_items (self, builder, data_set, element->tag, error);
    if (!done)
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
  const gboolean done = fill (&self, self.builder, data_set, error);

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
  if (self->is_xml)
    g_string_append_c (self->json, ']');
  g_autoptr (GPtrArray) sets =
      vitrail_json_read (self->json->str, (gssize) self->json->len, "metadata",
                         error);
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
