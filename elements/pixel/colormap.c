/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colormaps: see colormap.h. */

#include "pixel/colormap.h"

#include "pixel/colormaptable.h"

static const struct {
  const char *name;
  const uint32_t *colors;
} colormaps[] = {
  { "Grayscale", colors_grayscale }, { "X Ray", colors_x_ray },
  { "Isodose", colors_isodose },     { "hsv", colors_hsv },
  { "hot_iron", colors_hot_iron },   { "red_hot", colors_red_hot },
  { "s_pet", colors_s_pet },         { "perfusion", colors_perfusion },
  { "rainbow_2", colors_rainbow_2 }, { "suv", colors_suv },
  { "ge_256", colors_ge_256 },       { "ge", colors_ge },
  { "siemens", colors_siemens },     { "viridis", colors_viridis },
  { "magma", colors_magma },         { "inferno", colors_inferno },
  { "plasma", colors_plasma },       { "cividis", colors_cividis },
  { "turbo", colors_turbo },
};

const char *const *
vitrail_colormap_list (void)
{
  static gsize ready;
  static const char *names[G_N_ELEMENTS (colormaps) + 1];

  if (g_once_init_enter (&ready)) {
    for (guint i = 0; i < G_N_ELEMENTS (colormaps); i++)
      names[i] = colormaps[i].name;
    g_once_init_leave (&ready, 1);
  }
  return names;
}

/* The number of colormaps where there is none. */
static guint
find (const char *name)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (colormaps) &&
         (name == NULL || g_ascii_strcasecmp (colormaps[i].name, name) != 0))
    i++;
  return i;
}

const uint32_t *
vitrail_colormap_find (const char *name)
{
  const guint i = find (name);

  return i < G_N_ELEMENTS (colormaps) ? colormaps[i].colors : NULL;
}

const char *
vitrail_colormap_find_name (const char *name)
{
  const guint i = find (name);

  return i < G_N_ELEMENTS (colormaps) ? colormaps[i].name : NULL;
}
