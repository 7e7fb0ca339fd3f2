/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From any bytes to an index of a video's frames: the first says the codec.
 * And what is kept of one, read back against another stream. */

#include "fuzz.h"
#include "video/videoindex.h"

static void
check (const VitrailVideoIndex *index, gsize length)
{
  guint n_units = vitrail_video_index_get_n_units (index);
  guint64 total = 0;

  g_assert_cmpuint (vitrail_video_index_get_n_frames (index), <=, n_units);
  for (guint i = 0; i < vitrail_video_index_get_n_frames (index); i++) {
    guint unit = vitrail_video_index_find_frame (index, i);
    g_assert_cmpuint (unit, <, n_units);
    g_assert_cmpuint (vitrail_video_index_get_unit (index, unit)->frame, ==, i);
  }
  for (guint i = 0; i < n_units; i++) {
    const VitrailVideoUnit *unit = vitrail_video_index_get_unit (index, i);
    g_assert_cmpuint (unit->access, <=, i);
    total += unit->size;
    g_bytes_unref (vitrail_video_index_ref_unit (index, i));
  }
  g_assert_cmpuint (total, <=, length);
}

static void
keep (const VitrailVideoIndex *index, GBytes *stream)
{
  g_autoptr (GBytes) packed = vitrail_video_index_pack (index);
  g_autoptr (VitrailVideoIndex) same =
      vitrail_video_index_unpack (packed, stream);

  g_assert_nonnull (same);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  g_autoptr (GBytes) stream = g_bytes_new_static (data + 1, size - 1);
  g_autoptr (VitrailVideoIndex) index =
      vitrail_video_index_new (stream, (VitrailVideoCodec) (data[0] % 3),
                               "fuzz", NULL);
  g_autoptr (VitrailVideoIndex) kept =
      vitrail_video_index_unpack (stream, stream);

  g_assert_null (kept);
  if (index == NULL)
    return 0;
  check (index, size - 1);
  keep (index, stream);
  return 0;
}
