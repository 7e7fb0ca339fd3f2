/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See bodyhands.h. */

#include "bodyhands.h"

#include "viewport-private.h"
#include "volume/cut.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* Viewport pixels: how near is on a handle, between points of a shape, and how
 * long an axis must be seen for its faces to be moved. */
#define GRAB_PX  10.0
#define STEP_PX  3.0
#define LEAST_PX 24.0
/* Of a shape. */
#define MAX_POINTS 500u
/* What stays between two faces, as a part of the volume. */
#define LEAST_PART 0.02

/* A step that can be undone. */
typedef struct {
  double box[6];
  const char *cuts;
} Step;

void
vitrail_body_hand_clear (VitrailBodyHand *self)
{
  g_clear_pointer (&self->points, g_array_unref);
  g_clear_pointer (&self->steps, g_array_unref);
  memset (self, 0, sizeof *self);
}

/* --- steps --- */

static void
keep_step (VitrailViewport *self, const VitrailBodyLook *look)
{
  VitrailBodyHand *hand = &self->body_hand;
  Step step = { .cuts = look->cuts };

  memcpy (step.box, look->box, sizeof step.box);
  if (hand->steps == NULL)
    hand->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  else
    g_array_set_size (hand->steps, hand->step + 1);
  hand->step = hand->steps->len;
  g_array_append_val (hand->steps, step);
}

/* From @before, which is kept at the first time, to @look. */
static gboolean
take_step (VitrailViewport *self,
           const VitrailBodyLook *before,
           const VitrailBodyLook *look)
{
  if (self->body_hand.steps == NULL)
    keep_step (self, before);
  if (!vitrail_viewport_set_body (self, look))
    return FALSE;
  keep_step (self, look);
  return TRUE;
}

gboolean
vitrail_viewport_undo_body (VitrailViewport *self, gboolean is_redo)
{
  VitrailBodyHand *hand = &self->body_hand;
  VitrailBodyLook look = self->body;

  if (!vitrail_viewport_is_body (self) || hand->steps == NULL ||
      (is_redo ? hand->step + 1 >= hand->steps->len : hand->step == 0))
    return FALSE;
  hand->step = is_redo ? hand->step + 1 : hand->step - 1;
  const Step *step = &g_array_index (hand->steps, Step, hand->step);
  memcpy (look.box, step->box, sizeof look.box);
  look.cuts = step->cuts;
  return vitrail_viewport_set_body (self, &look);
}

gboolean
vitrail_viewport_reset_body (VitrailViewport *self)
{
  static const VitrailBodyLook whole = VITRAIL_BODY_LOOK_INIT;
  VitrailBodyLook look = self->body;

  memcpy (look.box, whole.box, sizeof look.box);
  look.cuts = NULL;
  return vitrail_viewport_is_body (self) &&
         take_step (self, &self->body, &look);
}

gboolean
vitrail_viewport_crop_body (VitrailViewport *self, const double box[6])
{
  VitrailBodyLook look = self->body;

  memcpy (look.box, box, sizeof look.box);
  return vitrail_viewport_is_body (self) &&
         take_step (self, &self->body, &look);
}

/* --- the box on the screen --- */

typedef struct {
  VitrailViewport *viewport;
  const VitrailVolumeInfo *info;
  double plane[12];
} Screen;

/* FALSE: no body is on it. */
static gboolean
open_screen (VitrailViewport *viewport, Screen *self)
{
  g_auto (VitrailShownState) state = { 0 };
  VitrailVolume *volume =
      viewport->volume != NULL
          ? vitrail_volume_work_get_volume (viewport->volume)
          : NULL;

  vitrail_viewport_get_shown (viewport, &state);
  if (!vitrail_viewport_is_body (viewport) || volume == NULL || !state.valid ||
      state.info == NULL)
    return FALSE;
  self->viewport = viewport;
  self->info = vitrail_volume_get_info (volume);
  memcpy (self->plane, state.plane, sizeof self->plane);
  /* A volume of a space of its own has no place in the patient, and its
   * pictures no plane. */
  return state.has_plane;
}

/* Parts of the volume along i, j, k as a pixel. */
static void
to_pixel (const Screen *self, const double parts[3], double pixel[2])
{
  double index[3];
  double place[3];

  for (guint a = 0; a < 3; a++)
    index[a] = parts[a] * (self->info->size[a] - 1.0);
  vitrail_matrix_map (self->info->matrix, index, place);
  for (guint a = 0; a < 2; a++) {
    double squares = 0;
    pixel[a] = 0;
    for (guint n = 0; n < 3; n++) {
      const double *row = &self->plane[(gsize) 4 * n];
      squares += row[a] * row[a];
      pixel[a] += (place[n] - row[3]) * row[a];
    }
    pixel[a] /= squares;
  }
}

/* What the whole volume's axis is on the screen. */
static void
get_axis (const Screen *self, guint axis, double along[2])
{
  double parts[3] = { 0, 0, 0 };
  double from[2];

  to_pixel (self, parts, from);
  parts[axis] = 1;
  to_pixel (self, parts, along);
  along[0] -= from[0];
  along[1] -= from[1];
}

/* Which end of an axis is farther from the reader: 0, or 1 for the high one; 2
 * where both are as far. */
static guint
find_far_end (const Screen *self, guint axis)
{
  const double right[3] = { self->plane[0], self->plane[4], self->plane[8] };
  const double down[3] = { self->plane[1], self->plane[5], self->plane[9] };
  double away[3];
  double along[3];

  vitrail_vector_cross (right, down, away);
  vitrail_vector_get_column (self->info->matrix, axis, along);
  vitrail_vector_normalize (away);
  vitrail_vector_normalize (along);
  const double cosine = vitrail_vector_dot (along, away);
  if (fabs (cosine) < 0.01)
    return 2;
  return cosine > 0 ? 1 : 0;
}

static void
add_handles (const Screen *screen, VitrailBodyMarks *marks)
{
  const double *box = screen->viewport->body.box;

  for (guint face = 0; face < 6; face++) {
    double parts[3];
    double along[2];
    double *at = marks->handles[marks->n_handles];
    for (guint a = 0; a < 3; a++)
      parts[a] = (box[(gsize) 2 * a] + box[(gsize) 2 * a + 1]) / 2;
    parts[face / 2] = box[face];
    to_pixel (screen, parts, at);
    get_axis (screen, face / 2, along);
    if (hypot (along[0], along[1]) < LEAST_PX || at[0] < 0 || at[1] < 0 ||
        at[0] > screen->viewport->width - 1.0 ||
        at[1] > screen->viewport->height - 1.0)
      continue;
    marks->is_far[marks->n_handles] =
        face % 2 == find_far_end (screen, face / 2);
    marks->faces[marks->n_handles++] = face;
  }
}

/* Along @axis, at ends @b and @c of the two others. */
static void
add_edge (const Screen *screen,
          guint axis,
          guint b,
          guint c,
          VitrailBodyEdge *edge)
{
  const double (*box)[2] =
      (const double (*)[2]) (gconstpointer) screen->viewport->body.box;
  const guint others[2] = { (axis + 1) % 3, (axis + 2) % 3 };
  double parts[3];

  parts[others[0]] = box[others[0]][b];
  parts[others[1]] = box[others[1]][c];
  parts[axis] = box[axis][0];
  to_pixel (screen, parts, edge->from);
  parts[axis] = box[axis][1];
  to_pixel (screen, parts, edge->to);
  /* It meets the farthest corner. */
  edge->is_far = find_far_end (screen, others[0]) == b &&
                 find_far_end (screen, others[1]) == c;
}

static void
add_edges (const Screen *screen, VitrailBodyMarks *marks)
{
  for (guint n = 0; n < G_N_ELEMENTS (marks->edges); n++)
    add_edge (screen, n / 4, n & 1, n >> 1 & 1, &marks->edges[n]);
}

gboolean
vitrail_viewport_find_body_marks (VitrailViewport *self,
                                  VitrailBodyMarks *marks)
{
  Screen screen;

  memset (marks, 0, sizeof *marks);
  if (!open_screen (self, &screen))
    return FALSE;
  if (self->body_hand.grip == VITRAIL_BODY_HAND_SHAPE)
    marks->points = self->body_hand.points;
  marks->has_box = strcmp (vitrail_viewport_get_tool (self), "crop") == 0;
  if (marks->has_box) {
    add_edges (&screen, marks);
    add_handles (&screen, marks);
  }
  return marks->has_box || marks->points != NULL;
}

/* --- hands --- */

/* The nearest handle within reach. */
static gboolean
grab_face (VitrailViewport *viewport, const double pixel[2])
{
  VitrailBodyHand *hand = &viewport->body_hand;
  VitrailBodyMarks marks;
  double least = GRAB_PX;

  if (!vitrail_viewport_find_body_marks (viewport, &marks))
    return FALSE;
  for (guint i = 0; i < marks.n_handles; i++) {
    const double *at = marks.handles[i];
    const double distance = hypot (at[0] - pixel[0], at[1] - pixel[1]);
    if (distance > least)
      continue;
    least = distance;
    hand->grip = VITRAIL_BODY_HAND_FACE;
    hand->face = marks.faces[i];
  }
  if (hand->grip != VITRAIL_BODY_HAND_FACE)
    return FALSE;
  hand->start_part = viewport->body.box[hand->face];
  memcpy (hand->start, pixel, sizeof hand->start);
  if (hand->steps == NULL)
    keep_step (viewport, &viewport->body);
  return TRUE;
}

gboolean
vitrail_body_hand_press (VitrailViewport *viewport, const double pixel[2])
{
  const char *tool = vitrail_viewport_get_tool (viewport);
  VitrailBodyHand *hand = &viewport->body_hand;

  if (!vitrail_viewport_is_body (viewport))
    return FALSE;
  if (strcmp (tool, "crop") == 0)
    return grab_face (viewport, pixel);
  if (!g_str_has_prefix (tool, "cut-"))
    return FALSE;
  hand->grip = VITRAIL_BODY_HAND_SHAPE;
  hand->is_outside = strcmp (tool, "cut-outside") == 0;
  g_clear_pointer (&hand->points, g_array_unref);
  hand->points = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_vals (hand->points, pixel, 2);
  return TRUE;
}

/* As far along its axis as the pointer has gone. */
static void
move_face (VitrailViewport *viewport, const double pixel[2])
{
  const VitrailBodyHand *hand = &viewport->body_hand;
  const guint low = hand->face & ~1u;
  VitrailBodyLook look = viewport->body;
  Screen screen;
  double along[2];

  if (!open_screen (viewport, &screen))
    return;
  get_axis (&screen, hand->face / 2, along);
  const double squares = along[0] * along[0] + along[1] * along[1];
  const double part =
      hand->start_part + ((pixel[0] - hand->start[0]) * along[0] +
                          (pixel[1] - hand->start[1]) * along[1]) /
                             squares;
  if (!isfinite (part))
    return;
  look.box[hand->face] = hand->face == low
                             ? CLAMP (part, 0, look.box[low + 1] - LEAST_PART)
                             : CLAMP (part, look.box[low] + LEAST_PART, 1);
  (void) vitrail_viewport_set_body (viewport, &look);
}

void
vitrail_body_hand_move (VitrailViewport *viewport, const double pixel[2])
{
  GArray *points = viewport->body_hand.points;

  if (viewport->body_hand.grip == VITRAIL_BODY_HAND_FACE) {
    move_face (viewport, pixel);
    return;
  }
  const double *last = &g_array_index (points, double, points->len - 2);
  if (points->len / 2 < MAX_POINTS &&
      hypot (pixel[0] - last[0], pixel[1] - last[1]) >= STEP_PX)
    g_array_append_vals (points, pixel, 2);
  vitrail_viewport_emit_changed (viewport);
}

/* What was drawn, along the direction that one looks in. */
static void
cut (VitrailViewport *viewport)
{
  const GArray *points = viewport->body_hand.points;
  VitrailBodyLook look = viewport->body;
  Screen screen;

  if (points->len < 6 || !open_screen (viewport, &screen))
    return;
  g_autofree char *shape =
      vitrail_cut_describe (screen.plane,
                            (const double (*)[2]) (gconstpointer) points->data,
                            points->len / 2, viewport->body_hand.is_outside);
  g_autofree char *cuts = look.cuts != NULL
                              ? g_strdup_printf ("%s; %s", look.cuts, shape)
                              : g_strdup (shape);
  look.cuts = g_intern_string (cuts);
  if (!take_step (viewport, &viewport->body, &look))
    vitrail_viewport_tell (
        viewport, "No more shapes can be cut out: undo one of them first");
}

void
vitrail_body_hand_release (VitrailViewport *viewport, const double pixel[2])
{
  VitrailBodyHand *hand = &viewport->body_hand;

  if (hand->grip == VITRAIL_BODY_HAND_SHAPE)
    cut (viewport);
  if (hand->grip == VITRAIL_BODY_HAND_FACE &&
      viewport->body.box[hand->face] != hand->start_part)
    keep_step (viewport, &viewport->body);
  hand->grip = VITRAIL_BODY_HAND_NONE;
  g_clear_pointer (&hand->points, g_array_unref);
  vitrail_viewport_emit_changed (viewport);
}
