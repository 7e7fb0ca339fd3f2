/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The area average of resamplebox.c where rows of the output lie along rows of
 * the input, with AVX2 and to the last bit the same: columns of the image are
 * summed once for a row of the output, and a sum along them is a difference of
 * two running sums. */

#include "pixel/resamplerow.h"

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))

enum {
  BORDER_ONE = 256,  /* as in resamplebox.c */
  PIECE = 2048,      /* elements of the image's row that are summed at once */
  MAX_TOTAL = 65536, /* of weights along a column: sums have 32 bits */
};

/* Columns, in 1/256, that output pixels cover. */
typedef struct {
  int low[PIECE];
  int high[PIECE];
} Borders;

/**
 * Strip: sums of the columns of a piece of the image's rows.
 * @first: the first column; @n: how many
 * @sums, @running: weighted sums, and these of all elements before
 * @weights, @running_weights: the same of the weights, where padding counts not
 */
typedef struct {
  size_t first;
  size_t n;
  uint32_t sums[PIECE + 32];
  uint64_t running[PIECE + 32];
  uint32_t weights[PIECE + 32];
  uint64_t running_weights[PIECE + 32];
} Strip;

/* The lines of one row of the output. */
typedef struct {
  const VitrailResample *self;
  int low;
  int high;
} Lines;

AVX2 static inline __m128i
get_borders (__m256d at, __m256d reach)
{
  const __m256d half = _mm256_set1_pd (0.5);
  const __m256d one = _mm256_set1_pd (BORDER_ONE);

  return _mm256_cvtpd_epi32 (
      _mm256_mul_pd (_mm256_add_pd (_mm256_add_pd (at, reach), half), one));
}

/* As get_extent () of resamplebox.c, of output pixels @x .. @x + @n - 1. */
AVX2 static void
find_borders (Borders *borders,
              const double line[2],
              double half,
              guint size,
              guint x,
              guint n)
{
  const __m256d slope = _mm256_set1_pd (line[0]);
  const __m256d origin = _mm256_set1_pd (line[1]);
  const __m128i zero = _mm_setzero_si128 ();
  const __m128i one = _mm_set1_epi32 (1);
  const __m128i limit = _mm_set1_epi32 ((int) size * BORDER_ONE);

  for (guint i = 0; i < n; i += 4) {
    const __m256d pixel = _mm256_add_pd (_mm256_set1_pd ((double) x + i),
                                         _mm256_setr_pd (0, 1, 2, 3));
    const __m256d at = _mm256_add_pd (_mm256_mul_pd (slope, pixel), origin);
    __m128i low = get_borders (at, _mm256_set1_pd (-half));
    __m128i high = get_borders (at, _mm256_set1_pd (half));
    low = _mm_min_epi32 (_mm_max_epi32 (low, zero), _mm_sub_epi32 (limit, one));
    high =
        _mm_min_epi32 (_mm_max_epi32 (high, _mm_add_epi32 (low, one)), limit);
    _mm_storeu_si128 ((__m128i *) (borders->low + i), low);
    _mm_storeu_si128 ((__m128i *) (borders->high + i), high);
  }
}

/* Sixteen samples. */
AVX2 static inline __attribute__ ((always_inline)) __m256i
read_sixteen (const Lines *lines, int y, size_t element, gboolean wide)
{
  const VitrailFrame *src = lines->self->src;
  const uint8_t *line = src->data + (size_t) y * src->stride;

  return wide ? _mm256_loadu_si256 ((const __m256i *) (line + 2 * element))
              : _mm256_cvtepu8_epi16 (
                    _mm_loadu_si128 ((const __m128i *) (line + element)));
}

/* -1 where a sample is padding, else 0. */
AVX2 static inline __m256i
get_padding (const VitrailResample *self, __m256i samples)
{
  const uint32_t low = MIN (self->padding_low, 65535);
  const uint32_t more = MIN (self->padding_high, 65535) - low;
  const __m256i beyond =
      _mm256_subs_epu16 (_mm256_sub_epi16 (samples,
                                           _mm256_set1_epi16 ((short) low)),
                         _mm256_set1_epi16 ((short) more));

  return _mm256_cmpeq_epi16 (beyond, _mm256_setzero_si256 ());
}

/* Sums of sixteen columns: of elements 0..3, 8..11, and of the others. */
typedef struct {
  __m256i low;
  __m256i high;
} Sums;

AVX2 static inline __m256i
get_low (__m256i words)
{
  return _mm256_unpacklo_epi16 (words, _mm256_setzero_si256 ());
}

AVX2 static inline __m256i
get_high (__m256i words)
{
  return _mm256_unpackhi_epi16 (words, _mm256_setzero_si256 ());
}

/* @words times @weight, up to 256. */
AVX2 static inline void
add_weighted (Sums *sums, __m256i words, int weight)
{
  const __m256i factor = _mm256_set1_epi32 (weight);

  sums->low = _mm256_add_epi32 (sums->low,
                                _mm256_mullo_epi32 (get_low (words), factor));
  sums->high = _mm256_add_epi32 (sums->high,
                                 _mm256_mullo_epi32 (get_high (words), factor));
}

AVX2 static inline void
store_sums (uint32_t *out, const Sums *sums)
{
  _mm256_storeu_si256 ((__m256i *) out,
                       _mm256_permute2x128_si256 (sums->low, sums->high, 0x20));
  _mm256_storeu_si256 ((__m256i *) (out + 8),
                       _mm256_permute2x128_si256 (sums->low, sums->high, 0x31));
}

static int
get_weight (const Lines *lines, int y)
{
  const int top = MAX (lines->low, y * BORDER_ONE);
  const int bottom = MIN (lines->high, (y + 1) * BORDER_ONE);

  return bottom - top;
}

/* Sixteen columns from @element on, as element @i of the strip. Whole lines are
 * added first and weighted once. */
AVX2 static inline __attribute__ ((always_inline)) void
sum_sixteen (Strip *strip,
             const Lines *lines,
             size_t element,
             size_t i,
             gboolean wide,
             gboolean padded)
{
  const __m256i one = _mm256_set1_epi16 (1);
  const int first = lines->low / BORDER_ONE;
  const int last = (lines->high - 1) / BORDER_ONE;
  Sums sums = { _mm256_setzero_si256 (), _mm256_setzero_si256 () };
  Sums weights = sums;
  __m256i counts = _mm256_setzero_si256 ();

  for (int y = first + 1; y < last; y++) {
    __m256i samples = read_sixteen (lines, y, element, wide);
    if (padded) {
      const __m256i pad = get_padding (lines->self, samples);
      samples = _mm256_andnot_si256 (pad, samples);
      counts = _mm256_add_epi16 (counts, _mm256_add_epi16 (one, pad));
    }
    sums.low = _mm256_add_epi32 (sums.low, get_low (samples));
    sums.high = _mm256_add_epi32 (sums.high, get_high (samples));
  }
  sums.low = _mm256_slli_epi32 (sums.low, 8);
  sums.high = _mm256_slli_epi32 (sums.high, 8);
  if (padded)
    add_weighted (&weights, counts, BORDER_ONE);
  for (int y = first; y <= last; y += MAX (last - first, 1)) {
    const int weight = get_weight (lines, y);
    __m256i samples = read_sixteen (lines, y, element, wide);
    if (padded) {
      const __m256i pad = get_padding (lines->self, samples);
      samples = _mm256_andnot_si256 (pad, samples);
      add_weighted (&weights, _mm256_add_epi16 (one, pad), weight);
    }
    add_weighted (&sums, samples, weight);
  }
  store_sums (strip->sums + i, &sums);
  if (padded)
    store_sums (strip->weights + i, &weights);
}

/* The same in plain C, of one: the last of a row, behind which nothing may be
 * read. */
static void
sum_one (Strip *strip, const Lines *lines, size_t element, size_t i)
{
  const VitrailResample *self = lines->self;
  const VitrailFrame *src = self->src;
  uint32_t sum = 0;
  uint32_t weights = 0;

  for (int y = lines->low / BORDER_ONE; y * BORDER_ONE < lines->high; y++) {
    const uint8_t *line = src->data + (size_t) y * src->stride;
    const uint32_t weight = (uint32_t) get_weight (lines, y);
    const uint32_t sample =
        src->format.bits_allocated > 8
            ? ((const uint16_t *) (gconstpointer) line)[element]
            : line[element];
    if (self->has_padding && vitrail_resample_is_padding (self, sample))
      continue;
    sum += weight * sample;
    weights += weight;
  }
  strip->sums[i] = sum;
  strip->weights[i] = weights;
}

/* As many of the strip's columns as can be done without reading behind the row;
 * maybe a few more. */
AVX2 static inline __attribute__ ((always_inline)) size_t
sum_sixteens (Strip *strip,
              const Lines *lines,
              size_t element,
              gboolean wide,
              gboolean padded)
{
  const VitrailPixelFormat *format = &lines->self->src->format;
  const size_t limit = (size_t) format->width * format->samples - element;
  size_t i = 0;

  for (; i < strip->n && i + 16 <= limit; i += 16)
    sum_sixteen (strip, lines, element + i, i, wide, padded);
  return i;
}

/* A loop for each kind. */
AVX2 static size_t
sum_columns (Strip *strip, const Lines *lines, size_t element)
{
  const gboolean wide = lines->self->src->format.bits_allocated > 8;

  if (lines->self->has_padding)
    return wide ? sum_sixteens (strip, lines, element, TRUE, TRUE)
                : sum_sixteens (strip, lines, element, FALSE, TRUE);
  return wide ? sum_sixteens (strip, lines, element, TRUE, FALSE)
              : sum_sixteens (strip, lines, element, FALSE, FALSE);
}

/* Each channel by itself; one more element than there are. */
static inline __attribute__ ((always_inline)) void
run_channels (uint64_t *running, const uint32_t *sums, size_t n, guint channels)
{
  for (guint c = 0; c < channels; c++) {
    uint64_t total = 0;
    for (size_t i = c; i < n + channels; i += channels) {
      running[i] = total;
      total += sums[i];
    }
  }
}

static void
run_sums (uint64_t *running, const uint32_t *sums, size_t n, guint channels)
{
  if (channels == 1)
    run_channels (running, sums, n, 1);
  else
    run_channels (running, sums, n, channels);
}

static void
fill_strip (Strip *strip, const Lines *lines, size_t first, size_t last)
{
  const guint channels = lines->self->src->format.samples;
  const size_t element = first * channels;

  strip->first = first;
  strip->n = (last + 1 - first) * channels;
  size_t done = sum_columns (strip, lines, element);
  for (; done < strip->n; done++)
    sum_one (strip, lines, element + done, done);
  /* A border at the end counts none of what lies behind. */
  for (guint c = 0; c < channels; c++)
    strip->sums[strip->n + c] = strip->weights[strip->n + c] = 0;
  run_sums (strip->running, strip->sums, strip->n, channels);
  if (lines->self->has_padding)
    run_sums (strip->running_weights, strip->weights, strip->n, channels);
}

/* What lies left of @border, in 1/256 column. */
static inline uint64_t
get_left (const uint64_t *running,
          const uint32_t *sums,
          size_t border,
          guint channels,
          guint channel)
{
  const size_t i = border / BORDER_ONE * channels + channel;

  return running[i] * BORDER_ONE + border % BORDER_ONE * sums[i];
}

/* Both below 2^53, and @total below 2^37: a quotient just below a whole number
 * is not rounded up to it. Signed numbers convert in one instruction. */
static inline uint64_t
divide (uint64_t sum, uint64_t total)
{
  const double above = (double) (int64_t) (sum + total / 2);

  return (uint64_t) (int64_t) (above / (double) (int64_t) total);
}

static inline void
write_sample (const VitrailResampleRow *row, size_t i, uint64_t value)
{
  if (row->self->src->format.bits_allocated > 8)
    ((uint16_t *) row->dst)[i] = (uint16_t) value;
  else
    ((uint8_t *) row->dst)[i] = (uint8_t) value;
}

static uint32_t
read_sample (const VitrailFrame *src, size_t column, size_t line)
{
  const uint8_t *at = src->data + line * src->stride;

  return src->format.bits_allocated > 8
             ? ((const uint16_t *) (gconstpointer) at)[column]
             : at[column];
}

/* Output pixel @x of which @i are the borders, without its padding; padding
 * where the pixel in the middle is. */
static void
write_padded (const VitrailResampleRow *row,
              const Strip *strip,
              const Borders *borders,
              guint x,
              guint i)
{
  const VitrailResample *self = row->self;
  const VitrailFrame *src = self->src;
  const long u = vitrail_resample_position (self->affine[0], x, row->u0);
  const long v = vitrail_resample_position (self->affine[3], x, row->v0);
  const uint32_t centre =
      read_sample (src, vitrail_resample_nearest (u, src->format.width),
                   vitrail_resample_nearest (v, src->format.height));
  const size_t low = (size_t) borders->low[i] - strip->first * BORDER_ONE;
  const size_t high = (size_t) borders->high[i] - strip->first * BORDER_ONE;
  const uint64_t sum = get_left (strip->running, strip->sums, high, 1, 0) -
                       get_left (strip->running, strip->sums, low, 1, 0);
  const uint64_t total =
      get_left (strip->running_weights, strip->weights, high, 1, 0) -
      get_left (strip->running_weights, strip->weights, low, 1, 0);
  const gboolean pad = vitrail_resample_is_padding (self, centre) || total == 0;

  write_sample (row, x, pad ? centre : divide (sum, total));
}

static inline __attribute__ ((always_inline)) void
write_average (const VitrailResampleRow *row,
               const Strip *strip,
               const int borders[2],
               int height,
               guint x,
               guint channels)
{
  const size_t low = (size_t) borders[0] - strip->first * BORDER_ONE;
  const size_t high = (size_t) borders[1] - strip->first * BORDER_ONE;
  const uint64_t total =
      (uint64_t) (borders[1] - borders[0]) * (uint64_t) height;

  for (guint c = 0; c < channels; c++) {
    const uint64_t sum =
        get_left (strip->running, strip->sums, high, channels, c) -
        get_left (strip->running, strip->sums, low, channels, c);
    write_sample (row, (size_t) x * channels + c, divide (sum, total));
  }
}

/* Output pixels @from .. @to - 1 behind @x. */
static void
write_strip (const VitrailResampleRow *row,
             const Strip *strip,
             const Borders *borders,
             int height,
             guint x,
             const guint pixels[2])
{
  const guint channels = row->self->src->format.samples;

  for (guint i = pixels[0]; i < pixels[1]; i++) {
    const int at[2] = { borders->low[i], borders->high[i] };
    if (row->self->has_padding)
      write_padded (row, strip, borders, x + i, i);
    else if (channels == 1)
      write_average (row, strip, at, height, x + i, 1);
    else
      write_average (row, strip, at, height, x + i, channels);
  }
}

/* How many output pixels from @i on have their columns within one strip, which
 * are columns[0] .. columns[1]. */
static guint
find_strip (const Borders *borders,
            guint i,
            guint n,
            guint max_columns,
            size_t columns[2])
{
  const guint from = i;

  columns[0] = (size_t) borders->low[i] / BORDER_ONE;
  columns[1] = (size_t) (borders->high[i] - 1) / BORDER_ONE;
  for (i++; i < n; i++) {
    const size_t first = (size_t) borders->low[i] / BORDER_ONE;
    const size_t last = (size_t) (borders->high[i] - 1) / BORDER_ONE;
    if (MAX (last, columns[1]) - MIN (first, columns[0]) >= max_columns)
      break;
    columns[0] = MIN (first, columns[0]);
    columns[1] = MAX (last, columns[1]);
  }
  return i - from;
}

/* Up to PIECE output pixels from @x on. */
static void
row_piece (const VitrailResampleRow *row, const Lines *lines, guint x, guint n)
{
  const VitrailPixelFormat *format = &row->self->src->format;
  const double line[2] = { row->self->affine[0], row->u0 };
  const guint max_columns = PIECE / format->samples;
  Borders borders;
  Strip strip;

  find_borders (&borders, line, fmax (fabs (line[0]), 1.0) / 2, format->width,
                x, n);
  for (guint i = 0; i < n;) {
    size_t columns[2];
    const guint more = find_strip (&borders, i, n, max_columns, columns);
    const guint pixels[2] = { i, i + more };
    fill_strip (&strip, lines, columns[0], columns[1]);
    write_strip (row, &strip, &borders, lines->high - lines->low, x, pixels);
    i += more;
  }
}

static gboolean
can_do (const VitrailResampleRow *row)
{
  const VitrailResample *self = row->self;
  const VitrailPixelFormat *format = &self->src->format;
  const double *m = self->affine;

  return m[1] == 0 && m[3] == 0 && format->bits_allocated <= 16 &&
         format->width <= 65535 && format->height <= 65535 &&
         (fabs (m[0]) + 3) * format->samples < PIECE &&
         fabs (m[4]) + 3 < (double) MAX_TOTAL / BORDER_ONE &&
         (!self->has_padding || format->samples == 1) &&
         __builtin_cpu_supports ("avx2");
}

gboolean
vitrail_resample_row_box_fast (const VitrailResampleRow *row)
{
  const VitrailResample *self = row->self;
  const double half = fmax (fabs (self->affine[4]), 1.0) / 2;
  const long limit = (long) self->src->format.height * BORDER_ONE;

  if (!can_do (row))
    return FALSE;
  const long low =
      CLAMP (lrint ((row->v0 - half + 0.5) * BORDER_ONE), 0, limit - 1);
  const long high =
      CLAMP (lrint ((row->v0 + half + 0.5) * BORDER_ONE), low + 1, limit);
  const Lines lines = { self, (int) low, (int) high };
  for (guint x = row->first; x < row->end; x += PIECE)
    row_piece (row, &lines, x, MIN (row->end - x, PIECE));
  return TRUE;
}
#else
gboolean
vitrail_resample_row_box_fast (const VitrailResampleRow *row)
{
  return FALSE;
}
#endif
