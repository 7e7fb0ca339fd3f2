/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Table H.1 of ISO 10918-1: see jpegpredict.h. */

#include "codec/jpegpredict.h"

#ifdef __SSE2__
#  include <emmintrin.h>
#endif

/* a: before, b: above, c: above and before */
#define DEFINE_PREDICT(selection, expression)                            \
  static void predict_##selection (uint16_t *restrict row,               \
                                   const uint16_t *restrict above,       \
                                   const uint16_t *restrict differences, \
                                   guint from, guint to)                 \
  {                                                                      \
    int a = row[from - 1];                                               \
    int c = above[from - 1];                                             \
                                                                         \
    for (guint x = from; x < to; x++) {                                  \
      const int b = above[x];                                            \
      a = (uint16_t) ((expression) + differences[x]);                    \
      c = b;                                                             \
      row[x] = (uint16_t) a;                                             \
    }                                                                    \
    (void) c;                                                            \
  }

DEFINE_PREDICT (2, b)
DEFINE_PREDICT (3, c)
DEFINE_PREDICT (4, a + b - c)
DEFINE_PREDICT (5, a + ((b - c) >> 1))
DEFINE_PREDICT (6, b + ((a - c) >> 1))
DEFINE_PREDICT (7, (a + b) >> 1)

#ifdef __SSE2__
/* Sums of eight at a time, to be added to the sample before. Returns where it
 * stops. */
static guint
sum_eights (uint16_t *restrict row,
            const uint16_t *restrict differences,
            guint from,
            guint to)
{
  __m128i before = _mm_set1_epi16 ((short) row[from - 1]);
  guint x = from;

  for (; x + 8 <= to; x += 8) {
    __m128i sum = _mm_loadu_si128 ((const __m128i *) &differences[x]);
    sum = _mm_add_epi16 (sum, _mm_slli_si128 (sum, 2));
    sum = _mm_add_epi16 (sum, _mm_slli_si128 (sum, 4));
    sum = _mm_add_epi16 (sum, _mm_slli_si128 (sum, 8));
    sum = _mm_add_epi16 (sum, before);
    _mm_storeu_si128 ((__m128i *) &row[x], sum);
    before = _mm_shuffle_epi32 (_mm_shufflehi_epi16 (sum, 0xff), 0xff);
  }
  return x;
}
#endif

/* Rows above are not looked at. */
static void
predict_1 (uint16_t *restrict row,
           G_GNUC_UNUSED const uint16_t *restrict above,
           const uint16_t *restrict differences,
           guint from,
           guint to)
{
#ifdef __SSE2__
  from = sum_eights (row, differences, from, to);
#endif
  uint16_t a = row[from - 1];

  for (guint x = from; x < to; x++) {
    a = (uint16_t) (a + differences[x]);
    row[x] = a;
  }
}

VitrailJpegPredict
vitrail_jpeg_predict_get (guint selection)
{
  static const VitrailJpegPredict table[8] = {
    predict_1, predict_1, predict_2, predict_3,
    predict_4, predict_5, predict_6, predict_7,
  };

  return table[selection & 7];
}
