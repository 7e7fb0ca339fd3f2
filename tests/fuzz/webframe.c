/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a server may answer to a request of a frame: a line that is the content
 * type, then the body. */

#include "dicomweb/frames.h"
#include "dicomweb/location.h"
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const syntaxes[] = { "", "1.2.840.10008.1.2.4.50" };
  const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;

  if (end == NULL)
    return 0;
  const size_t length = (size_t) (end - data);
  g_autofree char *type = g_strndup ((const char *) data, length);
  g_autoptr (GBytes) body = g_bytes_new (end + 1, size - length - 1);
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_parse (type, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++) {
    const VitrailWebFrame frame = { .url = "http://a/frames/1",
                                    .what = "",
                                    .transfer_syntax = syntaxes[i],
                                    .max_bytes = 1024 };
    g_autofree char *syntax = NULL;
    g_autoptr (GBytes) bytes =
        vitrail_web_frame_read_answer (body, type, &frame, &syntax, NULL);
    g_assert_true ((bytes != NULL) == (syntax != NULL));
    if (bytes != NULL)
      g_assert_cmpuint (g_bytes_get_size (bytes), <=, frame.max_bytes);
  }
  return 0;
}
