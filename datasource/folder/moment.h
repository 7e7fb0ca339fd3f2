/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dates and times as keys and values (PS3.4 C.2.2.2.5, PS3.5 6.2): texts of
 * digits, compared as far as both are precise. Pure. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  VITRAIL_MOMENT_DATE,
  VITRAIL_MOMENT_TIME,
  VITRAIL_MOMENT_DATE_TIME,
} VitrailMomentKind;

/**
 * VitrailMomentRange: one key.
 * @lower: digits; NULL where open
 * @upper: of a range, NULL where open
 * @is_range: else @lower alone, and what it is precise to
 */
typedef struct {
  char *lower;
  char *upper;
  gboolean is_range;
} VitrailMomentRange;

/* "a", "a-b", "a-", "-b". FALSE, @self then matches nothing, with a reason in
 * @reason where it is none: a date that is none, a range backwards. */
gboolean vitrail_moment_range_parse (VitrailMomentRange *self,
                                     VitrailMomentKind kind,
                                     const char *key,
                                     const char **reason);
void vitrail_moment_range_clear (VitrailMomentRange *self);

/* @value: digits. */
gboolean
vitrail_moment_range_test (const VitrailMomentRange *self, const char *value);

/* The digits of a date or time: "2020.01.02" and "10:30" are older standards'
 * ways of writing them. An offset from UTC is left out. */
char *vitrail_moment_dup_digits (const char *text);

/* "+0100" in minutes (PS3.5 6.2, &ZZXX). */
gboolean vitrail_utc_offset_parse (const char *text, int *minutes);

/* @digits of a date and a time, moved by @minutes; NULL where it has no hour,
 * or is none. */
char *vitrail_moment_dup_moved (const char *digits, int minutes);

G_END_DECLS
