/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dates and times: see moment.h. */

#include "folder/moment.h"

#include <string.h>

/* Digits of a date, of a time to the second, and of a fraction of one. */
#define DATE_DIGITS     8
#define TIME_DIGITS     6
#define FRACTION_DIGITS 6

void
vitrail_moment_range_clear (VitrailMomentRange *self)
{
  g_clear_pointer (&self->lower, g_free);
  g_clear_pointer (&self->upper, g_free);
}

gboolean
vitrail_utc_offset_parse (const char *text, int *minutes)
{
  if (strlen (text) != 5 || (text[0] != '+' && text[0] != '-') ||
      strspn (text + 1, "0123456789") != 4)
    return FALSE;
  int hours = (text[1] - '0') * 10 + text[2] - '0';
  int rest = (text[3] - '0') * 10 + text[4] - '0';
  int sum = hours * 60 + rest;
  if (rest > 59 || sum > (text[0] == '+' ? 14 : 12) * 60)
    return FALSE;
  *minutes = text[0] == '+' ? sum : -sum;
  return TRUE;
}

/* Bytes of an offset from UTC at the end of the @length bytes of @text: 0 or
 * 5. One that is not written behind a time is a range's other end. */
static gsize
get_offset_length (const char *text, gsize length)
{
  int minutes;

  if (length < 5 + 4)
    return 0;
  g_autofree char *tail = g_strndup (text + length - 5, 5);
  return vitrail_utc_offset_parse (tail, &minutes) ? 5 : 0;
}

static char *
dup_digits (const char *text, gsize length)
{
  GString *digits = g_string_sized_new (16);

  length -= get_offset_length (text, length);
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isdigit (text[i]))
      g_string_append_c (digits, text[i]);
  return g_string_free (digits, FALSE);
}

char *
vitrail_moment_dup_digits (const char *text)
{
  return dup_digits (text, strlen (text));
}

static int
get_number (const char *digits, gsize n)
{
  int number = 0;

  for (gsize i = 0; i < n; i++)
    number = number * 10 + digits[i] - '0';
  return number;
}

static gboolean
is_date (const char *digits, gsize length)
{
  static const int last[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (length < 4 || length % 2 != 0)
    return FALSE;
  int month = length >= 6 ? get_number (digits + 4, 2) : 1;
  int day = length >= 8 ? get_number (digits + 6, 2) : 1;
  return month >= 1 && month <= 12 && day >= 1 && day <= last[month - 1];
}

static gboolean
is_time (const char *digits, gsize length)
{
  if (length > TIME_DIGITS + FRACTION_DIGITS ||
      (length < TIME_DIGITS && length % 2 != 0) || length < 2)
    return FALSE;
  return get_number (digits, 2) <= 23 &&
         (length < 4 || get_number (digits + 2, 2) <= 59) &&
         (length < 6 || get_number (digits + 4, 2) <= 60);
}

static gboolean
is_moment (VitrailMomentKind kind, const char *digits)
{
  gsize length = strlen (digits);

  switch (kind) {
  case VITRAIL_MOMENT_DATE:
    return length == DATE_DIGITS && is_date (digits, length);
  case VITRAIL_MOMENT_TIME:
    return is_time (digits, length);
  case VITRAIL_MOMENT_DATE_TIME:
  default:
    return is_date (digits, MIN (length, DATE_DIGITS)) &&
           (length <= DATE_DIGITS ||
            is_time (digits + DATE_DIGITS, length - DATE_DIGITS));
  }
}

/* What may be beside the digits. */
static gboolean
has_only_signs (const char *text, gsize length, VitrailMomentKind kind)
{
  const char *signs = kind == VITRAIL_MOMENT_DATE   ? "."
                      : kind == VITRAIL_MOMENT_TIME ? ".:"
                                                    : ".:+-";

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && strchr (signs, text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* The dash of a range: not one that begins an offset from UTC. */
static const char *
find_dash (const char *key, VitrailMomentKind kind)
{
  for (const char *dash = strchr (key, '-'); dash != NULL;
       dash = strchr (dash + 1, '-'))
  {
    gsize length = (gsize) (dash - key) + 5;
    gboolean is_offset = kind == VITRAIL_MOMENT_DATE_TIME &&
                         strlen (dash) >= 5 &&
                         (dash[5] == '\0' || dash[5] == '-') &&
                         get_offset_length (key, length) > 0;
    if (!is_offset)
      return dash;
  }
  return NULL;
}

/* One end of a range; NULL in @digits where it is open. */
static gboolean
take_end (VitrailMomentKind kind, const char *text, gsize length, char **digits)
{
  if (length == 0)
    return TRUE;
  *digits = dup_digits (text, length);
  return has_only_signs (text, length, kind) && is_moment (kind, *digits);
}

/* As far as both are precise: 10 is any time from 10:00 to 10:59. */
static int
compare (const char *a, const char *b)
{
  return strncmp (a, b, MIN (strlen (a), strlen (b)));
}

gboolean
vitrail_moment_range_parse (VitrailMomentRange *self,
                            VitrailMomentKind kind,
                            const char *key,
                            const char **reason)
{
  const char *dash = find_dash (key, kind);
  gsize length = dash != NULL ? (gsize) (dash - key) : strlen (key);

  memset (self, 0, sizeof *self);
  self->is_range = dash != NULL;
  *reason = kind == VITRAIL_MOMENT_DATE ? "no date YYYYMMDD, and no range"
            : kind == VITRAIL_MOMENT_TIME
                ? "no time HHMMSS, and no range"
                : "no date and time YYYYMMDDHHMMSS, and no range";
  if (!take_end (kind, key, length, &self->lower) ||
      (dash != NULL &&
       !take_end (kind, dash + 1, strlen (dash + 1), &self->upper)) ||
      (self->lower == NULL && self->upper == NULL))
    return FALSE;
  *reason = "the range ends before it begins";
  return self->lower == NULL || self->upper == NULL ||
         compare (self->lower, self->upper) <= 0;
}

gboolean
vitrail_moment_range_test (const VitrailMomentRange *self, const char *value)
{
  if (!self->is_range)
    return self->lower != NULL && compare (self->lower, value) == 0;
  if (self->lower == NULL && self->upper == NULL)
    return FALSE;
  return (self->lower == NULL || compare (value, self->lower) >= 0) &&
         (self->upper == NULL || compare (value, self->upper) <= 0);
}

char *
vitrail_moment_dup_moved (const char *digits, int minutes)
{
  gsize length = strlen (digits);
  gsize n_time = length > DATE_DIGITS ? length - DATE_DIGITS : 0;

  if (n_time < 2 || !is_moment (VITRAIL_MOMENT_DATE_TIME, digits))
    return NULL;
  g_autoptr (GDateTime) from =
      g_date_time_new_utc (get_number (digits, 4), get_number (digits + 4, 2),
                           get_number (digits + 6, 2),
                           get_number (digits + 8, 2),
                           n_time >= 4 ? get_number (digits + 10, 2) : 0, 0);
  g_autoptr (GDateTime) to =
      from != NULL ? g_date_time_add_minutes (from, minutes) : NULL;
  if (to == NULL)
    return NULL;
  g_autofree char *text =
      g_strdup_printf ("%04d%02d%02d%02d%02d%s", g_date_time_get_year (to),
                       g_date_time_get_month (to),
                       g_date_time_get_day_of_month (to),
                       g_date_time_get_hour (to), g_date_time_get_minute (to),
                       n_time > 4 ? digits + 12 : "");
  /* An hour moved by half an hour is precise to the minute. */
  return g_steal_pointer (&text);
}
