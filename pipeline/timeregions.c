/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See timeregions.h. */

#include "timeregions.h"

#include "error.h"
#include "planehands.h"
#include "session-private.h"
#include "viewport-private.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* More would be told from each other by nobody. */
#define MOST_REGIONS 6u
/* A shorter drag is a click, which makes no region. */
#define LEAST_MM 0.5
/* 0xRRGGBB, of one that has no curve yet. */
#define PENDING 0xd0d0d0u

typedef struct {
  VitrailTimeRegions *owner;
  VitrailBall ball;
  gboolean is_held;   /* being drawn: not measured yet */
  double *means;      /* or NULL: not yet, or none */
  GCancellable *life; /* of its measuring */
} Region;

struct _VitrailTimeRegions {
  VitrailSession *session;
  VitrailVolumeWork *work; /* weak */
  GPtrArray *regions;      /* Region */
  double *means;           /* of those that have been measured */
  VitrailTimeCurves curves;
};

static void
region_free (gpointer data)
{
  Region *self = data;

  g_cancellable_cancel (self->life);
  g_object_unref (self->life);
  g_free (self->means);
  g_free (self);
}

void
vitrail_time_regions_free (VitrailTimeRegions *self)
{
  if (self->work != NULL)
    g_object_remove_weak_pointer (G_OBJECT (self->work),
                                  (gpointer *) &self->work);
  g_ptr_array_unref (self->regions);
  g_free (self->means);
  g_free (self);
}

static VitrailTimeRegions *
regions_new (VitrailSession *session, VitrailVolumeWork *work)
{
  VitrailTimeRegions *self = g_new0 (VitrailTimeRegions, 1);

  self->session = session;
  self->work = work;
  g_object_add_weak_pointer (G_OBJECT (work), (gpointer *) &self->work);
  self->regions = g_ptr_array_new_with_free_func (region_free);
  return self;
}

/* Planes draw them, panels show the curves. */
static void
tell (VitrailSession *self)
{
  for (guint i = 0; i < self->viewports->len; i++)
    if (vitrail_viewport_is_plane (g_ptr_array_index (self->viewports, i)))
      vitrail_viewport_emit_changed (g_ptr_array_index (self->viewports, i));
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

void
vitrail_session_clear_regions (VitrailSession *self)
{
  if (self->regions == NULL)
    return;
  g_clear_pointer (&self->regions, vitrail_time_regions_free);
  tell (self);
}

/* --- what is measured --- */

static void
collect (VitrailTimeRegions *self)
{
  const VitrailVolumePlan *plan = vitrail_volume_moment_get_plan (
      vitrail_volume_work_get_moment (self->work));

  g_free (self->means);
  self->means = g_new (double, (gsize) plan->n_times * self->regions->len);
  self->curves = vitrail_time_curves_of (plan);
  for (guint i = 0; i < self->regions->len; i++) {
    const Region *region = g_ptr_array_index (self->regions, i);
    if (region->means != NULL)
      memcpy (self->means + (gsize) self->curves.n_regions++ * plan->n_times,
              region->means, plan->n_times * sizeof (double));
  }
  self->curves.means = self->means;
}

static void
measured_cb (const double *means, const char *error, gpointer user_data)
{
  Region *region = user_data;
  VitrailTimeRegions *self = region->owner;
  VitrailSession *session = self->session;

  if (error != NULL)
    vitrail_session_tell (session, error);
  if (means == NULL || self->work == NULL) {
    g_ptr_array_remove (self->regions, region);
  } else {
    g_free (region->means);
    region->means =
        g_memdup2 (means, vitrail_volume_work_get_n_times (self->work) *
                              sizeof *means);
    collect (self);
  }
  tell (session);
}

/* The oldest goes where there are too many. */
static void
measure (VitrailTimeRegions *self, Region *region)
{
  region->is_held = FALSE;
  if (self->regions->len > MOST_REGIONS) {
    g_ptr_array_remove_index (self->regions, 0);
    collect (self);
  }
  vitrail_volume_moment_measure (vitrail_volume_work_get_moment (self->work),
                                 &region->ball, region->life, measured_cb,
                                 region);
}

const VitrailTimeCurves *
vitrail_session_get_time_curves (VitrailSession *self)
{
  return self->regions != NULL && self->regions->work != NULL &&
                 self->regions->curves.n_regions > 0
             ? &self->regions->curves
             : NULL;
}

/* --- which there are --- */

/* One more in the volume of @viewport. */
static Region *
add (VitrailSession *self,
     VitrailViewport *viewport,
     const VitrailBall *ball,
     GError **error)
{
  Region *region = NULL;

  if (!vitrail_viewport_has_times (viewport)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "There are no several points in time");
    return NULL;
  }
  if (self->regions != NULL && self->regions->work != viewport->volume)
    g_clear_pointer (&self->regions, vitrail_time_regions_free);
  if (self->regions == NULL)
    self->regions = regions_new (self, viewport->volume);
  region = g_new0 (Region, 1);
  region->owner = self->regions;
  region->ball = *ball;
  region->life = g_cancellable_new ();
  g_ptr_array_add (self->regions->regions, region);
  return region;
}

gboolean
vitrail_session_add_region (VitrailSession *self,
                            VitrailViewport *viewport,
                            const VitrailBall *ball,
                            GError **error)
{
  Region *region = add (self, viewport, ball, error);

  if (region != NULL)
    measure (self->regions, region);
  return region != NULL;
}

/* --- hands --- */

static Region *
get_held (VitrailSession *self)
{
  Region *last = NULL;

  if (self->regions != NULL && self->regions->regions->len > 0)
    last = g_ptr_array_index (self->regions->regions,
                              self->regions->regions->len - 1);
  return last != NULL && last->is_held ? last : NULL;
}

static void
let_go (VitrailSession *self)
{
  Region *region = get_held (self);

  if (region == NULL)
    return;
  if (region->ball.radius >= LEAST_MM && self->regions->work != NULL)
    measure (self->regions, region);
  else
    g_ptr_array_remove (self->regions->regions, region);
  tell (self);
}

static void
press (VitrailSession *self, VitrailViewport *viewport, const double place[3])
{
  g_autoptr (GError) error = NULL;
  VitrailBall ball = { .radius = 0 };

  memcpy (ball.center, place, sizeof ball.center);
  Region *region = add (self, viewport, &ball, &error);
  if (region != NULL)
    region->is_held = TRUE;
  else
    vitrail_session_tell (self, error->message);
}

static void
stretch (VitrailSession *self, const double place[3])
{
  Region *region = get_held (self);
  double squares = 0;

  if (region == NULL)
    return;
  for (guint n = 0; n < 3; n++)
    squares += (place[n] - region->ball.center[n]) *
               (place[n] - region->ball.center[n]);
  region->ball.radius = sqrt (squares);
  tell (self);
}

void
vitrail_session_move_region (VitrailSession *self,
                             VitrailViewport *viewport,
                             VitrailHandPhase phase,
                             const double pixel[2])
{
  g_auto (VitrailShownState) state = { 0 };
  double place[3];

  vitrail_viewport_get_shown (viewport, &state);
  if (state.valid && state.has_plane && vitrail_viewport_is_plane (viewport)) {
    vitrail_plane_map (state.plane, pixel[0], pixel[1], place);
    if (phase == VITRAIL_HAND_PRESS)
      press (self, viewport, place);
    else if (phase == VITRAIL_HAND_MOVE)
      stretch (self, place);
  }
  if (phase == VITRAIL_HAND_RELEASE)
    let_go (self);
}

/* --- marks --- */

GArray *
vitrail_session_find_region_marks (VitrailSession *self, guint index)
{
  GArray *marks = g_array_new (FALSE, FALSE, sizeof (VitrailRegionMark));
  VitrailViewport *viewport = vitrail_session_get_viewport (self, index);
  g_auto (VitrailShownState) state = { 0 };
  VitrailSheet sheet;
  guint n_measured = 0;

  if (self->regions == NULL || viewport == NULL ||
      !vitrail_viewport_get_sheet (viewport, &sheet) ||
      sheet.work != self->regions->work)
    return marks;
  vitrail_viewport_get_shown (viewport, &state);
  if (!state.valid || !state.has_plane)
    return marks;
  for (guint i = 0; i < self->regions->regions->len; i++) {
    const Region *region = g_ptr_array_index (self->regions->regions, i);
    const double away = vitrail_vector_dot (region->ball.center, sheet.away) -
                        vitrail_vector_dot (sheet.place, sheet.away);
    const double left = region->ball.radius * region->ball.radius - away * away;
    VitrailRegionMark mark = { .color = PENDING };
    /* As its curve, which is one of those that have been measured. */
    if (region->means != NULL)
      mark.color = vitrail_time_curves_get_color (n_measured++);
    if (!(left > 0))
      continue;
    vitrail_plane_to_pixel (state.plane, region->ball.center, mark.center);
    mark.radius = sqrt (left) / hypot (hypot (state.plane[0], state.plane[4]),
                                       state.plane[8]);
    g_array_append_val (marks, mark);
  }
  return marks;
}
