/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What lies in the disk cache, as somebody else may have written it: a file of
 * it as a whole, and what is in one after its checksum was found right. */

#include "diskcache.h"

#include "dicom/fragmentcache.h"
#include "fuzz.h"
#include "slide/framegroups.h"

#include <string.h>

#define N_ITEMS 8u

static void
read_places (GBytes *bytes)
{
  g_autoptr (VitrailFramePlaces) places = vitrail_frame_places_unpack (bytes);

  if (places == NULL)
    return;
  g_assert_cmpuint (g_strv_length (places->paths), ==, places->n_paths);
  for (guint i = 0; i < places->n_places; i++)
    g_assert_true (places->places[i].path == VITRAIL_FRAME_NO_PATH ||
                   places->places[i].path < places->n_paths);
  g_autoptr (GBytes) packed = vitrail_frame_places_pack (places);
  g_assert_true (g_bytes_equal (packed, bytes));
}

/* Items of 0 to N_ITEMS - 1 bytes, as in Pixel Data. */
static gsize
make_items (uint8_t *items)
{
  gsize at = 0;

  for (guint i = 0; i < N_ITEMS; i++) {
    static const uint8_t tag[4] = { 0xfe, 0xff, 0x00, 0xe0 };
    memcpy (items + at, tag, sizeof tag);
    memset (items + at + 4, 0, 4 + i);
    items[at + 4] = (uint8_t) i;
    at += 8 + i;
  }
  return at;
}

static void
read_fragments (GBytes *bytes)
{
  uint8_t items[N_ITEMS * 16];
  VitrailFragments data;
  VitrailFragmentScan scan = { .n_frames = N_ITEMS };

  memset (&data, 0, sizeof data);
  data.data = items;
  data.length = make_items (items);
  if (!vitrail_fragments_unpack (&data, bytes, &scan))
    return;
  for (guint i = 0; i < scan.fragments->len; i++) {
    const VitrailFragment *fragment =
        &g_array_index (scan.fragments, VitrailFragment, i);
    g_assert_cmpuint (fragment->offset + fragment->length, <=, data.length);
    vitrail_fragments_confirm (&data, fragment);
  }
  for (guint i = 0; i < scan.starts->len; i++)
    g_assert_cmpuint (g_array_index (scan.starts, guint32, i), <=,
                      scan.fragments->len);
  g_array_unref (scan.fragments);
  g_array_unref (scan.starts);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const VitrailDiskCacheStamp stamp = { 1, 2, 3 };
  /* What is inside lies at a multiple of 8 bytes. */
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GBytes) kept = vitrail_disk_cache_unwrap (bytes, "key", &stamp);

  if (kept != NULL)
    g_assert_cmpuint (g_bytes_get_size (kept), <, size);
  read_places (kept != NULL ? kept : bytes);
  read_fragments (kept != NULL ? kept : bytes);
  return 0;
}
