/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Accept headers, through the parser and to what of one is chosen. */

#include "accept.h"

#include "fuzz.h"

#include <string.h>

static void
check_ranges (const VitrailRequest *request)
{
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);
  double least = 1.0;

  g_assert_cmpuint (ranges->len, <=, 32);
  for (guint i = 0; i < ranges->len; i++) {
    const VitrailMediaRange *range =
        &g_array_index (ranges, VitrailMediaRange, i);
    const char *syntax = vitrail_media_type_get_written (range->type);
    g_assert_true (range->quality > 0.0 && range->quality <= least);
    g_assert_nonnull (memchr (range->type, '\0', sizeof range->type));
    g_assert_nonnull (
        memchr (range->transfer_syntax, '\0', sizeof range->transfer_syntax));
    least = range->quality;
    if (syntax != NULL)
      g_assert_cmpstr (vitrail_transfer_syntax_get_type (syntax), ==,
                       range->type);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const types[] = { "image/jpeg", "application/dicom",
                                       "video/mp4", NULL };
  g_autofree char *text =
      size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  VitrailRequest request = { .accept = text };
  gboolean is_multipart = FALSE;

  check_ranges (&request);
  const char *type = vitrail_accept_choose_as (&request, types, &is_multipart);
  g_assert_true (type == NULL || g_strv_contains (types, type));
  return 0;
}
