/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See bodysegments.h. */

#include "bodysegments.h"

#include "fusionway.h"
#include "registration/registration.h"
#include "session-private.h"
#include "viewportbody.h"

#include <string.h>

#define TAG_SOP_INSTANCE        VITRAIL_TAG (0x0008, 0x0018)
#define TAG_SERIES_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_CONTENT_LABEL       VITRAIL_TAG (0x0070, 0x0080)
#define TAG_CONTENT_DESCRIPTION VITRAIL_TAG (0x0070, 0x0081)

/* One that has been read; with @reason it cannot be. */
typedef struct {
  VitrailRenderSegments segments;
  char *reason;
  char *title;
  guint number;
  guint n;
} Found;

struct _VitrailBodySegments {
  VitrailSession *session; /* borrowed: it owns us */
  VitrailDisplaySet *body;
  GCancellable *cancellable;
  gboolean is_reading;
  guint number; /* which has been asked for last, from 1 */
  Found *found; /* NULL: not read yet, or it cannot be */
};

static void
found_free (Found *self)
{
  g_clear_pointer (&self->segments.labels, vitrail_labels_unref);
  g_free (self->reason);
  g_free (self->title);
  g_free (self);
}

void
vitrail_body_segments_free (VitrailBodySegments *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  vitrail_display_set_unref (self->body);
  g_clear_pointer (&self->found, found_free);
  g_free (self);
}

/* --- what is shown --- */

static gboolean
is_of (const VitrailBodySegments *self, VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);

  return vitrail_viewport_is_body (viewport) &&
         strcmp (set->id, self->body->id) == 0;
}

static void
apply (VitrailSession *session)
{
  const VitrailBodySegments *self = session->segments;

  for (guint i = 0; i < session->viewports->len; i++) {
    VitrailViewport *viewport = g_ptr_array_index (session->viewports, i);
    const gboolean is_shown =
        self != NULL && self->found != NULL && is_of (self, viewport);
    vitrail_viewport_set_segments (viewport,
                                   is_shown ? &self->found->segments : NULL);
  }
  vitrail_session_emit (session, VITRAIL_SESSION_SIGNAL_CHANGED);
}

void
vitrail_session_clear_segments (VitrailSession *self)
{
  if (self->segments == NULL)
    return;
  g_clear_pointer (&self->segments, vitrail_body_segments_free);
  apply (self);
}

void
vitrail_session_update_segments (VitrailSession *self)
{
  gboolean is_seen = FALSE;

  if (self->segments == NULL)
    return;
  for (guint i = 0; i < self->viewports->len; i++)
    is_seen = is_seen ||
              is_of (self->segments, g_ptr_array_index (self->viewports, i));
  if (is_seen)
    apply (self);
  else
    vitrail_session_clear_segments (self);
}

gboolean
vitrail_session_get_segments (VitrailSession *self,
                              VitrailBodySegmentsStatus *status)
{
  const Found *found = self->segments != NULL ? self->segments->found : NULL;

  if (found == NULL)
    return FALSE;
  *status = (VitrailBodySegmentsStatus){
    .title = found->title,
    .labels = found->segments.labels,
    .number = found->number,
    .n = found->n,
  };
  return TRUE;
}

/* --- which there are --- */

typedef struct {
  VitrailDataSource *source;
  char *study_uid;
  char *image;  /* of the volume */
  guint number; /* which one is wanted, from 1 */
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_object_unref (self->source);
  g_free (self->study_uid);
  g_free (self->image);
  g_free (self);
}

/* What it is called: the first that says something. */
static char *
dup_title (const VitrailDataSet *data_set)
{
  static const VitrailTag tags[] = { TAG_CONTENT_DESCRIPTION,
                                     TAG_SERIES_DESCRIPTION,
                                     TAG_CONTENT_LABEL };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *text = vitrail_data_set_dup_string (data_set, tags[i], 0);
    if (text != NULL && *g_strstrip (text) != '\0')
      return g_steal_pointer (&text);
  }
  return g_strdup ("");
}

/* A segmentation that lies in the volume. */
typedef struct {
  char *uid;
  double matrix[16];
} Way;

static void
way_free (gpointer data)
{
  Way *self = data;

  g_free (self->uid);
  g_free (self);
}

/* (element-type Way): all that lie in it; @reason: (out): why the last of the
 * others does not. */
static GPtrArray *
list_ways (const Search *self,
           const char *from,
           GCancellable *cancellable,
           GError **reason)
{
  GPtrArray *ways = g_ptr_array_new_with_free_func (way_free);
  g_autoptr (GPtrArray) answers =
      vitrail_fusion_query_objects (self->source, self->study_uid, "SEG",
                                    cancellable);
  g_autoptr (GPtrArray) registrations =
      vitrail_fusion_read_registrations (self->source, self->study_uid,
                                         cancellable);

  for (guint i = 0; answers != NULL && i < answers->len; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (g_ptr_array_index (answers, i),
                                     TAG_SOP_INSTANCE, 0);
    g_autofree Way *way = g_new0 (Way, 1);
    g_clear_error (reason);
    g_autofree char *to =
        uid != NULL
            ? vitrail_fusion_read_frame_of_reference (self->source, uid,
                                                      cancellable, reason)
            : NULL;
    if (to == NULL || !vitrail_registrations_find (registrations, from, to,
                                                   way->matrix, reason))
      continue;
    way->uid = g_steal_pointer (&uid);
    g_ptr_array_add (ways, g_steal_pointer (&way));
  }
  return ways;
}

static Found *
read_one (const Search *self, const Way *way, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (self->source, way->uid, cancellable,
                                         &error);
  Found *found = g_new0 (Found, 1);

  if (instance != NULL)
    found->segments.labels = vitrail_labels_read (instance, &error);
  if (found->segments.labels == NULL) {
    found->reason = g_strdup (error->message);
    return found;
  }
  memcpy (found->segments.matrix, way->matrix, sizeof way->matrix);
  found->title = dup_title (vitrail_instance_get_data_set (instance));
  return found;
}

/* NULL without @error: there are no so many. */
static Found *
search (const Search *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *from =
      vitrail_fusion_read_frame_of_reference (self->source, self->image,
                                              cancellable, error);

  if (from == NULL)
    return NULL;
  g_autoptr (GPtrArray) ways = list_ways (self, from, cancellable, &reason);
  if (ways->len == 0 && reason != NULL) {
    g_propagate_prefixed_error (error, g_steal_pointer (&reason),
                                "The segmentation is not of this volume: ");
    return NULL;
  }
  if (self->number > ways->len)
    return NULL;
  Found *found =
      read_one (self, g_ptr_array_index (ways, self->number - 1), cancellable);
  found->number = self->number;
  found->n = ways->len;
  return found;
}

static void
search_thread (GTask *task,
               gpointer source,
               gpointer data,
               GCancellable *cancellable)
{
  GError *error = NULL;
  Found *found = search (data, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, found, (GDestroyNotify) found_free);
}

/* --- the next one --- */

/* What a person does not see of it, and why. */
static void
tell_found (VitrailSession *session, const Found *found)
{
  VitrailBodyLook look;

  vitrail_viewport_get_body (vitrail_session_get_active_viewport (session),
                             &look);
  if (look.mode != VITRAIL_RENDER_COMPOSITE)
    vitrail_session_tell (
        session, "Segments are seen in a body with colours: choose a preset");
  if (found->segments.labels->n_missing > 0) {
    g_autofree char *text =
        g_strdup_printf ("%u frames of the segmentation could not be read",
                         found->segments.labels->n_missing);
    vitrail_session_tell (session, text);
  }
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  VitrailSession *session = VITRAIL_SESSION (source);
  VitrailBodySegments *self = session->segments;
  g_autoptr (GError) error = NULL;
  Found *found = g_task_propagate_pointer (G_TASK (result), &error);

  vitrail_session_add_busy (session, -1);
  /* Who asked may be gone. */
  if (self == NULL ||
      g_task_get_cancellable (G_TASK (result)) != self->cancellable)
  {
    g_clear_pointer (&found, found_free);
    return;
  }
  self->is_reading = FALSE;
  g_clear_pointer (&self->found, found_free);
  if (found != NULL && found->reason == NULL) {
    self->found = found;
    apply (session);
    tell_found (session, found);
    return;
  }
  /* The one after it comes the next time. */
  if (found != NULL) {
    vitrail_session_tell (session, found->reason);
    found_free (found);
    apply (session);
    return;
  }
  if (error != NULL)
    vitrail_session_tell (session, error->message);
  else if (self->number == 1)
    vitrail_session_tell (session,
                          "The study has no segmentation of this volume");
  vitrail_session_clear_segments (session);
}

static VitrailBodySegments *
begin (VitrailSession *session, VitrailDisplaySet *body)
{
  VitrailBodySegments *self = g_new0 (VitrailBodySegments, 1);

  self->session = session;
  self->body = vitrail_display_set_ref (body);
  self->cancellable = g_cancellable_new ();
  return self;
}

gboolean
vitrail_session_next_segments (VitrailSession *self)
{
  VitrailViewport *viewport = vitrail_session_get_active_viewport (self);

  if (!vitrail_viewport_is_body (viewport))
    return vitrail_session_refuse (self, "Segments are coloured in bodies");
  if (self->segments == NULL || !is_of (self->segments, viewport)) {
    g_clear_pointer (&self->segments, vitrail_body_segments_free);
    self->segments = begin (self, vitrail_viewport_get_display_set (viewport));
    apply (self);
  }
  VitrailBodySegments *segments = self->segments;
  if (segments->is_reading)
    return TRUE;
  segments->is_reading = TRUE;
  g_autoptr (GTask) task =
      g_task_new (self, segments->cancellable, found_cb, NULL);
  Search *wanted = g_new0 (Search, 1);
  wanted->source = g_object_ref (self->source);
  wanted->study_uid = g_strdup (self->study_uid);
  wanted->image = g_strdup (g_ptr_array_index (segments->body->images, 0));
  wanted->number = ++segments->number;
  g_task_set_task_data (task, wanted, search_free);
  vitrail_session_add_busy (self, 1);
  g_task_run_in_thread (task, search_thread);
  return TRUE;
}
