/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dates and times as seconds. */

#include "dicom/clock.h"

#define DAY 86400.0

static void
test_dates (void)
{
  static const char *const wrong[] = { "",         "2024",     "20240230",
                                       "20241301", "20230229", "2024-03-10",
                                       "202403100" };
  double a = 0;
  double b = 0;

  g_assert_true (vitrail_clock_parse_date ("20240228", &a));
  g_assert_true (vitrail_clock_parse_date (" 2024.03.01 ", &b));
  g_assert_cmpfloat (b - a, ==, 2 * DAY);
  g_assert_true (vitrail_clock_parse_date ("19991231", &a));
  g_assert_true (vitrail_clock_parse_date ("20000101", &b));
  g_assert_cmpfloat (b - a, ==, DAY);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    a = -1;
    g_assert_false (vitrail_clock_parse_date (wrong[i], &a));
    g_assert_cmpfloat (a, ==, -1);
  }
}

static void
test_times (void)
{
  static const struct {
    const char *text;
    double seconds;
  } right[] = {
    { "00", 0 },
    { "0930", 34200 },
    { "235960", 86400 },
    { "101112.25", 36672.25 },
    { "10:11:12.5 ", 36672.5 },
  };

  static const char *const wrong[] = { "",     "1",      "24",      "0960",
                                       "093",  "101161", "101112.", "10111a",
                                       "-100", "1011122" };
  double seconds = 0;

  for (guint i = 0; i < G_N_ELEMENTS (right); i++) {
    g_assert_true (vitrail_clock_parse_time (right[i].text, &seconds));
    g_assert_cmpfloat_with_epsilon (seconds, right[i].seconds, 1e-9);
  }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (vitrail_clock_parse_time (wrong[i], &seconds));
}

static void
test_date_times (void)
{
  static const char *const wrong[] = { "20240310", "20240310101500+2",
                                       "20240310101500+0160",
                                       "20240310101500+01000", "" };
  double a = 0;
  double b = 0;
  int offset = 1;

  g_assert_true (vitrail_clock_parse_date_time ("20240310101500", &a, &offset));
  g_assert_cmpint (offset, ==, 1);
  g_assert_true (
      vitrail_clock_parse_date_time ("20240311101500.5-0330 ", &b, &offset));
  g_assert_cmpint (offset, ==, -210);
  g_assert_cmpfloat_with_epsilon (b - a, DAY + 0.5, 1e-5);
  g_assert_true (vitrail_clock_parse_date_time ("2024031010", &a, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (vitrail_clock_parse_date_time (wrong[i], &a, &offset));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/dates", test_dates);
  g_test_add_func ("/clock/times", test_times);
  g_test_add_func ("/clock/date-times", test_date_times);
  return g_test_run ();
}
