/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dates and times as seconds: see clock.h. */

#include "dicom/clock.h"

#include <string.h>

#define SECONDS_OF_DAY 86400.0

/* Reads @n digits and moves behind them; -1 where they are none. */
static int
take_digits (const char **text, guint n)
{
  int value = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit ((*text)[i]))
      return -1;
    value = value * 10 + (*text)[i] - '0';
  }
  *text += n;
  return value;
}

static void
skip_sign (const char **text, char sign)
{
  if (**text == sign)
    (*text)++;
}

static void
skip_spaces (const char **text)
{
  while (**text == ' ')
    (*text)++;
}

/* Days since that before 1 January of year 1; 0: none. */
static guint
take_date (const char **text)
{
  const int year = take_digits (text, 4);
  skip_sign (text, '.');
  const int month = year > 0 ? take_digits (text, 2) : -1;
  skip_sign (text, '.');
  const int day = month > 0 ? take_digits (text, 2) : -1;

  if (day <= 0 || month > 12 ||
      !g_date_valid_dmy ((GDateDay) MIN (day, 99), (GDateMonth) month,
                         (GDateYear) year))
    return 0;
  GDate date;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&date);
}

/* ".FFFFFF" and its value below 1. */
static double
take_fraction (const char **text)
{
  double value = 0;
  double place = 1;

  if (**text != '.' || !g_ascii_isdigit ((*text)[1]))
    return 0;
  for ((*text)++; g_ascii_isdigit (**text); (*text)++) {
    place /= 10;
    value += (**text - '0') * place;
  }
  return value;
}

/* Minutes or seconds, which may be missing: 0 then. */
static int
take_sixtieth (const char **text)
{
  skip_sign (text, ':');
  return g_ascii_isdigit (**text) ? take_digits (text, 2) : 0;
}

static gboolean
take_time (const char **text, double *seconds)
{
  const int hour = take_digits (text, 2);
  const int minute = hour >= 0 ? take_sixtieth (text) : -1;
  const int second = minute >= 0 ? take_sixtieth (text) : -1;

  if (second < 0 || hour > 23 || minute > 59 || second > 60)
    return FALSE;
  *seconds = hour * 3600.0 + minute * 60.0 + second + take_fraction (text);
  return TRUE;
}

static gboolean
is_end (const char *text)
{
  skip_spaces (&text);
  return *text == '\0';
}

gboolean
vitrail_clock_parse_date (const char *text, double *seconds)
{
  skip_spaces (&text);
  const guint days = take_date (&text);

  if (days == 0 || !is_end (text))
    return FALSE;
  *seconds = (days - 1) * SECONDS_OF_DAY;
  return TRUE;
}

gboolean
vitrail_clock_parse_time (const char *text, double *seconds)
{
  double time = 0;

  skip_spaces (&text);
  if (!take_time (&text, &time) || !is_end (text))
    return FALSE;
  *seconds = time;
  return TRUE;
}

/* FALSE: there is something, which is no offset. */
static gboolean
take_offset (const char **text, int *minutes, gboolean *is_there)
{
  const char sign = **text;

  *is_there = sign == '+' || sign == '-';
  if (!*is_there)
    return TRUE;
  (*text)++;
  const int hours = take_digits (text, 2);
  const int rest = hours >= 0 ? take_digits (text, 2) : -1;
  if (rest < 0 || rest > 59 || hours > 14)
    return FALSE;
  *minutes = (hours * 60 + rest) * (sign == '-' ? -1 : 1);
  return TRUE;
}

gboolean
vitrail_clock_parse_date_time (const char *text,
                               double *seconds,
                               int *offset_minutes)
{
  double time = 0;
  int minutes = 0;
  gboolean has_offset = FALSE;

  skip_spaces (&text);
  const guint days = take_date (&text);
  if (days == 0 || !take_time (&text, &time) ||
      !take_offset (&text, &minutes, &has_offset) || !is_end (text))
    return FALSE;
  *seconds = (days - 1) * SECONDS_OF_DAY + time;
  if (has_offset && offset_minutes != NULL)
    *offset_minutes = minutes;
  return TRUE;
}
