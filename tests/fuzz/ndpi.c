/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The directories of an NDPI file, its restart intervals, and the tiles that
 * are cut from the first of them. The input is the file. */

#include "fuzz.h"
#include "slide/ndpiindex.h"

#define MAX_INTERVALS 64u
#define MAX_MCUS      4096u

/* Intervals lie in the stream of their level. */
static void
check_interval (const VitrailNdpiLevel *level, guint i, VitrailJpegPart *part)
{
  if (!vitrail_ndpi_level_get_interval (level, i % level->across,
                                        i / level->across, part))
    return;
  g_assert_true (part->data >= level->stream.data);
  g_assert_cmpuint ((size_t) (part->data - level->stream.data) + part->length,
                    <=, level->stream.length);
}

static void
cut_first (const VitrailNdpiLevel *level)
{
  VitrailJpegPart part = { 0 };
  const VitrailJpegBand band = { .head = &level->head,
                                 .mcus = level->head.interval,
                                 .rows = 1,
                                 .parts = &part,
                                 .n_parts = 1 };
  g_autoptr (GError) error = NULL;

  if (level->head.interval > MAX_MCUS ||
      !vitrail_ndpi_level_get_interval (level, 0, 0, &part))
    return;
  g_autoptr (GPtrArray) tiles =
      vitrail_jpeg_cut (&band, level->head.mcu_width * 4,
                        level->head.mcu_height * 2, &error);
  g_assert_true ((tiles == NULL) == (error != NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) file = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailNdpiIndex) index =
      vitrail_ndpi_index_new (file, "fuzz", &error);

  g_assert_true ((index == NULL) == (error != NULL));
  for (guint l = 0; index != NULL && l < index->all->len; l++) {
    const VitrailNdpiLevel *level =
        &g_array_index (index->all, VitrailNdpiLevel, l);
    VitrailJpegPart part = { 0 };
    for (guint i = 0; i < MIN (level->starts->len, MAX_INTERVALS); i++)
      check_interval (level, i, &part);
    cut_first (level);
  }
  return 0;
}
