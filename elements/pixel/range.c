/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The range of a frame's samples, padding left out: what a picture without any
 * window is spread over. */

#include "pixel/window.h"

#include <float.h>
#include <math.h>

/* One loop for each kind of sample, so that the compiler can make the most of
 * it; @number holds every sample, up to +/- @limit. NaN and infinities fail the
 * comparisons. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a type takes none */
#define DEFINE_ROW_RANGE(type, number, limit)                             \
  static void row_range_##type (const void *row, size_t n,                \
                                const double padding[2], double range[2]) \
  {                                                                       \
    const type *in = row;                                                 \
    const number pad_low = (number) CLAMP (padding[0], -(limit), limit);  \
    const number pad_high = (number) CLAMP (padding[1], -(limit), limit); \
    number low = limit;                                                   \
    number high = -(limit);                                               \
                                                                          \
    for (size_t i = 0; i < n; i++) {                                      \
      const number v = (number) in[i];                                    \
      const gboolean use = (v < pad_low) | (v > pad_high);                \
      low = (use & (v >= -(limit)) & (v < low)) ? v : low;                \
      high = (use & (v <= limit) & (v > high)) ? v : high;                \
    }                                                                     \
    range[0] = fmin (range[0], (double) low);                             \
    range[1] = fmax (range[1], (double) high);                            \
  }

/* NOLINTEND(bugprone-macro-parentheses) */

DEFINE_ROW_RANGE (uint8_t, int32_t, 1000000000)
DEFINE_ROW_RANGE (uint16_t, int32_t, 1000000000)
DEFINE_ROW_RANGE (uint32_t, double, DBL_MAX)
DEFINE_ROW_RANGE (uint64_t, double, DBL_MAX)
DEFINE_ROW_RANGE (float, double, DBL_MAX)
DEFINE_ROW_RANGE (double, double, DBL_MAX)

typedef void (*RowRange) (const void *row,
                          size_t n,
                          const double padding[2],
                          double range[2]);

static RowRange
find_row_range (const VitrailPixelFormat *format)
{
  switch (format->bits_allocated) {
  case 8:
    return row_range_uint8_t;
  case 16:
    return row_range_uint16_t;
  case 32:
    return format->is_float ? row_range_float : row_range_uint32_t;
  case 64:
    return format->is_float ? row_range_double : row_range_uint64_t;
  default:
    return NULL;
  }
}

gboolean
vitrail_window_get_range (const VitrailFrame *frame,
                          const VitrailFrameInfo *info,
                          double range[2])
{
  const VitrailPixelFormat *format = &frame->format;
  const RowRange row_range = find_row_range (format);
  double padding[2] = { INFINITY, -INFINITY };

  range[0] = DBL_MAX;
  range[1] = -DBL_MAX;
  if (format->samples != 1 || row_range == NULL)
    return FALSE;
  if (info->has_padding && info->padding_low <= info->padding_high) {
    padding[0] = info->padding_low + info->sample_offset;
    padding[1] = info->padding_high + info->sample_offset;
  }
  for (guint y = 0; y < format->height; y++)
    row_range (frame->data + y * frame->stride, format->width, padding, range);
  return range[0] <= range[1];
}
