/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the directories of a TIFF file to its stored tiles. The first 16 bytes
 * say which level is asked for (width, height, tile width, tile height, little
 * endian), the rest is the file. */

#include "slide/tiffindex.h"

#include "fuzz.h"

#include <string.h>

#define N_NUMBERS 4
#define MAX_TILES 4096

/* Its tiles may be anything but more bytes than the file can give. */
static void
read_tiles (const VitrailTiffIndex *index,
            const VitrailTiffDirectory *directory,
            const VitrailSlideLevel *level)
{
  for (guint row = 0; row < level->rows; row++)
    for (guint column = 0; column < level->columns; column++) {
      g_autoptr (GBytes) tile =
          vitrail_tiff_index_ref_tile (index, directory, column, row);
      if (tile != NULL)
        g_assert_cmpuint (g_bytes_get_size (tile), >, 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint32 numbers[N_NUMBERS];

  if (size < sizeof numbers)
    return 0;
  memcpy (numbers, data, sizeof numbers);
  for (guint i = 0; i < N_NUMBERS; i++)
    numbers[i] = GUINT32_FROM_LE (numbers[i]);
  g_autoptr (GBytes) file =
      g_bytes_new_static (data + sizeof numbers, size - sizeof numbers);
  g_autoptr (VitrailTiffIndex) index = vitrail_tiff_index_new (file);
  if (index == NULL)
    return 0;
  vitrail_tiff_index_is_lossy (index);

  VitrailSlideLevel level = { .width = numbers[0],
                              .height = numbers[1],
                              .tile_width = numbers[2],
                              .tile_height = numbers[3] };
  if (level.tile_width == 0 || level.tile_height == 0)
    return 0;
  guint64 columns = (level.width + level.tile_width - 1) / level.tile_width;
  guint64 rows = (level.height + level.tile_height - 1) / level.tile_height;
  if (columns > MAX_TILES || rows > MAX_TILES || columns * rows > MAX_TILES)
    return 0;
  level.columns = (guint) columns;
  level.rows = (guint) rows;
  const VitrailTiffDirectory *directory =
      vitrail_tiff_index_find (index, &level);
  if (directory != NULL)
    read_tiles (index, directory, &level);
  return 0;
}
