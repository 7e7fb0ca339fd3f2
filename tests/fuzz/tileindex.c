/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the functional groups of a file to which frame is which tile, as when a
 * slide is opened. */

#include "fuzz.h"
#include "slide/dicompyramid.h"

#define MAX_TILES  (1u << 16)
#define MAX_FACETS 64u

/* Whatever is found must be a frame of the only part. */
static void
check_ref (const VitrailTileRef *ref)
{
  g_assert_cmpuint (ref->part, ==, 0);
  g_assert_cmpuint (ref->frame, >=, 1);
  g_assert_cmpuint (ref->frame, <=, 1u << 24);
}

static void
look_up (const VitrailWsiLevel *level, const guint facet[2])
{
  const VitrailSlideLevel *geometry = &level->geometry;

  for (guint i = 0; i < geometry->columns * geometry->rows; i++) {
    guint column = i % geometry->columns;
    guint row = i / geometry->columns;
    VitrailTileRef ref;
    guint n;
    if (vitrail_tile_index_find (level->index, facet[0], facet[1], column, row,
                                 &ref))
      check_ref (&ref);
    const VitrailLooseTile *loose =
        vitrail_tile_index_find_loose (level->index, facet[0], facet[1], column,
                                       row, &n);
    for (guint j = 0; j < n; j++) {
      check_ref (&loose[j].ref);
      g_assert_cmpint (ABS (loose[j].x), <, (gint) geometry->tile_width);
      g_assert_cmpint (ABS (loose[j].y), <, (gint) geometry->tile_height);
    }
  }
}

static void
look_up_all (const VitrailWsiPyramid *pyramid)
{
  for (guint i = 0; i < pyramid->levels->len; i++) {
    guint n_planes = pyramid->planes_um->len;
    guint n = MIN (pyramid->paths->len * n_planes, MAX_FACETS);
    for (guint j = 0; j < n; j++) {
      guint facet[2] = { j / n_planes, j % n_planes };
      look_up (g_ptr_array_index (pyramid->levels, i), facet);
    }
  }
}

static void
read_pyramid (VitrailInstance *instance)
{
  g_auto (VitrailWsiPyramid) pyramid = { 0 };
  g_autoptr (GPtrArray) instances = g_ptr_array_new ();
  VitrailSlideLevel level;

  if (!vitrail_tile_index_read_level (vitrail_instance_get_data_set (instance),
                                      "fuzz", &level, NULL) ||
      (guint64) level.columns * level.rows > MAX_TILES)
    return;
  g_ptr_array_add (instances, instance);
  if (vitrail_wsi_pyramid_read (&pyramid, instances, instance, NULL))
    look_up_all (&pyramid);
}

/* What is odd in a slide is told, and here everything is. */
static GLogWriterOutput
say_nothing (GLogLevelFlags level,
             const GLogField *fields,
             gsize n_fields,
             gpointer data)
{
  return G_LOG_WRITER_HANDLED;
}

static void
be_quiet (void)
{
  static gsize once;

  if (!g_once_init_enter (&once))
    return;
  g_log_set_writer_func (say_nothing, NULL, NULL);
  g_once_init_leave (&once, 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  be_quiet ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (bytes, "fuzz",
                           VITRAIL_READ_HEADER | VITRAIL_READ_PIXELS |
                               VITRAIL_READ_GROUPS_LATER,
                           NULL);

  if (file == NULL)
    return 0;
  g_autoptr (VitrailInstance) instance =
      g_object_new (VITRAIL_TYPE_INSTANCE, "name", "fuzz", "data-set",
                    vitrail_part10_get_data_set (file), "transfer-syntax",
                    vitrail_part10_get_transfer_syntax (file), NULL);
  read_pyramid (instance);
  return 0;
}
