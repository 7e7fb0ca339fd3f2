/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Markers of JPEG streams (ISO/IEC 10918-1 annex B): see jpegtile.h. */

#include "slide/jpegtile.h"

#include <stdint.h>
#include <string.h>
#include <turbojpeg.h>

#define MARKER_SOI   0xd8
#define MARKER_SOS   0xda
#define MARKER_EOI   0xd9
#define MARKER_APP0  0xe0
#define MARKER_APP14 0xee

/* What the markers before the first scan tell. */
typedef struct {
  size_t jfif_at; /* 0: none */
  size_t jfif_length;
  gboolean has_adobe;
  gboolean adobe_is_rgb;
  guint n_components;     /* 0: no frame header was seen */
  gboolean is_subsampled; /* the second component against the first */
  gboolean has_rgb_ids;
} Markers;

/* SOF0 to SOF15 without DHT, JPG and DAC. */
static gboolean
is_frame_header (uint8_t marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
         marker != 0xcc;
}

/* ISO/IEC 10918-1 B.2.2: precision, lines, samples a line, components; of each
 * its identifier, sampling factors and table. */
static void
look_at_frame_header (Markers *markers, const uint8_t *body, size_t length)
{
  markers->n_components = body[5];
  if (body[5] != 3 || length < 15)
    return;
  markers->is_subsampled = body[7] != body[10];
  markers->has_rgb_ids = body[6] == 'R' && body[9] == 'G' && body[12] == 'B';
}

/* @body is what follows the length at @at + 2. */
static void
look_at_segment (Markers *markers,
                 uint8_t marker,
                 const uint8_t *data,
                 size_t at,
                 size_t length)
{
  const uint8_t *body = data + at + 4;

  if (marker == MARKER_APP0 && length >= 5 && memcmp (body, "JFIF", 5) == 0) {
    markers->jfif_at = at;
    markers->jfif_length = length + 4;
  } else if (marker == MARKER_APP14 && length >= 12 &&
             memcmp (body, "Adobe", 5) == 0)
  {
    markers->has_adobe = TRUE;
    markers->adobe_is_rgb = body[11] == 0;
  } else if (is_frame_header (marker) && length >= 6) {
    look_at_frame_header (markers, body, length);
  }
}

static gboolean
read_markers (const uint8_t *data, size_t length, Markers *markers)
{
  size_t at = 2;

  memset (markers, 0, sizeof *markers);
  if (length < 4 || data[0] != 0xff || data[1] != MARKER_SOI)
    return FALSE;
  while (at + 4 <= length && data[at] == 0xff) {
    uint8_t marker = data[at + 1];
    if (marker == 0xff) { /* fill byte */
      at++;
      continue;
    }
    size_t segment = ((size_t) data[at + 2] << 8) | data[at + 3];
    if (marker == MARKER_SOS || marker == MARKER_EOI || segment < 2 ||
        segment > length - at - 2)
      break;
    look_at_segment (markers, marker, data, at, segment - 2);
    at += 2 + segment;
  }
  return markers->n_components != 0;
}

/* As datasource/codec/jpeg.c decides where there is no Adobe marker. */
static gboolean
is_rgb (const Markers *markers, gboolean header_is_rgb)
{
  if (markers->has_rgb_ids)
    return TRUE;
  return header_is_rgb && !markers->is_subsampled;
}

/* Decoders believe JFIF first; ours, and the writer, meant RGB. */
static GBytes *
drop_jfif (GBytes *jpeg, const Markers *markers)
{
  size_t length;
  const uint8_t *data = g_bytes_get_data (jpeg, &length);
  size_t rest = markers->jfif_at + markers->jfif_length;
  uint8_t *copy = g_malloc (length - markers->jfif_length);

  memcpy (copy, data, markers->jfif_at);
  memcpy (copy + markers->jfif_at, data + rest, length - rest);
  return g_bytes_new_take (copy, length - markers->jfif_length);
}

/* Length 14, "Adobe", version 100, flags 0 and 0, and the transform. */
#define ADOBE_BYTES 16

static void
write_adobe (uint8_t *to, gboolean rgb)
{
  static const uint8_t adobe[ADOBE_BYTES - 1] = {
    0xff, MARKER_APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0
  };

  memcpy (to, adobe, sizeof adobe);
  to[sizeof adobe] = rgb ? 0 : 1;
}

static GBytes *
insert_adobe (GBytes *jpeg, gboolean rgb)
{
  size_t length;
  const uint8_t *data = g_bytes_get_data (jpeg, &length);
  uint8_t *copy = g_malloc (length + ADOBE_BYTES);

  memcpy (copy, data, 2);
  write_adobe (copy + 2, rgb);
  memcpy (copy + 2 + ADOBE_BYTES, data + 2, length - 2);
  return g_bytes_new_take (copy, length + ADOBE_BYTES);
}

GBytes *
vitrail_jpeg_tile_join (const VitrailJpegPart parts[2], gboolean is_rgb)
{
  const VitrailJpegPart *tables = &parts[0];
  const VitrailJpegPart *image = &parts[1];
  Markers markers;
  size_t n_tables = 0;

  if (!read_markers (image->data, image->length, &markers) ||
      markers.n_components != 3 || markers.jfif_at != 0 || markers.has_adobe)
    return NULL;
  /* Without SOI and EOI. */
  if (tables->length > 4 && tables->data[0] == 0xff &&
      tables->data[1] == MARKER_SOI &&
      tables->data[tables->length - 1] == MARKER_EOI)
    n_tables = tables->length - 4;
  size_t length = ADOBE_BYTES + n_tables + image->length;
  uint8_t *joined = g_try_malloc (length);
  if (joined == NULL)
    return NULL;
  memcpy (joined, image->data, 2);
  write_adobe (joined + 2, is_rgb);
  if (n_tables > 0)
    memcpy (joined + 2 + ADOBE_BYTES, tables->data + 2, n_tables);
  memcpy (joined + 2 + ADOBE_BYTES + n_tables, image->data + 2,
          image->length - 2);
  return g_bytes_new_take (joined, length);
}

GBytes *
vitrail_jpeg_tile_state_colour (GBytes *jpeg, gboolean header_is_rgb)
{
  size_t length;
  const uint8_t *data = g_bytes_get_data (jpeg, &length);
  Markers markers;

  if (!read_markers (data, length, &markers))
    return NULL;
  if (markers.n_components != 3)
    return g_bytes_ref (jpeg);
  if (markers.jfif_at != 0 &&
      (markers.has_adobe ? markers.adobe_is_rgb : markers.has_rgb_ids))
    return drop_jfif (jpeg, &markers);
  if (markers.jfif_at != 0 || markers.has_adobe)
    return g_bytes_ref (jpeg);
  return insert_adobe (jpeg, is_rgb (&markers, header_is_rgb));
}

static void
decompressor_destroy (gpointer handle)
{
  tjDestroy (handle);
}

static tjhandle
get_decompressor (void)
{
  static GPrivate decompressors = G_PRIVATE_INIT (decompressor_destroy);
  tjhandle handle = g_private_get (&decompressors);

  if (handle == NULL) {
    handle = tjInitDecompress ();
    g_private_set (&decompressors, handle);
  }
  return handle;
}

gboolean
vitrail_jpeg_tile_decode_reduced (GBytes *jpeg,
                                  guint width,
                                  guint height,
                                  guint reduce,
                                  uint8_t *rgb,
                                  size_t stride)
{
  const tjscalingfactor factor = { 1, 1 << reduce };
  tjhandle handle = get_decompressor ();
  size_t length;
  const uint8_t *data = g_bytes_get_data (jpeg, &length);
  int found[2];
  int sampling;
  int colours;

  if (handle == NULL ||
      tjDecompressHeader3 (handle, data, length, &found[0], &found[1],
                           &sampling, &colours) != 0 ||
      (guint) found[0] != width || (guint) found[1] != height ||
      (colours != TJCS_YCbCr && colours != TJCS_RGB))
    return FALSE;
  return tjDecompress2 (handle, data, length, rgb, TJSCALED (found[0], factor),
                        (int) stride, TJSCALED (found[1], factor), TJPF_RGB,
                        TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING |
                            TJFLAG_LIMITSCANS) == 0;
}

gboolean
vitrail_jpeg_tile_decode (GBytes *jpeg,
                          guint width,
                          guint height,
                          uint8_t *rgb,
                          size_t stride)
{
  return vitrail_jpeg_tile_decode_reduced (jpeg, width, height, 0, rgb, stride);
}
