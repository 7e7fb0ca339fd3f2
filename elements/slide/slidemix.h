/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: grey channels of a slide, each in its colour, added up. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Values of a sample. */
#define VITRAIL_MIX_VALUES 65536

/**
 * VitrailMixChannel: what becomes of a channel's samples
 * @low: intensity 0, and below it
 * @scale: 1 over the width of the window
 * @curve: NULL: intensity is (sample - low) * scale, clamped to 0..1; else
 *   VITRAIL_MIX_VALUES intensities by sample
 * @rgb: colour at intensity 1, times opacity, 0..255
 */
typedef struct {
  float low;
  float scale;
  const float *curve;
  float rgb[3];
} VitrailMixChannel;

/* Intensities of @channel with a gamma: intensity^(1 / gamma). */
void vitrail_slidemix_fill_curve (const VitrailMixChannel *channel,
                                  double gamma,
                                  float curve[VITRAIL_MIX_VALUES]);

/* rgb[x] = min (255, sum of intensity * rgb over channels), rounded half up,
 * all in single precision in the order of the channels. @samples: a row of each
 * channel. As fast as this processor can; and in plain C, which is the judge:
 * they give the same bytes. */
void vitrail_slidemix_row (const VitrailMixChannel *channels,
                           guint n_channels,
                           const uint16_t *const *samples,
                           uint8_t *rgb,
                           size_t n);
void vitrail_slidemix_row_c (const VitrailMixChannel *channels,
                             guint n_channels,
                             const uint16_t *const *samples,
                             uint8_t *rgb,
                             size_t n);

G_END_DECLS
