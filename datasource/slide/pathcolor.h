/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The colour in which an optical path is shown where its file names none. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* "Red", "Green", ... as CID 8122 of PS3.16 has them, in any case, with spaces
 * around; FALSE where @word is anything else. */
gboolean vitrail_path_color_from_word (const char *word, uint8_t rgb[3]);

/* The colour that @name (or NULL) is a word for; else of light of
 * @wavelength_nm as an eye would see it, bright; where that is 0 or invisible,
 * one of a row of colours by @position among the paths. */
void vitrail_path_color_choose (const char *name,
                                double wavelength_nm,
                                guint position,
                                uint8_t rgb[3]);

G_END_DECLS
