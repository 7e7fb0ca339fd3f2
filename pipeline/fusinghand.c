/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See fusinghand.h. */

#include "fusinghand.h"

#include "session-private.h"
#include "shown.h"
#include "viewport-private.h"
#include "viewportplane.h"
#include "volume/vector.h"
#include "volume/volume.h"

#include <math.h>
#include <string.h>

/* From the middle of a picture, in pixels: nearer a hand says no direction. */
#define LEAST_PX 4.0

struct _VitrailFusingHand {
  double hand[16]; /* as it was when it took hold */
  double place[3]; /* under the pointer then, or the middle of the picture */
  double pixel[2]; /* that middle in the picture */
  double start;    /* degrees from it to the pointer then */
  double away[3];  /* from the reader */
};

void
vitrail_fusing_hand_free (VitrailFusingHand *self)
{
  g_free (self);
}

/* --- rigid moves --- */

static void
make_shift (const double by[3], double matrix[16])
{
  memset (matrix, 0, 16 * sizeof *matrix);
  for (guint n = 0; n < 3; n++) {
    matrix[(gsize) 5 * n] = 1;
    matrix[(gsize) 4 * n + 3] = by[n];
  }
  matrix[15] = 1;
}

/* About the line through @place along @axis, one long: seen along it,
 * clockwise. */
static void
make_turn (const double axis[3],
           const double place[3],
           double degrees,
           double matrix[16])
{
  const double c = cos (degrees * G_PI / 180);
  const double s = sin (degrees * G_PI / 180);

  memset (matrix, 0, 16 * sizeof *matrix);
  for (guint i = 0; i < 3; i++) {
    matrix[4 * i + 3] = place[i];
    for (guint j = 0; j < 3; j++) {
      double value = (1 - c) * axis[i] * axis[j];
      if (i == j)
        value += c;
      else
        value += ((i + 1) % 3 == j ? -s : s) * axis[3 - i - j];
      matrix[4 * i + j] = value;
      matrix[4 * i + 3] -= value * place[j];
    }
  }
  matrix[15] = 1;
}

/* @move after what has been done. */
static gboolean
move_on (VitrailSession *self, const double before[16], const double move[16])
{
  double hand[16];

  vitrail_matrix_multiply (move, before, hand);
  return vitrail_session_set_layer_hand (self, hand);
}

/* --- steps --- */

static gboolean
get_both (VitrailSession *self,
          VitrailViewport *viewport,
          VitrailSheet *sheet,
          VitrailFusingStatus *status)
{
  if (!vitrail_viewport_is_plane (viewport) ||
      !vitrail_viewport_get_sheet (viewport, sheet))
    return vitrail_session_refuse (self, "Layers are moved in planes");
  if (!vitrail_session_get_fusing (self, status) ||
      status->state != VITRAIL_FUSING_SHOWN)
    return vitrail_session_refuse (self, "Nothing is laid over the planes");
  return TRUE;
}

gboolean
vitrail_session_move_layer (VitrailSession *self,
                            VitrailViewport *viewport,
                            double right,
                            double down)
{
  VitrailFusingStatus status;
  VitrailSheet sheet = { .space = NULL };
  double by[3];
  double move[16];

  if (!isfinite (right) || !isfinite (down) ||
      !get_both (self, viewport, &sheet, &status))
    return FALSE;
  for (guint n = 0; n < 3; n++)
    by[n] = right * sheet.right[n] + down * sheet.down[n];
  make_shift (by, move);
  return move_on (self, status.hand, move);
}

gboolean
vitrail_session_turn_layer (VitrailSession *self,
                            VitrailViewport *viewport,
                            double degrees)
{
  VitrailFusingStatus status;
  VitrailSheet sheet = { .space = NULL };
  double move[16];

  if (!isfinite (degrees) || !get_both (self, viewport, &sheet, &status))
    return FALSE;
  make_turn (sheet.away, sheet.place, degrees, move);
  return move_on (self, status.hand, move);
}

gboolean
vitrail_session_reset_layer (VitrailSession *self)
{
  double unmoved[16];

  make_shift ((const double[]){ 0, 0, 0 }, unmoved);
  return vitrail_session_set_layer_hand (self, unmoved);
}

/* --- drags --- */

static double
get_angle (const VitrailFusingHand *self, const double pixel[2])
{
  return atan2 (pixel[1] - self->pixel[1], pixel[0] - self->pixel[0]) * 180 /
         G_PI;
}

/* What is under the pointer; a layer that is nowhere yet is placed first. */
static void
take_hold (VitrailSession *self,
           VitrailViewport *viewport,
           const VitrailShownState *state,
           const VitrailSheet *sheet,
           const double pixel[2],
           gboolean turns)
{
  VitrailFusingStatus status;

  if (!vitrail_session_get_fusing (self, &status)) {
    vitrail_session_tell (self, "Nothing is laid over the planes");
    return;
  }
  if (status.state == VITRAIL_FUSING_REFUSED)
    (void) vitrail_session_place_layer (self);
  if (status.state != VITRAIL_FUSING_SHOWN)
    return;
  VitrailFusingHand *hand = g_new0 (VitrailFusingHand, 1);
  memcpy (hand->hand, status.hand, sizeof hand->hand);
  memcpy (hand->away, sheet->away, sizeof hand->away);
  hand->pixel[0] = (viewport->width - 1.0) / 2;
  hand->pixel[1] = (viewport->height - 1.0) / 2;
  hand->start = get_angle (hand, pixel);
  const double *at = turns ? hand->pixel : pixel;
  vitrail_plane_map (state->plane, at[0], at[1], hand->place);
  self->layer_hand = hand;
}

static void
follow (VitrailSession *self,
        const VitrailShownState *state,
        const double pixel[2],
        gboolean turns)
{
  const VitrailFusingHand *hand = self->layer_hand;
  double move[16];

  if (turns) {
    if (hypot (pixel[0] - hand->pixel[0], pixel[1] - hand->pixel[1]) < LEAST_PX)
      return;
    make_turn (hand->away, hand->place, get_angle (hand, pixel) - hand->start,
               move);
  } else {
    double place[3];
    vitrail_plane_map (state->plane, pixel[0], pixel[1], place);
    for (guint n = 0; n < 3; n++)
      place[n] -= hand->place[n];
    make_shift (place, move);
  }
  if (!move_on (self, hand->hand, move))
    g_clear_pointer (&self->layer_hand, vitrail_fusing_hand_free);
}

void
vitrail_session_drag_layer (VitrailSession *self,
                            VitrailViewport *viewport,
                            VitrailHandPhase phase,
                            const double pixel[2],
                            gboolean turns)
{
  g_auto (VitrailShownState) state = { 0 };
  VitrailSheet sheet;

  if (phase != VITRAIL_HAND_MOVE)
    g_clear_pointer (&self->layer_hand, vitrail_fusing_hand_free);
  vitrail_viewport_get_shown (viewport, &state);
  if (!state.valid || !state.has_plane ||
      !vitrail_viewport_is_plane (viewport) ||
      !vitrail_viewport_get_sheet (viewport, &sheet))
    return;
  if (phase == VITRAIL_HAND_PRESS)
    take_hold (self, viewport, &state, &sheet, pixel, turns);
  else if (phase == VITRAIL_HAND_MOVE && self->layer_hand != NULL)
    follow (self, &state, pixel, turns);
}

void
vitrail_fusing_measure_hand (const VitrailFusingStatus *status,
                             double *mm,
                             double *degrees)
{
  const double *hand = status->hand;
  double moved[3];
  double squares = 0;

  vitrail_matrix_map (hand, status->middle, moved);
  for (guint n = 0; n < 3; n++)
    squares += (moved[n] - status->middle[n]) * (moved[n] - status->middle[n]);
  *mm = sqrt (squares);
  /* The trace of a rotation is 1 + 2 cos; by sines it is exact for small ones.
   */
  const double sines[3] = { hand[9] - hand[6], hand[2] - hand[8],
                            hand[4] - hand[1] };
  *degrees = atan2 (sqrt (vitrail_vector_dot (sines, sines)),
                    hand[0] + hand[5] + hand[10] - 1) *
             180 / G_PI;
}
