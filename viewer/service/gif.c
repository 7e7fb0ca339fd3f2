/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GIF: see gif.h. Section numbers are those of the GIF89a specification. */

#include "gif.h"

#include "error.h"

#include <string.h>

/* A code for each byte, then these two, then strings of bytes. */
#define CODE_CLEAR 256
#define CODE_END   257
#define MAX_CODES  4096

/* The table of strings: open addressing, half full at most. */
#define N_SLOTS 8192

/* Levels of red, green and blue: the eye tells most greens apart. */
static const guint levels[3] = { 6, 7, 6 };

struct _VitrailGif {
  guint width;
  guint height;
  gboolean is_grey;
  guint n_pictures;
  GByteArray *out;
  uint8_t *row; /* palette indices */
  /* The compressor. */
  guint32 keys[N_SLOTS]; /* a string and a byte, + 1; 0: free */
  guint16 codes[N_SLOTS];
  guint next_code;
  guint code_bits;
  guint64 bits;
  guint n_bits;
  guint8 block[255];
  guint n_block;
};

static void
put_u16 (VitrailGif *self, guint value)
{
  const guint8 bytes[] = { (guint8) value, (guint8) (value >> 8) };
  g_byte_array_append (self->out, bytes, sizeof bytes);
}

static void
put_palette (VitrailGif *self)
{
  guint8 colors[256][3] = { 0 };

  for (guint i = 0; i < 256; i++) {
    const guint steps[3] = { i / (levels[1] * levels[2]),
                             i / levels[2] % levels[1], i % levels[2] };
    for (guint c = 0; c < 3; c++)
      if (self->is_grey)
        colors[i][c] = (guint8) i;
      else if (steps[0] < levels[0])
        colors[i][c] = (guint8) (steps[c] * 255 / (levels[c] - 1));
  }
  g_byte_array_append (self->out, &colors[0][0], sizeof colors);
}

VitrailGif *
vitrail_gif_new (guint width, guint height, gboolean is_grey, GError **error)
{
  if (width > G_MAXUINT16 || height > G_MAXUINT16) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a GIF of %u x %u pixels", width, height);
    return NULL;
  }
  VitrailGif *self = g_new0 (VitrailGif, 1);
  /* A palette of 256 colours of 8 bits; its first is behind the pictures. */
  static const guint8 screen[] = { 0xf7, 0, 0 };

  self->width = width;
  self->height = height;
  self->is_grey = is_grey;
  self->out = g_byte_array_new ();
  self->row = g_malloc (width);
  g_byte_array_append (self->out, (const guint8 *) "GIF89a", 6);
  put_u16 (self, width);
  put_u16 (self, height);
  g_byte_array_append (self->out, screen, sizeof screen);
  put_palette (self);
  return self;
}

void
vitrail_gif_free (VitrailGif *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->out, g_byte_array_unref);
  g_free (self->row);
  g_free (self);
}

static void
flush_block (VitrailGif *self)
{
  const guint8 length = (guint8) self->n_block;

  if (length == 0)
    return;
  g_byte_array_append (self->out, &length, 1);
  g_byte_array_append (self->out, self->block, length);
  self->n_block = 0;
}

static void
put_byte (VitrailGif *self, guint8 byte)
{
  self->block[self->n_block++] = byte;
  if (self->n_block == sizeof self->block)
    flush_block (self);
}

/* Codes are packed from the lowest bit on (appendix F). */
static void
put_code (VitrailGif *self, guint code)
{
  self->bits |= (guint64) code << self->n_bits;
  self->n_bits += self->code_bits;
  for (; self->n_bits >= 8; self->n_bits -= 8) {
    put_byte (self, (guint8) self->bits);
    self->bits >>= 8;
  }
}

static void
clear_codes (VitrailGif *self)
{
  memset (self->keys, 0, sizeof self->keys);
  self->next_code = CODE_END + 1;
  self->code_bits = 9;
}

/* The slot of string @prefix with @byte behind it, or where it would be. */
static guint
find_slot (const VitrailGif *self, guint prefix, guint8 byte)
{
  guint32 key = (prefix << 8 | byte) + 1;
  guint slot = key * 2654435761u >> 19;

  while (self->keys[slot] != 0 && self->keys[slot] != key)
    slot = (slot + 1) % N_SLOTS;
  return slot;
}

/* One more string; a full table is cleared. */
static void
add_string (VitrailGif *self, guint slot, guint prefix, guint8 byte)
{
  if (self->next_code == MAX_CODES) {
    put_code (self, CODE_CLEAR);
    clear_codes (self);
    return;
  }
  self->keys[slot] = (prefix << 8 | byte) + 1;
  self->codes[slot] = (guint16) self->next_code;
  /* The reader knows a string one code later than we do. */
  if (self->next_code == 1u << self->code_bits)
    self->code_bits++;
  self->next_code++;
}

/* @prefix: the code of what has been read and not written; -1: nothing. */
static int
compress_row (VitrailGif *self, int prefix)
{
  for (guint x = 0; x < self->width; x++) {
    uint8_t byte = self->row[x];
    if (prefix < 0) {
      prefix = byte;
      continue;
    }
    guint slot = find_slot (self, (guint) prefix, byte);
    if (self->keys[slot] != 0) {
      prefix = self->codes[slot];
      continue;
    }
    put_code (self, (guint) prefix);
    add_string (self, slot, (guint) prefix, byte);
    prefix = byte;
  }
  return prefix;
}

/* Palette indices of row @y: grey levels, or colours with an ordered dither of
 * four by four. */
static void
index_row (VitrailGif *self, const VitrailImage *image, guint y)
{
  static const guint8 bayer[4][4] = { { 0, 8, 2, 10 },
                                      { 12, 4, 14, 6 },
                                      { 3, 11, 1, 9 },
                                      { 15, 7, 13, 5 } };
  const uint8_t *from = image->data + y * image->stride;

  if (self->is_grey) {
    memcpy (self->row, from, self->width);
    return;
  }
  for (guint x = 0; x < self->width; x++) {
    guint index = 0;
    /* 0 .. 254 of 255: a level that is exact stays so. */
    guint threshold = bayer[y % 4][x % 4] * 255u / 16 + 8;
    for (guint c = 0; c < 3; c++) {
      guint value = from[image->channels == 1 ? x : 3 * x + c];
      index = index * levels[c] + (value * (levels[c] - 1) + threshold) / 255;
    }
    self->row[x] = (uint8_t) index;
  }
}

/* Graphic control extension (23): for how long; image descriptor (20). */
static void
put_picture_head (VitrailGif *self, guint64 duration_ns)
{
  static const guint8 control[] = { 0x21, 0xf9, 4, 4 };
  static const guint8 end_and_separator[] = { 0, 0, 0x2c, 0, 0, 0, 0 };
  static const guint8 no_palette_and_code_size[] = { 0, 8 };
  guint64 hundredths = (duration_ns + 5000000) / 10000000;

  g_byte_array_append (self->out, control, sizeof control);
  /* Browsers take less than 2 for 10. */
  put_u16 (self, (guint) CLAMP (hundredths, 2, 65535));
  g_byte_array_append (self->out, end_and_separator, sizeof end_and_separator);
  put_u16 (self, self->width);
  put_u16 (self, self->height);
  g_byte_array_append (self->out, no_palette_and_code_size,
                       sizeof no_palette_and_code_size);
}

/* Between the palette and the first picture: repeat for ever. */
static void
put_loop (VitrailGif *self)
{
  static const guint8 head[] = { 0x21, 0xff, 11 };
  static const guint8 tail[] = { 3, 1, 0, 0, 0 };

  g_byte_array_append (self->out, head, sizeof head);
  g_byte_array_append (self->out, (const guint8 *) "NETSCAPE2.0", 11);
  g_byte_array_append (self->out, tail, sizeof tail);
}

void
vitrail_gif_add (VitrailGif *self,
                 const VitrailImage *image,
                 guint64 duration_ns)
{
  static const guint8 end = 0;
  int prefix = -1;

  g_return_if_fail (image->width == self->width &&
                    image->height == self->height);
  if (self->n_pictures++ == 0 && duration_ns > 0)
    put_loop (self);
  put_picture_head (self, duration_ns);
  clear_codes (self);
  put_code (self, CODE_CLEAR);
  for (guint y = 0; y < self->height; y++) {
    index_row (self, image, y);
    prefix = compress_row (self, prefix);
  }
  put_code (self, (guint) prefix);
  /* The reader has one string more by now. */
  if (self->next_code == 1u << self->code_bits && self->code_bits < 12)
    self->code_bits++;
  put_code (self, CODE_END);
  if (self->n_bits > 0)
    put_byte (self, (guint8) self->bits);
  self->bits = self->n_bits = 0;
  flush_block (self);
  g_byte_array_append (self->out, &end, 1);
}

GBytes *
vitrail_gif_end (VitrailGif *self)
{
  static const guint8 trailer = 0x3b;

  g_byte_array_append (self->out, &trailer, 1);
  return g_byte_array_free_to_bytes (g_steal_pointer (&self->out));
}
