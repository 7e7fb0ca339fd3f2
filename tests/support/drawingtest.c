/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing on a slide without a display: see drawingtest.h. */

#include "drawingtest.h"

#include "lastreference.h"
#include "slidedata.h"
#include "testarchive.h"
#include "testdata.h"

#include <gst/gst.h>

const double test_drawing_a[2] = { 100, 100 };
const double test_drawing_b[2] = { 300, 200 };

static gboolean
is_ready (gpointer data)
{
  VitrailViewport *viewport =
      vitrail_session_get_active_viewport (VITRAIL_SESSION (data));
  VitrailSlideWork *work = vitrail_viewport_get_work (viewport);
  return work != NULL && vitrail_slide_work_is_ready (work);
}

static gboolean
is_ours_alone (gpointer session)
{
  return !vitrail_session_get_busy (session) &&
         ((GObject *) session)->ref_count == 1;
}

static const char *
get_path (void)
{
  static char *path;
  if (path == NULL)
    path = test_slide_make_svs (TEST_DRAWING_WIDTH, TEST_DRAWING_HEIGHT, 80);
  return path;
}

void
test_drawing_setup (TestDrawing *self, gconstpointer data)
{
  self->session = vitrail_session_new ();
  self->viewport = vitrail_session_get_active_viewport (self->session);
  vitrail_viewport_set_size (self->viewport, TEST_DRAWING_WIDTH,
                             TEST_DRAWING_HEIGHT);
  vitrail_session_open_async (self->session, get_path (), NULL, NULL, NULL);
  g_assert_true (test_wait_until (is_ready, self->session));
  self->annotations = vitrail_slide_work_get_annotations (
      vitrail_viewport_get_work (self->viewport));
}

void
test_drawing_setup_fresh (TestDrawing *self, gconstpointer data)
{
  g_autofree char *said =
      test_data_run ("rm -rf %s/vitrail", g_get_user_data_dir ());
  test_drawing_setup (self, data);
}

void
test_drawing_teardown (TestDrawing *self, gconstpointer data)
{
  vitrail_session_close (self->session);
  g_assert_true (test_wait_until (is_ours_alone, self->session));
  test_assert_ends (self->session);
}

void
test_drawing_run (TestDrawing *self, const char *name, GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  vitrail_session_run (self->session, name, argument, &error);
  g_assert_no_error (error);
}

void
test_drawing_use (TestDrawing *self, const char *tool)
{
  test_drawing_run (self, "set-tool", g_variant_new_string (tool));
}

void
test_drawing_drag (TestDrawing *self, const double from[2], const double to[2])
{
  const VitrailDrawKind kinds[] = {
    VITRAIL_DRAW_NOTHING, VITRAIL_DRAW_POINT,    VITRAIL_DRAW_LINE,
    VITRAIL_DRAW_POLYGON, VITRAIL_DRAW_FREEHAND, VITRAIL_DRAW_RECTANGLE,
    VITRAIL_DRAW_ELLIPSE,
  };
  static const char *const names[] = { "pan",     "point",    "line",
                                       "polygon", "freehand", "rectangle",
                                       "ellipse" };
  const char *tool = vitrail_viewport_get_tool (self->viewport);
  guint which = 0;
  while (!g_str_equal (names[which], tool))
    which++;
  if (!vitrail_drawing_press (self->viewport, kinds[which], from))
    return;
  for (int i = 1; i <= 4; i++) {
    const double at[2] = { from[0] + (to[0] - from[0]) * i / 4,
                           from[1] + (to[1] - from[1]) * i / 4 };
    vitrail_drawing_move (self->viewport, at);
  }
  vitrail_drawing_release (self->viewport, to);
}

VitrailAnnotationSet *
test_drawing_ref (TestDrawing *self)
{
  return vitrail_slide_work_ref_drawn (
      vitrail_viewport_get_work (self->viewport));
}

guint
test_drawing_count (TestDrawing *self)
{
  g_autoptr (VitrailAnnotationSet) set = test_drawing_ref (self);
  return vitrail_annotation_set_get_n_shapes (set);
}

void
test_drawing_rectangle (TestDrawing *self)
{
  test_drawing_use (self, "rectangle");
  test_drawing_run (self, "select-annotation", g_variant_new ("(su)", "", 0u));
  test_drawing_drag (self, test_drawing_a, test_drawing_b);
}

void
test_drawing_init (int *argc, char ***argv)
{
  /* Before anybody asks for the user's folders: the first answer stays, and
   * what is in them is deleted here. */
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_setenv ("XDG_DATA_HOME", test_data_get_scratch (), TRUE);
  gst_init (argc, argv);
  g_test_init (argc, argv, NULL);
}
