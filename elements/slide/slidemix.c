/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Channels added up: see slidemix.h. */

#include "slide/slidemix.h"

#include <math.h>

static inline float
get_intensity (const VitrailMixChannel *self, uint16_t sample)
{
  if (self->curve != NULL)
    return self->curve[sample];
  const float intensity = ((float) sample - self->low) * self->scale;
  return intensity < 0.0f ? 0.0f : intensity > 1.0f ? 1.0f : intensity;
}

void
vitrail_slidemix_fill_curve (const VitrailMixChannel *channel,
                             double gamma,
                             float curve[VITRAIL_MIX_VALUES])
{
  const VitrailMixChannel linear = { .low = channel->low,
                                     .scale = channel->scale };

  for (guint i = 0; i < VITRAIL_MIX_VALUES; i++)
    curve[i] = (float) pow (get_intensity (&linear, (uint16_t) i), 1 / gamma);
}

/* Pixels from @first on. */
static void
mix_c (const VitrailMixChannel *channels,
       guint n_channels,
       const uint16_t *const *samples,
       uint8_t *rgb,
       const size_t span[2])
{
  for (size_t x = span[0]; x < span[1]; x++) {
    float sum[3] = { 0.0f, 0.0f, 0.0f };

    for (guint i = 0; i < n_channels; i++) {
      const float intensity = get_intensity (&channels[i], samples[i][x]);
      for (size_t c = 0; c < 3; c++)
        sum[c] += intensity * channels[i].rgb[c];
    }
    for (size_t c = 0; c < 3; c++)
      rgb[x * 3 + c] = (uint8_t) ((sum[c] > 255.0f ? 255.0f : sum[c]) + 0.5f);
  }
}

void
vitrail_slidemix_row_c (const VitrailMixChannel *channels,
                        guint n_channels,
                        const uint16_t *const *samples,
                        uint8_t *rgb,
                        size_t n)
{
  const size_t span[2] = { 0, n };

  mix_c (channels, n_channels, samples, rgb, span);
}

#ifdef __x86_64__
#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))

AVX2 static inline __m256
get_intensities (const VitrailMixChannel *self, const uint16_t *samples)
{
  const __m256i words = _mm256_cvtepu16_epi32 (
      _mm_loadu_si128 ((const __m128i *) (gconstpointer) samples));

  if (self->curve != NULL)
    return _mm256_i32gather_ps (self->curve, words, 4);
  const __m256 intensity =
      _mm256_mul_ps (_mm256_sub_ps (_mm256_cvtepi32_ps (words),
                                    _mm256_set1_ps (self->low)),
                     _mm256_set1_ps (self->scale));
  return _mm256_min_ps (_mm256_max_ps (intensity, _mm256_setzero_ps ()),
                        _mm256_set1_ps (1.0f));
}

AVX2 static inline __m256i
get_levels (__m256 sum)
{
  return _mm256_cvttps_epi32 (_mm256_add_ps (
      _mm256_min_ps (sum, _mm256_set1_ps (255.0f)), _mm256_set1_ps (0.5f)));
}

/* Eight pixels; writes four bytes beyond them. */
AVX2 static inline void
store (const __m256 sum[3], uint8_t *rgb)
{
  const __m256i drop =
      _mm256_setr_epi8 (0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
                        0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const __m256i packed = _mm256_or_si256 (
      get_levels (sum[0]),
      _mm256_or_si256 (_mm256_slli_epi32 (get_levels (sum[1]), 8),
                       _mm256_slli_epi32 (get_levels (sum[2]), 16)));
  const __m256i bytes = _mm256_shuffle_epi8 (packed, drop);

  _mm_storeu_si128 ((__m128i *) (gpointer) rgb, _mm256_castsi256_si128 (bytes));
  _mm_storeu_si128 ((__m128i *) (gpointer) (rgb + 12),
                    _mm256_extracti128_si256 (bytes, 1));
}

/* Answers how many pixels it did. */
AVX2 static size_t
mix_avx2 (const VitrailMixChannel *channels,
          guint n_channels,
          const uint16_t *const *samples,
          uint8_t *rgb,
          size_t n)
{
  size_t x = 0;

  for (; x + 10 <= n; x += 8) {
    __m256 sum[3] = { _mm256_setzero_ps (), _mm256_setzero_ps (),
                      _mm256_setzero_ps () };
    for (guint i = 0; i < n_channels; i++) {
      const __m256 intensity = get_intensities (&channels[i], samples[i] + x);
      for (size_t c = 0; c < 3; c++)
        sum[c] =
            _mm256_add_ps (sum[c],
                           _mm256_mul_ps (intensity,
                                          _mm256_set1_ps (channels[i].rgb[c])));
    }
    store (sum, rgb + x * 3);
  }
  return x;
}
#endif

void
vitrail_slidemix_row (const VitrailMixChannel *channels,
                      guint n_channels,
                      const uint16_t *const *samples,
                      uint8_t *rgb,
                      size_t n)
{
  size_t span[2] = { 0, n };

#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    span[0] = mix_avx2 (channels, n_channels, samples, rgb, n);
#endif
  mix_c (channels, n_channels, samples, rgb, span);
}
