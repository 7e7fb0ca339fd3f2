/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which pixels are tissue: see tissuemask.h. */

#include "slide/tissuemask.h"

/* Of a picture on dark: the brightest channel of half of its pixels. */
#define DARK 64

/* Between the background's most frequent value and tissue. */
#define LEAST_ABOVE 12u
#define MOST_ABOVE  50u

static inline uint8_t
get_brightest (const uint8_t *rgb)
{
  return MAX (MAX (rgb[0], rgb[1]), rgb[2]);
}

void
vitrail_tissue_get_signal (const uint8_t *rgb,
                           size_t n,
                           gboolean is_dark,
                           uint8_t *signal)
{
  for (size_t i = 0; i < n; i++, rgb += 3)
    signal[i] = is_dark ? get_brightest (rgb)
                        : (uint8_t) (255 - MIN (MIN (rgb[0], rgb[1]), rgb[2]));
}

gboolean
vitrail_tissue_is_dark (const uint8_t *rgb, size_t n)
{
  size_t n_dark = 0;

  for (size_t i = 0; i < n; i++)
    n_dark += get_brightest (rgb + i * 3) < DARK;
  return n_dark * 2 > n;
}

/* The value whose two sides differ most from each other (N. Otsu, IEEE Trans
 * Syst Man Cybern 1979; 9: 62-66): the first of the upper side. */
static guint
get_otsu (const size_t counts[256], size_t n)
{
  double total = 0.0;
  double below = 0.0;
  double best = 0.0;
  size_t n_below = 0;
  guint threshold = 255;

  for (guint i = 0; i < 256; i++)
    total += (double) i * (double) counts[i];
  for (guint i = 0; i < 255; i++) {
    n_below += counts[i];
    below += (double) i * (double) counts[i];
    if (n_below == 0 || n_below == n)
      continue;
    const double difference =
        below / (double) n_below - (total - below) / (double) (n - n_below);
    const double variance =
        (double) n_below * (double) (n - n_below) * difference * difference;
    if (variance > best) {
      best = variance;
      threshold = i + 1;
    }
  }
  return threshold;
}

guint
vitrail_tissue_find_threshold (const uint8_t *signal, size_t n)
{
  size_t counts[256] = { 0 };
  guint background = 0;
  guint most = 0;

  for (size_t i = 0; i < n; i++)
    counts[signal[i]]++;
  for (guint i = 0; i < 256; i++)
    if (counts[i] > 0)
      most = i;
  const guint otsu = get_otsu (counts, n);
  for (guint i = 0; i < otsu; i++)
    if (counts[i] > counts[background])
      background = i;
  const guint threshold =
      CLAMP (otsu, background + LEAST_ABOVE, background + MOST_ABOVE);
  return threshold <= most ? threshold : VITRAIL_TISSUE_NONE;
}

/* One row or column: out[i] is whether any (@any) or all of the pixels up to
 * @radius away are set; what lies beyond the ends does not count. */
typedef struct {
  const uint8_t *in;
  uint8_t *out;
  size_t step;
  guint n;
} Line;

static void
spread (const Line *line, guint radius, gboolean any)
{
  guint n_set = 0;
  guint n_inside = MIN (radius, line->n);

  for (guint i = 0; i < n_inside; i++)
    n_set += line->in[i * line->step];
  for (guint i = 0; i < line->n; i++) {
    if (i + radius < line->n) {
      n_set += line->in[(i + radius) * line->step];
      n_inside++;
    }
    line->out[i * line->step] = any ? n_set > 0 : n_set == n_inside;
    if (i >= radius) {
      n_set -= line->in[(i - radius) * line->step];
      n_inside--;
    }
  }
}

static void
spread_rows (const uint8_t *in,
             /* NOLINTNEXTLINE(readability-non-const-parameter): Line's */
             uint8_t *out,
             const guint size[2],
             guint radius,
             gboolean any)
{
  for (guint y = 0; y < size[1]; y++) {
    const size_t first = (size_t) y * size[0];
    const Line line = { in + first, out + first, 1, size[0] };
    spread (&line, radius, any);
  }
}

static void
spread_columns (const uint8_t *in,
                /* NOLINTNEXTLINE(readability-non-const-parameter): Line's */
                uint8_t *out,
                const guint size[2],
                guint radius,
                gboolean any)
{
  for (guint x = 0; x < size[0]; x++) {
    const Line line = { in + x, out + x, size[0], size[1] };
    spread (&line, radius, any);
  }
}

void
vitrail_tissue_close (uint8_t *mask,
                      guint width,
                      guint height,
                      guint radius,
                      uint8_t *scratch)
{
  const guint size[2] = { width, height };

  spread_rows (mask, scratch, size, radius, TRUE);
  spread_columns (scratch, mask, size, radius, TRUE);
  spread_rows (mask, scratch, size, radius, FALSE);
  spread_columns (scratch, mask, size, radius, FALSE);
}
