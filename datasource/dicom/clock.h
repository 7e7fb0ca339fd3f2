/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dates and times of values as seconds, to be counted with (PS3.5 6.2). Pure.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vitrail_clock_parse_date:
 * @text: DA: "YYYYMMDD", or "YYYY.MM.DD" of older standards; spaces around
 * @seconds: (out): from the beginning of 1 January of year 1 to that of the day
 *
 * Returns: FALSE, with @seconds untouched, where it is no day of the calendar
 */
gboolean vitrail_clock_parse_date (const char *text, double *seconds);

/**
 * vitrail_clock_parse_time:
 * @text: TM: "HH[MM[SS[.FFFFFF]]]", or with ":" between; spaces around
 * @seconds: (out): since midnight; a second 60 is a leap second
 *
 * Returns: FALSE, with @seconds untouched, where it is no time of day
 */
gboolean vitrail_clock_parse_time (const char *text, double *seconds);

/**
 * vitrail_clock_parse_date_time:
 * @text: DT with at least an hour; "&ZZXX" may follow
 * @seconds: (out): as of the date and the time, in the place's own time
 * @offset_minutes: (out) (optional): of that place from UTC; untouched where it
 *   does not say
 *
 * Returns: FALSE, with nothing changed, where it is none
 */
gboolean vitrail_clock_parse_date_time (const char *text,
                                        double *seconds,
                                        int *offset_minutes);

G_END_DECLS
