/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSession: see session.h. What is done with the state is in commands.c,
 * how it is saved in sessionstate.c, how studies are read in studyloader.c. */

#include "session.h"

#include "sessionstate.h"
#include "studyloader.h"
#include "tools.h"

/* How often the list of studies is looked at while a source is being read. */
#define READING_INTERVAL_MS 700

struct _VitrailSession {
  GObject parent_instance;

  char *location; /* or NULL */
  VitrailDataSource *source;
  GCancellable *cancellable; /* of all that is asked of the source */
  guint reading_timer;
  gboolean listing; /* studies are being asked for */
  guint busy;
  char *error;

  GPtrArray *studies;
  char *study_uid;
  GCancellable *study_cancellable;
  GPtrArray *display_sets;
  /* What is still to be shown once it has been read, or NULL. */
  JsonObject *restoring;

  GPtrArray *viewports;
  guint rows;
  guint columns;
  guint active;
  gboolean one_up;
  char *tool;
};

enum {
  SIGNAL_STUDIES,
  SIGNAL_DISPLAY_SETS,
  SIGNAL_LAYOUT,
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (VitrailSession, vitrail_session, G_TYPE_OBJECT)

VitrailSession *
vitrail_session_new (void)
{
  return g_object_new (VITRAIL_TYPE_SESSION, NULL);
}

static void
emit (VitrailSession *self, guint which)
{
  g_signal_emit (self, signals[which], 0);
}

static void
add_busy (VitrailSession *self, int change)
{
  self->busy += (guint) change;
  emit (self, SIGNAL_CHANGED);
}

/* NULL: none. A cancelled answer is no error. */
static void
set_error (VitrailSession *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_free (self->error);
  self->error = error != NULL ? g_strdup (error->message) : NULL;
  emit (self, SIGNAL_CHANGED);
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

  add_busy (self, -1);
  if (g_task_get_cancellable (G_TASK (result)) != self->study_cancellable)
    return; /* another study has been opened since */
  if (sets == NULL) {
    set_error (self, error);
    return;
  }
  g_ptr_array_unref (self->display_sets);
  self->display_sets = g_steal_pointer (&sets);
  emit (self, SIGNAL_DISPLAY_SETS);
  fill_viewports (self);
}

static void
clear_study (VitrailSession *self)
{
  g_cancellable_cancel (self->study_cancellable);
  g_clear_object (&self->study_cancellable);
  g_clear_pointer (&self->study_uid, g_free);
  g_ptr_array_set_size (self->display_sets, 0);
  for (guint i = 0; i < self->viewports->len; i++)
    vitrail_viewport_show (g_ptr_array_index (self->viewports, i), NULL, NULL);
}

void
vitrail_session_open_study (VitrailSession *self, const char *study_uid)
{
  if (self->source == NULL)
    return;
  g_autofree char *uid = g_strdup (study_uid);
  clear_study (self);
  self->study_uid = g_steal_pointer (&uid);
  self->study_cancellable = g_cancellable_new ();
  set_error (self, NULL);
  emit (self, SIGNAL_DISPLAY_SETS);
  add_busy (self, 1);
  vitrail_load_display_sets_async (self->source, self->study_uid,
                                   self->study_cancellable, display_sets_cb,
                                   g_object_ref (self));
}

/* Studies of the source */

/* The study to open by itself: the saved one, or the only one. */
static char *
find_study_to_open (VitrailSession *self)
{
  if (self->restoring != NULL)
    return g_strdup (vitrail_session_state_get_text (self->restoring, "study"));
  if (self->studies->len != 1)
    return NULL;
  return vitrail_data_set_dup_string (g_ptr_array_index (self->studies, 0),
                                      VITRAIL_TAG (0x0020, 0x000d), 0);
}

/* Takes the list; @complete: the source has been read to the end. */
static void
take_studies (VitrailSession *self, GPtrArray *studies, gboolean complete)
{
  gboolean same = !complete && studies->len == self->studies->len;
  g_ptr_array_unref (self->studies);
  self->studies = studies;
  if (!same)
    emit (self, SIGNAL_STUDIES);
  if (!complete || self->study_uid != NULL)
    return;
  g_autofree char *uid = find_study_to_open (self);
  if (uid != NULL)
    vitrail_session_open_study (self, uid);
}

static void
partial_studies_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSession) self = user_data;
  g_autoptr (GPtrArray) studies = vitrail_load_studies_finish (result, NULL);
  gboolean current =
      g_task_get_cancellable (G_TASK (result)) == self->cancellable;
  if (!current)
    return;
  self->listing = FALSE;
  if (studies != NULL && self->reading_timer != 0)
    take_studies (self, g_steal_pointer (&studies), FALSE);
}

static gboolean
look_again_cb (gpointer user_data)
{
  VitrailSession *self = user_data;
  if (!self->listing) {
    self->listing = TRUE;
    vitrail_load_studies_async (self->source, self->cancellable,
                                partial_studies_cb, g_object_ref (self));
  }
  return G_SOURCE_CONTINUE;
}

/* Ends the reading of a source; @task is owned, @error taken. */
static void
end_reading (VitrailSession *self, GTask *task, GError *error)
{
  g_autoptr (GTask) owned = task;
  if (g_task_get_task_data (task) == self->cancellable) {
    g_clear_handle_id (&self->reading_timer, g_source_remove);
    set_error (self, error);
  }
  add_busy (self, -1);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
studies_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (VitrailSession) self =
      g_object_ref (g_task_get_source_object (task));
  GError *error = NULL;
  g_autoptr (GPtrArray) studies = vitrail_load_studies_finish (result, &error);
  gboolean current = g_task_get_task_data (task) == self->cancellable;
  end_reading (self, task, error);
  if (studies != NULL && current)
    take_studies (self, g_steal_pointer (&studies), TRUE);
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  VitrailSession *self = g_task_get_source_object (task);
  GError *error = NULL;
  if (!vitrail_data_source_refresh_finish (VITRAIL_DATA_SOURCE (source), result,
                                           &error))
  {
    end_reading (self, task, error);
    return;
  }
  vitrail_load_studies_async (VITRAIL_DATA_SOURCE (source),
                              g_task_get_task_data (task), studies_cb, task);
}

/* Forgets the source and all that is of it. */
static void
clear_source (VitrailSession *self)
{
  clear_study (self);
  g_clear_pointer (&self->restoring, json_object_unref);
  g_clear_handle_id (&self->reading_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->source);
  g_clear_pointer (&self->location, g_free);
  g_clear_pointer (&self->error, g_free);
  g_ptr_array_set_size (self->studies, 0);
  self->listing = FALSE;
  emit (self, SIGNAL_STUDIES);
  emit (self, SIGNAL_DISPLAY_SETS);
}

/* Reads @source; @task (owned) ends when its studies are known. */
static void
read_source (VitrailSession *self, VitrailDataSource *source, GTask *task)
{
  self->source = g_object_ref (source);
  self->cancellable = g_cancellable_new ();
  self->reading_timer =
      g_timeout_add (READING_INTERVAL_MS, look_again_cb, self);
  g_task_set_task_data (task, g_object_ref (self->cancellable), g_object_unref);
  add_busy (self, 1);
  vitrail_data_source_refresh_async (source, self->cancellable, refreshed_cb,
                                     task);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

void
vitrail_session_open_async (VitrailSession *self,
                            const char *location,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;
  g_autofree char *owned = g_strdup (location);
  g_autoptr (VitrailDataSource) source =
      vitrail_data_source_new (owned, &error);

  clear_source (self);
  if (source == NULL) {
    set_error (self, error);
    g_task_return_error (task, error);
    return;
  }
  self->location = g_steal_pointer (&owned);
  read_source (self, source, g_steal_pointer (&task));
  if (cancellable != NULL)
    g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                           g_object_ref (self->cancellable), g_object_unref);
}

gboolean
vitrail_session_open_finish (VitrailSession *self,
                             GAsyncResult *result,
                             GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vitrail_session_set_source (VitrailSession *self, VitrailDataSource *source)
{
  clear_source (self);
  read_source (self, source, g_task_new (self, NULL, NULL, NULL));
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

/* Layout */

static void
add_viewport (VitrailSession *self)
{
  VitrailViewport *viewport = vitrail_viewport_new (NULL);
  vitrail_viewport_set_tool (viewport, self->tool);
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
    add_viewport (self);
  g_ptr_array_set_size (self->viewports, (int) (rows * columns));
  self->active = MIN (self->active, self->viewports->len - 1);
  emit (self, SIGNAL_LAYOUT);
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
  emit (self, SIGNAL_CHANGED);
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
  emit (self, SIGNAL_CHANGED);
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
  emit (self, SIGNAL_CHANGED);
  return TRUE;
}

const char *
vitrail_session_get_tool (VitrailSession *self)
{
  return self->tool;
}

/* JSON */

char *
vitrail_session_to_json (VitrailSession *self)
{
  return vitrail_session_state_write (self);
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
  g_clear_pointer (&self->restoring, json_object_unref);
  self->restoring = json_object_ref (state);
  return TRUE;
}

void
vitrail_session_close (VitrailSession *self)
{
  clear_source (self);
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
  g_ptr_array_set_size (self->viewports, 0);
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
  g_clear_pointer (&self->restoring, json_object_unref);
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
  signals[SIGNAL_STUDIES] = add_signal ("studies-changed");
  signals[SIGNAL_DISPLAY_SETS] = add_signal ("display-sets-changed");
  signals[SIGNAL_LAYOUT] = add_signal ("layout-changed");
  signals[SIGNAL_CHANGED] = add_signal ("changed");
}

static void
vitrail_session_init (VitrailSession *self)
{
  self->studies =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  self->display_sets = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_display_set_unref);
  self->viewports = g_ptr_array_new_with_free_func (g_object_unref);
  self->tool = g_strdup ("window-level");
  self->rows = 1;
  self->columns = 1;
  add_viewport (self);
}
