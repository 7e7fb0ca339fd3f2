/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The colour in which an optical path is shown where its file names none. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* Of light of @wavelength_nm as an eye would see it, bright; where that is 0
 * or invisible, one of a row of colours by @position among the paths. */
void vitrail_path_color_choose (double wavelength_nm,
                                guint position,
                                uint8_t rgb[3]);

G_END_DECLS
