/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers of JSON texts, by the million: what a GeoJSON file mostly consists
 * of. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes the number (RFC 8259 6) at @position, which moves behind it; rounded
 * correctly. FALSE where there is none: @position is where it goes wrong. */
gboolean vitrail_json_number_take (const char **position,
                                   const char *end,
                                   double *value);

#define VITRAIL_JSON_NUMBER_SIZE 40

/* Writes @value, which must be finite, so that it is read as the same number
 * again; with @decimals >= 0 (9 at most) rounded to that many places, zeros at
 * the end left out. Answers where the text ends; no NUL. */
char *vitrail_json_number_write (char text[VITRAIL_JSON_NUMBER_SIZE],
                                 double value,
                                 int decimals);

G_END_DECLS
