/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is rare while bits of a JPEG stream are read: see jpegbits.h. */

#include "codec/jpegbits.h"

void
vitrail_jpeg_bits_init (VitrailJpegBits *self, const VitrailJpegStream *stream)
{
  *self = (VitrailJpegBits){
    .at = stream->data + stream->at,
    .end = stream->data + stream->length,
  };
}

VitrailJpegBits
vitrail_jpeg_bits_refill_slow (VitrailJpegBits self)
{
  while (self.n_bits < 56) {
    uint64_t next = 0;
    if (self.at < self.end && *self.at != 0xff) {
      next = *self.at++;
    } else if (self.end - self.at >= 2 && self.at[1] == 0) {
      next = 0xff;
      self.at += 2;
    } else {
      self.n_zeros += 8;
    }
    self.bits |= next << (56 - self.n_bits);
    self.n_bits += 8;
  }
  return self;
}

gboolean
vitrail_jpeg_bits_restart (VitrailJpegBits *self, guint n)
{
  const uint8_t *at = self->at;

  self->bits = 0;
  self->n_bits = 0;
  self->n_zeros = 0;
  while (self->end - at >= 2) {
    at = memchr (at, 0xff, (size_t) (self->end - at) - 1);
    if (at == NULL)
      return FALSE;
    if (at[1] != 0 && at[1] != 0xff) {
      self->at = at + 2;
      return at[1] == 0xd0 + n % 8;
    }
    at++;
  }
  return FALSE;
}

/* All beginnings of VITRAIL_JPEG_LOOK_BITS that lead to a short code. */
static void
fill_look (VitrailJpegCodes *self, guint code, guint length, guint value)
{
  guint shift = VITRAIL_JPEG_LOOK_BITS - length;

  for (guint i = 0; i < 1u << shift; i++)
    self->look[(code << shift) + i] = (uint16_t) (length << 8 | value);
}

const char *
vitrail_jpeg_codes_build (VitrailJpegCodes *self,
                          const VitrailJpegHuffman *table,
                          guint max_value)
{
  guint code = 0;
  guint n = 0;

  if (!table->defined)
    return "a Huffman table that is not there";
  memset (self->look, 0, sizeof self->look);
  memcpy (self->values, table->values, sizeof self->values);
  for (guint i = 0; i < table->n_values; i++)
    if (table->values[i] > max_value)
      return "a Huffman table with a value that cannot be";
  for (guint length = 1; length <= 16; length++) {
    self->offset[length] = (int) n - (int) code;
    for (guint i = 0; i < table->counts[length]; i++, code++, n++) {
      if (code >= 1u << length)
        return "a Huffman table with too many codes";
      if (length <= VITRAIL_JPEG_LOOK_BITS)
        fill_look (self, code, length, table->values[n]);
    }
    self->limit[length] = code << (16 - length);
    code <<= 1;
  }
  return NULL;
}

int
vitrail_jpeg_codes_find_long (const VitrailJpegCodes *self, guint next)
{
  for (guint length = VITRAIL_JPEG_LOOK_BITS + 1; length <= 16; length++)
    if (next < self->limit[length]) {
      int at = self->offset[length] + (int) (next >> (16 - length));
      return (int) (length << 8) | self->values[at & 0xff];
    }
  return -1;
}
