/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planehands.h. */

#include "planehands.h"

#include "planelines.h"
#include "session-private.h"
#include "viewport-private.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* How near to a handle is on it, and to a line is no slab. */
#define GRAB_PX 10.0
#define NONE_PX 3.0

typedef enum {
  POINTING,
  TURNING,
  THICKENING,
} Grip;

/* A drag under way, and what was so when it began. */
struct _VitrailPlaneHand {
  Grip grip;
  guint here;       /* the viewport that it is in */
  guint other;      /* whose slab it makes thicker */
  double start_deg; /* where it began, about the crossing */
  double cross[3];
  VitrailSheet sheets[VITRAIL_SESSION_MAX_SIDE * VITRAIL_SESSION_MAX_SIDE];
};

void
vitrail_plane_hand_free (VitrailPlaneHand *self)
{
  g_free (self);
}

gboolean
vitrail_sheet_is_same_space (const VitrailSheet *a, const VitrailSheet *b)
{
  return a->work == b->work ||
         (a->space[0] != '\0' && strcmp (a->space, b->space) == 0);
}

/* The plane of viewport @index, where it is one of the space of @here. */
static gboolean
get_sheet (VitrailSession *self,
           guint index,
           const VitrailSheet *here,
           VitrailSheet *sheet)
{
  VitrailViewport *viewport = vitrail_session_get_viewport (self, index);

  return viewport != NULL && vitrail_viewport_get_sheet (viewport, sheet) &&
         vitrail_sheet_is_same_space (here, sheet);
}

/* Moves @place into @sheet, the shortest way. */
static void
project (const VitrailSheet *sheet, double place[3])
{
  const double away = vitrail_vector_dot (sheet->place, sheet->away) -
                      vitrail_vector_dot (place, sheet->away);

  for (guint n = 0; n < 3; n++)
    place[n] += away * sheet->away[n];
}

/* Planes that are linked are at right angles: into one after the other is into
 * all of them; into its own last. */
gboolean
vitrail_session_find_cross (VitrailSession *self,
                            VitrailViewport *viewport,
                            VitrailSheet *sheet,
                            double place[3])
{
  VitrailSheet other;

  if (!vitrail_viewport_get_sheet (viewport, sheet))
    return FALSE;
  memcpy (place, sheet->place, sizeof sheet->place);
  for (guint i = 0; i < self->viewports->len; i++)
    if (get_sheet (self, i, sheet, &other))
      project (&other, place);
  project (sheet, place);
  return TRUE;
}

static gboolean
is_other_plane (const VitrailSheet *a, const VitrailSheet *b)
{
  return fabs (vitrail_vector_dot (a->away, b->away)) < 0.99;
}

/* --- turning --- */

/* In the plane of @here, from its right to its down. */
static void
turn (const VitrailSheet *here, double degrees, double direction[3])
{
  const double c = cos (degrees * G_PI / 180);
  const double s = sin (degrees * G_PI / 180);
  const double x = vitrail_vector_dot (direction, here->right);
  const double y = vitrail_vector_dot (direction, here->down);

  for (guint n = 0; n < 3; n++)
    direction[n] += (c * x - s * y - x) * here->right[n] +
                    (s * x + c * y - y) * here->down[n];
}

/* The others, from where they were at the start. */
static void
turn_others (VitrailSession *self,
             const VitrailPlaneHand *hand,
             const VitrailSheet *here,
             double degrees)
{
  for (guint i = 0; i < self->viewports->len; i++) {
    const VitrailSheet *start = &hand->sheets[i];
    double right[3];
    double down[3];
    if (i == hand->here || start->work == NULL || !is_other_plane (start, here))
      continue;
    memcpy (right, start->right, sizeof right);
    memcpy (down, start->down, sizeof down);
    turn (here, degrees, right);
    turn (here, degrees, down);
    vitrail_viewport_turn_plane (g_ptr_array_index (self->viewports, i), right,
                                 down, hand->cross);
  }
}

/* What the planes are like now. FALSE: there is none in viewport @here. */
static gboolean
remember (VitrailSession *self, guint here, VitrailPlaneHand *hand)
{
  VitrailSheet sheet;

  memset (hand, 0, sizeof *hand);
  hand->here = here;
  if (!vitrail_session_find_cross (
          self, g_ptr_array_index (self->viewports, here), &sheet, hand->cross))
    return FALSE;
  for (guint i = 0; i < self->viewports->len; i++)
    if (!get_sheet (self, i, &sheet, &hand->sheets[i]))
      hand->sheets[i].work = NULL;
  return TRUE;
}

static guint
find_index (VitrailSession *self, VitrailViewport *viewport)
{
  guint index = 0;

  return g_ptr_array_find (self->viewports, viewport, &index) ? index
                                                              : G_MAXUINT;
}

gboolean
vitrail_session_turn_planes (VitrailSession *self,
                             VitrailViewport *viewport,
                             double degrees)
{
  VitrailPlaneHand hand;
  const guint here = find_index (self, viewport);

  if (!isfinite (degrees) || here == G_MAXUINT || !remember (self, here, &hand))
    return FALSE;
  turn_others (self, &hand, &hand.sheets[here], fmod (degrees, 360));
  return TRUE;
}

gboolean
vitrail_session_reset_planes (VitrailSession *self, VitrailViewport *viewport)
{
  VitrailPlaneHand hand;
  const guint here = find_index (self, viewport);

  if (here == G_MAXUINT || !remember (self, here, &hand))
    return FALSE;
  for (guint i = 0; i < self->viewports->len; i++)
    if (hand.sheets[i].work != NULL)
      vitrail_viewport_reset_plane (g_ptr_array_index (self->viewports, i));
  return TRUE;
}

/* --- hands --- */

/* Where @pixel of the picture is in space. FALSE: there is none. */
static gboolean
find_place (VitrailViewport *viewport, const double pixel[2], double place[3])
{
  g_auto (VitrailShownState) state = { 0 };

  vitrail_viewport_get_shown (viewport, &state);
  if (!state.valid || !state.has_plane)
    return FALSE;
  vitrail_plane_map (state.plane, pixel[0], pixel[1], place);
  return TRUE;
}

/* About the crossing, from the picture's right to its down. */
static double
get_degrees (const VitrailPlaneHand *hand, const double place[3])
{
  const VitrailSheet *here = &hand->sheets[hand->here];
  double way[3];

  for (guint n = 0; n < 3; n++)
    way[n] = place[n] - hand->cross[n];
  return atan2 (vitrail_vector_dot (way, here->down),
                vitrail_vector_dot (way, here->right)) *
         180 / G_PI;
}

static gboolean
is_near (const double a[2], const double b[2])
{
  return hypot (a[0] - b[0], a[1] - b[1]) <= GRAB_PX;
}

static void
find_grip (VitrailSession *self, VitrailPlaneHand *hand, const double pixel[2])
{
  g_autoptr (GArray) lines =
      vitrail_session_find_plane_lines (self, hand->here);

  for (guint i = 0; i < lines->len; i++) {
    const VitrailPlaneLine *line = &g_array_index (lines, VitrailPlaneLine, i);
    for (guint n = 0; n < line->n_turns; n++)
      if (is_near (line->turns[n], pixel))
        hand->grip = TURNING;
    for (guint n = 0; n < line->n_slabs; n++)
      if (is_near (line->slabs[n], pixel)) {
        hand->grip = THICKENING;
        hand->other = line->viewport;
        return;
      }
  }
}

static void
thicken (VitrailSession *self,
         const VitrailPlaneHand *hand,
         const double pixel[2],
         const double place[3])
{
  VitrailViewport *here = vitrail_session_get_viewport (self, hand->here);
  VitrailViewport *viewport = vitrail_session_get_viewport (self, hand->other);
  const double *away = hand->sheets[hand->other].away;
  const double next[2] = { pixel[0] + 1, pixel[1] };
  double beside[3];
  double thickness = 0;
  guint slab = 0;

  if (viewport == NULL || !find_place (here, next, beside))
    return;
  for (guint n = 0; n < 3; n++)
    beside[n] -= place[n];
  const double pixel_mm = sqrt (vitrail_vector_dot (beside, beside));
  const double distance = fabs (vitrail_vector_dot (place, away) -
                                vitrail_vector_dot (hand->cross, away));
  vitrail_viewport_get_slab (viewport, &thickness, &slab);
  /* To a tenth of a millimetre. */
  thickness = distance < NONE_PX * pixel_mm ? 0 : rint (2 * distance * 10) / 10;
  vitrail_viewport_set_slab (viewport, MIN (thickness, 1000), slab);
}

static void
start (VitrailSession *self,
       VitrailViewport *viewport,
       const double pixel[2],
       const double place[3])
{
  g_autofree VitrailPlaneHand *hand = g_new0 (VitrailPlaneHand, 1);

  if (!remember (self, find_index (self, viewport), hand))
    return;
  find_grip (self, hand, pixel);
  hand->start_deg = get_degrees (hand, place);
  self->hand = g_steal_pointer (&hand);
}

void
vitrail_session_move_crosshairs (VitrailSession *self,
                                 VitrailViewport *viewport,
                                 VitrailHandPhase phase,
                                 const double pixel[2])
{
  double place[3];

  if (phase == VITRAIL_HAND_PRESS)
    g_clear_pointer (&self->hand, vitrail_plane_hand_free);
  if (find_index (self, viewport) == G_MAXUINT ||
      !find_place (viewport, pixel, place))
    return;
  if (phase == VITRAIL_HAND_PRESS)
    start (self, viewport, pixel, place);
  const VitrailPlaneHand *hand = self->hand;
  if (hand == NULL || hand->grip == POINTING)
    vitrail_session_go_to_place (self, viewport, place);
  else if (hand->here == find_index (self, viewport) &&
           phase == VITRAIL_HAND_MOVE)
  {
    if (hand->grip == TURNING)
      turn_others (self, hand, &hand->sheets[hand->here],
                   get_degrees (hand, place) - hand->start_deg);
    else
      thicken (self, hand, pixel, place);
  }
  if (phase == VITRAIL_HAND_RELEASE)
    g_clear_pointer (&self->hand, vitrail_plane_hand_free);
}
