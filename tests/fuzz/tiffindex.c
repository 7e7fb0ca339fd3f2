/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The directories of a TIFF file, and where their cells lie. The input is the
 * file. */

#include "slide/tiffindex.h"

#include "fuzz.h"

#define MAX_CELLS 4096

/* Cells lie in the file, whatever its directories say. */
static void
find_cells (const VitrailTiffIndex *index,
            const VitrailTiffDirectory *directory)
{
  const VitrailTiffBytes *bytes = vitrail_tiff_index_get_bytes (index);

  for (guint64 i = 0; i < MIN (directory->offsets.count, MAX_CELLS); i++) {
    const uint8_t *data;
    size_t length;
    if (vitrail_tiff_index_find_cell (index, directory, i, &data, &length) !=
        VITRAIL_TIFF_CELL_HERE)
      continue;
    g_assert_true (data >= bytes->data);
    g_assert_cmpuint ((size_t) (data - bytes->data), <=, bytes->length);
    g_assert_cmpuint (length, <=,
                      bytes->length - (size_t) (data - bytes->data));
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) file = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailTiffIndex) index =
      vitrail_tiff_index_new (file, "fuzz", &error);

  g_assert_true ((index == NULL) == (error != NULL));
  for (guint i = 0;
       index != NULL && i < vitrail_tiff_index_get_n_directories (index); i++)
  {
    const VitrailTiffDirectory *directory = vitrail_tiff_index_get (index, i);
    g_autofree char *text =
        vitrail_tiff_read_text (vitrail_tiff_index_get_bytes (index),
                                &directory->description, 1 << 20);
    find_cells (index, directory);
  }
  return 0;
}
