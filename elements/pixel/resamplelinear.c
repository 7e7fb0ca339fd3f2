/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Linear interpolation of 8 and 16-bit samples, in integers: the mirror image
 * of a picture gives the mirror image of the result, to the last bit. */

#include "pixel/resamplerow.h"

/* The four neighbours of a position, and how far it is from the first. At the
 * image's border a neighbour is the outermost pixel. */
typedef struct {
  const void *upper;
  const void *lower;
  size_t left;
  size_t right;
  uint64_t x;
  uint64_t y;
} Neighbours;

static inline Neighbours
find_neighbours (const VitrailResampleRow *row, guint pixel)
{
  const VitrailResample *self = row->self;
  const VitrailFrame *src = self->src;
  const long u = vitrail_resample_position (self->affine[0], pixel, row->u0);
  const long v = vitrail_resample_position (self->affine[3], pixel, row->v0);
  const long right = (long) src->format.width - 1;
  const long bottom = (long) src->format.height - 1;
  const size_t upper = (size_t) CLAMP (v >> 16, 0, bottom);
  const size_t lower = (size_t) CLAMP ((v >> 16) + 1, 0, bottom);

  return (Neighbours){
    .upper = src->data + upper * src->stride,
    .lower = src->data + lower * src->stride,
    .left = (size_t) CLAMP (u >> 16, 0, right),
    .right = (size_t) CLAMP ((u >> 16) + 1, 0, right),
    .x = (uint64_t) (u & 0xffff),
    .y = (uint64_t) (v & 0xffff),
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

static inline uint64_t
mix (const Neighbours *at, const uint64_t s[4])
{
  const uint64_t one = VITRAIL_POSITION_ONE;
  const uint64_t upper = s[0] * (one - at->x) + s[1] * at->x;
  const uint64_t lower = s[2] * (one - at->x) + s[3] * at->x;

  return (upper * (one - at->y) + lower * at->y + (1ull << 31)) >> 32;
}

/* @channels and @wide are constants where this is called: one loop for each. */
static inline __attribute__ ((always_inline)) void
row_linear (const VitrailResampleRow *row, guint channels, gboolean wide)
{
  for (guint x = row->first; x < row->end; x++) {
    const Neighbours at = find_neighbours (row, x);
    for (guint c = 0; c < channels; c++) {
      const uint64_t s[4] = {
        read_sample (at.upper, at.left * channels + c, wide),
        read_sample (at.upper, at.right * channels + c, wide),
        read_sample (at.lower, at.left * channels + c, wide),
        read_sample (at.lower, at.right * channels + c, wide),
      };
      write_sample (row->dst, (size_t) x * channels + c, wide, mix (&at, s));
    }
  }
}

/* One channel with padding: the nearest sample wherever one that would mix is
 * padding. */
static void
row_padded (const VitrailResampleRow *row, gboolean wide)
{
  for (guint x = row->first; x < row->end; x++) {
    const Neighbours at = find_neighbours (row, x);
    const uint64_t s[4] = {
      read_sample (at.upper, at.left, wide),
      read_sample (at.upper, at.right, wide),
      read_sample (at.lower, at.left, wide),
      read_sample (at.lower, at.right, wide),
    };
    gboolean pad = FALSE;
    for (guint i = 0; i < 4; i++)
      pad |= vitrail_resample_is_padding (row->self, (uint32_t) s[i]);
    const guint nearest = (at.x >= VITRAIL_POSITION_ONE / 2 ? 1 : 0) +
                          (at.y >= VITRAIL_POSITION_ONE / 2 ? 2 : 0);
    write_sample (row->dst, x, wide, pad ? s[nearest] : mix (&at, s));
  }
}

void
vitrail_resample_row_linear (const VitrailResampleRow *row)
{
  const VitrailPixelFormat *format = &row->self->src->format;
  const gboolean wide = format->bits_allocated > 8;

  if (row->self->has_padding && format->samples == 1)
    row_padded (row, wide);
  else if (format->samples == 1 && wide)
    row_linear (row, 1, TRUE);
  else if (format->samples == 1)
    row_linear (row, 1, FALSE);
  else if (format->samples == 3 && !wide)
    row_linear (row, 3, FALSE);
  else
    row_linear (row, format->samples, wide);
}
