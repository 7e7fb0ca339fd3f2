/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See blank.h. */

#include "pixel/blank.h"

#include <string.h>

#define GREY 128

/* Grey from @from to @to, as far as the row goes; a fourth byte is opacity. */
static void
draw_span (uint8_t *row, guint width, guint channels, gint64 from, gint64 to)
{
  const guint first = (guint) CLAMP (from, 0, width);
  const guint last = (guint) CLAMP (to, first, width);

  for (guint x = first; x < last; x++)
    memset (row + (size_t) x * channels, GREY, MIN (channels, 3));
}

static void
clear_row (uint8_t *row, guint width, guint channels)
{
  memset (row, 0, (size_t) width * channels);
  for (guint x = 0; channels == 4 && x < width; x++)
    row[4 * (size_t) x + 3] = 255;
}

void
vitrail_blank_draw (uint8_t *data,
                    size_t stride,
                    guint width,
                    guint height,
                    guint channels)
{
  const guint line = MAX (MIN (width, height) / 100, 1);
  /* As long as its thickness, a diagonal has no holes. */
  const gint64 reach = line + (gint64) width / MAX (height, 1);

  for (guint y = 0; y < height; y++) {
    uint8_t *row = data + y * stride;
    const gint64 x = (gint64) width * y / height;
    clear_row (row, width, channels);
    if (y < line || y >= height - line)
      draw_span (row, width, channels, 0, width);
    draw_span (row, width, channels, 0, line);
    draw_span (row, width, channels, (gint64) width - line, width);
    draw_span (row, width, channels, x, x + reach);
    draw_span (row, width, channels, width - x - reach, width - x);
  }
}
