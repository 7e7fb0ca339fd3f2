/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planepath.h. */

#include "planepath.h"

#include "error.h"
#include "planehands.h"
#include "planelines.h"
#include "session-private.h"
#include "viewport-private.h"
#include "volume/curve.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* How near to a point is on it. */
#define GRAB_PX 10.0
/* Of what is drawn. */
#define LINE_MM 1.0
#define NOBODY  G_MAXUINT

typedef struct {
  double at[3];
} Point;

struct _VitrailPlanePath {
  GArray *points; /* Point */
  double up[3];
  char *space;   /* Frame of Reference UID, "" where unknown */
  gpointer work; /* weak: whose volume it was drawn in */
  guint held;    /* the point in the hand, or NOBODY */
};

static void
set_work (VitrailPlanePath *self, gconstpointer work)
{
  if (self->work != NULL)
    g_object_remove_weak_pointer (self->work, &self->work);
  self->work = (gpointer) work;
  if (self->work != NULL)
    g_object_add_weak_pointer (self->work, &self->work);
}

void
vitrail_plane_path_free (VitrailPlanePath *self)
{
  set_work (self, NULL);
  g_array_unref (self->points);
  g_free (self->space);
  g_free (self);
}

static VitrailPlanePath *
plane_path_new (const VitrailSheet *sheet)
{
  VitrailPlanePath *self = g_new0 (VitrailPlanePath, 1);

  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  memcpy (self->up, sheet->away, sizeof self->up);
  self->space = g_strdup (sheet->space);
  self->held = NOBODY;
  set_work (self, sheet->work);
  return self;
}

static double *
get_at (const VitrailPlanePath *self, guint index)
{
  return g_array_index (self->points, Point, index).at;
}

/* Of what is nowhere said is not guessed. */
static gboolean
is_of (const VitrailPlanePath *self, const VitrailSheet *sheet)
{
  const VitrailSheet own = { .space = self->space, .work = self->work };

  return (self->work != NULL || self->space[0] != '\0') &&
         vitrail_sheet_is_same_space (&own, sheet);
}

/* --- as a text --- */

static char *
to_text (const VitrailPlanePath *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->points->len; i++)
    for (guint n = 0; n < 3; n++) {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_ascii_formatd (number, sizeof number, "%.3f", get_at (self, i)[n]);
      g_string_append_printf (text, "%s%s",
                              n > 0   ? " "
                              : i > 0 ? "; "
                                      : "",
                              number);
    }
  return g_string_free (text, FALSE);
}

char *
vitrail_session_dup_path (VitrailSession *self)
{
  return self->path != NULL && self->path->points->len > 0
             ? to_text (self->path)
             : NULL;
}

/* --- what is shown --- */

/* The path as a wish; FALSE: it goes nowhere yet. */
static gboolean
make_wish (const VitrailPlanePath *self,
           const char *text,
           VitrailCurveWish *wish)
{
  g_autoptr (GArray) columns = NULL;

  *wish = (VitrailCurveWish) VITRAIL_CURVE_WISH_INIT;
  if (self == NULL || text == NULL || self->points->len < 2)
    return FALSE;
  wish->path = text;
  memcpy (wish->across, self->up, sizeof wish->across);
  columns = vitrail_curve_walk (wish, LINE_MM, NULL);
  return columns != NULL;
}

void
vitrail_session_show_path (VitrailSession *self)
{
  g_autofree char *text = vitrail_session_dup_path (self);
  VitrailCurveWish wish;
  const gboolean is_there = make_wish (self->path, text, &wish);

  for (guint i = 0; i < self->viewports->len; i++) {
    VitrailViewport *viewport = g_ptr_array_index (self->viewports, i);
    vitrail_viewport_set_path (viewport, is_there ? text : NULL, wish.across);
    if (vitrail_viewport_is_plane (viewport))
      vitrail_viewport_emit_changed (viewport);
  }
}

void
vitrail_session_clear_path (VitrailSession *self)
{
  g_clear_pointer (&self->path, vitrail_plane_path_free);
  vitrail_session_show_path (self);
}

gboolean
vitrail_session_shorten_path (VitrailSession *self)
{
  if (self->path == NULL || self->path->points->len == 0)
    return FALSE;
  g_array_set_size (self->path->points, self->path->points->len - 1);
  if (self->path->points->len == 0)
    g_clear_pointer (&self->path, vitrail_plane_path_free);
  vitrail_session_show_path (self);
  return TRUE;
}

gboolean
vitrail_session_set_path (VitrailSession *self,
                          VitrailViewport *viewport,
                          const char *path,
                          GError **error)
{
  g_autoptr (GArray) points = vitrail_curve_parse (path, error);
  VitrailSheet sheet;

  if (points == NULL)
    return FALSE;
  if (!vitrail_viewport_get_sheet (viewport, &sheet)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "A path lies in planes of a volume: show these first");
    return FALSE;
  }
  g_clear_pointer (&self->path, vitrail_plane_path_free);
  self->path = plane_path_new (&sheet);
  g_array_append_vals (self->path->points, points->data, points->len / 3);
  vitrail_session_show_path (self);
  return TRUE;
}

/* --- hands --- */

static double
get_away (const VitrailSheet *sheet, const double place[3])
{
  return vitrail_vector_dot (place, sheet->away) -
         vitrail_vector_dot (sheet->place, sheet->away);
}

/* The point under the hand, the nearest of several; NOBODY. */
static guint
find_point (const VitrailPlanePath *self,
            const double plane[12],
            const double pixel[2])
{
  double nearest = GRAB_PX;
  guint found = NOBODY;

  for (guint i = 0; i < self->points->len; i++) {
    double at[2];
    vitrail_plane_to_pixel (plane, get_at (self, i), at);
    const double distance = hypot (at[0] - pixel[0], at[1] - pixel[1]);
    if (distance > nearest)
      continue;
    nearest = distance;
    found = i;
  }
  return found;
}

static void
press (VitrailSession *self,
       const VitrailSheet *sheet,
       const VitrailShownState *state,
       const double pixel[2])
{
  /* Of another volume: this is the beginning of one in this. */
  if (self->path != NULL && !is_of (self->path, sheet))
    g_clear_pointer (&self->path, vitrail_plane_path_free);
  if (self->path == NULL)
    self->path = plane_path_new (sheet);
  self->path->held = find_point (self->path, state->plane, pixel);
  if (self->path->held != NOBODY ||
      self->path->points->len >= VITRAIL_CURVE_POINTS)
    return;
  Point point;
  vitrail_plane_map (state->plane, pixel[0], pixel[1], point.at);
  self->path->held = self->path->points->len;
  g_array_append_val (self->path->points, point);
  vitrail_session_show_path (self);
}

static void
move (VitrailSession *self,
      const VitrailSheet *sheet,
      const VitrailShownState *state,
      const double pixel[2])
{
  VitrailPlanePath *path = self->path;
  double place[3];

  if (path == NULL || path->held >= path->points->len || !is_of (path, sheet))
    return;
  double *at = get_at (path, path->held);
  const double away = get_away (sheet, at);
  vitrail_plane_map (state->plane, pixel[0], pixel[1], place);
  for (guint n = 0; n < 3; n++)
    at[n] = place[n] + away * sheet->away[n];
  vitrail_session_show_path (self);
}

void
vitrail_session_move_path (VitrailSession *self,
                           VitrailViewport *viewport,
                           VitrailHandPhase phase,
                           const double pixel[2])
{
  g_auto (VitrailShownState) state = { 0 };
  VitrailSheet sheet;

  vitrail_viewport_get_shown (viewport, &state);
  if (state.valid && state.has_plane &&
      vitrail_viewport_get_sheet (viewport, &sheet))
  {
    if (phase == VITRAIL_HAND_PRESS)
      press (self, &sheet, &state, pixel);
    else if (phase == VITRAIL_HAND_MOVE)
      move (self, &sheet, &state, pixel);
  }
  if (phase == VITRAIL_HAND_RELEASE && self->path != NULL)
    self->path->held = NOBODY;
}

/* --- marks --- */

static void
add_mark (GArray *marks,
          const VitrailSheet *sheet,
          const VitrailShownState *state,
          const double place[3],
          gboolean is_point)
{
  VitrailPathMark mark = { .is_point = is_point };

  vitrail_plane_to_pixel (state->plane, place, mark.pixel);
  mark.away_mm = fabs (get_away (sheet, place));
  g_array_append_val (marks, mark);
}

GArray *
vitrail_session_find_path_marks (VitrailSession *self, guint index)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (VitrailPathMark));
  VitrailViewport *viewport = vitrail_session_get_viewport (self, index);
  g_autofree char *text = vitrail_session_dup_path (self);
  g_autoptr (GArray) columns = NULL;
  g_auto (VitrailShownState) state = { 0 };
  VitrailCurveWish wish;
  VitrailSheet sheet;

  if (text == NULL || viewport == NULL ||
      !vitrail_viewport_get_sheet (viewport, &sheet) ||
      !is_of (self->path, &sheet))
    return marks;
  vitrail_viewport_get_shown (viewport, &state);
  if (!state.valid || !state.has_plane)
    return marks;
  if (make_wish (self->path, text, &wish))
    columns = vitrail_curve_walk (&wish, LINE_MM, NULL);
  for (guint i = 0; columns != NULL && i < columns->len; i++)
    add_mark (marks, &sheet, &state,
              g_array_index (columns, VitrailCurveColumn, i).at, FALSE);
  for (guint i = 0; i < self->path->points->len; i++)
    add_mark (marks, &sheet, &state, get_at (self->path, i), TRUE);
  return marks;
}
