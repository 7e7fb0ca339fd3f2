/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions that show slides: see slidesessiontest.h. */

#include "slidesessiontest.h"

#include "slidedata.h"
#include "testarchive.h"
#include "testdata.h"
#include "viewportslide.h"

#include <glib/gstdio.h>
#include <gst/gst.h>

static gboolean
is_ready (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len > 0 &&
         !vitrail_session_get_busy (session);
}

gboolean
test_session_is_shown (gpointer session)
{
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++) {
    VitrailViewportGeometry geometry;
    VitrailViewport *viewport = vitrail_session_get_viewport (session, i);
    if (vitrail_viewport_get_display_set (viewport) != NULL &&
        !vitrail_viewport_get_geometry (viewport, &geometry))
      return FALSE;
  }
  return TRUE;
}

void
test_session_set_sizes (VitrailSession *session)
{
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++)
    vitrail_viewport_set_size (vitrail_session_get_viewport (session, i),
                               TEST_SESSION_WIDTH, TEST_SESSION_HEIGHT);
}

const char *
test_session_get_case (void)
{
  static char *folder;
  if (folder != NULL)
    return folder;
  folder = g_build_filename (test_data_get_scratch (), "case", NULL);
  g_mkdir (folder, 0700);
  static const guint widths[] = { 600, 800 };
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++) {
    g_autofree char *made = test_slide_make_svs (widths[i], 400, 80);
    g_autofree char *name = g_strdup_printf ("slide-%u.svs", i + 1);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_assert_cmpint (g_rename (made, path), ==, 0);
  }
  return folder;
}

VitrailSession *
test_session_open (const char *path)
{
  VitrailSession *session = vitrail_session_new ();
  test_session_set_sizes (session);
  vitrail_session_open_async (session, path, NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_ready, session));
  g_assert_null (vitrail_session_get_error (session));
  g_assert_true (test_wait_until (test_session_is_shown, session));
  return session;
}

gboolean
test_session_has_layout (gpointer session)
{
  return is_ready (session) && test_session_is_shown (session) &&
         vitrail_viewport_get_display_set (
             vitrail_session_get_viewport (session, 0)) != NULL;
}

typedef struct {
  VitrailViewport *viewport;
  const char *look;
} Expected;

static gboolean
shows_look (gpointer data)
{
  const Expected *expected = data;
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (expected->viewport, &shown);
  return g_strcmp0 (shown.look, expected->look) == 0;
}

void
test_session_expect_look (VitrailSession *session, const char *look)
{
  Expected expected = { vitrail_session_get_active_viewport (session), look };
  g_assert_true (test_wait_until (shows_look, &expected));
}

void
test_session_init (int *argc, char ***argv)
{
  /* Before anyone asks GLib for the user's own folders. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_setenv ("XDG_DATA_HOME", test_data_get_scratch (), TRUE);
  gst_init (argc, argv);
  g_test_init (argc, argv, NULL);
}
