/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series before they are shown: see studyahead.h. */

#include "studyahead.h"

#include "activewatch.h"
#include "studyprefetch.h"

#define AHEAD_KEY "vitrail-study-ahead"

typedef struct {
  VitrailSession *session;
  VitrailDisplaySet *active; /* beside which it is fetched, or NULL */
  VitrailStudyPrefetch *prefetch;
} Ahead;

static void
ahead_clear (Ahead *self)
{
  g_clear_pointer (&self->prefetch, vitrail_study_prefetch_free);
  g_clear_pointer (&self->active, vitrail_display_set_unref);
}

static void
ahead_free (gpointer data)
{
  Ahead *self = data;

  ahead_clear (self);
  g_object_unref (self->session);
  g_free (self);
}

/* Those of the study as they are now: the session's own change. */
static void
start (Ahead *self, VitrailDisplaySet *active)
{
  const VitrailPrefetchOptions options = VITRAIL_PREFETCH_DEFAULTS;
  VitrailDataSource *source = vitrail_session_get_source (self->session);
  GPtrArray *sets = vitrail_session_get_display_sets (self->session);
  guint index = 0;

  if (source == NULL || !g_ptr_array_find (sets, active, &index))
    return;
  g_autoptr (GPtrArray) copy = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);
  for (guint i = 0; i < sets->len; i++)
    g_ptr_array_add (copy,
                     vitrail_display_set_ref (g_ptr_array_index (sets, i)));
  self->active = vitrail_display_set_ref (active);
  self->prefetch = vitrail_study_prefetch_new (source, copy, &options);
  vitrail_study_prefetch_start (self->prefetch, index);
}

static void
update (gpointer owner)
{
  Ahead *self = g_object_get_data (owner, AHEAD_KEY);
  VitrailDisplaySet *active = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (self->session));

  if (active == self->active)
    return;
  ahead_clear (self);
  if (active != NULL)
    start (self, active);
}

GObject *
vitrail_study_ahead_new (VitrailSession *session)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Ahead *self = g_new0 (Ahead, 1);

  self->session = g_object_ref (session);
  g_object_set_data_full (owner, AHEAD_KEY, self, ahead_free);
  vitrail_active_watch (session, owner, update);
  return owner;
}
