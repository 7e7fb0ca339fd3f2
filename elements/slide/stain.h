/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: one stain of a brightfield slide alone, by colour deconvolution
 * (A. C. Ruifrok, D. A. Johnston, Anal Quant Cytol Histol 2001; 23: 291-299).
 */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef enum {
  VITRAIL_STAIN_NONE, /* the slide as it is */
  VITRAIL_STAIN_HEMATOXYLIN,
  VITRAIL_STAIN_EOSIN,
  VITRAIL_STAIN_DAB,
} VitrailStain;

/* For a stain, not VITRAIL_STAIN_NONE: optical density in red, green and blue
 * of an amount of 1; and what densities are to be multiplied by and added up to
 * give the amount. */
void vitrail_stain_get_densities (VitrailStain stain, double out[3]);
void vitrail_stain_get_weights (VitrailStain stain, double weights[3]);
/* Optical density of a value from 0 to 255. */
double vitrail_stain_get_density (guint value);

/* Steps of the amount of a stain. */
#define VITRAIL_STAIN_STEPS 16384

/**
 * VitrailStainTable:
 * @amounts: what each value of red, green and blue adds to the amount of the
 *   stain, in steps
 * @colors: of the stain alone, by its amount
 */
typedef struct {
  float amounts[3][256];
  uint8_t colors[VITRAIL_STAIN_STEPS][3];
} VitrailStainTable;

/* @stain: not VITRAIL_STAIN_NONE. Optical densities are
 * -log10 (max (value, 1) / 255); they are a sum of hematoxylin, eosin and DAB,
 * each of a known colour; what is left of @stain is shown on white. Amounts
 * below 0, which noise makes, are 0. */
void vitrail_stain_table_init (VitrailStainTable *self, VitrailStain stain);

/* @n pixels in place; at most 1 off what double precision gives. */
void vitrail_stain_row (const VitrailStainTable *self, uint8_t *rgb, size_t n);

G_END_DECLS
