/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See planelines.h. */

#include "planelines.h"

#include "session-private.h"
#include "viewport-private.h"
#include "volume/planeline.h"

#include <math.h>
#include <string.h>

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

static gboolean
is_plane (VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);

  return set != NULL && set->kind == VITRAIL_DISPLAY_SET_PLANE;
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

/* The line of viewport @other in that of @here. */
static void
add_line (GArray *lines,
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
  line.color = choose_color (shown.info->plane);
  if (vitrail_plane_line_find (&picture, &from, line.from, line.to))
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
    if (i != index && ((is_plane (here) && is_plane (other)) ||
                       (self->reference_lines && i == self->active)))
      add_line (lines, here, &state, other, i);
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
    if (other != viewport && is_plane (other) && get_picture (other, &shown) &&
        is_same_space (&state, &shown))
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
