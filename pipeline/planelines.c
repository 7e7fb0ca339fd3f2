/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planelines.h. */

#include "planelines.h"

#include "planehands.h"
#include "session-private.h"
#include "viewport-private.h"
#include "volume/planeline.h"

#include <math.h>
#include <string.h>

/* How far from the crossing handles are, in parts of the viewport. */
#define TURN_AT 0.36
#define SLAB_AT 0.2

#define TAG_FRAME_OF_REFERENCE VITRAIL_TAG (0x0020, 0x0052)

/* FALSE: its picture lies nowhere, or is not there. */
static gboolean
get_picture (VitrailViewport *viewport, VitrailShownState *state)
{
  vitrail_viewport_get_shown (viewport, state);
  return state->valid && state->info != NULL && state->has_plane;
}

/* Of one space: what is nowhere said is not guessed. */
static gboolean
is_same_space (const VitrailShownState *a, const VitrailShownState *b)
{
  g_autofree char *one =
      vitrail_data_set_dup_string (a->info->data_set, TAG_FRAME_OF_REFERENCE,
                                   0);
  g_autofree char *other =
      vitrail_data_set_dup_string (b->info->data_set, TAG_FRAME_OF_REFERENCE,
                                   0);

  return one != NULL && one[0] != '\0' && g_strcmp0 (one, other) == 0;
}

static guint32
choose_color (const double plane[12])
{
  static const guint32 colors[3] = { 0xe5c33d, 0x5fc46b, 0xe5534b };
  double normal[3];
  guint most = 0;

  for (guint n = 0; n < 3; n++) {
    const double *b = &plane[(gsize) 4 * ((n + 1) % 3)];
    const double *c = &plane[(gsize) 4 * ((n + 2) % 3)];
    normal[n] = fabs (b[0] * c[1] - c[0] * b[1]);
    if (normal[n] > normal[most])
      most = n;
  }
  const double length = sqrt (normal[0] * normal[0] + normal[1] * normal[1] +
                              normal[2] * normal[2]);
  return normal[most] > 0.9 * length ? colors[most] : 0x5b9dff;
}

/* Planes keep their colours however they are turned. */
static guint32
get_color (VitrailViewport *viewport, const double plane[12])
{
  static const guint32 colors[] = { [VITRAIL_MPR_AXIAL] = 0xe5534b,
                                    [VITRAIL_MPR_CORONAL] = 0x5fc46b,
                                    [VITRAIL_MPR_SAGITTAL] = 0xe5c33d };
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);

  return vitrail_viewport_is_plane (viewport) &&
                 set->orientation < G_N_ELEMENTS (colors)
             ? colors[set->orientation]
             : choose_color (plane);
}

/* One more, unless it is not in the picture. */
static void
add_handle (const VitrailViewport *here,
            double x,
            double y,
            double handles[][2],
            guint *n)
{
  if (x < 0 || y < 0 || x > here->width - 1.0 || y > here->height - 1.0)
    return;
  handles[*n][0] = x;
  handles[(*n)++][1] = y;
}

/* To both sides of the crossing: those that turn farther out. */
static void
add_handles (VitrailSession *self,
             VitrailViewport *here,
             const VitrailShownState *state,
             VitrailViewport *other,
             VitrailPlaneLine *line)
{
  const double least = MIN (here->width, here->height);
  const double dx = line->to[0] - line->from[0];
  const double dy = line->to[1] - line->from[1];
  const double length = hypot (dx, dy);
  VitrailSheet sheet;
  double place[3];
  double cross[2];
  double step[2];
  guint slab = 0;

  vitrail_viewport_get_slab (other, &line->slab_mm, &slab);
  if (!(length > 0) || !vitrail_session_find_cross (self, here, &sheet, place))
    return;
  vitrail_plane_to_pixel (state->plane, place, cross);
  /* How many pixels a millimetre is. */
  for (guint n = 0; n < 3; n++)
    place[n] += sheet.right[n];
  vitrail_plane_to_pixel (state->plane, place, step);
  const double px_a_mm = hypot (step[0] - cross[0], step[1] - cross[1]);
  line->half[0] = -dy / length * line->slab_mm / 2 * px_a_mm;
  line->half[1] = dx / length * line->slab_mm / 2 * px_a_mm;
  if (strcmp (self->tool, "crosshairs") != 0)
    return;
  for (int side = -1; side <= 1; side += 2) {
    const double x = side * dx / length * least;
    const double y = side * dy / length * least;
    add_handle (here, cross[0] + TURN_AT * x, cross[1] + TURN_AT * y,
                line->turns, &line->n_turns);
    for (int face = -1; face <= (line->slab_mm > 0 ? 1 : -1); face += 2)
      add_handle (here, cross[0] + SLAB_AT * x + face * line->half[0],
                  cross[1] + SLAB_AT * y + face * line->half[1], line->slabs,
                  &line->n_slabs);
  }
}

/* The line of viewport @other in that of @here. */
static void
add_line (VitrailSession *self,
          GArray *lines,
          VitrailViewport *here,
          const VitrailShownState *state,
          VitrailViewport *viewport,
          guint other)
{
  g_auto (VitrailShownState) shown = { 0 };
  VitrailPlaneLine line = { .viewport = other };

  if (!get_picture (viewport, &shown) || !shown.info->has_plane ||
      !is_same_space (state, &shown))
    return;
  const VitrailPlanePicture picture = { state->plane, here->width,
                                        here->height };
  const VitrailPlanePicture from = { shown.info->plane,
                                     shown.info->format.width,
                                     shown.info->format.height };
  line.color = get_color (viewport, shown.info->plane);
  if (!vitrail_plane_line_find (&picture, &from, line.from, line.to))
    return;
  if (vitrail_viewport_is_plane (here) && vitrail_viewport_is_plane (viewport))
    add_handles (self, here, state, viewport, &line);
  g_array_append_val (lines, line);
}

GArray *
vitrail_session_find_plane_lines (VitrailSession *self, guint index)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (VitrailPlaneLine));
  VitrailViewport *here = vitrail_session_get_viewport (self, index);
  g_auto (VitrailShownState) state = { 0 };

  if (here == NULL || self->viewports->len < 2 || !get_picture (here, &state))
    return lines;
  for (guint i = 0; i < self->viewports->len; i++) {
    VitrailViewport *other = g_ptr_array_index (self->viewports, i);
    if (i != index && ((vitrail_viewport_is_plane (here) &&
                        vitrail_viewport_is_plane (other)) ||
                       (self->reference_lines && i == self->active)))
      add_line (self, lines, here, &state, other, i);
  }
  return lines;
}

void
vitrail_session_go_to_place (VitrailSession *self,
                             VitrailViewport *viewport,
                             const double place[3])
{
  g_auto (VitrailShownState) state = { 0 };

  if (!get_picture (viewport, &state))
    return;
  for (guint i = 0; i < self->viewports->len; i++) {
    VitrailViewport *other = g_ptr_array_index (self->viewports, i);
    g_auto (VitrailShownState) shown = { 0 };
    if (other != viewport && vitrail_viewport_is_plane (other) &&
        get_picture (other, &shown) && is_same_space (&state, &shown))
      vitrail_viewport_go_to_place (other, place);
  }
}

void
vitrail_session_set_reference_lines (VitrailSession *self, gboolean shown)
{
  if (self->reference_lines == shown)
    return;
  self->reference_lines = shown;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

gboolean
vitrail_session_get_reference_lines (VitrailSession *self)
{
  return self->reference_lines;
}
