/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Area average for views that shrink, of 8 and 16-bit samples, in integers.
 * Where rows of the output lie along rows or columns of the input, the area is
 * a rectangle with borders in 1/256 pixel; otherwise a grid of points. */

#include "pixel/resamplerow.h"

enum {
  BORDER_ONE = 256, /* parts of a pixel that a border is rounded to */
  MAX_POINTS = 64,  /* of the grid, in one direction */
  MAX_CHANNELS = 4,
};

/* Pixels first .. last, the outer two by a part (of BORDER_ONE). */
typedef struct {
  size_t first;
  size_t last;
  uint64_t first_weight;
  uint64_t last_weight;
} Extent;

/* @at: the centre; @step: how far to the next output pixel. */
static Extent
get_extent (double at, double step, guint size)
{
  const double half = fmax (step, 1.0) / 2;
  const long limit = (long) size * BORDER_ONE;
  const long low = CLAMP (lrint ((at - half + 0.5) * BORDER_ONE), 0, limit - 1);
  const long high =
      CLAMP (lrint ((at + half + 0.5) * BORDER_ONE), low + 1, limit);
  Extent extent = {
    .first = (size_t) (low / BORDER_ONE),
    .last = (size_t) ((high - 1) / BORDER_ONE),
  };

  if (extent.first == extent.last) {
    extent.first_weight = (uint64_t) (high - low);
    extent.last_weight = 0;
  } else {
    extent.first_weight = (extent.first + 1) * BORDER_ONE - (uint64_t) low;
    extent.last_weight = (uint64_t) high - extent.last * BORDER_ONE;
  }
  return extent;
}

static inline uint64_t
get_weight (const Extent *extent, size_t i)
{
  if (i == extent->first)
    return extent->first_weight;
  return i == extent->last ? extent->last_weight : BORDER_ONE;
}

static uint64_t
get_total (const Extent *extent)
{
  if (extent->first == extent->last)
    return extent->first_weight;
  return extent->first_weight + extent->last_weight +
         (extent->last - extent->first - 1) * BORDER_ONE;
}

static inline uint32_t
read_sample (const void *row, size_t i, gboolean wide)
{
  return wide ? ((const uint16_t *) row)[i] : ((const uint8_t *) row)[i];
}

static void
write_sample (void *row, size_t i, gboolean wide, uint64_t value)
{
  if (wide)
    ((uint16_t *) row)[i] = (uint16_t) value;
  else
    ((uint8_t *) row)[i] = (uint8_t) value;
}

/* One channel of one line; @channels and @wide are constants in the caller. */
static inline __attribute__ ((always_inline)) uint64_t
sum_line (const void *line,
          const Extent *columns,
          guint channel,
          guint channels,
          gboolean wide)
{
  /* 65,535 samples of 16 bit fit. */
  uint32_t inner = 0;
  uint64_t sum = 0;

  for (size_t i = columns->first + 1; i < columns->last; i++)
    inner += read_sample (line, i * channels + channel, wide);
  sum = (uint64_t) inner * BORDER_ONE;
  sum += columns->first_weight *
         read_sample (line, columns->first * channels + channel, wide);
  sum += columns->last_weight *
         read_sample (line, columns->last * channels + channel, wide);
  return sum;
}

static inline __attribute__ ((always_inline)) void
average_rectangle (const VitrailResampleRow *row,
                   guint x,
                   const Extent extents[2],
                   guint channels,
                   gboolean wide)
{
  const VitrailFrame *src = row->self->src;
  const uint64_t total = get_total (&extents[0]) * get_total (&extents[1]);

  for (guint c = 0; c < channels; c++) {
    uint64_t sum = 0;
    for (size_t y = extents[1].first; y <= extents[1].last; y++)
      sum += get_weight (&extents[1], y) *
             sum_line (src->data + y * src->stride, &extents[0], c, channels,
                       wide);
    write_sample (row->dst, (size_t) x * channels + c, wide,
                  (sum + total / 2) / total);
  }
}

/* The same for one channel without its padding; padding where the pixel in the
 * middle is. */
static void
average_padded (const VitrailResampleRow *row,
                guint x,
                const Extent extents[2],
                gboolean wide)
{
  const VitrailResample *self = row->self;
  const VitrailFrame *src = self->src;
  const long u = vitrail_resample_position (self->affine[0], x, row->u0);
  const long v = vitrail_resample_position (self->affine[3], x, row->v0);
  const size_t middle = vitrail_resample_nearest (v, src->format.height);
  const uint32_t centre =
      read_sample (src->data + middle * src->stride,
                   vitrail_resample_nearest (u, src->format.width), wide);
  uint64_t sum = 0;
  uint64_t total = 0;

  if (vitrail_resample_is_padding (self, centre)) {
    write_sample (row->dst, x, wide, centre);
    return;
  }
  for (size_t j = extents[1].first; j <= extents[1].last; j++)
    for (size_t i = extents[0].first; i <= extents[0].last; i++) {
      const uint32_t s = read_sample (src->data + j * src->stride, i, wide);
      if (vitrail_resample_is_padding (self, s))
        continue;
      const uint64_t weight =
          get_weight (&extents[0], i) * get_weight (&extents[1], j);
      sum += weight * s;
      total += weight;
    }
  write_sample (row->dst, x, wide,
                total > 0 ? (sum + total / 2) / total : centre);
}

static void
row_rectangles (const VitrailResampleRow *row)
{
  const VitrailResample *self = row->self;
  const VitrailPixelFormat *format = &self->src->format;
  const double *m = self->affine;
  const double step_u = fabs (m[0]) + fabs (m[1]);
  const double step_v = fabs (m[3]) + fabs (m[4]);
  const gboolean wide = format->bits_allocated > 8;

  for (guint x = row->first; x < row->end; x++) {
    const Extent extents[2] = {
      get_extent (m[0] * x + row->u0, step_u, format->width),
      get_extent (m[3] * x + row->v0, step_v, format->height),
    };
    if (self->has_padding && format->samples == 1)
      average_padded (row, x, extents, wide);
    else if (format->samples == 1 && wide)
      average_rectangle (row, x, extents, 1, TRUE);
    else if (format->samples == 1)
      average_rectangle (row, x, extents, 1, FALSE);
    else if (format->samples == 3 && !wide)
      average_rectangle (row, x, extents, 3, FALSE);
    else
      average_rectangle (row, x, extents, format->samples, wide);
  }
}

/* Points of the grid in one output pixel, and their sums. */
typedef struct {
  guint nx;
  guint ny;
  uint64_t sums[MAX_CHANNELS];
  uint64_t n;
} Grid;

static void
add_point (Grid *grid, const VitrailResample *self, double u, double v)
{
  const VitrailFrame *src = self->src;
  const guint channels = src->format.samples;
  const gboolean wide = src->format.bits_allocated > 8;
  const size_t column =
      vitrail_resample_nearest (lrint (u * VITRAIL_POSITION_ONE),
                                src->format.width);
  const size_t line =
      vitrail_resample_nearest (lrint (v * VITRAIL_POSITION_ONE),
                                src->format.height);
  const uint8_t *from = src->data + line * src->stride;

  if (self->has_padding &&
      vitrail_resample_is_padding (self,
                                   read_sample (from, column * channels, wide)))
    return;
  for (guint c = 0; c < channels; c++)
    grid->sums[c] += read_sample (from, column * channels + c, wide);
  grid->n++;
}

/* The point in the middle of output pixel @x alone. */
static void
set_middle (Grid *grid, const VitrailResampleRow *row, guint x)
{
  const VitrailResample *self = row->self;
  VitrailResample plain = *self;

  plain.has_padding = FALSE;
  grid->n = 0;
  for (guint c = 0; c < MAX_CHANNELS; c++)
    grid->sums[c] = 0;
  add_point (grid, &plain, self->affine[0] * x + row->u0,
             self->affine[3] * x + row->v0);
}

static void
fill_grid (Grid *grid, const VitrailResampleRow *row, guint x)
{
  const VitrailResample *self = row->self;
  const double *m = self->affine;

  set_middle (grid, row, x);
  if (self->has_padding &&
      vitrail_resample_is_padding (self, (uint32_t) grid->sums[0]))
    return;
  grid->n = 0;
  for (guint c = 0; c < MAX_CHANNELS; c++)
    grid->sums[c] = 0;
  for (guint j = 0; j < grid->ny; j++)
    for (guint i = 0; i < grid->nx; i++) {
      const double dx = x + (i + 0.5) / grid->nx - 0.5;
      const double dy = (j + 0.5) / grid->ny - 0.5;
      add_point (grid, self, m[0] * dx + m[1] * dy + row->u0,
                 m[3] * dx + m[4] * dy + row->v0);
    }
  if (grid->n == 0)
    set_middle (grid, row, x);
}

static void
row_grids (const VitrailResampleRow *row)
{
  const VitrailResample *self = row->self;
  const guint channels = self->src->format.samples;
  const gboolean wide = self->src->format.bits_allocated > 8;
  Grid grid = {
    .nx = (guint) CLAMP (ceil (vitrail_resample_step_x (self)), 1, MAX_POINTS),
    .ny = (guint) CLAMP (ceil (vitrail_resample_step_y (self)), 1, MAX_POINTS),
  };

  for (guint x = row->first; x < row->end; x++) {
    fill_grid (&grid, row, x);
    for (guint c = 0; c < channels; c++)
      write_sample (row->dst, (size_t) x * channels + c, wide,
                    (grid.sums[c] + grid.n / 2) / grid.n);
  }
}

void
vitrail_resample_row_box (const VitrailResampleRow *row)
{
  if (!vitrail_resample_row_box_fast (row))
    vitrail_resample_row_box_c (row);
}

void
vitrail_resample_row_box_c (const VitrailResampleRow *row)
{
  const double *m = row->self->affine;

  if ((m[1] == 0 && m[3] == 0) || (m[0] == 0 && m[4] == 0))
    row_rectangles (row);
  else
    row_grids (row);
}
