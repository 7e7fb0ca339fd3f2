/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colours of optical paths: see pathcolor.h. */

#include "slide/pathcolor.h"

#include <string.h>

/* Where the spectrum has which colour; straight lines in between. Brighter than
 * an eye would see its ends: a channel must not vanish. */
typedef struct {
  double nm;
  uint8_t rgb[3];
} Stop;

static const Stop stops[] = {
  { 380, { 128, 0, 255 } }, { 420, { 96, 0, 255 } }, { 460, { 0, 64, 255 } },
  { 490, { 0, 255, 255 } }, { 510, { 0, 255, 0 } },  { 540, { 64, 255, 0 } },
  { 580, { 255, 255, 0 } }, { 610, { 255, 96, 0 } }, { 645, { 255, 0, 0 } },
  { 780, { 255, 0, 0 } },
};

static const uint8_t row[][3] = {
  { 0, 0, 255 },   { 0, 255, 0 },   { 255, 0, 0 },   { 0, 255, 255 },
  { 255, 0, 255 }, { 255, 255, 0 }, { 255, 128, 0 }, { 255, 255, 255 },
};

gboolean
vitrail_path_color_from_word (const char *word, uint8_t rgb[3])
{
  static const struct {
    const char *word;
    uint8_t rgb[3];
  } colors[] = {
    { "red", { 255, 0, 0 } },       { "green", { 0, 255, 0 } },
    { "blue", { 0, 0, 255 } },      { "cyan", { 0, 255, 255 } },
    { "magenta", { 255, 0, 255 } }, { "yellow", { 255, 255, 0 } },
    { "orange", { 255, 128, 0 } },  { "violet", { 128, 0, 255 } },
    { "infrared", { 128, 0, 0 } },  { "ultraviolet", { 96, 0, 192 } },
  };

  g_autofree char *bare = g_strstrip (g_strdup (word));

  for (guint i = 0; i < G_N_ELEMENTS (colors); i++) {
    if (g_ascii_strcasecmp (bare, colors[i].word) != 0)
      continue;
    memcpy (rgb, colors[i].rgb, 3);
    return TRUE;
  }
  return FALSE;
}

void
vitrail_path_color_choose (const char *name,
                           double wavelength_nm,
                           guint position,
                           uint8_t rgb[3])
{
  if (name != NULL && vitrail_path_color_from_word (name, rgb))
    return;
  memcpy (rgb, row[position % G_N_ELEMENTS (row)], 3);
  for (gsize i = 1; i < G_N_ELEMENTS (stops); i++) {
    const Stop *a = &stops[i - 1];
    const Stop *b = &stops[i];
    if (!(wavelength_nm >= a->nm && wavelength_nm <= b->nm))
      continue;
    double part = (wavelength_nm - a->nm) / (b->nm - a->nm);
    for (guint c = 0; c < 3; c++)
      rgb[c] = (uint8_t) (a->rgb[c] + part * (b->rgb[c] - a->rgb[c]) + 0.5);
    return;
  }
}
