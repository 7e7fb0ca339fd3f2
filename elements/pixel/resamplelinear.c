/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation of 8 and 16-bit samples, in integers: the mirror image
 * of a picture gives the mirror image of the result, to the last bit. */

#include "pixel/resamplerow.h"

/* Two neighbours in one direction, and how far a position is from the first. At
 * the image's border a neighbour is the outermost pixel. */
typedef struct {
  size_t first;
  size_t second;
  uint64_t weight; /* of the second; the first has the rest of 65536 */
} Pair;

static inline Pair
get_pair (long position, guint size)
{
  const long i = position >> 16;
  const long last = (long) size - 1;

  return (Pair){
    .first = (size_t) CLAMP (i, 0, last),
    .second = (size_t) CLAMP (i + 1, 0, last),
    .weight = (uint64_t) (position & 0xffff),
  };
}

static inline Pair
get_columns (const VitrailResampleRow *row, guint pixel)
{
  const VitrailResample *self = row->self;

  return get_pair (vitrail_resample_position (self->affine[0], pixel, row->u0),
                   self->src->format.width);
}

/* The two lines of the image that a position lies between. */
typedef struct {
  const uint8_t *upper;
  const uint8_t *lower;
  uint64_t weight; /* of the lower */
} Lines;

static inline Lines
get_lines (const VitrailResampleRow *row, guint pixel)
{
  const VitrailResample *self = row->self;
  const VitrailFrame *src = self->src;
  const Pair pair =
      get_pair (vitrail_resample_position (self->affine[3], pixel, row->v0),
                src->format.height);

  return (Lines){
    .upper = src->data + pair.first * src->stride,
    .lower = src->data + pair.second * src->stride,
    .weight = pair.weight,
  };
}

static inline uint64_t
read_sample (const void *row, size_t i, gboolean wide)
{
  return wide ? ((const uint16_t *) row)[i] : ((const uint8_t *) row)[i];
}

static inline void
write_sample (void *row, size_t i, gboolean wide, uint64_t value)
{
  if (wide)
    ((uint16_t *) row)[i] = (uint16_t) value;
  else
    ((uint8_t *) row)[i] = (uint8_t) value;
}

/* upper left, upper right, lower left, lower right */
typedef struct {
  uint64_t s[4];
} Neighbours;

static inline Neighbours
read_neighbours (const Lines *lines,
                 const Pair *columns,
                 guint channel,
                 guint channels,
                 gboolean wide)
{
  const size_t left = columns->first * channels + channel;
  const size_t right = columns->second * channels + channel;

  return (Neighbours){ {
      read_sample (lines->upper, left, wide),
      read_sample (lines->upper, right, wide),
      read_sample (lines->lower, left, wide),
      read_sample (lines->lower, right, wide),
  } };
}

static inline uint64_t
mix (const Neighbours *at, uint64_t x, uint64_t y)
{
  const uint64_t one = VITRAIL_POSITION_ONE;
  const uint64_t upper = at->s[0] * (one - x) + at->s[1] * x;
  const uint64_t lower = at->s[2] * (one - x) + at->s[3] * x;

  return (upper * (one - y) + lower * y + (1ull << 31)) >> 32;
}

/* The three constants are known where this is called: one loop for each. In a
 * view that is not turned, all of a row lies between the same two lines. */
static inline __attribute__ ((always_inline)) void
row_linear (const VitrailResampleRow *row,
            guint channels,
            gboolean wide,
            gboolean turned)
{
  Lines lines = get_lines (row, row->first);

  for (guint x = row->first; x < row->end; x++) {
    const Pair columns = get_columns (row, x);
    if (turned)
      lines = get_lines (row, x);
    for (guint c = 0; c < channels; c++) {
      const Neighbours at =
          read_neighbours (&lines, &columns, c, channels, wide);
      write_sample (row->dst, (size_t) x * channels + c, wide,
                    mix (&at, columns.weight, lines.weight));
    }
  }
}

/* One channel with padding: the nearest sample wherever one that would mix is
 * padding. */
static void
row_padded (const VitrailResampleRow *row, gboolean wide)
{
  for (guint x = row->first; x < row->end; x++) {
    const Pair columns = get_columns (row, x);
    const Lines lines = get_lines (row, x);
    const Neighbours at = read_neighbours (&lines, &columns, 0, 1, wide);
    gboolean pad = FALSE;
    for (guint i = 0; i < 4; i++)
      pad |= vitrail_resample_is_padding (row->self, (uint32_t) at.s[i]);
    const guint nearest = (columns.weight >= VITRAIL_POSITION_ONE / 2 ? 1 : 0) +
                          (lines.weight >= VITRAIL_POSITION_ONE / 2 ? 2 : 0);
    write_sample (row->dst, x, wide,
                  pad ? at.s[nearest]
                      : mix (&at, columns.weight, lines.weight));
  }
}

/* A loop for each of the common layouts. */
static inline __attribute__ ((always_inline)) void
row_any (const VitrailResampleRow *row, gboolean turned)
{
  const VitrailPixelFormat *format = &row->self->src->format;
  const gboolean wide = format->bits_allocated > 8;

  if (format->samples == 1 && wide)
    row_linear (row, 1, TRUE, turned);
  else if (format->samples == 1)
    row_linear (row, 1, FALSE, turned);
  else if (format->samples == 3 && !wide)
    row_linear (row, 3, FALSE, turned);
  else
    row_linear (row, format->samples, wide, turned);
}

void
vitrail_resample_row_linear (const VitrailResampleRow *row)
{
  VitrailResampleRow rest = *row;
  guint span[2];

  if (!vitrail_resample_row_linear_fast (row, span)) {
    vitrail_resample_row_linear_c (row);
    return;
  }
  rest.end = span[0];
  vitrail_resample_row_linear_c (&rest);
  rest.first = span[1];
  rest.end = row->end;
  vitrail_resample_row_linear_c (&rest);
}

void
vitrail_resample_row_linear_c (const VitrailResampleRow *row)
{
  const VitrailPixelFormat *format = &row->self->src->format;

  if (row->self->has_padding && format->samples == 1)
    row_padded (row, format->bits_allocated > 8);
  else if (row->self->affine[3] != 0)
    row_any (row, TRUE);
  else
    row_any (row, FALSE);
}
