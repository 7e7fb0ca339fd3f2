/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows as they come out: grey levels, colours of a colormap or palette, and
 * RGB, in each layout. Piece by piece, so that the levels in between stay in
 * the processor's nearest cache. */

#include "pixel/windowlut.h"

#include <string.h>

enum { PIECE = 1024 }; /* pixels */

typedef void (*Spread) (const uint8_t *in, uint8_t *out, size_t n);

/* Plain C. Grey levels, and RGB, to each layout. */

static void
grey_to_rgb_c (const uint8_t *in, uint8_t *out, size_t n)
{
  for (size_t i = 0; i < n; i++)
    out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = in[i];
}

static void
grey_to_rgba_c (const uint8_t *in, uint8_t *out, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    out[4 * i] = out[4 * i + 1] = out[4 * i + 2] = in[i];
    out[4 * i + 3] = 255;
  }
}

static void
rgb_to_rgb_c (const uint8_t *in, uint8_t *out, size_t n)
{
  memcpy (out, in, 3 * n);
}

static void
rgb_to_rgba_c (const uint8_t *in, uint8_t *out, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    memcpy (out + 4 * i, in + 3 * i, 3);
    out[4 * i + 3] = 255;
  }
}

static void
rgb_to_bgrx_c (const uint8_t *in, uint8_t *out, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    out[4 * i] = in[3 * i + 2];
    out[4 * i + 1] = in[3 * i + 1];
    out[4 * i + 2] = in[3 * i];
    out[4 * i + 3] = 255;
  }
}

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))

/* Bytes 0..15 three times each, in three vectors. */
AVX2 static void
grey_to_rgb_avx2 (const uint8_t *in, uint8_t *out, size_t n)
{
  const __m128i low =
      _mm_setr_epi8 (0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5);
  const __m128i middle =
      _mm_setr_epi8 (5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10);
  const __m128i high = _mm_setr_epi8 (10, 11, 11, 11, 12, 12, 12, 13, 13, 13,
                                      14, 14, 14, 15, 15, 15);
  size_t i = 0;

  for (; i + 16 <= n; i += 16) {
    const __m128i v = _mm_loadu_si128 ((const __m128i *) (in + i));
    __m128i *to = (__m128i *) (out + 3 * i);
    _mm_storeu_si128 (to, _mm_shuffle_epi8 (v, low));
    _mm_storeu_si128 (to + 1, _mm_shuffle_epi8 (v, middle));
    _mm_storeu_si128 (to + 2, _mm_shuffle_epi8 (v, high));
  }
  grey_to_rgb_c (in + i, out + 3 * i, n - i);
}

AVX2 static void
grey_to_rgba_avx2 (const uint8_t *in, uint8_t *out, size_t n)
{
  const __m256i repeat = _mm256_set1_epi32 (0x010101);
  const __m256i opaque = _mm256_set1_epi32 ((int) 0xff000000u);
  size_t i = 0;

  for (; i + 8 <= n; i += 8) {
    const __m128i v = _mm_loadl_epi64 ((const __m128i *) (in + i));
    const __m256i grey = _mm256_mullo_epi32 (_mm256_cvtepu8_epi32 (v), repeat);
    _mm256_storeu_si256 ((__m256i *) (out + 4 * i),
                         _mm256_or_si256 (grey, opaque));
  }
  grey_to_rgba_c (in + i, out + 4 * i, n - i);
}

/* Four pixels at a time: 12 bytes of the 16 that are read. */
AVX2 static inline size_t
rgb_to_four_avx2 (const uint8_t *in, uint8_t *out, size_t n, __m128i order)
{
  const __m128i opaque = _mm_set1_epi32 ((int) 0xff000000u);
  size_t i = 0;

  for (; i + 6 <= n; i += 4) {
    const __m128i v = _mm_loadu_si128 ((const __m128i *) (in + 3 * i));
    _mm_storeu_si128 ((__m128i *) (out + 4 * i),
                      _mm_or_si128 (_mm_shuffle_epi8 (v, order), opaque));
  }
  return i;
}

AVX2 static void
rgb_to_rgba_avx2 (const uint8_t *in, uint8_t *out, size_t n)
{
  const __m128i order =
      _mm_setr_epi8 (0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
  const size_t done = rgb_to_four_avx2 (in, out, n, order);

  rgb_to_rgba_c (in + 3 * done, out + 4 * done, n - done);
}

AVX2 static void
rgb_to_bgrx_avx2 (const uint8_t *in, uint8_t *out, size_t n)
{
  const __m128i order =
      _mm_setr_epi8 (2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1);
  const size_t done = rgb_to_four_avx2 (in, out, n, order);

  rgb_to_bgrx_c (in + 3 * done, out + 4 * done, n - done);
}

static gboolean
has_fast (void)
{
  return __builtin_cpu_supports ("avx2") != 0;
}
#else
#  define grey_to_rgb_avx2  grey_to_rgb_c
#  define grey_to_rgba_avx2 grey_to_rgba_c
#  define rgb_to_rgba_avx2  rgb_to_rgba_c
#  define rgb_to_bgrx_avx2  rgb_to_bgrx_c

static gboolean
has_fast (void)
{
  return FALSE;
}
#endif

/* By layout; from grey levels, then from RGB; in plain C, then fast. */
static const Spread spreads[][2][2] = {
  [VITRAIL_WINDOW_RGB] = { { grey_to_rgb_c, grey_to_rgb_avx2 },
                           { rgb_to_rgb_c, rgb_to_rgb_c } },
  [VITRAIL_WINDOW_RGBA] = { { grey_to_rgba_c, grey_to_rgba_avx2 },
                            { rgb_to_rgba_c, rgb_to_rgba_avx2 } },
  [VITRAIL_WINDOW_BGRX] = { { grey_to_rgba_c, grey_to_rgba_avx2 },
                            { rgb_to_bgrx_c, rgb_to_bgrx_avx2 } },
};

/* Colour @from, R G B 255, as pixel @i of @out; @layout is a constant in the
 * caller. */
static inline __attribute__ ((always_inline)) void
put_color (const uint8_t *from,
           uint8_t *out,
           size_t i,
           VitrailWindowLayout layout)
{
  uint8_t color[4];

  memcpy (color, from, 4);
  if (layout == VITRAIL_WINDOW_BGRX) {
    color[0] = from[2];
    color[2] = from[0];
  }
  if (layout == VITRAIL_WINDOW_RGB)
    memcpy (out + 3 * i, color, 3);
  else
    memcpy (out + 4 * i, color, 4);
}

static inline __attribute__ ((always_inline)) void
color_levels (const uint8_t *colors,
              const uint8_t *levels,
              uint8_t *out,
              size_t n,
              VitrailWindowLayout layout)
{
  size_t i = 0;

  /* Four bytes at once, of which the next pixel overwrites the last. */
  for (; layout == VITRAIL_WINDOW_RGB && i + 1 < n; i++)
    memcpy (out + 3 * i, colors + 4 * (size_t) levels[i], 4);
  for (; i < n; i++)
    put_color (colors + 4 * (size_t) levels[i], out, i, layout);
}

static inline __attribute__ ((always_inline)) void
color_indices (const VitrailWindowLut *self,
               const void *samples,
               uint8_t *out,
               size_t n,
               VitrailWindowLayout layout)
{
  const uint8_t *in8 = samples;
  const uint16_t *in16 = samples;
  const gint64 last = self->n_entries - 1;

  for (size_t i = 0; i < n; i++) {
    const gint64 sample = self->sample_bytes == 1 ? in8[i] : in16[i];
    const gint64 entry = CLAMP (sample - self->palette_first, 0, last);
    put_color (self->palette + 4 * entry, out, i, layout);
  }
}

/* Calls @loop with a layout that is constant in each call. */
#define FOR_LAYOUT(loop, layout, ...)                                      \
  ((layout) == VITRAIL_WINDOW_RGB ? loop (__VA_ARGS__, VITRAIL_WINDOW_RGB) \
   : (layout) == VITRAIL_WINDOW_RGBA                                       \
       ? loop (__VA_ARGS__, VITRAIL_WINDOW_RGBA)                           \
       : loop (__VA_ARGS__, VITRAIL_WINDOW_BGRX))

static size_t
get_pixel_bytes (VitrailWindowLayout layout)
{
  static const size_t bytes[] = { 1, 3, 4, 4 };

  return bytes[layout];
}

static void
fill_black (uint8_t *out, size_t n, VitrailWindowLayout layout)
{
  memset (out, 0, n * get_pixel_bytes (layout));
  for (size_t i = 0; i < n && get_pixel_bytes (layout) == 4; i++)
    out[4 * i + 3] = 255;
}

/* Padding is black although the colormap begins with another colour. */
static void
blacken_padding (const VitrailWindowLut *self,
                 const void *samples,
                 uint8_t *out,
                 size_t n,
                 VitrailWindowLayout layout)
{
  const uint8_t *in8 = samples;
  const uint16_t *in16 = samples;

  for (size_t i = 0; i < n; i++)
    if (vitrail_window_lut_is_padding (self, self->sample_bytes == 1 ? in8[i]
                                                                     : in16[i]))
      fill_black (out + i * get_pixel_bytes (layout), 1, layout);
}

typedef void (*Levels) (const VitrailWindowLut *self,
                        const void *samples,
                        uint8_t *out,
                        size_t n);

/* Up to PIECE pixels. */
static void
row_piece (const VitrailWindowLut *self,
           VitrailWindowLayout layout,
           const void *samples,
           uint8_t *out,
           size_t n,
           gboolean plain)
{
  const Levels get_levels =
      plain ? vitrail_window_levels_c : vitrail_window_levels;
  const guint colour = self->samples >= 3 ? 1 : 0;
  uint8_t levels[3 * PIECE];

  get_levels (self, samples, levels, n);
  if (self->transform != NULL)
    vitrail_window_transform_colors (self, levels, n);
  if (self->colors == NULL) {
    spreads[layout][colour][plain ? 0 : has_fast ()](levels, out, n);
    return;
  }
  FOR_LAYOUT (color_levels, layout, self->colors, levels, out, n);
  if (self->padding[0] <= self->padding[1])
    blacken_padding (self, samples, out, n, layout);
}

/* Whether levels are what comes out. */
static gboolean
is_direct (const VitrailWindowLut *self, VitrailWindowLayout layout)
{
  return self->colors == NULL && self->transform == NULL &&
         layout ==
             (self->samples >= 3 ? VITRAIL_WINDOW_RGB : VITRAIL_WINDOW_GRAY);
}

static void
row_any (const VitrailWindowLut *self,
         VitrailWindowLayout layout,
         const void *samples,
         uint8_t *out,
         size_t n,
         gboolean plain)
{
  const size_t in_bytes = (size_t) self->samples * self->sample_bytes;
  const uint8_t *in = samples;

  if (self->palette != NULL) {
    FOR_LAYOUT (color_indices, layout, self, samples, out, n);
  } else if (is_direct (self, layout)) {
    if (plain)
      vitrail_window_levels_c (self, samples, out, n);
    else
      vitrail_window_levels (self, samples, out, n);
  } else {
    for (size_t i = 0; i < n; i += PIECE)
      row_piece (self, layout, in + i * in_bytes,
                 out + i * get_pixel_bytes (layout), MIN (n - i, PIECE), plain);
  }
}

static VitrailWindowLayout
get_own_layout (const VitrailWindowLut *self)
{
  return self->channels == 1 ? VITRAIL_WINDOW_GRAY : VITRAIL_WINDOW_RGB;
}

void
vitrail_window_row_c (const VitrailWindowLut *self,
                      const void *samples,
                      uint8_t *out,
                      size_t n)
{
  row_any (self, get_own_layout (self), samples, out, n, TRUE);
}

void
vitrail_window_row_as_c (const VitrailWindowLut *self,
                         VitrailWindowLayout layout,
                         const void *samples,
                         uint8_t *out,
                         size_t n)
{
  row_any (self, layout, samples, out, n, TRUE);
}

void
vitrail_window_row (const VitrailWindowLut *self,
                    const void *samples,
                    uint8_t *out,
                    size_t n)
{
  row_any (self, get_own_layout (self), samples, out, n, FALSE);
}

void
vitrail_window_row_as (const VitrailWindowLut *self,
                       VitrailWindowLayout layout,
                       const void *samples,
                       uint8_t *out,
                       size_t n,
                       const guint span[2])
{
  const size_t in_bytes = (size_t) self->samples * self->sample_bytes;
  const size_t bytes = get_pixel_bytes (layout);

  fill_black (out, span[0], layout);
  row_any (self, layout, (const uint8_t *) samples + span[0] * in_bytes,
           out + span[0] * bytes, span[1] - span[0], FALSE);
  fill_black (out + span[1] * bytes, n - span[1], layout);
}
