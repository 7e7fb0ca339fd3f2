/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Table H.1 of ISO 10918-1: see jpegpredict.h. */

#include "codec/jpegpredict.h"

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

/* Rows above are not looked at. */
static void
predict_1 (uint16_t *restrict row,
           G_GNUC_UNUSED const uint16_t *restrict above,
           const uint16_t *restrict differences,
           guint from,
           guint to)
{
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
