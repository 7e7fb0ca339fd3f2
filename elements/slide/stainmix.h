/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: the stains of a brightfield slide as channels: each shown or hidden,
 * in a colour of its own, more or less of it, together with the slide as it is.
 * Stains absorb: what is shown of them lies over one another on white. */

#pragma once

#include "slide/stain.h"

G_BEGIN_DECLS

/* VITRAIL_STAIN_NONE is the slide as it is. */
#define VITRAIL_N_STAINS 4

/* How much of a stain there may be at most. */
#define VITRAIL_STAIN_MAX_WEIGHT 4.0

/**
 * VitrailStainLook:
 * @visible: whether it takes part
 * @rgb: of an amount of 1 of the stain; not of the slide as it is
 * @weight: amounts count so many times; of the slide as it is, from 0 to 1: how
 *   much it covers the stains; without any it is all there is
 */
typedef struct {
  gboolean visible;
  uint8_t rgb[3];
  double weight;
} VitrailStainLook;

/* Its own colour, as published; white for the slide as it is. */
void vitrail_stain_get_color (VitrailStain stain, uint8_t rgb[3]);
/* Hidden, in its own colour, with a weight of 1; of the slide as it is, 0.5. */
void vitrail_stain_look_init (VitrailStainLook *self, VitrailStain stain);
/* Whether all there is to be seen is the slide as it is. */
gboolean
vitrail_stain_looks_are_plain (const VitrailStainLook stains[VITRAIL_N_STAINS]);

/**
 * VitrailStainMix:
 * @n: stains that are shown
 * @amounts: what each value of red, green and blue adds to the amount of one
 * @densities: steps of optical density in red, green and blue of its amount
 * @colors: of white, by steps of optical density
 * @original: of 256, how much of the slide as it is
 */
typedef struct {
  guint n;
  float amounts[3][3][256];
  float densities[3][3];
  uint8_t colors[VITRAIL_STAIN_STEPS];
  guint original;
} VitrailStainMix;

void vitrail_stain_mix_init (VitrailStainMix *self,
                             const VitrailStainLook stains[VITRAIL_N_STAINS]);

/* @n pixels in place; at most 1 off what double precision gives. All three
 * stains in their own colours are the slide as it is, where that has no colour
 * that they cannot make. */
void
vitrail_stain_mix_row (const VitrailStainMix *self, uint8_t *rgb, size_t n);

G_END_DECLS
