/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GeoJSON: what was read is written, read again, and must be the same; the
 * index must find every shape. */

#include "annotation/geojson.h"

#include "annotation/measure.h"
#include "annotation/shapeindex.h"
#include "fuzz.h"

#include <math.h>
#include <string.h>

static void
check_index (const VitrailAnnotationSet *set)
{
  const VitrailShapeIndex *index = vitrail_annotation_set_get_index (set);
  const double all[4] = { -INFINITY, -INFINITY, INFINITY, INFINITY };
  VitrailShapeCursor cursor;
  guint n = 0;

  vitrail_shape_cursor_init (&cursor, index, all, 0);
  while (vitrail_shape_cursor_next (&cursor))
    n += cursor.n;
  g_assert_cmpuint (n, ==, vitrail_annotation_set_get_n_shapes (set));
}

static void
walk (const VitrailAnnotationSet *set)
{
  const guint n = vitrail_annotation_set_get_n_shapes (set);
  guint found;

  for (guint i = 0; i < n; i++) {
    VitrailShape shape;
    VitrailShapeSize size;
    g_assert_true (vitrail_annotation_set_get_shape (set, i, &shape));
    g_assert_cmpuint (shape.group, <,
                      vitrail_annotation_set_get_n_groups (set));
    g_assert_true (vitrail_annotation_set_measure (set, i, 0.25, 0.5, &size));
    g_assert_true (isfinite (size.area));
    vitrail_annotation_set_find_shape (set, shape.bounds[0], shape.bounds[1], 1,
                                       &found);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *warning = NULL;
  g_autoptr (VitrailAnnotationSet) set =
      vitrail_geojson_read ((const char *) data, size, "fuzz", &warning, NULL);

  if (set == NULL)
    return 0;
  check_index (set);
  walk (set);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = vitrail_geojson_to_bytes (set, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailAnnotationSet) again =
      vitrail_geojson_read (g_bytes_get_data (first, NULL),
                            g_bytes_get_size (first), "again", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_annotation_set_get_n_shapes (again), ==,
                    vitrail_annotation_set_get_n_shapes (set));
  g_autoptr (GBytes) second = vitrail_geojson_to_bytes (again, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, second));
  return 0;
}
