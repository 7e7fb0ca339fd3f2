/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writing data sets: see writer.h. Two passes over the data set: one measures
 * sequences and items, since their lengths come first, the other writes into
 * memory of exactly that size. */

#include "dicom/writer.h"

#include "dicom/builder.h"
#include "dicom/inflate.h"
#include "dicom/parser.h"
#include "dicom/vr.h"
#include "error.h"
#include "limits.h"

#include <string.h>

#define PREAMBLE     128
#define UNDEFINED    0xffffffffu
#define MAX_LENGTH   0xfffffffeu
#define TAG_ITEM     VITRAIL_TAG (0xfffe, 0xe000)
#define TAG_SEQ_END  VITRAIL_TAG (0xfffe, 0xe0dd)
#define TAG_PIXEL    VITRAIL_TAG (0x7fe0, 0x0010)
#define UID_IMPLICIT "1.2.840.10008.1.2"
#define UID_EXPLICIT "1.2.840.10008.1.2.1"
#define UID_DEFLATED "1.2.840.10008.1.2.1.99"
#define UID_BIG      "1.2.840.10008.1.2.2"

/* Ours (PS3.7 D.3.3.2): 2.25 and a UUID. */
#define IMPLEMENTATION_UID  "2.25.230826150274683125107913542986573110487"
#define IMPLEMENTATION_NAME "VITRAIL"

/**
 * Writer:
 * @encapsulated: Pixel Data of the data set itself is a sequence of items
 * @lengths: (element-type gsize): of sequences and items, in the order of their
 *   headers; filled by measuring, used up by writing
 * @refused: the first attribute found that cannot be written
 * @reason: why
 */
typedef struct {
  gboolean implicit;
  gboolean big_endian;
  gboolean encapsulated;
  GArray *lengths;
  guint next;
  VitrailTag refused;
  const char *reason;
  uint8_t *out;
} Writer;

static size_t
padded (size_t length)
{
  return length + length % 2;
}

/* Group lengths are retired, group 0002 is the file's (PS3.10 7.1). */
static gboolean
is_written (const VitrailElement *element, gboolean meta)
{
  uint16_t group = VITRAIL_TAG_GROUP (element->tag);

  return meta || (group != 0x0002 && VITRAIL_TAG_ELEMENT (element->tag) != 0);
}

static gboolean
is_fragments (const Writer *self, const VitrailElement *element, guint depth)
{
  if (element->vr == VR_SQ)
    return FALSE;
  return element->undefined_length ||
         (depth == 0 && self->encapsulated && element->tag == TAG_PIXEL);
}

/* A sequence that a reader of implicit VR cannot know from the dictionary is
 * recognised by its undefined length. */
static gboolean
is_delimited (const Writer *self, const VitrailElement *element)
{
  return self->implicit && element->vr == VR_SQ &&
         vitrail_dictionary_vr (element->tag) != VR_SQ;
}

/* What does not fit into 16 bits of length is written as UN (PS3.5 6.2.2). */
static VitrailVR
written_vr (const VitrailElement *element)
{
  gboolean is_short =
      (vitrail_vr_info (element->vr)->flags & VITRAIL_VR_LONG) == 0;

  return is_short && padded (element->length) > 0xffff ? VR_UN : element->vr;
}

static size_t
header_size (const Writer *self, VitrailVR vr)
{
  gboolean is_long = (vitrail_vr_info (vr)->flags & VITRAIL_VR_LONG) != 0;

  return !self->implicit && is_long ? 12 : 8;
}

static void
check_element (Writer *self,
               const VitrailElement *element,
               size_t length,
               gboolean fragments)
{
  const char *reason = NULL;

  if (length > MAX_LENGTH && !fragments)
    reason = "longer than 4 GB, which no length field can say";
  else if (fragments && self->implicit && element->tag != TAG_PIXEL)
    reason = "encapsulated, which implicit VR cannot tell from a sequence";
  if (reason != NULL && self->reason == NULL) {
    self->reason = reason;
    self->refused = element->tag;
  }
}

static size_t measure_data_set (Writer *self,
                                const VitrailDataSet *data_set,
                                gboolean meta,
                                guint depth);

static size_t
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
measure_sequence (Writer *self,
                  const VitrailDataSet *data_set,
                  const VitrailElement *element,
                  guint depth)
{
  guint own = self->lengths->len;
  guint n_items = vitrail_data_set_get_n_items (data_set, element->tag);
  gsize total = 0;

  g_array_append_val (self->lengths, total);
  for (guint i = 0; i < n_items; i++) {
    guint slot = self->lengths->len;
    gsize length = 0;
    g_array_append_val (self->lengths, length);
    length =
        measure_data_set (self,
                          vitrail_data_set_get_item (data_set, element->tag, i),
                          FALSE, depth + 1);
    g_array_index (self->lengths, gsize, slot) = length;
    total += 8 + length;
  }
  g_array_index (self->lengths, gsize, own) = total;
  return total;
}

static size_t
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
measure_data_set (Writer *self,
                  const VitrailDataSet *data_set,
                  gboolean meta,
                  guint depth)
{
  size_t total = 0;

  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (!is_written (element, meta))
      continue;
    size_t length = padded (element->length);
    if (element->vr == VR_SQ)
      length = measure_sequence (self, data_set, element, depth);
    check_element (self, element, length, is_fragments (self, element, depth));
    total += header_size (self, written_vr (element)) + length;
    if (is_fragments (self, element, depth) || is_delimited (self, element))
      total += 8;
  }
  return total;
}

static void
put_u16 (Writer *self, uint16_t value)
{
  *self->out++ = (uint8_t) (self->big_endian ? value >> 8 : value);
  *self->out++ = (uint8_t) (self->big_endian ? value : value >> 8);
}

static void
put_u32 (Writer *self, uint32_t value)
{
  put_u16 (self, (uint16_t) (self->big_endian ? value >> 16 : value));
  put_u16 (self, (uint16_t) (self->big_endian ? value : value >> 16));
}

static void
put_tag (Writer *self, VitrailTag tag, size_t length)
{
  put_u16 (self, VITRAIL_TAG_GROUP (tag));
  put_u16 (self, VITRAIL_TAG_ELEMENT (tag));
  put_u32 (self, (uint32_t) length);
}

static void
put_header (Writer *self, VitrailTag tag, VitrailVR vr, size_t length)
{
  if (self->implicit) {
    put_tag (self, tag, length);
    return;
  }
  put_u16 (self, VITRAIL_TAG_GROUP (tag));
  put_u16 (self, VITRAIL_TAG_ELEMENT (tag));
  *self->out++ = (uint8_t) (vr >> 8);
  *self->out++ = (uint8_t) vr;
  if (header_size (self, vr) == 8) {
    put_u16 (self, (uint16_t) length);
    return;
  }
  put_u16 (self, 0);
  put_u32 (self, (uint32_t) length);
}

static void
put_value (Writer *self, const VitrailElement *element, VitrailVR vr)
{
  size_t size = vitrail_vr_info (element->vr)->size;
  /* PS3.5 6.2.2: UN is little endian always. */
  gboolean big = self->big_endian && vr != VR_UN;

  if (element->length > 0)
    memcpy (self->out, element->value, element->length);
  if (size > 1 && (element->big_endian != 0) != big) {
    for (size_t i = 0; i + size <= element->length; i += size) {
      for (size_t j = 0; j < size; j++)
        self->out[i + j] = element->value[i + size - 1 - j];
    }
  }
  self->out += element->length;
  if (element->length % 2 != 0) {
    uint8_t flags = vitrail_vr_info (element->vr)->flags;
    gboolean space = (flags & VITRAIL_VR_TEXT) != 0 && element->vr != VR_UI;
    *self->out++ = space ? ' ' : '\0';
  }
}

static void
put_fragments (Writer *self, const VitrailElement *element)
{
  put_header (self, element->tag, element->vr, UNDEFINED);
  put_value (self, element, VR_UN);
  put_tag (self, TAG_SEQ_END, 0);
}

static void put_data_set (Writer *self,
                          const VitrailDataSet *data_set,
                          gboolean meta,
                          guint depth);

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
put_sequence (Writer *self,
              const VitrailDataSet *data_set,
              const VitrailElement *element,
              guint depth)
{
  guint n_items = vitrail_data_set_get_n_items (data_set, element->tag);

  gboolean delimited = is_delimited (self, element);
  size_t length = g_array_index (self->lengths, gsize, self->next++);

  put_header (self, element->tag, VR_SQ, delimited ? UNDEFINED : length);
  for (guint i = 0; i < n_items; i++) {
    put_tag (self, TAG_ITEM,
             g_array_index (self->lengths, gsize, self->next++));
    put_data_set (self, vitrail_data_set_get_item (data_set, element->tag, i),
                  FALSE, depth + 1);
  }
  if (delimited)
    put_tag (self, TAG_SEQ_END, 0);
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
put_data_set (Writer *self,
              const VitrailDataSet *data_set,
              gboolean meta,
              guint depth)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (!is_written (element, meta))
      continue;
    if (element->vr == VR_SQ) {
      put_sequence (self, data_set, element, depth);
    } else if (is_fragments (self, element, depth)) {
      put_fragments (self, element);
    } else {
      VitrailVR vr = written_vr (element);
      put_header (self, element->tag, vr, padded (element->length));
      put_value (self, element, vr);
    }
  }
}

static GBytes *
write_encoded (Writer *self,
               const VitrailDataSet *data_set,
               gboolean meta,
               GError **error)
{
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (gsize));
  char text[VITRAIL_TAG_TEXT_SIZE];

  self->lengths = lengths;
  size_t total = measure_data_set (self, data_set, meta, 0);
  if (self->reason != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED, "%s: %s",
                 vitrail_tag_text (self->refused, text), self->reason);
    return NULL;
  }
  uint8_t *out = g_try_malloc (MAX (total, 1));
  if (out == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a data set of %zu bytes does not fit into memory", total);
    return NULL;
  }
  self->out = out;
  put_data_set (self, data_set, meta, 0);
  return g_bytes_new_take (out, total);
}

static gboolean
is_native_syntax (const char *uid)
{
  return strcmp (uid, UID_IMPLICIT) == 0 || strcmp (uid, UID_EXPLICIT) == 0 ||
         strcmp (uid, UID_BIG) == 0 || strcmp (uid, UID_DEFLATED) == 0;
}

/* Pixel Data must lie as the transfer syntax wants it. */
static gboolean
check_pixel_data (const VitrailDataSet *data_set,
                  const char *transfer_syntax,
                  GError **error)
{
  const VitrailElement *element = vitrail_data_set_find (data_set, TAG_PIXEL);
  gboolean native = is_native_syntax (transfer_syntax);

  if (element == NULL || (native && !element->undefined_length))
    return TRUE;
  if (!native &&
      vitrail_parser_walk_fragments (element->value, 0, element->length) ==
          element->length)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "(7FE0,0010) PixelData: %s, but the transfer syntax is %s",
               native ? "encapsulated" : "not the items of encapsulated frames",
               transfer_syntax);
  return FALSE;
}

/* An item that is written by itself keeps the character set that it had from
 * the data set around it. */
static VitrailDataSet *
with_character_set (VitrailDataSet *data_set)
{
  if (vitrail_data_set_has (data_set, VITRAIL_TAG (0x0008, 0x0005)) ||
      vitrail_data_set_get_character_set (data_set)[0] == '\0')
    return vitrail_data_set_ref (data_set);
  return vitrail_data_set_builder_end (
      vitrail_data_set_builder_new_from (data_set));
}

GBytes *
vitrail_write_data_set (VitrailDataSet *data_set,
                        const char *transfer_syntax,
                        GError **error)
{
  g_autoptr (VitrailDataSet) whole = with_character_set (data_set);
  Writer writer = {
    .implicit = strcmp (transfer_syntax, UID_IMPLICIT) == 0,
    .big_endian = strcmp (transfer_syntax, UID_BIG) == 0,
    .encapsulated = !is_native_syntax (transfer_syntax),
  };

  if (!check_pixel_data (whole, transfer_syntax, error))
    return NULL;
  g_autoptr (GBytes) bytes = write_encoded (&writer, whole, FALSE, error);
  if (bytes == NULL || strcmp (transfer_syntax, UID_DEFLATED) != 0)
    return g_steal_pointer (&bytes);
  return vitrail_deflate (bytes, error);
}

static gboolean
copy_uid (VitrailDataSetBuilder *builder,
          VitrailTag to,
          const VitrailDataSet *data_set,
          VitrailTag from,
          GError **error)
{
  g_autofree char *uid = vitrail_data_set_dup_string (data_set, from, 0);
  char text[VITRAIL_TAG_TEXT_SIZE];

  if (uid != NULL) {
    vitrail_data_set_builder_set_string (builder, to, uid);
    return TRUE;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: missing, a file needs it", vitrail_tag_text (from, text));
  return FALSE;
}

/* The file meta information, without its group length. */
static VitrailDataSet *
make_meta (const VitrailDataSet *data_set,
           const char *transfer_syntax,
           GError **error)
{
  static const uint8_t version[] = { 0, 1 };
  g_autoptr (VitrailDataSetBuilder) builder = vitrail_data_set_builder_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (version, sizeof version);

  if (!copy_uid (builder, VITRAIL_TAG (0x0002, 0x0002), data_set,
                 VITRAIL_TAG (0x0008, 0x0016), error) ||
      !copy_uid (builder, VITRAIL_TAG (0x0002, 0x0003), data_set,
                 VITRAIL_TAG (0x0008, 0x0018), error))
    return NULL;
  vitrail_data_set_builder_set_bytes (builder, VITRAIL_TAG (0x0002, 0x0001),
                                      VR_OB, bytes);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0002, 0x0010),
                                       transfer_syntax);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0002, 0x0012),
                                       IMPLEMENTATION_UID);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0002, 0x0013),
                                       IMPLEMENTATION_NAME);
  return vitrail_data_set_builder_end (g_steal_pointer (&builder));
}

GBytes *
vitrail_write_part10 (VitrailDataSet *data_set,
                      const char *transfer_syntax,
                      GError **error)
{
  g_autoptr (VitrailDataSet) meta =
      make_meta (data_set, transfer_syntax, error);
  static const char prefix[4] = { 'D', 'I', 'C', 'M' };
  Writer writer = { .implicit = FALSE };

  if (meta == NULL)
    return NULL;
  g_autoptr (GBytes) head = write_encoded (&writer, meta, TRUE, error);
  g_autoptr (GBytes) body =
      vitrail_write_data_set (data_set, transfer_syntax, error);
  if (head == NULL || body == NULL)
    return NULL;

  size_t n_head = g_bytes_get_size (head);
  size_t n_body = g_bytes_get_size (body);
  size_t total = PREAMBLE + 4 + 12 + n_head + n_body;
  uint8_t *file = g_try_malloc0 (total);
  if (file == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a file of %zu bytes does not fit into memory", total);
    return NULL;
  }
  memcpy (file + PREAMBLE, prefix, sizeof prefix);
  writer.out = file + PREAMBLE + 4;
  put_header (&writer, VITRAIL_TAG (0x0002, 0x0000), VR_UL, 4);
  put_u32 (&writer, (uint32_t) n_head);
  memcpy (writer.out, g_bytes_get_data (head, NULL), n_head);
  if (n_body > 0)
    memcpy (writer.out + n_head, g_bytes_get_data (body, NULL), n_body);
  return g_bytes_new_take (file, total);
}

gboolean
vitrail_write_part10_file (VitrailDataSet *data_set,
                           const char *transfer_syntax,
                           const char *path,
                           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes =
      vitrail_write_part10 (data_set, transfer_syntax, &local);

  if (bytes == NULL) {
    g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s: ", path);
    return FALSE;
  }
  if (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                (gssize) g_bytes_get_size (bytes),
                                G_FILE_SET_CONTENTS_CONSISTENT |
                                    G_FILE_SET_CONTENTS_DURABLE,
                                0666, &local))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s", path,
               local->message);
  return FALSE;
}

/* Bytes of the offset table: none when an offset does not fit into 32 bits. */
static size_t
measure_frames (GBytes *const *frames, guint n_frames, size_t *total)
{
  size_t last = 0;

  *total = 0;
  for (guint i = 0; i < n_frames; i++) {
    last = *total;
    *total += 8 + padded (g_bytes_get_size (frames[i]));
  }
  return last <= MAX_LENGTH ? 4 * (size_t) n_frames : 0;
}

GBytes *
vitrail_encapsulate (GBytes *const *frames, guint n_frames, GError **error)
{
  Writer writer = { .implicit = TRUE };
  size_t total;
  size_t table = measure_frames (frames, n_frames, &total);
  uint32_t offset = 0;

  for (guint i = 0; i < n_frames; i++) {
    if (g_bytes_get_size (frames[i]) <= MAX_LENGTH - 1)
      continue;
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "frame %u: longer than 4 GB", i + 1);
    return NULL;
  }
  uint8_t *out = g_try_malloc (8 + table + total);
  if (out == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%u frames of %zu bytes do not fit into memory", n_frames,
                 total);
    return NULL;
  }
  writer.out = out;
  put_tag (&writer, TAG_ITEM, table);
  for (guint i = 0; table > 0 && i < n_frames; i++) {
    put_u32 (&writer, offset);
    offset += (uint32_t) (8 + padded (g_bytes_get_size (frames[i])));
  }
  for (guint i = 0; i < n_frames; i++) {
    VitrailElement frame = { .vr = VR_OB };
    frame.value = g_bytes_get_data (frames[i], &frame.length);
    put_tag (&writer, TAG_ITEM, padded (frame.length));
    put_value (&writer, &frame, VR_OB);
  }
  return g_bytes_new_take (out, 8 + table + total);
}
