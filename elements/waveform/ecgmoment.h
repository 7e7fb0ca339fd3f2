/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A waveform along the lower edge of a picture, with a line at a moment. */

#pragma once

#include "overlay/planes.h"

G_BEGIN_DECLS

/**
 * VitrailEcgMoment:
 * @values: (array length=n_values): from second 0 on; NAN: none
 * @low, @high: of all of them
 * @span: seconds across the picture, more than 0; the part of the waveform that
 *   is shown begins at a multiple of it
 * @now: where the line stands, seconds, not negative
 */
typedef struct {
  const float *values;
  guint n_values;
  double rate_hz;
  double low;
  double high;
  double span;
  double now;
} VitrailEcgMoment;

/* The lower sixth of the picture, 24 rows at least, behind a dark veil. */
void vitrail_ecg_draw_moment (const VitrailCanvas *canvas,
                              const VitrailEcgMoment *moment);

G_END_DECLS
