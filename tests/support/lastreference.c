/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "lastreference.h"

#define LONGEST_WAIT (30 * G_TIME_SPAN_SECOND)

void
test_assert_ends (gpointer object)
{
  gint64 deadline = g_get_monotonic_time () + LONGEST_WAIT;
  GWeakRef weak;

  g_weak_ref_init (&weak, object);
  g_object_unref (object);
  for (;;) {
    g_autoptr (GObject) held = g_weak_ref_get (&weak);
    if (held == NULL)
      break;
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_usleep (1000);
  }
  g_weak_ref_clear (&weak);
}
