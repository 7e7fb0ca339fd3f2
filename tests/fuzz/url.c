/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever a client writes: a path, a query and an Accept header, a line each,
 * through the router and the parsers behind it. */

#include "accept.h"
#include "fuzz.h"
#include "qido.h"
#include "render.h"
#include "router.h"

#include <string.h>

/* What a route sees of a path can never lead anywhere else. */
static void
check_values (const VitrailRequest *request)
{
  for (guint i = 0; i < request->n_values; i++) {
    const char *value = request->values[i].value;
    g_assert_true (value[0] != '\0' && value[0] != '.');
    g_assert_null (strpbrk (value, "/\\ %\n"));
    g_assert_true (value >= request->path &&
                   value < request->path + sizeof request->path);
  }
}

static void
parse_parameters (const VitrailRequest *request)
{
  g_autoptr (GArray) ranges = vitrail_accept_parse (request);
  g_auto (VitrailQido) qido = { 0 };
  VitrailRenderOptions options;

  g_assert_cmpuint (ranges->len, <=, 32);
  vitrail_qido_parse (&qido, request, VITRAIL_LEVEL_INSTANCE, NULL);
  if (vitrail_render_parse (&options, request, NULL)) {
    g_assert_cmpuint (options.width, <=, 8192);
    g_assert_cmpuint (options.height, <=, 8192);
    g_assert_true (options.quality >= 1 && options.quality <= 100);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text =
      size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  guint n_lines = g_strv_length (lines);
  VitrailRequest request = { 0 };

  if (n_lines == 0)
    return 0;
  if (vitrail_router_match (lines[0], &request) == 200)
    check_values (&request);
  request.accept = n_lines > 2 ? lines[2] : NULL;
  if (vitrail_url_query_parse (n_lines > 1 ? lines[1] : NULL, &request.query,
                               NULL))
    parse_parameters (&request);
  g_clear_pointer (&request.query, g_array_unref);
  return 0;
}
