/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See layoutbefore.h. */

#include "layoutbefore.h"

struct _VitrailLayoutBefore {
  GPtrArray *sets; /* NULL where there was none */
  guint rows;
  guint columns;
  guint active;
  gboolean is_synced;
};

static void
display_set_unref (gpointer set)
{
  if (set != NULL)
    vitrail_display_set_unref (set);
}

VitrailLayoutBefore *
vitrail_layout_before_new (VitrailSession *session)
{
  VitrailLayoutBefore *self = g_new0 (VitrailLayoutBefore, 1);

  self->sets = g_ptr_array_new_with_free_func (display_set_unref);
  vitrail_session_get_layout (session, &self->rows, &self->columns);
  self->active = vitrail_session_get_active (session);
  self->is_synced = vitrail_session_get_cine_sync (session);
  for (guint i = 0; i < vitrail_session_get_n_viewports (session); i++) {
    VitrailDisplaySet *set = vitrail_viewport_get_display_set (
        vitrail_session_get_viewport (session, i));
    g_ptr_array_add (self->sets,
                     set != NULL ? vitrail_display_set_ref (set) : NULL);
  }
  return self;
}

void
vitrail_layout_before_free (VitrailLayoutBefore *self)
{
  g_ptr_array_unref (self->sets);
  g_free (self);
}

void
vitrail_layout_before_restore (const VitrailLayoutBefore *self,
                               VitrailSession *session)
{
  vitrail_session_set_cine_sync (session, FALSE);
  vitrail_session_set_layout (session, self->rows, self->columns);
  for (guint i = 0; i < self->sets->len; i++)
    vitrail_viewport_show (vitrail_session_get_viewport (session, i),
                           vitrail_session_get_source (session),
                           g_ptr_array_index (self->sets, i));
  vitrail_session_set_active (session, self->active);
  vitrail_session_set_cine_sync (session, self->is_synced);
}

VitrailDisplaySet *
vitrail_layout_before_ref_active (const VitrailLayoutBefore *self)
{
  VitrailDisplaySet *set = self->active < self->sets->len
                               ? g_ptr_array_index (self->sets, self->active)
                               : NULL;

  return set != NULL ? vitrail_display_set_ref (set) : NULL;
}
