/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A TIFF file through the whole reader: what its pages are, the words of OME,
 * Philips and Aperio, and a few tiles of each level in each way. */

#include "fuzz.h"
#include "slide/tifflayout.h"

#include <stdlib.h>

/* Larger tiles are left alone: they cost time, not courage. */
#define MAX_PIXELS (256ull * 1024)
#define MAX_LEVELS 3
#define MAX_FACETS 2
#define MAX_SIDE   512u

static void
read_tiles (VitrailSlide *slide, guint number)
{
  VitrailSlideLevel level;
  static uint8_t rgb[MAX_PIXELS * 3];
  static uint16_t samples[MAX_PIXELS];
  guint last = 0;
  VitrailTileCoding coding;

  vitrail_slide_get_level (slide, number, &level);
  g_assert_cmpuint (level.columns, >, 0);
  g_assert_cmpuint (level.rows, >, 0);
  if ((guint64) level.tile_width * level.tile_height > MAX_PIXELS)
    return;
  last = level.tile_width <= 64 ? 1 : 0;
  for (guint i = 0; i <= last; i++) {
    guint column = i == 0 ? 0 : level.columns - 1;
    guint row = i == 0 ? 0 : level.rows - 1;
    g_autoptr (GBytes) tile =
        vitrail_slide_get_tile (slide, number, column, row, &coding, NULL);
    vitrail_slide_decode_tile (slide, number, column, row, rgb,
                               (size_t) level.tile_width * 3, NULL, NULL);
    vitrail_slide_decode_samples (slide, number, column, row, samples,
                                  level.tile_width, NULL, NULL);
  }
}

static void
read_words (VitrailSlide *slide)
{
  const VitrailSlideProperty *property = vitrail_slide_list_properties (slide);
  g_autoptr (GBytes) profile = vitrail_slide_get_icc_profile (slide);
  const char *const *names = vitrail_slide_list_associated (slide);
  VitrailSlideLevel finest;
  double plane[12];

  vitrail_slide_get_plane (slide, plane);
  vitrail_slide_get_size_bytes (slide);
  for (; property->keyword != NULL; property++)
    g_assert_true (g_utf8_validate (property->value, -1, NULL));
  vitrail_slide_get_level (slide, 0, &finest);
  if (finest.width > MAX_SIDE || finest.height > MAX_SIDE)
    return;
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (VitrailFrame) frame =
        vitrail_slide_read_associated (slide, names[i], NULL);
  }
}

/* Pages beside the slide may be large even if the slide is not. */
static gboolean
is_small (const VitrailTiffFile *file)
{
  guint n = vitrail_tiff_index_get_n_directories (file->index);

  for (guint i = 0; i < n; i++) {
    const VitrailTiffDirectory *directory =
        vitrail_tiff_index_get (file->index, i);
    if (directory->width > G_MAXINT32 || directory->height > G_MAXINT32 ||
        directory->cell_width > G_MAXINT32 ||
        directory->cell_height > G_MAXINT32 ||
        directory->cell_width * directory->cell_height > MAX_PIXELS ||
        (!directory->is_tiled &&
         directory->width * directory->height > MAX_PIXELS))
      return FALSE;
  }
  return TRUE;
}

/* What is said of levels that are left out is not for this log. */
static GLogWriterOutput
write_cb (GLogLevelFlags level,
          const GLogField *fields,
          gsize n_fields,
          gpointer data)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    abort ();
  return G_LOG_WRITER_HANDLED;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gsize once;
  if (g_once_init_enter (&once)) {
    g_log_set_writer_func (write_cb, NULL, NULL);
    g_once_init_leave (&once, 1);
  }
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailTiffFile) file =
      vitrail_tiff_file_new (bytes, "fuzz", &error);
  g_autoptr (VitrailSlide) slide =
      file != NULL ? vitrail_tiff_slide_new (file, "id", &error) : NULL;

  g_assert_true ((slide == NULL) == (error != NULL));
  if (slide == NULL || !is_small (file))
    return 0;
  read_words (slide);
  guint n_levels = MIN (vitrail_slide_get_n_levels (slide), MAX_LEVELS);
  guint n_paths = MIN (vitrail_slide_get_n_paths (slide), MAX_FACETS);
  guint n_planes = MIN (vitrail_slide_get_n_focal_planes (slide), MAX_FACETS);
  for (guint i = 0; i < n_paths * n_planes; i++) {
    VitrailSlidePath path;
    vitrail_slide_get_path (slide, i / n_planes, &path);
    g_autoptr (VitrailSlide) facet =
        vitrail_slide_ref_facet (slide, i / n_planes, i % n_planes);
    for (guint k = 0; k < n_levels; k++)
      read_tiles (facet, k);
  }
  return 0;
}
