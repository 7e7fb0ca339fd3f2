/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Walks over a data set: see walk.h. */

#include "walk.h"

/* Values of one attribute that are looked at one by one, which takes a walk
 * over those before each. */
#define MAX_VALUES 4u

static void
walk_values (const VitrailDataSet *data_set, VitrailTag tag)
{
  guint n = MIN (vitrail_data_set_get_n_values (data_set, tag), MAX_VALUES);
  double numbers[MAX_VALUES];

  for (guint i = 0; i <= n; i++) {
    g_autofree char *text = vitrail_data_set_dup_string (data_set, tag, i);
    double real;
    int64_t integer;
    size_t length;
    g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
    vitrail_data_set_get_double (data_set, tag, i, &real);
    vitrail_data_set_get_int (data_set, tag, i, &integer);
    vitrail_data_set_peek_text (data_set, tag, i, &length);
  }
  vitrail_data_set_get_doubles (data_set, tag, numbers, n);
  g_autofree char *all = vitrail_data_set_dup_strings (data_set, tag);
  g_assert_true (all == NULL || g_utf8_validate (all, -1, NULL));
}

void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
fuzz_walk (const VitrailDataSet *data_set)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (data_set); i++) {
    const VitrailElement *element = vitrail_data_set_get_element (data_set, i);
    g_assert_true (vitrail_data_set_find (data_set, element->tag) == element);
    walk_values (data_set, element->tag);
    for (guint j = 0; j < vitrail_data_set_get_n_items (data_set, element->tag);
         j++)
      fuzz_walk (vitrail_data_set_get_item (data_set, element->tag, j));
  }
}
