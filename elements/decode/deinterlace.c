/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One picture out of two fields: see deinterlace.h. */

#include "decode/deinterlace.h"

/* So far a sample may lie beyond the lines above and below it, as fine detail
 * and noise do. */
#define SLACK 6

static void
fit_line (guint8 *line, const guint8 *above, const guint8 *below, guint width)
{
  for (guint x = 0; x < width; x++) {
    int low = MIN (above[x], below[x]) - SLACK;
    int high = MAX (above[x], below[x]) + SLACK;
    int value = line[x];
    /* A comb: as if the first field had a line here. */
    if (value < low || value > high)
      line[x] = (guint8) ((above[x] + below[x] + 1) / 2);
  }
}

void
vitrail_deinterlace_plane (guint8 *data,
                           gsize stride,
                           guint width,
                           guint height,
                           guint keep)
{
  for (guint y = 1 - keep; height > 1 && y < height; y += 2) {
    const guint8 *above = data + stride * (y > 0 ? y - 1 : 1);
    const guint8 *below = data + stride * (y + 1 < height ? y + 1 : y - 1);
    fit_line (data + stride * y, above, below, width);
  }
}
