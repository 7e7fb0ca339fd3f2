/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ICC profiles in JPEG streams: see iccmarker.h. */

#include "iccmarker.h"

#include <string.h>

#define MARKER_SOI  0xd8
#define MARKER_SOS  0xda
#define MARKER_APP0 0xe0
#define MARKER_APP2 0xe2

/* "ICC_PROFILE" with its zero, number and count. */
#define HEAD_BYTES 14
/* What the length of a marker can say, without itself and the head. */
#define MAX_CHUNK_BYTES (65535 - 2 - HEAD_BYTES)
#define MAX_CHUNKS      255

static const char name[] = "ICC_PROFILE";

GBytes *
vitrail_icc_markers_new (GBytes *profile)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (profile, &length);
  gsize n_chunks = (length + MAX_CHUNK_BYTES - 1) / MAX_CHUNK_BYTES;

  if (n_chunks == 0 || n_chunks > MAX_CHUNKS)
    return NULL;
  GByteArray *markers =
      g_byte_array_sized_new ((guint) (length + n_chunks * (HEAD_BYTES + 4)));
  for (gsize i = 0; i < n_chunks; i++) {
    gsize chunk = MIN (length - i * MAX_CHUNK_BYTES, (gsize) MAX_CHUNK_BYTES);
    gsize stated = chunk + HEAD_BYTES + 2;
    const guint8 marker[] = { 0xff, MARKER_APP2, (guint8) (stated >> 8),
                              (guint8) stated };
    const guint8 numbers[] = { (guint8) (i + 1), (guint8) n_chunks };
    g_byte_array_append (markers, marker, sizeof marker);
    g_byte_array_append (markers, (const guint8 *) name, sizeof name);
    g_byte_array_append (markers, numbers, sizeof numbers);
    g_byte_array_append (markers, data + i * MAX_CHUNK_BYTES, (guint) chunk);
  }
  return g_byte_array_free_to_bytes (markers);
}

/* Where the markers belong: behind SOI, and the JFIF marker that must follow it
 * at once. 0 where @data is no JPEG stream or holds a profile. */
static gsize
find_place (const guint8 *data, gsize length)
{
  gsize place = 2;

  if (length < 4 || data[0] != 0xff || data[1] != MARKER_SOI)
    return 0;
  for (gsize at = 2; at + 4 <= length;) {
    gsize stated = ((gsize) data[at + 2] << 8) + data[at + 3];
    if (data[at] != 0xff || stated < 2 || stated > length - at - 2)
      return 0;
    if (data[at + 1] == MARKER_SOS)
      return place;
    if (data[at + 1] == MARKER_APP2 && stated >= 2 + sizeof name &&
        memcmp (data + at + 4, name, sizeof name) == 0)
      return 0;
    if (data[at + 1] == MARKER_APP0 && at == 2)
      place = at + 2 + stated;
    at += 2 + stated;
  }
  return 0;
}

GPtrArray *
vitrail_icc_markers_splice (GBytes *markers, GBytes *jpeg)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (jpeg, &length);
  gsize place = find_place (data, length);

  if (place == 0)
    return NULL;
  GPtrArray *parts = g_ptr_array_new_full (3, (GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (parts, g_bytes_new_from_bytes (jpeg, 0, place));
  g_ptr_array_add (parts, g_bytes_ref (markers));
  g_ptr_array_add (parts, g_bytes_new_from_bytes (jpeg, place, length - place));
  return parts;
}
