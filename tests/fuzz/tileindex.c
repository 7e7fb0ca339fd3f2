/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a data set's functional groups to which frame is which tile. */

#include "slide/tileindex.h"

#include "dicom/part10.h"
#include "fuzz.h"

#define NUMBER_OF_FRAMES VITRAIL_TAG (0x0028, 0x0008)
#define MAX_TILES        (1u << 20)

/* Whatever is found must be a frame that was offered. */
static void
look_up_all (const VitrailTileIndex *index,
             const VitrailSlideLevel *level,
             guint n_frames)
{
  guint n_found = 0;

  for (guint row = 0; row < level->rows; row++)
    for (guint column = 0; column < level->columns; column++) {
      VitrailTileRef ref;
      if (!vitrail_tile_index_find (index, column, row, &ref))
        continue;
      g_assert_cmpuint (ref.frame, >=, 1);
      g_assert_cmpuint (ref.frame, <=, n_frames);
      g_assert_cmpuint (ref.part, ==, 3);
      n_found++;
    }
  g_assert_cmpuint (n_found, ==, vitrail_tile_index_get_n_tiles (index));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (bytes, "fuzz", VITRAIL_READ_HEADER, NULL);
  VitrailSlideLevel level;

  if (file == NULL)
    return 0;
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  if (!vitrail_tile_index_read_level (data_set, "fuzz", &level, NULL) ||
      (guint64) level.columns * level.rows > MAX_TILES)
    return 0;
  guint n_frames = (guint) CLAMP (
      vitrail_data_set_get_int_or (data_set, NUMBER_OF_FRAMES, 1), 0, 4096);
  g_autoptr (VitrailTileIndex) index = vitrail_tile_index_new (&level);
  vitrail_tile_index_add (index, 3, data_set, n_frames, "fuzz", NULL);
  look_up_all (index, &level, n_frames);
  return 0;
}
