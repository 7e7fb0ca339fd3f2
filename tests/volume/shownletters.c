/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* shownletters FOLDER OUT stack UID | planes X Y Z: what a reader sees of
 * a phantom of 64 mm, turned and flipped in eight ways: grey pictures of
 * LETTERS_SIZE x LETTERS_SIZE, one after the other, to OUT; and a line for each
 * with viewport, degrees, flipped, and the letters written left, right, top and
 * bottom. The image of a stack with this SOP Instance UID; planes through the
 * patient's X, Y, Z mm. For
 * shownorientations.py. */

#include "cornertext.h"
#include "session.h"
#include "testarchive.h"
#include "viewportplane.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 128, N_WAYS = 8 };

typedef struct {
  VitrailViewport *viewport;
  GstElement *sink;
  double mm; /* a pixel, by which a picture of the present zoom is known */
} Eye;

static double
get_scale (const double plane[12])
{
  return sqrt (plane[0] * plane[0] + plane[4] * plane[4] + plane[8] * plane[8]);
}

static gboolean
has_scale (const double plane[12], double mm)
{
  return fabs (get_scale (plane) / mm - 1) < 2e-5;
}

static gboolean
has_position (gpointer data)
{
  const Eye *self = data;
  const guint position = vitrail_viewport_get_position (self->viewport);

  return position > 0 &&
         vitrail_viewport_get_shown_position (self->viewport) == position;
}

static gboolean
is_seen (gpointer data)
{
  const Eye *self = data;
  g_auto (VitrailShownState) state = { 0 };
  g_autoptr (GstSample) sample = NULL;

  vitrail_viewport_get_shown (self->viewport, &state);
  g_object_get (self->sink, "last-sample", &sample, NULL);
  if (!has_position (data) || !state.valid || !state.has_plane ||
      state.quality != VITRAIL_QUALITY_FULL || sample == NULL ||
      !has_scale (state.plane, self->mm))
    return FALSE;
  const VitrailFrameMeta *meta =
      vitrail_buffer_get_frame_meta (gst_sample_get_buffer (sample));
  return meta != NULL && meta->quality == VITRAIL_QUALITY_FULL &&
         has_scale (meta->plane, self->mm);
}

static gboolean
write_picture (const Eye *self, FILE *out)
{
  g_autoptr (GstSample) sample = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;

  g_object_get (self->sink, "last-sample", &sample, NULL);
  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.width != SIZE || info.height != SIZE ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
                            GST_MAP_READ))
    return FALSE;
  const gsize step = (gsize) GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, 0);
  for (gsize y = 0; y < SIZE; y++) {
    const guint8 *row =
        (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
        y * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
    for (gsize x = 0; x < SIZE; x++)
      putc (row[x * step], out);
  }
  gst_video_frame_unmap (&frame);
  return TRUE;
}

static void
write_letters (const Eye *self, guint index, const VitrailView *view)
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (self->viewport, &state);
  printf ("%u %g %d", index, view->rotation, view->flip_horizontal);
  for (guint i = 0; i < VITRAIL_N_EDGES; i++) {
    char text[4];
    vitrail_edge_text (i, &state, text);
    printf (" %s", text[0] == '\0' ? "-" : text);
  }
  putchar ('\n');
}

static gboolean
is_whole (gpointer data)
{
  const Eye *self = data;
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (self->viewport, &state);
  return has_position (data) && state.valid && state.has_plane &&
         state.quality == VITRAIL_QUALITY_FULL;
}

/* Every zoom is a little larger, so that no picture is taken for another. */
static gboolean
see (Eye *self, guint index, FILE *out)
{
  g_auto (VitrailShownState) first = { 0 };

  g_assert_true (test_wait_until (is_whole, self));
  vitrail_viewport_get_shown (self->viewport, &first);
  for (guint way = 0; way < N_WAYS; way++) {
    VitrailView view = VITRAIL_VIEW_INIT;
    view.zoom = 1 + (way + 1) * 1e-4;
    view.rotation = 90.0 * (way % 4);
    view.flip_horizontal = way / 4;
    self->mm = get_scale (first.plane) / view.zoom;
    vitrail_viewport_set_view (self->viewport, &view);
    if (!test_wait_until (is_seen, self) || !write_picture (self, out)) {
      g_printerr ("no picture of viewport %u, way %u\n", index, way);
      return FALSE;
    }
    write_letters (self, index, &view);
  }
  return TRUE;
}

static void
open_eye (Eye *self, VitrailSession *session, guint index)
{
  self->viewport = vitrail_session_get_viewport (session, index);
  self->sink = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  g_object_set (self->sink, "max-buffers", 1, "drop", TRUE, NULL);
  vitrail_viewport_set_tail (self->viewport, self->sink);
  vitrail_viewport_set_size (self->viewport, SIZE, SIZE);
}

static gboolean
shows (const Eye *self, const char *uid)
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (self->viewport, &state);
  return strcmp (state.info->sop_instance_uid, uid) == 0;
}

static gboolean
see_stack (VitrailSession *session, const char *uid, FILE *out)
{
  Eye eye = { 0 };

  open_eye (&eye, session, 0);
  const guint n = vitrail_viewport_get_n_positions (eye.viewport);
  for (guint position = 1; position <= n; position++) {
    vitrail_viewport_set_position (eye.viewport, position);
    g_assert_true (test_wait_until (has_position, &eye));
    if (shows (&eye, uid))
      break;
  }
  const gboolean seen = shows (&eye, uid) && see (&eye, 0, out);
  gst_clear_object (&eye.sink);
  return seen;
}

/* Along the patient's axis @axis: of the plane at @position. */
static double
get_offset (Eye *self, guint position, guint axis)
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_set_position (self->viewport, position);
  g_assert_true (test_wait_until (has_position, self));
  vitrail_viewport_get_shown (self->viewport, &state);
  return state.plane[4 * axis + 3];
}

/* The plane nearest to @mm along @axis. */
static void
go_to (Eye *self, guint axis, double mm)
{
  const guint n = vitrail_viewport_get_n_positions (self->viewport);
  const double first = get_offset (self, 1, axis);
  const double last = get_offset (self, n, axis);

  vitrail_viewport_set_position (self->viewport,
                                 1 + (guint) lround ((mm - first) /
                                                     (last - first) * (n - 1)));
}

static gboolean
see_planes (VitrailSession *session, char **mm, FILE *out)
{
  static const guint normals[] = { 2, 0, 1 }; /* axial, sagittal, coronal */
  gboolean seen = TRUE;

  if (!vitrail_session_run (session, "mpr", NULL, NULL))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (normals) && seen; i++) {
    Eye eye = { 0 };
    open_eye (&eye, session, i);
    g_assert_true (test_wait_until (has_position, &eye));
    go_to (&eye, normals[i], g_ascii_strtod (mm[normals[i]], NULL));
    seen = see (&eye, i, out);
    gst_clear_object (&eye.sink);
  }
  return seen;
}

static gboolean
has_sets (gpointer session)
{
  Eye eye = { .viewport = vitrail_session_get_active_viewport (session) };

  return vitrail_session_get_display_sets (session)->len > 0 &&
         has_position (&eye);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  if (argc < 5 || (strcmp (argv[3], "stack") != 0 && argc != 7))
    return 2;
  FILE *out = fopen (argv[2], "wb");
  VitrailSession *session = vitrail_session_new ();

  if (out == NULL)
    return 1;
  vitrail_session_open_async (session, argv[1], NULL, NULL, NULL);
  gboolean seen = test_wait_until (has_sets, session);
  if (seen && argc == 5)
    seen = see_stack (session, argv[4], out);
  else if (seen)
    seen = see_planes (session, argv + 4, out);
  vitrail_session_close (session);
  return fclose (out) == 0 && seen ? 0 : 1;
}
