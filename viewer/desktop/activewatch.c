/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Following the active viewport: see activewatch.h. */

#include "activewatch.h"

#define WATCH_KEY "vitrail-active-watch"

typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport; /* listened to, or NULL */
  VitrailActiveFunc function;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *self = data;
  g_clear_object (&self->viewport);
  g_object_unref (self->session);
  g_free (self);
}

static void
update_cb (GObject *owner)
{
  const Watch *self = g_object_get_data (owner, WATCH_KEY);
  if (self != NULL)
    self->function (owner);
}

static void
follow_cb (GObject *owner)
{
  Watch *self = g_object_get_data (owner, WATCH_KEY);
  if (self == NULL)
    return;
  VitrailViewport *active = vitrail_session_get_active_viewport (self->session);
  if (active != self->viewport) {
    if (self->viewport != NULL)
      g_signal_handlers_disconnect_by_func (self->viewport, update_cb, owner);
    g_set_object (&self->viewport, active);
    g_signal_connect_object (active, "changed", G_CALLBACK (update_cb), owner,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (active, "shown", G_CALLBACK (update_cb), owner,
                             G_CONNECT_SWAPPED);
  }
  self->function (owner);
}

void
vitrail_active_watch (VitrailSession *session,
                      GObject *owner,
                      VitrailActiveFunc function)
{
  Watch *self = g_new0 (Watch, 1);
  self->session = g_object_ref (session);
  self->function = function;
  g_object_set_data_full (owner, WATCH_KEY, self, watch_free);
  g_signal_connect_object (session, "changed", G_CALLBACK (follow_cb), owner,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "layout-changed", G_CALLBACK (follow_cb),
                           owner, G_CONNECT_SWAPPED);
  follow_cb (owner);
}
