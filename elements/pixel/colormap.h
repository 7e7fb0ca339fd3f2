/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colormaps for grey pictures, by name: those of the OHIF viewer and the
 * perceptually uniform ones. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

#define VITRAIL_COLORMAP_SIZE 256

/**
 * vitrail_colormap_list:
 *
 * Returns: (transfer none) (array zero-terminated=1): the names, in the order
 *   of a menu
 */
const char *const *vitrail_colormap_list (void);

/**
 * vitrail_colormap_find: (skip)
 * @name: (nullable): one of the names, in any case
 *
 * Returns: 0xRRGGBB for each grey level, 0 to 255; NULL where there is no such
 *   colormap
 */
const uint32_t *vitrail_colormap_find (const char *name);

/**
 * vitrail_colormap_find_name:
 * @name: (nullable): one of the names, in any case
 *
 * Returns: (transfer none) (nullable): the name as in the list, NULL where it
 *   is not one of them
 */
const char *vitrail_colormap_find_name (const char *name);

G_END_DECLS
