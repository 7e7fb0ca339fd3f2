/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frames of an instance go first. */

#include "framequota.h"

static void
add (VitrailFrameQuota *quota, guint64 serial, guint frame, gsize bytes)
{
  const VitrailFrameKey key = { serial, frame, 0 };

  vitrail_frame_quota_add (quota, &key, bytes);
}

/* The number of the frame that has to go, or 0. */
static guint
take (VitrailFrameQuota *quota, guint64 serial, gsize most)
{
  VitrailFrameKey key = { 0 };

  if (!vitrail_frame_quota_take (quota, serial, most, &key))
    return 0;
  g_assert_cmpuint (key.serial, ==, serial);
  return key.frame;
}

static void
test_oldest (void)
{
  VitrailFrameQuota *quota = vitrail_frame_quota_new ();

  for (guint frame = 1; frame <= 4; frame++)
    add (quota, 7, frame, 100);
  add (quota, 8, 1, 1000);
  g_assert_cmpuint (take (quota, 7, 400), ==, 0);
  g_assert_cmpuint (take (quota, 7, 250), ==, 1);
  g_assert_cmpuint (take (quota, 7, 250), ==, 2);
  g_assert_cmpuint (take (quota, 7, 250), ==, 0);
  /* What was added last stays, however large. */
  g_assert_cmpuint (take (quota, 8, 10), ==, 0);
  g_assert_cmpuint (take (quota, 9, 0), ==, 0);
  vitrail_frame_quota_free (quota);
}

static void
test_removed (void)
{
  VitrailFrameQuota *quota = vitrail_frame_quota_new ();
  const VitrailFrameKey first = { 7, 1, 0 };
  const VitrailFrameKey unknown = { 7, 9, 0 };
  const VitrailFrameKey last = { 7, 2, 0 };

  add (quota, 7, 1, 100);
  add (quota, 7, 2, 100);
  vitrail_frame_quota_remove (quota, &unknown);
  vitrail_frame_quota_remove (quota, &first);
  add (quota, 7, 3, 100);
  g_assert_cmpuint (take (quota, 7, 250), ==, 0);
  g_assert_cmpuint (take (quota, 7, 150), ==, 2);
  vitrail_frame_quota_remove (quota, &last);
  g_assert_cmpuint (take (quota, 7, 0), ==, 0);
  vitrail_frame_quota_free (quota);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/framequota/oldest", test_oldest);
  g_test_add_func ("/framequota/removed", test_removed);
  return g_test_run ();
}
