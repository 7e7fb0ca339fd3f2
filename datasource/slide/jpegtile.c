/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Markers of JPEG streams (ISO/IEC 10918-1 annex B): see jpegtile.h. */

#include "slide/jpegtile.h"

#include <stdint.h>
#include <string.h>

#define MARKER_SOI   0xd8
#define MARKER_SOS   0xda
#define MARKER_EOI   0xd9
#define MARKER_APP0  0xe0
#define MARKER_APP14 0xee
#define MARKER_DHT   0xc4
#define MARKER_DQT   0xdb
#define MARKER_DAC   0xcc

/* What the markers before the first scan tell. */
typedef struct {
  size_t jfif_at; /* 0: none */
  size_t jfif_length;
  gboolean has_adobe;
  gboolean adobe_is_rgb;
  guint n_components;     /* 0: no frame header was seen */
  gboolean is_subsampled; /* the second component against the first */
  gboolean has_rgb_ids;
  gboolean has_tables;
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
  } else if (marker == MARKER_DHT || marker == MARKER_DQT ||
             marker == MARKER_DAC) {
    markers->has_tables = TRUE;
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

/* What three components are: markers first. */
static gboolean
find_model (const Markers *markers, gboolean header_is_rgb)
{
  if (markers->has_adobe)
    return markers->adobe_is_rgb;
  if (markers->jfif_at != 0)
    return FALSE;
  return is_rgb (markers, header_is_rgb);
}

gboolean
vitrail_jpeg_tile_inspect (const VitrailJpegPart *image,
                           gboolean header_is_rgb,
                           gboolean *is_rgb,
                           gboolean *has_tables)
{
  Markers markers;

  if (!read_markers (image->data, image->length, &markers))
    return FALSE;
  *is_rgb = find_model (&markers, header_is_rgb);
  *has_tables = markers.has_tables;
  return TRUE;
}

/* How long the tables are without SOI and EOI. */
static size_t
measure_tables (const VitrailJpegPart *tables)
{
  gboolean is_whole = tables->length > 4 && tables->data[0] == 0xff &&
                      tables->data[1] == MARKER_SOI &&
                      tables->data[tables->length - 1] == MARKER_EOI;

  return is_whole ? tables->length - 4 : 0;
}

/* The image up to @at, an Adobe marker where one is wanted, the tables, the
 * rest. */
static GBytes *
join (const VitrailJpegPart parts[2],
      size_t at,
      gboolean has_adobe,
      gboolean rgb)
{
  const VitrailJpegPart *image = &parts[1];
  size_t n_adobe = has_adobe ? ADOBE_BYTES : 0;
  size_t n_tables = measure_tables (&parts[0]);
  size_t length = n_adobe + n_tables + image->length;
  uint8_t *joined = g_try_malloc (length);

  if (joined == NULL)
    return NULL;
  memcpy (joined, image->data, at);
  if (has_adobe)
    write_adobe (joined + at, rgb);
  if (n_tables > 0)
    memcpy (joined + at + n_adobe, parts[0].data + 2, n_tables);
  memcpy (joined + at + n_adobe + n_tables, image->data + at,
          image->length - at);
  return g_bytes_new_take (joined, length);
}

GBytes *
vitrail_jpeg_tile_join (const VitrailJpegPart parts[2], gboolean header_is_rgb)
{
  Markers markers;

  if (!read_markers (parts[1].data, parts[1].length, &markers) ||
      (markers.n_components != 3 && markers.n_components != 1))
    return NULL;
  /* JFIF is the first marker behind SOI, where it is there. */
  size_t at = markers.jfif_at == 2 ? 2 + markers.jfif_length : 2;
  if (markers.n_components == 1)
    return join (parts, at, FALSE, FALSE);
  if (markers.jfif_at == 0 && !markers.has_adobe)
    return join (parts, at, TRUE, is_rgb (&markers, header_is_rgb));
  g_autoptr (GBytes) whole = join (parts, at, FALSE, FALSE);
  return whole != NULL ? vitrail_jpeg_tile_state_colour (whole, header_is_rgb)
                       : NULL;
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
