/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sizes in headers of picture files: see imagesize.h. */

#include "slide/imagesize.h"

#include "slide/tiffindex.h"

#include <string.h>

/* What stands before a JPEG's frame header, or in a JP2 before its size. */
#define MAX_SEGMENTS 4096

typedef struct {
  const uint8_t *data;
  size_t length;
} Head;

/* A big endian number of @size bytes; 0 beyond the end. */
static guint64
get (const Head *self, size_t at, guint size)
{
  guint64 value = 0;

  if (at > self->length || size > self->length - at)
    return 0;
  for (guint i = 0; i < size; i++)
    value = value << 8 | self->data[at + i];
  return value;
}

/* A little endian one. */
static guint64
get_little (const Head *self, size_t at, guint size)
{
  guint64 value = 0;

  for (guint i = size; i > 0; i--)
    value = value << 8 | get (self, at + i - 1, 1);
  return value;
}

static gboolean
has (const Head *self, size_t at, const char *magic, size_t n)
{
  return at <= self->length && n <= self->length - at &&
         memcmp (self->data + at, magic, n) == 0;
}

static gboolean
read_png (const Head *self, guint64 size[2])
{
  if (!has (self, 0, "\x89PNG\r\n\x1a\n", 8) || !has (self, 12, "IHDR", 4))
    return FALSE;
  size[0] = get (self, 16, 4);
  size[1] = get (self, 20, 4);
  return TRUE;
}

static gboolean
is_frame_header (guint64 marker)
{
  return marker >= 0xffc0 && marker <= 0xffcf && marker != 0xffc4 &&
         marker != 0xffc8 && marker != 0xffcc;
}

static gboolean
read_jpeg (const Head *self, guint64 size[2])
{
  size_t at = 2;

  if (!has (self, 0, "\xff\xd8\xff", 3))
    return FALSE;
  for (guint i = 0; i < MAX_SEGMENTS && at + 9 <= self->length; i++) {
    guint64 marker = get (self, at, 2);
    if (marker == 0xffff) { /* a fill byte */
      at++;
      continue;
    }
    if (is_frame_header (marker)) {
      size[1] = get (self, at + 5, 2);
      size[0] = get (self, at + 7, 2);
      return TRUE;
    }
    if (marker < 0xffc0 || marker == 0xffda)
      return FALSE;
    at += 2 + (size_t) get (self, at + 2, 2);
  }
  return FALSE;
}

/* SIZ of a code stream (ISO/IEC 15444-1 A.5.1): the grid less its offset. */
static gboolean
read_code_stream (const Head *self, guint64 size[2])
{
  if (!has (self, 0, "\xff\x4f\xff\x51", 4) || self->length < 24)
    return FALSE;
  for (guint i = 0; i < 2; i++) {
    guint64 end = get (self, 8 + i * 4, 4);
    guint64 start = get (self, 16 + i * 4, 4);
    size[i] = end > start ? end - start : 0;
  }
  return TRUE;
}

/* Box by box to "jp2h", whose first box is "ihdr". */
static gboolean
read_jp2 (const Head *self, guint64 size[2])
{
  size_t at = 0;

  if (!has (self, 0, "\0\0\0\x0cjP  \r\n\x87\n", 12))
    return FALSE;
  for (guint i = 0; i < MAX_SEGMENTS && at + 8 <= self->length; i++) {
    guint64 length = get (self, at, 4);
    if (has (self, at + 4, "jp2h", 4) && has (self, at + 12, "ihdr", 4)) {
      size[1] = get (self, at + 16, 4);
      size[0] = get (self, at + 20, 4);
      return TRUE;
    }
    if (length < 8 || length > self->length - at)
      return FALSE;
    at += (size_t) length;
  }
  return FALSE;
}

/* Extended, lossless, lossy. */
static gboolean
read_webp (const Head *self, guint64 size[2])
{
  if (!has (self, 0, "RIFF", 4) || !has (self, 8, "WEBP", 4))
    return FALSE;
  if (has (self, 12, "VP8X", 4)) {
    size[0] = get_little (self, 24, 3) + 1;
    size[1] = get_little (self, 27, 3) + 1;
  } else if (has (self, 12, "VP8L", 4)) {
    guint64 bits = get_little (self, 21, 4);
    size[0] = (bits & 0x3fff) + 1;
    size[1] = (bits >> 14 & 0x3fff) + 1;
  } else if (has (self, 12, "VP8 ", 4)) {
    size[0] = get_little (self, 26, 2) & 0x3fff;
    size[1] = get_little (self, 28, 2) & 0x3fff;
  } else {
    return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_image_size_read (GBytes *file, guint64 *width, guint64 *height)
{
  Head head;
  guint64 size[2] = { 0, 0 };
  VitrailTiffBytes bytes;
  VitrailTiffDirectory first;

  head.data = g_bytes_get_data (file, &head.length);
  if (vitrail_tiff_index_peek (file, &bytes, &first)) {
    size[0] = first.width;
    size[1] = first.height;
  } else if (!read_png (&head, size) && !read_jpeg (&head, size) &&
             !read_code_stream (&head, size) && !read_jp2 (&head, size) &&
             !read_webp (&head, size))
  {
    return FALSE;
  }
  *width = size[0];
  *height = size[1];
  return TRUE;
}
