/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The letter F: see letter.h. */

#include "letter.h"

static VitrailAnnotationSet *
make_empty (guint32 rgb)
{
  VitrailAnnotationSet *empty = vitrail_annotation_set_new ("F");
  if (rgb == 0)
    return empty;
  g_autoptr (VitrailAnnotationSet) owned = empty;
  g_autoptr (VitrailAnnotationGroup) group =
      vitrail_annotation_group_new ("letter", rgb);
  return vitrail_annotation_set_with_group (owned, 0, group, NULL);
}

VitrailAnnotationSet *
test_letter_new (double x, double y, guint32 rgb)
{
  static const double corners[] = { 0,  0,  60, 0,  60, 16, 20, 16,  20, 42,
                                    45, 42, 45, 58, 20, 58, 20, 100, 0,  100 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailAnnotationSet) empty = make_empty (rgb);
  double placed[G_N_ELEMENTS (corners)];

  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    placed[i] = corners[i] + (i % 2 == 0 ? x : y);
  VitrailAnnotationSet *set =
      vitrail_annotation_set_with_shape (empty, VITRAIL_SHAPE_POLYGON, 0,
                                         placed, G_N_ELEMENTS (placed), &error);
  g_assert_no_error (error);
  return set;
}

gboolean
test_letter_has (double x, double y)
{
  return (x >= 0 && x < 20 && y >= 0 && y < 100) ||
         (x >= 0 && x < 60 && y >= 0 && y < 16) ||
         (x >= 0 && x < 45 && y >= 42 && y < 58);
}

gboolean
test_letter_is_near_edge (double x, double y, double reach)
{
  const gboolean here = test_letter_has (x, y);

  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++)
      if (test_letter_has (x + dx * reach, y + dy * reach) != here)
        return TRUE;
  return FALSE;
}
