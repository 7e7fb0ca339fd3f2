/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Encoding data sets: see encoder.h. Two passes over the data set: one measures
 * sequences and items, since their lengths come first, the other writes into
 * memory of exactly that size. */

#include "dicom/encoder.h"

#include "dicom/vr.h"
#include "error.h"

#include <string.h>

#define TAG_ITEM    VITRAIL_TAG (0xfffe, 0xe000)
#define TAG_SEQ_END VITRAIL_TAG (0xfffe, 0xe0dd)
#define TAG_PIXEL   VITRAIL_TAG (0x7fe0, 0x0010)
#define UNDEFINED   0xffffffffu

size_t
vitrail_encoder_padded (size_t length)
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
is_fragments (const VitrailEncoder *self,
              const VitrailElement *element,
              guint depth)
{
  if (element->vr == VR_SQ)
    return FALSE;
  return element->undefined_length ||
         (depth == 0 && self->encapsulated && element->tag == TAG_PIXEL);
}

/* A sequence that a reader of implicit VR cannot know from the dictionary is
 * recognised by its undefined length. */
static gboolean
is_delimited (const VitrailEncoder *self, const VitrailElement *element)
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

  return is_short && vitrail_encoder_padded (element->length) > 0xffff
             ? VR_UN
             : element->vr;
}

static size_t
header_size (const VitrailEncoder *self, VitrailVR vr)
{
  gboolean is_long = (vitrail_vr_info (vr)->flags & VITRAIL_VR_LONG) != 0;

  return !self->implicit && is_long ? 12 : 8;
}

static void
check_element (VitrailEncoder *self,
               const VitrailElement *element,
               size_t length,
               gboolean fragments)
{
  const char *reason = NULL;

  if (length > VITRAIL_ENCODER_MAX_LENGTH && !fragments)
    reason = "longer than 4 GB, which no length field can say";
  else if (fragments && self->implicit && element->tag != TAG_PIXEL)
    reason = "encapsulated, which implicit VR cannot tell from a sequence";
  if (reason != NULL && self->reason == NULL) {
    self->reason = reason;
    self->refused = element->tag;
  }
}

static size_t measure_data_set (VitrailEncoder *self,
                                const VitrailDataSet *data_set,
                                gboolean meta,
                                guint depth);

static size_t
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
measure_sequence (VitrailEncoder *self,
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
measure_data_set (VitrailEncoder *self,
                  const VitrailDataSet *data_set,
                  gboolean meta,
                  guint depth)
{
  size_t total = 0;

  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    if (!is_written (element, meta))
      continue;
    size_t length = vitrail_encoder_padded (element->length);
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
put_u16 (VitrailEncoder *self, uint16_t value)
{
  *self->out++ = (uint8_t) (self->big_endian ? value >> 8 : value);
  *self->out++ = (uint8_t) (self->big_endian ? value : value >> 8);
}

void
vitrail_encoder_put_u32 (VitrailEncoder *self, uint32_t value)
{
  put_u16 (self, (uint16_t) (self->big_endian ? value >> 16 : value));
  put_u16 (self, (uint16_t) (self->big_endian ? value : value >> 16));
}

void
vitrail_encoder_put_tag (VitrailEncoder *self, VitrailTag tag, size_t length)
{
  put_u16 (self, VITRAIL_TAG_GROUP (tag));
  put_u16 (self, VITRAIL_TAG_ELEMENT (tag));
  vitrail_encoder_put_u32 (self, (uint32_t) length);
}

void
vitrail_encoder_put_header (VitrailEncoder *self,
                            VitrailTag tag,
                            VitrailVR vr,
                            size_t length)
{
  if (self->implicit) {
    vitrail_encoder_put_tag (self, tag, length);
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
  vitrail_encoder_put_u32 (self, (uint32_t) length);
}

void
vitrail_encoder_put_value (VitrailEncoder *self,
                           const VitrailElement *element,
                           VitrailVR vr)
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
put_fragments (VitrailEncoder *self, const VitrailElement *element)
{
  vitrail_encoder_put_header (self, element->tag, element->vr, UNDEFINED);
  vitrail_encoder_put_value (self, element, VR_UN);
  vitrail_encoder_put_tag (self, TAG_SEQ_END, 0);
}

static void put_data_set (VitrailEncoder *self,
                          const VitrailDataSet *data_set,
                          gboolean meta,
                          guint depth);

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
put_sequence (VitrailEncoder *self,
              const VitrailDataSet *data_set,
              const VitrailElement *element,
              guint depth)
{
  guint n_items = vitrail_data_set_get_n_items (data_set, element->tag);

  gboolean delimited = is_delimited (self, element);
  size_t length = g_array_index (self->lengths, gsize, self->next++);

  vitrail_encoder_put_header (self, element->tag, VR_SQ,
                              delimited ? UNDEFINED : length);
  for (guint i = 0; i < n_items; i++) {
    vitrail_encoder_put_tag (
        self, TAG_ITEM, g_array_index (self->lengths, gsize, self->next++));
    put_data_set (self, vitrail_data_set_get_item (data_set, element->tag, i),
                  FALSE, depth + 1);
  }
  if (delimited)
    vitrail_encoder_put_tag (self, TAG_SEQ_END, 0);
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
put_data_set (VitrailEncoder *self,
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
      vitrail_encoder_put_header (self, element->tag, vr,
                                  vitrail_encoder_padded (element->length));
      vitrail_encoder_put_value (self, element, vr);
    }
  }
}

GBytes *
vitrail_encoder_write (VitrailEncoder *self,
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
