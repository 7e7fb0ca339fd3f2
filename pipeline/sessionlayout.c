/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The viewports of a session: layout, which is active, the tool of all. */

#include "fusinghand.h"
#include "planehands.h"
#include "planepath.h"
#include "session-private.h"
#include "tools.h"
#include "viewport-private.h"

#include <string.h>

static void
crosshairs_cb (VitrailViewport *viewport,
               guint phase,
               double x,
               double y,
               gpointer user_data)
{
  VitrailSession *self = user_data;
  const double pixel[2] = { x, y };

  if (strcmp (self->tool, "path") == 0)
    vitrail_session_move_path (self, viewport, (VitrailHandPhase) phase, pixel);
  else if (strcmp (self->tool, "region") == 0)
    vitrail_session_move_region (self, viewport, (VitrailHandPhase) phase,
                                 pixel);
  else if (g_str_has_suffix (self->tool, "-layer"))
    vitrail_session_drag_layer (self, viewport, (VitrailHandPhase) phase, pixel,
                                strcmp (self->tool, "turn-layer") == 0);
  else
    vitrail_session_move_crosshairs (self, viewport, (VitrailHandPhase) phase,
                                     pixel);
}

void
vitrail_session_add_viewport (VitrailSession *self)
{
  VitrailViewport *viewport = vitrail_viewport_new (NULL);
  vitrail_viewport_set_tool (viewport, self->tool);
  vitrail_viewport_set_kept (viewport, self->kept);
  vitrail_viewport_set_measurements (viewport, self->measurements);
  g_signal_connect_object (viewport, "crosshairs", G_CALLBACK (crosshairs_cb),
                           self, 0);
  g_signal_connect_object (viewport, "told", G_CALLBACK (vitrail_session_tell),
                           self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->viewports, viewport);
}

void
vitrail_session_set_layout (VitrailSession *self, guint rows, guint columns)
{
  rows = CLAMP (rows, 1, VITRAIL_SESSION_MAX_SIDE);
  columns = CLAMP (columns, 1, VITRAIL_SESSION_MAX_SIDE);
  if (rows == self->rows && columns == self->columns)
    return;
  self->rows = rows;
  self->columns = columns;
  self->one_up = FALSE;
  while (self->viewports->len < rows * columns)
    vitrail_session_add_viewport (self);
  g_ptr_array_set_size (self->viewports, (int) (rows * columns));
  self->active = MIN (self->active, self->viewports->len - 1);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_LAYOUT);
}

void
vitrail_session_get_layout (VitrailSession *self, guint *rows, guint *columns)
{
  *rows = self->rows;
  *columns = self->columns;
}

guint
vitrail_session_get_n_viewports (VitrailSession *self)
{
  return self->viewports->len;
}

VitrailViewport *
vitrail_session_get_viewport (VitrailSession *self, guint index)
{
  return index < self->viewports->len
             ? g_ptr_array_index (self->viewports, index)
             : NULL;
}

guint
vitrail_session_get_active (VitrailSession *self)
{
  return self->active;
}

void
vitrail_session_set_active (VitrailSession *self, guint index)
{
  if (index >= self->viewports->len || index == self->active)
    return;
  self->active = index;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

VitrailViewport *
vitrail_session_get_active_viewport (VitrailSession *self)
{
  return g_ptr_array_index (self->viewports, self->active);
}

void
vitrail_session_set_one_up (VitrailSession *self, gboolean one_up)
{
  if (self->one_up == one_up)
    return;
  self->one_up = one_up;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

gboolean
vitrail_session_get_one_up (VitrailSession *self)
{
  return self->one_up;
}

gboolean
vitrail_session_set_tool (VitrailSession *self, const char *tool)
{
  if (vitrail_tool_find (tool) == NULL)
    return FALSE;
  g_autofree char *old = self->tool;
  self->tool = g_strdup (tool);
  for (guint i = 0; i < self->viewports->len; i++)
    vitrail_viewport_set_tool (g_ptr_array_index (self->viewports, i), tool);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
  return TRUE;
}

const char *
vitrail_session_get_tool (VitrailSession *self)
{
  return self->tool;
}

void
vitrail_session_set_sync (VitrailSession *self, gboolean sync)
{
  if (sync == (self->sync != NULL))
    return;
  if (sync)
    self->sync = vitrail_slide_sync_new (self);
  else
    g_clear_pointer (&self->sync, vitrail_slide_sync_free);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

gboolean
vitrail_session_get_sync (VitrailSession *self)
{
  return self->sync != NULL;
}

void
vitrail_session_set_cine_sync (VitrailSession *self, gboolean sync)
{
  if (sync == (self->cine_sync != NULL))
    return;
  if (sync)
    self->cine_sync = vitrail_cine_sync_new (self);
  else
    g_clear_pointer (&self->cine_sync, vitrail_cine_sync_free);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

gboolean
vitrail_session_get_cine_sync (VitrailSession *self)
{
  return self->cine_sync != NULL;
}

void
vitrail_session_set_clip_strip (VitrailSession *self, gboolean shows)
{
  if (shows == self->shows_clip_strip)
    return;
  self->shows_clip_strip = shows;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

gboolean
vitrail_session_get_clip_strip (VitrailSession *self)
{
  return self->shows_clip_strip;
}
