/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSession: see session.h. The object and the open study; the source is
 * read in sessionsource.c, the viewports are in sessionlayout.c, commands in
 * commands.c, saving in sessionstate.c. */

#include "annotationfiles.h"
#include "measuring.h"
#include "measuringfiles.h"
#include "session-private.h"
#include "sessionstate.h"
#include "slidekept.h"
#include "studyloader.h"
#include "viewport-private.h"

static guint signals[VITRAIL_SESSION_N_SIGNALS];

G_DEFINE_FINAL_TYPE (VitrailSession, vitrail_session, G_TYPE_OBJECT)

VitrailSession *
vitrail_session_new (void)
{
  return g_object_new (VITRAIL_TYPE_SESSION, NULL);
}

void
vitrail_session_emit (VitrailSession *self, VitrailSessionSignal signal)
{
  g_signal_emit (self, signals[signal], 0);
}

void
vitrail_session_add_busy (VitrailSession *self, int change)
{
  self->busy += (guint) change;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

void
vitrail_session_set_error (VitrailSession *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_free (self->error);
  self->error = error != NULL ? g_strdup (error->message) : NULL;
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_CHANGED);
}

/* Display sets of the open study */

static VitrailDisplaySet *
find_first_to_show (VitrailSession *self)
{
  for (guint i = 0; i < self->display_sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (self->display_sets, i);
    if (set->kind != VITRAIL_DISPLAY_SET_UNSUPPORTED)
      return set;
  }
  return self->display_sets->len > 0 ? g_ptr_array_index (self->display_sets, 0)
                                     : NULL;
}

static void
fill_viewports (VitrailSession *self)
{
  if (self->restoring != NULL) {
    g_autoptr (JsonObject) state = g_steal_pointer (&self->restoring);
    vitrail_session_state_apply_viewports (self, state);
  }
  VitrailViewport *viewport = vitrail_session_get_active_viewport (self);
  VitrailDisplaySet *set = find_first_to_show (self);
  if (set != NULL && vitrail_viewport_get_display_set (viewport) == NULL)
    vitrail_viewport_show (viewport, self->source, set);
}

static void
display_sets_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sets =
      vitrail_load_display_sets_finish (result, &error);

  vitrail_session_add_busy (self, -1);
  if (g_task_get_cancellable (G_TASK (result)) != self->study_cancellable)
    return; /* another study has been opened since */
  if (sets == NULL) {
    vitrail_session_set_error (self, error);
    return;
  }
  g_ptr_array_unref (self->display_sets);
  self->display_sets = g_steal_pointer (&sets);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_DISPLAY_SETS);
  fill_viewports (self);
  vitrail_measuring_load (self);
}

void
vitrail_session_tell (VitrailSession *self, const char *message)
{
  g_signal_emit (self, signals[VITRAIL_SESSION_SIGNAL_TOLD], 0, message);
}

void
vitrail_session_clear_study (VitrailSession *self)
{
  vitrail_session_unfuse (self);
  vitrail_session_clear_segments (self);
  g_cancellable_cancel (self->study_cancellable);
  g_clear_object (&self->study_cancellable);
  g_clear_pointer (&self->study_uid, g_free);
  g_ptr_array_set_size (self->display_sets, 0);
  vitrail_measurements_clear (self->measurements);
  g_clear_pointer (&self->before_planes, vitrail_layout_before_free);
  vitrail_session_clear_stress (self);
  g_clear_pointer (&self->biplane, vitrail_biplane_free);
  for (guint i = 0; i < self->viewports->len; i++)
    vitrail_viewport_show (g_ptr_array_index (self->viewports, i), NULL, NULL);
}

void
vitrail_session_open_study (VitrailSession *self, const char *study_uid)
{
  if (self->source == NULL)
    return;
  g_autofree char *uid = g_strdup (study_uid);
  vitrail_session_clear_study (self);
  self->study_uid = g_steal_pointer (&uid);
  self->study_cancellable = g_cancellable_new ();
  vitrail_session_set_error (self, NULL);
  vitrail_session_emit (self, VITRAIL_SESSION_SIGNAL_DISPLAY_SETS);
  vitrail_session_add_busy (self, 1);
  vitrail_load_display_sets_async (self->source, self->study_uid,
                                   self->study_cancellable, display_sets_cb,
                                   g_object_ref (self));
}

VitrailMeasurements *
vitrail_session_get_measurements (VitrailSession *self)
{
  return self->measurements;
}

VitrailDataSource *
vitrail_session_get_source (VitrailSession *self)
{
  return self->source;
}

GPtrArray *
vitrail_session_get_studies (VitrailSession *self)
{
  return self->studies;
}

const char *
vitrail_session_get_study (VitrailSession *self)
{
  return self->study_uid;
}

GPtrArray *
vitrail_session_get_display_sets (VitrailSession *self)
{
  return self->display_sets;
}

VitrailDisplaySet *
vitrail_session_find_display_set (VitrailSession *self, const char *id)
{
  for (guint i = 0; i < self->display_sets->len; i++) {
    VitrailDisplaySet *set = g_ptr_array_index (self->display_sets, i);
    if (g_strcmp0 (set->id, id) == 0)
      return set;
  }
  return NULL;
}

gboolean
vitrail_session_get_busy (VitrailSession *self)
{
  return self->busy > 0;
}

const char *
vitrail_session_get_error (VitrailSession *self)
{
  return self->error;
}

const char *
vitrail_session_get_location (VitrailSession *self)
{
  return self->location;
}

/* JSON */

char *
vitrail_session_to_json (VitrailSession *self)
{
  for (guint i = 0; i < self->viewports->len; i++)
    vitrail_viewport_keep (g_ptr_array_index (self->viewports, i));
  return vitrail_session_state_write (self, self->kept);
}

gboolean
vitrail_session_from_json (VitrailSession *self,
                           const char *json,
                           GError **error)
{
  g_autoptr (JsonObject) state = vitrail_session_state_parse (json, error);
  if (state == NULL)
    return FALSE;
  vitrail_session_state_apply_layout (self, state);
  const char *location = vitrail_session_state_get_text (state, "location");
  const char *study = vitrail_session_state_get_text (state, "study");
  if (location != NULL && g_strcmp0 (location, self->location) != 0)
    vitrail_session_open_async (self, location, NULL, NULL, NULL);
  else if (study != NULL)
    vitrail_session_open_study (self, study);
  vitrail_session_state_apply_slides (state, self->kept);
  g_clear_pointer (&self->restoring, json_object_unref);
  self->restoring = json_object_ref (state);
  return TRUE;
}

void
vitrail_session_close (VitrailSession *self)
{
  vitrail_session_clear_source (self);
  vitrail_slide_work_flush_all ();
  vitrail_annotation_files_wait ();
}

static void
vitrail_session_dispose (GObject *object)
{
  VitrailSession *self = VITRAIL_SESSION (object);
  g_clear_handle_id (&self->reading_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->study_cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->study_cancellable);
  g_clear_object (&self->source);
  g_clear_pointer (&self->sync, vitrail_slide_sync_free);
  g_clear_pointer (&self->cine_sync, vitrail_cine_sync_free);
  vitrail_session_clear_stress (self);
  g_clear_pointer (&self->biplane, vitrail_biplane_free);
  g_ptr_array_set_size (self->viewports, 0);
  vitrail_slide_work_flush_all ();
  vitrail_annotation_files_wait ();
  G_OBJECT_CLASS (vitrail_session_parent_class)->dispose (object);
}

static void
vitrail_session_finalize (GObject *object)
{
  VitrailSession *self = VITRAIL_SESSION (object);
  g_free (self->location);
  g_free (self->error);
  g_free (self->study_uid);
  g_free (self->tool);
  g_ptr_array_unref (self->studies);
  g_ptr_array_unref (self->display_sets);
  g_ptr_array_unref (self->viewports);
  g_hash_table_unref (self->kept);
  g_clear_object (&self->measurements);
  g_clear_pointer (&self->restoring, json_object_unref);
  g_clear_pointer (&self->hand, vitrail_plane_hand_free);
  g_clear_pointer (&self->layer_hand, vitrail_fusing_hand_free);
  g_clear_pointer (&self->path, vitrail_plane_path_free);
  g_clear_pointer (&self->regions, vitrail_time_regions_free);
  g_clear_pointer (&self->fusing, vitrail_fusing_free);
  g_clear_pointer (&self->segments, vitrail_body_segments_free);
  g_free (self->refusal);
  G_OBJECT_CLASS (vitrail_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, VITRAIL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
vitrail_session_class_init (VitrailSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = vitrail_session_dispose;
  object_class->finalize = vitrail_session_finalize;
  signals[VITRAIL_SESSION_SIGNAL_STUDIES] = add_signal ("studies-changed");
  signals[VITRAIL_SESSION_SIGNAL_DISPLAY_SETS] =
      add_signal ("display-sets-changed");
  signals[VITRAIL_SESSION_SIGNAL_LAYOUT] = add_signal ("layout-changed");
  signals[VITRAIL_SESSION_SIGNAL_CHANGED] = add_signal ("changed");
  signals[VITRAIL_SESSION_SIGNAL_TOLD] =
      g_signal_new ("told", VITRAIL_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
vitrail_session_init (VitrailSession *self)
{
  self->studies =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  self->display_sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);
  self->viewports = g_ptr_array_new_with_free_func (g_object_unref);
  self->kept = vitrail_slide_kept_new_table ();
  self->measurements = vitrail_measurements_new ();
  self->tool = g_strdup ("window-level");
  self->rows = 1;
  self->columns = 1;
  vitrail_session_add_viewport (self);
}
