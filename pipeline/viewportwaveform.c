/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waveforms in a viewport: see viewportwaveform.h. */

#include "viewportwaveform.h"

#include "viewport-private.h"
#include "waveformmeta.h"

#include <math.h>

/* The last page ends where the group does, or a little behind that. */
static guint
count_pages (const VitrailWaveform *waveform, const VitrailEcgLook *look)
{
  const double rest = vitrail_ecg_get_length (waveform, look->group) -
                      vitrail_ecg_get_page (look);
  const double n = ceil (rest / VITRAIL_WAVEFORM_STEP_S - 1e-6);

  return 1 + (guint) CLAMP (n, 0.0, (double) (G_MAXINT - 1));
}

static void
store (VitrailViewport *self, VitrailInstance *instance)
{
  g_autoptr (GstBuffer) buffer =
      vitrail_waveform_buffer_new (self->waveform.read,
                                   vitrail_instance_get_data_set (instance));
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple (VITRAIL_CAPS_WAVEFORM);

  vitrail_feed_store (self->feed, buffer, caps);
}

static void
show (VitrailViewport *self, VitrailInstance *instance)
{
  g_autoptr (GError) error = NULL;

  self->waveform.read =
      vitrail_waveform_new (vitrail_instance_get_data_set (instance), &error);
  if (self->waveform.read == NULL) {
    vitrail_viewport_set_error (self, error->message);
    return;
  }
  self->display_set->n_positions =
      count_pages (self->waveform.read, &self->waveform.look);
  vitrail_viewport_go_to (self, 1);
  store (self, instance);
  vitrail_viewport_emit_changed (self);
}

/* The viewport may show something else by the time it ends. */
typedef struct {
  VitrailViewport *viewport;
  GCancellable *cancellable;
} Opening;

static void
opening_free (Opening *self)
{
  g_object_unref (self->viewport);
  g_object_unref (self->cancellable);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;
  VitrailViewport *self = opening->viewport;
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (VITRAIL_DATA_SOURCE (source),
                                                result, &error);

  if (g_cancellable_is_cancelled (opening->cancellable))
    return;
  g_clear_object (&self->waveform.cancellable);
  if (instance != NULL)
    show (self, instance);
  else
    vitrail_viewport_set_error (self, error->message);
}

void
vitrail_viewport_start_waveform (VitrailViewport *self)
{
  self->waveform.look = (VitrailEcgLook) VITRAIL_ECG_LOOK_INIT;
  self->waveform.cancellable = g_cancellable_new ();
  Opening *opening = g_new0 (Opening, 1);
  opening->viewport = g_object_ref (self);
  opening->cancellable = g_object_ref (self->waveform.cancellable);
  vitrail_data_source_open_instance_async (
      self->source, g_ptr_array_index (self->display_set->images, 0),
      self->waveform.cancellable, opened_cb, opening);
}

void
vitrail_viewport_stop_waveform (VitrailViewport *self)
{
  if (self->waveform.cancellable != NULL)
    g_cancellable_cancel (self->waveform.cancellable);
  g_clear_object (&self->waveform.cancellable);
  g_clear_pointer (&self->waveform.read, vitrail_waveform_unref);
}

void
vitrail_viewport_go_to_page (VitrailViewport *self, guint position)
{
  self->waveform.look.start = (position - 1) * VITRAIL_WAVEFORM_STEP_S;
  vitrail_view_graph_set_ecg (self->graph, &self->waveform.look);
}

const VitrailWaveform *
vitrail_viewport_get_waveform (VitrailViewport *self)
{
  return self->waveform.read;
}

void
vitrail_viewport_get_ecg (VitrailViewport *self, VitrailEcgLook *look)
{
  *look = self->waveform.look;
}

gboolean
vitrail_viewport_set_ecg (VitrailViewport *self, const VitrailEcgLook *look)
{
  if (self->waveform.read == NULL ||
      look->group >= self->waveform.read->groups->len ||
      !vitrail_ecg_look_is_valid (look))
    return FALSE;
  self->waveform.look = *look;
  self->display_set->n_positions = count_pages (self->waveform.read, look);
  vitrail_viewport_go_to (self, CLAMP (self->position, 1,
                                       self->display_set->n_positions));
  vitrail_viewport_emit_changed (self);
  return TRUE;
}

/* Tenths of a millimetre of the page, pixels counted by their centres. */
static gboolean
get_place (VitrailViewport *self, const double pixel[2], double place[2])
{
  VitrailViewportGeometry geometry;
  double to_page[6];

  if (!vitrail_viewport_get_geometry (self, &geometry))
    return FALSE;
  vitrail_view_get_affine (&self->view, geometry.image_width,
                           geometry.image_height, geometry.aspect,
                           geometry.width, geometry.height, to_page);
  for (guint i = 0; i < 2; i++) {
    const double *a = to_page + (gsize) 3 * i;
    place[i] =
        (a[0] * (pixel[0] - 0.5) + a[1] * (pixel[1] - 0.5) + a[2] + 0.5) / 10;
  }
  return TRUE;
}

gboolean
vitrail_viewport_set_caliper (VitrailViewport *self,
                              const double from[2],
                              const double to[2])
{
  VitrailEcgLook look = self->waveform.look;
  double one[2];
  double other[2];

  return self->waveform.read != NULL && get_place (self, from, one) &&
         get_place (self, to, other) &&
         vitrail_ecg_find_caliper (self->waveform.read, &look, one, other,
                                   &look.caliper) &&
         vitrail_viewport_set_ecg (self, &look);
}
