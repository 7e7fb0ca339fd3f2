/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Stains as channels: see stainmix.h. */

#include "slide/stainmix.h"

#include <math.h>
#include <string.h>

/* Nothing is left of white behind so much of it. */
#define MAX_DENSITY 4.0
#define STEP        (MAX_DENSITY / (VITRAIL_STAIN_STEPS - 1))

void
vitrail_stain_get_color (VitrailStain stain, uint8_t rgb[3])
{
  double densities[3] = { 0, 0, 0 };

  if (stain != VITRAIL_STAIN_NONE)
    vitrail_stain_get_densities (stain, densities);
  for (guint c = 0; c < 3; c++)
    rgb[c] = (uint8_t) rint (255 * pow (10, -densities[c]));
}

void
vitrail_stain_look_init (VitrailStainLook *self, VitrailStain stain)
{
  *self = (VitrailStainLook){ .weight = stain == VITRAIL_STAIN_NONE ? 0.5 : 1 };
  vitrail_stain_get_color (stain, self->rgb);
}

/* Of the slide as it is. */
static double
get_share (const VitrailStainLook stains[VITRAIL_N_STAINS])
{
  const VitrailStainLook *original = &stains[VITRAIL_STAIN_NONE];
  gboolean has_others = FALSE;

  for (guint i = VITRAIL_STAIN_HEMATOXYLIN; i < VITRAIL_N_STAINS; i++)
    has_others = has_others || stains[i].visible;
  if (!original->visible)
    return 0;
  return has_others ? CLAMP (original->weight, 0.0, 1.0) : 1;
}

gboolean
vitrail_stain_looks_are_plain (const VitrailStainLook stains[VITRAIL_N_STAINS])
{
  return get_share (stains) >= 1; /* what it covers is not to be seen */
}

/* Of the colour that was chosen; exactly of the stain where that is its own. */
static void
get_densities (VitrailStain stain, const uint8_t rgb[3], double densities[3])
{
  uint8_t own[3];

  vitrail_stain_get_color (stain, own);
  if (memcmp (own, rgb, 3) == 0)
    vitrail_stain_get_densities (stain, densities);
  else
    for (guint c = 0; c < 3; c++)
      densities[c] = vitrail_stain_get_density (rgb[c]);
}

static void
add_stain (VitrailStainMix *self,
           VitrailStain stain,
           const VitrailStainLook *look)
{
  double weights[3];
  double densities[3];
  const guint at = self->n++;

  vitrail_stain_get_weights (stain, weights);
  get_densities (stain, look->rgb, densities);
  for (guint c = 0; c < 3; c++) {
    self->densities[at][c] = (float) (look->weight * densities[c] / STEP);
    for (guint i = 0; i < 256; i++)
      self->amounts[at][c][i] =
          (float) (weights[c] * vitrail_stain_get_density (i));
  }
}

void
vitrail_stain_mix_init (VitrailStainMix *self,
                        const VitrailStainLook stains[VITRAIL_N_STAINS])
{
  self->n = 0;
  for (guint i = VITRAIL_STAIN_HEMATOXYLIN; i < VITRAIL_N_STAINS; i++)
    if (stains[i].visible)
      add_stain (self, (VitrailStain) i, &stains[i]);
  for (guint i = 0; i < VITRAIL_STAIN_STEPS; i++)
    self->colors[i] = (uint8_t) rint (255 * pow (10, -(i * STEP)));
  self->original = (guint) lround (256 * get_share (stains));
}

/* All stains over one another, on white. */
static void
lay (const VitrailStainMix *self, const uint8_t rgb[3], uint8_t out[3])
{
  float density[3] = { 0.5f, 0.5f, 0.5f };

  for (guint s = 0; s < self->n; s++) {
    const float found = self->amounts[s][0][rgb[0]] +
                        self->amounts[s][1][rgb[1]] +
                        self->amounts[s][2][rgb[2]];
    const float amount = MAX (found, 0.0f);
    for (guint c = 0; c < 3; c++)
      density[c] += amount * self->densities[s][c];
  }
  for (guint c = 0; c < 3; c++)
    out[c] = self->colors[(guint) MIN (density[c],
                                       (float) (VITRAIL_STAIN_STEPS - 1))];
}

void
vitrail_stain_mix_row (const VitrailStainMix *self, uint8_t *rgb, size_t n)
{
  for (size_t x = 0; x < n; x++, rgb += 3) {
    uint8_t laid[3];
    lay (self, rgb, laid);
    for (guint c = 0; c < 3; c++)
      rgb[c] = (uint8_t) ((laid[c] * (256 - self->original) +
                           rgb[c] * self->original + 128) >>
                          8);
  }
}
