/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See fusing.h. */

#include "fusing.h"

#include "fusionway.h"
#include "pixel/colormap.h"
#include "registration/align.h"
#include "session-private.h"
#include "viewport-private.h"

#include <math.h>
#include <string.h>

struct _VitrailFusing {
  VitrailSession *session; /* borrowed: it owns us */
  VitrailFusingState state;
  VitrailFusingBy by;
  VitrailDisplaySet *lower; /* planes or a body: what was active */
  VitrailDisplaySet *upper; /* NULL while it is not chosen yet */
  VitrailVolumeWork *lower_work;
  VitrailVolumeWork *upper_work;
  GCancellable *cancellable;
  double matrix[16];
  double hand[16]; /* after that */
  VitrailFusionLook look;
  gboolean has_own_window; /* somebody has set what is seen of its values */
  const char *units;
  char *reason;
  gboolean is_aligning; /* a thread is at it */
};

static const double unmoved[16] = { 1, 0, 0, 0, 0, 1, 0, 0,
                                    0, 0, 1, 0, 0, 0, 0, 1 };

static void changed_cb (VitrailVolumeWork *work, gpointer user_data);
static void align (VitrailFusing *self);

static void
leave (VitrailFusing *self, VitrailVolumeWork **work)
{
  if (*work == NULL)
    return;
  g_signal_handlers_disconnect_by_func (*work, changed_cb, self);
  g_clear_pointer (work, vitrail_volume_work_leave);
}

void
vitrail_fusing_free (VitrailFusing *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  leave (self, &self->lower_work);
  leave (self, &self->upper_work);
  vitrail_display_set_unref (self->lower);
  g_clear_pointer (&self->upper, vitrail_display_set_unref);
  g_free (self->reason);
  g_free (self);
}

static VitrailVolumeWork *
enter (VitrailFusing *self, const VitrailDisplaySet *set)
{
  g_autoptr (VitrailDisplaySet) planes =
      vitrail_display_set_new_planes (set, VITRAIL_MPR_AXIAL);
  VitrailVolumeWork *work = vitrail_volume_work_enter (
      vitrail_session_get_source (self->session),
      vitrail_display_set_is_of_volume (set) ? set : planes);

  g_signal_connect (work, "changed", G_CALLBACK (changed_cb), self);
  return work;
}

/* --- what is shown --- */

static gboolean
shows_layers (VitrailViewport *viewport)
{
  return vitrail_viewport_is_plane (viewport) ||
         vitrail_viewport_is_body (viewport);
}

static gboolean
is_below (const VitrailFusing *self, VitrailViewport *viewport)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (viewport);

  return shows_layers (viewport) &&
         g_strcmp0 (set->series_instance_uid,
                    self->lower->series_instance_uid) == 0;
}

static void
apply (VitrailSession *session)
{
  const VitrailFusing *self = session->fusing;
  VitrailFusionLayers layers = { .n = 1 };

  if (self != NULL && self->state == VITRAIL_FUSING_SHOWN) {
    layers.layers[0].volume = vitrail_volume_work_get_volume (self->upper_work);
    layers.layers[0].look = self->look;
    vitrail_matrix_multiply (self->hand, self->matrix, layers.layers[0].matrix);
  }
  for (guint i = 0; i < session->viewports->len; i++) {
    VitrailViewport *viewport = g_ptr_array_index (session->viewports, i);
    const gboolean is_over =
        layers.layers[0].volume != NULL && is_below (self, viewport);
    vitrail_viewport_set_layers (viewport, is_over ? &layers : NULL);
  }
  vitrail_session_emit (session, VITRAIL_SESSION_SIGNAL_CHANGED);
}

/* A window in values: the first of the data, else their range. */
static void
choose_window (VitrailVolume *volume, VitrailPresentation *presentation)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  double low = 0;
  double high = 0;

  presentation->has_window = TRUE;
  presentation->function = VITRAIL_VOI_LINEAR_EXACT;
  if (info->frame->n_windows > 0) {
    presentation->window_center = info->frame->windows[0].center;
    presentation->window_width = info->frame->windows[0].width;
    return;
  }
  vitrail_volume_get_range (volume, &low, &high);
  presentation->window_center =
      (low + high) / 2 * info->slope + info->intercept;
  presentation->window_width = MAX ((high - low) * info->slope, 1e-6);
}

/* Uptake glows; what is next to none is not there, so that what lies below is
 * as bright as it was. */
static void
choose_look (VitrailFusing *self, VitrailVolume *volume)
{
  const gboolean is_uptake = g_strcmp0 (self->upper->modality, "PT") == 0 ||
                             g_strcmp0 (self->upper->modality, "NM") == 0;
  VitrailPresentation *presentation = &self->look.presentation;

  self->units =
      g_intern_string (vitrail_volume_get_info (volume)->frame->units);
  choose_window (volume, presentation);
  if (self->state == VITRAIL_FUSING_READING)
    presentation->colormap =
        g_intern_string (vitrail_colormap_find_name ("hot_iron"));
  if (is_uptake)
    self->look.low =
        presentation->window_center - 0.4 * presentation->window_width;
}

static void
refuse (VitrailFusing *self, const char *reason)
{
  g_autofree char *old = self->reason;

  self->state = VITRAIL_FUSING_REFUSED;
  self->reason = g_strdup (reason);
  vitrail_session_tell (self->session, reason);
  apply (self->session);
}

static void
find_middle (VitrailVolume *volume, double middle[3])
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const double index[3] = { (info->size[0] - 1) / 2.0,
                            (info->size[1] - 1) / 2.0,
                            (info->size[2] - 1) / 2.0 };

  vitrail_matrix_map (info->matrix, index, middle);
}

/* The middle of one volume on that of the other, as they lie. */
static void
place_by_middles (VitrailFusing *self,
                  VitrailVolume *lower,
                  VitrailVolume *upper)
{
  double to[3];
  double from[3];

  find_middle (lower, to);
  find_middle (upper, from);
  memcpy (self->matrix, unmoved, sizeof self->matrix);
  for (guint n = 0; n < 3; n++)
    self->matrix[4 * n + 3] = to[n] - from[n];
}

static gboolean
is_in_patient (VitrailVolume *volume)
{
  return vitrail_volume_get_info (volume)->space == VITRAIL_SPACE_PATIENT;
}

/* A body that is grey, or a surface, shows nothing of it. */
static void
tell_unseen (VitrailFusing *self)
{
  VitrailViewport *viewport =
      vitrail_session_get_active_viewport (self->session);
  VitrailBodyLook look;

  vitrail_viewport_get_body (viewport, &look);
  if (vitrail_viewport_is_body (viewport) && is_below (self, viewport) &&
      look.mode != VITRAIL_RENDER_COMPOSITE)
    vitrail_session_tell (
        self->session,
        "Layers are seen in a body with colours: choose a preset");
}

/* Both volumes are wanted. */
static void
changed_cb (VitrailVolumeWork *work, gpointer user_data)
{
  VitrailFusing *self = user_data;

  if (self->state < VITRAIL_FUSING_ALIGNING || self->upper_work == NULL)
    return;
  VitrailVolume *lower = vitrail_volume_work_get_volume (self->lower_work);
  VitrailVolume *upper = vitrail_volume_work_get_volume (self->upper_work);
  if (vitrail_volume_work_get_error (self->upper_work) != NULL) {
    refuse (self, vitrail_volume_work_get_error (self->upper_work));
    return;
  }
  if (lower == NULL || upper == NULL)
    return;
  if (self->state == VITRAIL_FUSING_ALIGNING) {
    align (self);
    return;
  }
  if (self->state == VITRAIL_FUSING_READING &&
      self->by == VITRAIL_FUSING_BY_HAND)
    place_by_middles (self, lower, upper);
  if (self->by < VITRAIL_FUSING_BY_ALIGNMENT &&
      (!is_in_patient (lower) || !is_in_patient (upper)))
  {
    refuse (self, "A volume in a space of its own lies nowhere on another one");
    return;
  }
  /* A window that was chosen by few slices' values is chosen again by more. */
  if (self->state == VITRAIL_FUSING_READING || !self->has_own_window)
    choose_look (self, upper);
  if (self->state == VITRAIL_FUSING_READING)
    tell_unseen (self);
  self->state = VITRAIL_FUSING_SHOWN;
  apply (self->session);
}

static void
read_volumes (VitrailFusing *self)
{
  if (self->lower_work == NULL)
    self->lower_work = enter (self, self->lower);
  if (self->upper_work == NULL)
    self->upper_work = enter (self, self->upper);
}

/* --- how it lies --- */

/* The series that planes are of, else they. */
static const VitrailDisplaySet *
find_images (VitrailSession *self, const VitrailDisplaySet *planes)
{
  for (guint i = 0; i < self->display_sets->len; i++) {
    const VitrailDisplaySet *set = g_ptr_array_index (self->display_sets, i);
    if (g_str_has_prefix (planes->id, set->id) &&
        planes->id[strlen (set->id)] == '/')
      return set;
  }
  return planes;
}

/* Who asked may be gone. */
static VitrailFusing *
get_asking (gpointer session, GAsyncResult *result)
{
  VitrailFusing *self = VITRAIL_SESSION (session)->fusing;

  return self != NULL &&
                 g_task_get_cancellable (G_TASK (result)) == self->cancellable
             ? self
             : NULL;
}

static void
way_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VitrailSession) session = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFusionWay) way =
      vitrail_fusion_find_way_finish (result, &error);
  VitrailFusing *self = get_asking (session, result);

  vitrail_session_add_busy (session, -1);
  if (self == NULL)
    return;
  if (way == NULL) {
    vitrail_session_tell (session, error->message);
    vitrail_session_unfuse (session);
    return;
  }
  self->upper = vitrail_display_set_ref (way->set);
  if (!way->is_found) {
    g_autofree char *reason = g_strdup_printf (
        "%s cannot be laid over %s: %s. It may be aligned, automatically or by "
        "hand",
        self->upper->label, find_images (session, self->lower)->label,
        way->reason);
    refuse (self, reason);
    return;
  }
  memcpy (self->matrix, way->matrix, sizeof self->matrix);
  self->by = way->is_registered ? VITRAIL_FUSING_BY_REGISTRATION
                                : VITRAIL_FUSING_BY_FRAME;
  self->state = VITRAIL_FUSING_READING;
  read_volumes (self);
  changed_cb (self->upper_work, self);
}

/* Or a body. */
static VitrailDisplaySet *
get_planes (VitrailSession *self)
{
  VitrailViewport *viewport = vitrail_session_get_active_viewport (self);

  return shows_layers (viewport) ? vitrail_viewport_get_display_set (viewport)
                                 : NULL;
}

GPtrArray *
vitrail_session_list_layers (VitrailSession *self)
{
  const VitrailDisplaySet *set = vitrail_viewport_get_display_set (
      vitrail_session_get_active_viewport (self));

  return set != NULL ? vitrail_fusion_list_candidates (self->display_sets, set)
                     : NULL;
}

gboolean
vitrail_session_fuse (VitrailSession *self, VitrailDisplaySet *set)
{
  if (get_planes (self) == NULL)
    vitrail_session_run (self, "mpr", NULL, NULL);
  VitrailDisplaySet *planes = get_planes (self);
  if (planes == NULL)
    return vitrail_session_refuse (self,
                                   "Layers lie over planes of a volume only");
  g_autoptr (GPtrArray) candidates =
      vitrail_fusion_list_candidates (self->display_sets, planes);
  if (set != NULL) {
    if (!g_ptr_array_find (candidates, set, NULL))
      return vitrail_session_refuse (self, "These images are no layer");
    vitrail_display_set_ref (set);
    g_ptr_array_set_size (candidates, 0);
    g_ptr_array_add (candidates, set);
  }
  if (candidates->len == 0)
    return vitrail_session_refuse (
        self, "The study has no other series that could be laid over this one");
  vitrail_session_unfuse (self);
  VitrailFusing *fusing = g_new0 (VitrailFusing, 1);
  fusing->session = self;
  fusing->lower = vitrail_display_set_ref (planes);
  fusing->cancellable = g_cancellable_new ();
  fusing->look = (VitrailFusionLook) VITRAIL_FUSION_LOOK_INIT;
  fusing->look.opacity = 0.5;
  memcpy (fusing->hand, unmoved, sizeof fusing->hand);
  self->fusing = fusing;
  vitrail_session_add_busy (self, 1);
  vitrail_fusion_find_way_async (self->source, self->study_uid, planes,
                                 candidates, fusing->cancellable, way_cb,
                                 g_object_ref (self));
  return TRUE;
}

void
vitrail_session_unfuse (VitrailSession *self)
{
  if (self->fusing == NULL)
    return;
  g_clear_pointer (&self->fusing, vitrail_fusing_free);
  apply (self);
}

void
vitrail_session_update_fusing (VitrailSession *self)
{
  gboolean is_seen = FALSE;

  if (self->fusing == NULL)
    return;
  for (guint i = 0; i < self->viewports->len; i++)
    is_seen = is_seen ||
              is_below (self->fusing, g_ptr_array_index (self->viewports, i));
  if (is_seen)
    apply (self);
  else
    vitrail_session_unfuse (self);
}

gboolean
vitrail_session_get_fusing (VitrailSession *self, VitrailFusingStatus *status)
{
  const VitrailFusing *fusing = self->fusing;

  if (fusing == NULL)
    return FALSE;
  *status = (VitrailFusingStatus){
    .state = fusing->state,
    .by = fusing->by,
    .lower = find_images (self, fusing->lower),
    .upper = fusing->upper,
    .units = fusing->units,
    .look = fusing->look,
    .reason = fusing->reason,
  };
  memcpy (status->hand, fusing->hand, sizeof status->hand);
  if (fusing->state == VITRAIL_FUSING_SHOWN)
    find_middle (vitrail_volume_work_get_volume (fusing->lower_work),
                 status->middle);
  return TRUE;
}

static gboolean
has_window (const VitrailFusionLook *a, const VitrailFusionLook *b)
{
  return a->presentation.window_center == b->presentation.window_center &&
         a->presentation.window_width == b->presentation.window_width &&
         a->low == b->low && a->high == b->high;
}

gboolean
vitrail_session_set_fusing_look (VitrailSession *self,
                                 const VitrailFusionLook *look)
{
  const VitrailPresentation *presentation = &look->presentation;
  const char *colormap = vitrail_colormap_find_name (presentation->colormap);

  if (self->fusing == NULL || self->fusing->state != VITRAIL_FUSING_SHOWN)
    return vitrail_session_refuse (self, "Nothing is laid over the planes");
  if (!(look->opacity >= 0 && look->opacity <= 1) ||
      !isfinite (presentation->window_center) ||
      !isfinite (presentation->window_width) ||
      !(presentation->window_width > 0) || isnan (look->low) ||
      isnan (look->high) ||
      (presentation->colormap != NULL && colormap == NULL))
    return FALSE;
  if (!has_window (&self->fusing->look, look))
    self->fusing->has_own_window = TRUE;
  self->fusing->look = *look;
  self->fusing->look.presentation.colormap = g_intern_string (colormap);
  apply (self);
  return TRUE;
}

/* --- alignment --- */

typedef struct {
  VitrailVolume *lower;
  VitrailVolume *upper;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *self = data;

  g_object_unref (self->lower);
  g_object_unref (self->upper);
  g_free (self);
}

static void
align_thread (GTask *task,
              gpointer source,
              gpointer data,
              GCancellable *cancellable)
{
  const Pair *self = data;
  g_autofree VitrailAlignment *found = g_new0 (VitrailAlignment, 1);
  GError *error = NULL;

  if (!vitrail_volume_wait (self->lower, G_MAXUINT, cancellable) ||
      !vitrail_volume_wait (self->upper, G_MAXUINT, cancellable) ||
      !vitrail_align_rigid (self->lower, self->upper, NULL, found, cancellable,
                            &error))
  {
    if (error == NULL)
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
    g_task_return_error (task, error);
    return;
  }
  g_task_return_pointer (task, g_steal_pointer (&found), g_free);
}

static void
aligned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree VitrailAlignment *found =
      g_task_propagate_pointer (G_TASK (result), &error);
  VitrailSession *session = VITRAIL_SESSION (source);
  VitrailFusing *self = get_asking (session, result);

  vitrail_session_add_busy (session, -1);
  if (self == NULL)
    return;
  self->is_aligning = FALSE;
  if (found == NULL) {
    refuse (self, error->message);
    return;
  }
  memcpy (self->matrix, found->matrix, sizeof self->matrix);
  memcpy (self->hand, unmoved, sizeof self->hand);
  self->by = VITRAIL_FUSING_BY_ALIGNMENT;
  self->state = VITRAIL_FUSING_READING;
  changed_cb (self->upper_work, self);
}

static void
align (VitrailFusing *self)
{
  if (self->is_aligning)
    return;
  self->is_aligning = TRUE;
  VitrailVolume *lower = vitrail_volume_work_get_volume (self->lower_work);
  VitrailVolume *upper = vitrail_volume_work_get_volume (self->upper_work);
  g_autoptr (GTask) task =
      g_task_new (self->session, self->cancellable, aligned_cb, NULL);
  Pair *pair = g_new0 (Pair, 1);

  pair->lower = g_object_ref (lower);
  pair->upper = g_object_ref (upper);
  g_task_set_task_data (task, pair, pair_free);
  vitrail_session_add_busy (self->session, 1);
  g_task_run_in_thread (task, align_thread);
}

gboolean
vitrail_session_align_layer (VitrailSession *self)
{
  VitrailFusing *fusing = self->fusing;

  if (fusing == NULL || fusing->upper == NULL)
    return vitrail_session_refuse (self, "Nothing is laid over the planes");
  fusing->state = VITRAIL_FUSING_ALIGNING;
  apply (self);
  read_volumes (fusing);
  changed_cb (fusing->upper_work, fusing);
  return TRUE;
}

/* --- by hand --- */

gboolean
vitrail_session_place_layer (VitrailSession *self)
{
  VitrailFusing *fusing = self->fusing;

  if (fusing == NULL || fusing->upper == NULL)
    return vitrail_session_refuse (self, "Nothing is laid over the planes");
  if (fusing->state != VITRAIL_FUSING_REFUSED)
    return TRUE;
  fusing->by = VITRAIL_FUSING_BY_HAND;
  fusing->state = VITRAIL_FUSING_READING;
  read_volumes (fusing);
  changed_cb (fusing->upper_work, fusing);
  return TRUE;
}

gboolean
vitrail_session_set_layer_hand (VitrailSession *self, const double hand[16])
{
  if (self->fusing == NULL || self->fusing->state != VITRAIL_FUSING_SHOWN)
    return vitrail_session_refuse (self, "Nothing is laid over the planes");
  memcpy (self->fusing->hand, hand, sizeof self->fusing->hand);
  apply (self);
  return TRUE;
}
