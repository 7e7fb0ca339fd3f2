/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See sessiontest.h. */

#include "sessiontest.h"

#include "eye.h"
#include "lastreference.h"
#include "testarchive.h"

#include <string.h>

static gboolean
has_sets (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         test_viewport_is_shown (vitrail_session_get_active_viewport (session));
}

VitrailSession *
test_session_open_images (const char *location)
{
  VitrailSession *session = vitrail_session_new ();

  vitrail_session_open_async (session, location, NULL, NULL, NULL);
  g_assert_true (test_wait_until (has_sets, session));
  return session;
}

void
test_session_run (VitrailSession *session, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;

  vitrail_session_run (session, name, argument, &error);
  g_assert_no_error (error);
}

void
test_session_refuse (VitrailSession *session,
                     const char *name,
                     GVariant *argument,
                     const char *reason)
{
  g_autofree char *told = g_strdup_printf ("%s: %s", name, reason);
  g_autoptr (GError) error = NULL;

  g_assert_false (vitrail_session_run (session, name, argument, &error));
  g_assert_nonnull (error);
  if (reason != NULL)
    g_assert_cmpstr (error->message, ==, told);
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

void
test_session_close (VitrailSession *session)
{
  vitrail_session_close (session);
  g_assert_true (test_wait_until (is_ours_alone, session));
  test_assert_ends (session);
}

VitrailViewport *
test_session_get_viewport (VitrailSession *session, guint index)
{
  VitrailViewport *viewport = vitrail_session_get_viewport (session, index);

  g_assert_nonnull (viewport);
  return viewport;
}
