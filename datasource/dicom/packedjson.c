/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compressed DICOM JSON: see packedjson.h.
 *
 * A packed object is a row of pieces, each a PieceHeader in the byte order of
 * this machine and its deflate data. */

#define _GNU_SOURCE /* memmem () */

#include "dicom/packedjson.h"

#include "dicom/builder.h"
#include "dicom/bulkname.h"
#include "dicom/json.h"

#include <string.h>
#include <zlib.h>

#define TAG_AVAILABLE_TRANSFER_SYNTAX VITRAIL_TAG (0x0008, 0x3002)

/* Where the base goes: quotes inside of values are escaped. */
static const char uri_start[] = "\"BulkDataURI\":\"";

/* Higher ones make it 10 % smaller and take twice as long. */
#define LEVEL 1
/* Raw deflate with the largest window. Its hash table is cleared for each
 * piece: a small one (8 KiB) halves the time of what has a few kilobytes. */
#define WINDOW_BITS  (-15)
#define MEMORY_LEVEL 5
/* Nobody's headers are longer; what a damaged database says may be. */
#define MAX_PIECE_BYTES (1u << 30)

typedef struct {
  uint32_t packed;
  uint32_t length;
  uint32_t crc;
} PieceHeader;

/* --- packing --- */

static void
deflater_free (gpointer data)
{
  z_stream *stream = data;

  deflateEnd (stream);
  g_free (stream);
}

/* One a thread: to make it anew takes longer than what it is used for. */
static z_stream *
get_deflater (void)
{
  static GPrivate kept = G_PRIVATE_INIT (deflater_free);
  z_stream *stream = g_private_get (&kept);

  if (stream != NULL)
    return deflateReset (stream) == Z_OK ? stream : NULL;
  stream = g_new0 (z_stream, 1);
  if (deflateInit2 (stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
                    Z_DEFAULT_STRATEGY) != Z_OK)
  {
    g_free (stream);
    return NULL;
  }
  g_private_set (&kept, stream);
  return stream;
}

/* A full flush ends on a whole byte, and forgets what came before. */
static gboolean
pack_piece (GByteArray *out, z_stream *stream, const char *text, size_t length)
{
  size_t start = out->len;
  /* What a flush adds to the bound is a few bytes. */
  size_t bound = deflateBound (stream, length) + 16;

  if (length > MAX_PIECE_BYTES || bound > MAX_PIECE_BYTES ||
      start + sizeof (PieceHeader) + bound > G_MAXINT32)
    return FALSE;
  g_byte_array_set_size (out, (guint) (start + sizeof (PieceHeader) + bound));
  stream->next_in = (Bytef *) (guintptr) text;
  stream->avail_in = (uInt) length;
  stream->next_out = out->data + start + sizeof (PieceHeader);
  stream->avail_out = (uInt) bound;
  if (deflate (stream, Z_FULL_FLUSH) != Z_OK || stream->avail_in > 0 ||
      stream->avail_out == 0)
    return FALSE;
  PieceHeader header = {
    .packed = (uint32_t) (bound - stream->avail_out),
    .length = (uint32_t) length,
    .crc = (uint32_t) crc32 (0, (const Bytef *) text, (uInt) length),
  };
  memcpy (out->data + start, &header, sizeof header);
  g_byte_array_set_size (out, (guint) (start + sizeof header + header.packed));
  return TRUE;
}

GBytes *
vitrail_packed_json_new (const char *json, size_t length)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  z_stream *stream = get_deflater ();
  const char *end = json + length;

  while (stream != NULL && json < end) {
    const char *found =
        memmem (json, (size_t) (end - json), uri_start, sizeof uri_start - 1);
    const char *next = found != NULL ? found + sizeof uri_start - 1 : end;
    if (!pack_piece (out, stream, json, (size_t) (next - json)))
      return NULL;
    json = next;
  }
  return stream != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&out))
                        : NULL;
}

/* --- an instance --- */

typedef struct {
  const char *path;  /* "/studies/.../instances/..." */
  GHashTable *names; /* of its long values */
} Naming;

static char *
name_value (const VitrailElement *element, gpointer user_data)
{
  const Naming *naming = user_data;
  const char *name =
      g_hash_table_lookup (naming->names,
                           GSIZE_TO_POINTER ((gsize) element->value));
  return name != NULL ? g_strdup_printf ("%s/bulkdata/%s", naming->path, name)
                      : NULL;
}

char *
vitrail_instance_path_new (const char *study,
                           const char *series,
                           const char *sop)
{
  const char *words[] = { "/studies/", study,         "/series/",
                          series,      "/instances/", sop };
  GString *path = g_string_sized_new (256);

  for (guint i = 0; i < G_N_ELEMENTS (words); i += 2) {
    g_string_append (path, words[i]);
    g_string_append_uri_escaped (path, words[i + 1], NULL, FALSE);
  }
  return g_string_free (path, FALSE);
}

GBytes *
vitrail_packed_json_new_instance (VitrailDataSet *data_set,
                                  const char *transfer_syntax,
                                  const char *path,
                                  size_t inline_limit)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);
  if (transfer_syntax != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_AVAILABLE_TRANSFER_SYNTAX,
                                         transfer_syntax);
  g_autoptr (VitrailDataSet) whole = vitrail_data_set_builder_end (builder);
  g_autoptr (GHashTable) names = vitrail_bulk_names_new (whole, inline_limit);
  g_autoptr (GString) json = g_string_sized_new (8192);
  Naming naming = { path, names };

  vitrail_json_write (whole, json, inline_limit, name_value, &naming);
  return vitrail_packed_json_new (json->str, json->len);
}

/* --- joining --- */

struct _VitrailJsonJoiner {
  GByteArray *out;
  char *base;
  gboolean as_gzip;
  guint n_objects;
  /* Of the text so far, for the end of a gzip file. */
  uint32_t crc;
  uint32_t length;
  z_stream inflater; /* of plain text; made at first use */
  gboolean has_inflater;
};

static void
append (VitrailJsonJoiner *self, const void *data, size_t length)
{
  g_byte_array_append (self->out, data, (guint) length);
}

/* Text that was not packed: a stored block (RFC 1951 3.2.4), the last one of
 * the file where @is_last. */
static void
append_text (VitrailJsonJoiner *self, const char *text, gboolean is_last)
{
  uint16_t length = (uint16_t) strlen (text);
  uint8_t header[] = { is_last ? 1 : 0, (uint8_t) (length & 0xff),
                       (uint8_t) (length >> 8), (uint8_t) (~length & 0xff),
                       (uint8_t) ((~length >> 8) & 0xff) };

  if (self->as_gzip) {
    append (self, header, sizeof header);
    self->crc = (uint32_t) crc32 (self->crc, (const Bytef *) text, length);
    self->length += length;
  }
  append (self, text, length);
}

VitrailJsonJoiner *
vitrail_json_joiner_new (const char *base, gboolean as_gzip)
{
  static const uint8_t gzip_header[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255 };
  VitrailJsonJoiner *self = g_new0 (VitrailJsonJoiner, 1);

  g_return_val_if_fail (strlen (base) <= G_MAXUINT16, NULL);
  self->out = g_byte_array_sized_new (65536);
  self->base = g_strdup (base);
  self->as_gzip = as_gzip;
  if (as_gzip)
    append (self, gzip_header, sizeof gzip_header);
  append_text (self, "[", FALSE);
  return self;
}

void
vitrail_json_joiner_free (VitrailJsonJoiner *self)
{
  if (self->has_inflater)
    inflateEnd (&self->inflater);
  g_clear_pointer (&self->out, g_byte_array_unref);
  g_free (self->base);
  g_free (self);
}

/* Goes to the next piece of @data; FALSE where there is no whole one. */
static gboolean
next_piece (const uint8_t **data,
            size_t *rest,
            PieceHeader *header,
            const uint8_t **packed)
{
  if (*rest < sizeof *header)
    return FALSE;
  memcpy (header, *data, sizeof *header);
  if (header->packed > *rest - sizeof *header ||
      header->length > MAX_PIECE_BYTES)
    return FALSE;
  *packed = *data + sizeof *header;
  *data = *packed + header->packed;
  *rest -= sizeof *header + header->packed;
  return TRUE;
}

static gboolean
ensure_inflater (VitrailJsonJoiner *self)
{
  if (self->has_inflater)
    return inflateReset (&self->inflater) == Z_OK;
  self->has_inflater = inflateInit2 (&self->inflater, WINDOW_BITS) == Z_OK;
  return self->has_inflater;
}

static gboolean
unpack_piece (VitrailJsonJoiner *self,
              const PieceHeader *header,
              const uint8_t *packed)
{
  z_stream *stream = &self->inflater;
  guint start = self->out->len;

  if ((guint64) start + header->length > G_MAXINT32 || !ensure_inflater (self))
    return FALSE;
  g_byte_array_set_size (self->out, start + header->length);
  stream->next_in = (Bytef *) (guintptr) packed;
  stream->avail_in = header->packed;
  stream->next_out = self->out->data + start;
  stream->avail_out = header->length;
  int status = inflate (stream, Z_SYNC_FLUSH);
  /* The empty block of the flush is read as long as there is room for more. */
  return (status == Z_OK || status == Z_BUF_ERROR) && stream->avail_out == 0 &&
         crc32 (0, self->out->data + start, header->length) == header->crc;
}

static gboolean
append_piece (VitrailJsonJoiner *self,
              const PieceHeader *header,
              const uint8_t *packed)
{
  if (!self->as_gzip)
    return unpack_piece (self, header, packed);
  if ((guint64) self->out->len + header->packed > G_MAXINT32)
    return FALSE;
  append (self, packed, header->packed);
  self->crc = (uint32_t) crc32_combine (self->crc, header->crc,
                                        (z_off_t) header->length);
  self->length += header->length;
  return TRUE;
}

static gboolean
append_pieces (VitrailJsonJoiner *self, const uint8_t *data, size_t rest)
{
  PieceHeader header;
  const uint8_t *packed = NULL;

  for (gboolean first = TRUE; rest > 0; first = FALSE) {
    if (!next_piece (&data, &rest, &header, &packed))
      return FALSE;
    if (!first)
      append_text (self, self->base, FALSE);
    if (!append_piece (self, &header, packed))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_json_joiner_add (VitrailJsonJoiner *self, GBytes *packed)
{
  guint start = self->out->len;
  uint32_t crc = self->crc;
  uint32_t length = self->length;
  size_t size = 0;
  const uint8_t *data = g_bytes_get_data (packed, &size);

  if (self->n_objects > 0)
    append_text (self, ",", FALSE);
  if (size > 0 && append_pieces (self, data, size)) {
    self->n_objects++;
    return TRUE;
  }
  g_byte_array_set_size (self->out, start);
  self->crc = crc;
  self->length = length;
  return FALSE;
}

GBytes *
vitrail_json_joiner_end (VitrailJsonJoiner *self)
{
  append_text (self, "]\n", TRUE);
  if (self->as_gzip) {
    uint32_t tail[] = { GUINT32_TO_LE (self->crc),
                        GUINT32_TO_LE (self->length) };
    append (self, tail, sizeof tail);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->out));
}
