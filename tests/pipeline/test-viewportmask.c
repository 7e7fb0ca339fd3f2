/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An angiogram in a session: without its mask as it wants to be, as it is when
 * somebody says so; its mask moves. */

#include "lastreference.h"
#include "mask/maskinstance.h"
#include "session.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportmask.h"

#include <gst/gst.h>

#define SIZE 64

typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport;
  gboolean expected; /* subtracted */
} Fixture;

static gboolean
is_shown (gpointer data)
{
  const Fixture *self = data;
  const guint position = vitrail_viewport_get_position (self->viewport);
  g_auto (VitrailShownState) state = { 0 };

  if (position == 0 ||
      vitrail_viewport_get_shown_position (self->viewport) != position)
    return FALSE;
  vitrail_viewport_get_shown (self->viewport, &state);
  return state.info != NULL &&
         vitrail_mask_is_subtracted (state.info->data_set) == self->expected;
}

static gboolean
is_ours_alone (gpointer object)
{
  return ((GObject *) object)->ref_count == 1;
}

static char *
make_study (const char *name)
{
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"),
                                              "mask", "masktruth.py", NULL);
  char *folder = g_build_filename (test_data_get_scratch (), name, NULL);
  g_autofree char *out = test_data_run ("/usr/bin/python3 -W ignore '%s' "
                                        "'%s' %s",
                                        script, folder, name);

  return folder;
}

static void
set_up (Fixture *self, gconstpointer name)
{
  g_autofree char *folder = make_study (name);

  self->session = vitrail_session_new ();
  self->viewport = vitrail_session_get_active_viewport (self->session);
  vitrail_viewport_set_size (self->viewport, SIZE, SIZE);
  vitrail_session_open_async (self->session, folder, NULL, NULL, NULL);
}

static void
tear_down (Fixture *self, gconstpointer name)
{
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
}

static void
expect (Fixture *self, gboolean subtracted)
{
  self->expected = subtracted;
  g_assert_true (test_wait_until (is_shown, self));
  g_assert_cmpint (vitrail_viewport_get_subtraction (self->viewport), ==,
                   subtracted);
}

static gboolean
run (Fixture *self, const char *name, GVariant *argument)
{
  return vitrail_session_run (self->session, name, argument, NULL);
}

static void
test_wanted (Fixture *self, gconstpointer name)
{
  expect (self, TRUE);
  vitrail_viewport_set_position (self->viewport, 7);
  expect (self, TRUE);
  g_assert_true (run (self, "shift-mask", g_variant_new ("(dd)", 0.25, -0.25)));
  expect (self, TRUE);
  g_assert_true (run (self, "toggle-subtraction", NULL));
  expect (self, FALSE);
  g_assert_false (
      run (self, "shift-mask", g_variant_new ("(dd)", 0.25, -0.25)));
  vitrail_viewport_set_position (self->viewport, 3);
  expect (self, FALSE);
  g_assert_true (run (self, "toggle-subtraction", NULL));
  expect (self, TRUE);
}

static void
test_natural (Fixture *self, gconstpointer name)
{
  expect (self, FALSE);
  g_assert_true (run (self, "toggle-subtraction", NULL));
  expect (self, TRUE);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/viewport-mask/wanted", Fixture, "avg", set_up, test_wanted,
              tear_down);
  g_test_add ("/viewport-mask/natural", Fixture, "all", set_up, test_natural,
              tear_down);
  return g_test_run ();
}
