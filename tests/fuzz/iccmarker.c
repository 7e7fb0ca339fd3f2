/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A JPEG stream that a profile is spliced into: what a slide's file holds may
 * be anything. */

#include "iccmarker.h"

#include "fuzz.h"

#include <string.h>

/* Without the markers the parts are the stream again. */
static void
check_parts (const GPtrArray *parts, GBytes *markers, GBytes *jpeg)
{
  g_autoptr (GByteArray) joined = g_byte_array_new ();
  gsize length = 0;
  const void *data = g_bytes_get_data (jpeg, &length);

  g_assert_cmpuint (parts->len, ==, 3);
  g_assert_true (g_bytes_equal (g_ptr_array_index (parts, 1), markers));
  for (guint i = 0; i < parts->len; i += 2) {
    gsize part = 0;
    const guint8 *bytes =
        g_bytes_get_data (g_ptr_array_index (parts, i), &part);
    g_byte_array_append (joined, bytes, (guint) part);
  }
  g_assert_cmpmem (joined->data, joined->len, data, length);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) jpeg = g_bytes_new (data, size);
  g_autoptr (GBytes) markers = vitrail_icc_markers_new (jpeg);

  if (markers == NULL)
    return 0;
  g_autoptr (GPtrArray) parts = vitrail_icc_markers_splice (markers, jpeg);
  if (parts != NULL)
    check_parts (parts, markers, jpeg);
  return 0;
}
