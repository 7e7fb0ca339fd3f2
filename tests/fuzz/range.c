/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Range headers: whatever they say, what comes of them lies within the body,
 * and together they are no more than it. */

#include "range.h"

#include "fuzz.h"

static void
check (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ranges = vitrail_range_parse (text, size, &error);
  gsize sum = 0;

  if (ranges == NULL) {
    g_assert_true (error->domain == VITRAIL_HTTP_ERROR &&
                   (error->code == 400 || error->code == 416));
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpuint (ranges->len, <=, VITRAIL_MAX_RANGES);
  for (guint i = 0; i < ranges->len; i++) {
    const VitrailByteRange *range =
        &g_array_index (ranges, VitrailByteRange, i);
    g_assert_cmpuint (range->first, <=, range->last);
    g_assert_cmpuint (range->last, <, size);
    sum += range->last - range->first + 1;
  }
  g_assert_cmpuint (sum, <=, size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gsize sizes[] = { 0, 1, 10, 524288, G_MAXINT64 };
  g_autofree char *text =
      size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    check (text, sizes[i]);
  return 0;
}
