/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See renderinputs.h. */

#include "volume/renderinputs.h"

#include "error.h"
#include "registration/registration.h"
#include "volumemeta.h"

#include <string.h>

void
vitrail_render_inputs_init (VitrailRenderInputs *self)
{
  pthread_mutex_init (&self->lock, NULL);
}

static void
forget_labels (VitrailRenderInputs *self)
{
  g_clear_pointer (&self->labels, vitrail_labels_unref);
  g_clear_pointer (&self->labels_path, g_free);
}

void
vitrail_render_inputs_forget (VitrailRenderInputs *self, GstElement *element)
{
  g_autoptr (GPtrArray) pads = vitrail_render_inputs_list (element);

  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < pads->len; i++) {
    VitrailFusionPad *pad = g_ptr_array_index (pads, i);
    gst_clear_buffer (&pad->buffer);
    pad->at_end = FALSE;
  }
  gst_clear_buffer (&self->main);
  self->at_end = FALSE;
  g_clear_pointer (&self->registrations, g_ptr_array_unref);
  g_clear_pointer (&self->loaded, g_free);
  forget_labels (self);
  pthread_mutex_unlock (&self->lock);
}

void
vitrail_render_inputs_clear (VitrailRenderInputs *self)
{
  gst_clear_buffer (&self->main);
  g_clear_pointer (&self->registrations, g_ptr_array_unref);
  g_clear_pointer (&self->loaded, g_free);
  forget_labels (self);
  pthread_mutex_destroy (&self->lock);
}

GPtrArray *
vitrail_render_inputs_list (GstElement *element)
{
  GPtrArray *pads = g_ptr_array_new_with_free_func (gst_object_unref);

  GST_OBJECT_LOCK (element);
  for (GList *l = element->sinkpads; l != NULL; l = l->next)
    if (VITRAIL_IS_FUSION_PAD (l->data))
      g_ptr_array_add (pads, gst_object_ref (l->data));
  GST_OBJECT_UNLOCK (element);
  return pads;
}

GstPad *
vitrail_render_inputs_add (VitrailRenderInputs *self,
                           GstElement *element,
                           GstPadTemplate *template,
                           const char *name)
{
  g_autoptr (GPtrArray) pads = vitrail_render_inputs_list (element);

  if (pads->len >= VITRAIL_RENDER_LAYERS)
    return NULL;
  pthread_mutex_lock (&self->lock);
  g_autofree char *own = name != NULL
                             ? g_strdup (name)
                             : g_strdup_printf ("sink_%u", self->n_requested);
  self->n_requested++;
  pthread_mutex_unlock (&self->lock);
  return g_object_new (VITRAIL_TYPE_FUSION_PAD, "name", own, "direction",
                       GST_PAD_SINK, "template", template, NULL);
}

gboolean
vitrail_render_inputs_are_there (const GPtrArray *pads)
{
  for (guint i = 0; i < pads->len; i++) {
    const VitrailFusionPad *pad = g_ptr_array_index (pads, i);
    if (pad->buffer == NULL)
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_render_inputs_at_end (const VitrailRenderInputs *self,
                              const GPtrArray *pads)
{
  gboolean at_end = self->at_end;

  for (guint i = 0; i < pads->len; i++) {
    const VitrailFusionPad *pad = g_ptr_array_index (pads, i);
    at_end = at_end && pad->at_end;
  }
  return at_end;
}

/* What the property names, read once. */
static gboolean
load_registrations (VitrailRenderInputs *self, const char *path, GError **error)
{
  if (g_strcmp0 (path, self->loaded) == 0)
    return TRUE;
  g_clear_pointer (&self->registrations, g_ptr_array_unref);
  g_clear_pointer (&self->loaded, g_free);
  if (path == NULL)
    return TRUE;
  self->registrations = vitrail_registrations_load (path, error);
  if (self->registrations == NULL)
    return FALSE;
  self->loaded = g_strdup (path);
  return TRUE;
}

/* The same for a segmentation. */
static gboolean
load_labels (VitrailRenderInputs *self, const char *path, GError **error)
{
  if (g_strcmp0 (path, self->labels_path) == 0)
    return TRUE;
  forget_labels (self);
  if (path == NULL)
    return TRUE;
  self->labels = vitrail_labels_load (path, error);
  if (self->labels == NULL)
    return FALSE;
  self->labels_path = g_strdup (path);
  return TRUE;
}

gboolean
vitrail_render_inputs_segment (VitrailRenderInputs *self,
                               const char *segments,
                               const VitrailRenderSegments *given,
                               const char *registration,
                               VitrailVolume *first,
                               VitrailRenderLook *look,
                               GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (first);

  look->segments.labels = NULL;
  if (!load_labels (self, segments, error))
    return FALSE;
  if (segments == NULL && given != NULL) {
    look->segments.labels = given->labels;
    memcpy (look->segments.matrix, given->matrix, sizeof given->matrix);
  }
  if (segments == NULL)
    return TRUE;
  if (!load_registrations (self, registration, error))
    return FALSE;
  if (!vitrail_registrations_find (self->registrations,
                                   info->space == VITRAIL_SPACE_PATIENT
                                       ? info->frame_of_reference_uid
                                       : "",
                                   self->labels->frame_of_reference,
                                   look->segments.matrix, error))
  {
    g_prefix_error (error, "%s is not of this volume: ", segments);
    return FALSE;
  }
  look->segments.labels = self->labels;
  return TRUE;
}

gboolean
vitrail_render_inputs_fill (VitrailRenderInputs *self,
                            const GPtrArray *pads,
                            const char *registration,
                            VitrailVolume *first,
                            VitrailRenderLook *look,
                            GError **error)
{
  look->n_layers = 0;
  if (pads->len > 0 && !load_registrations (self, registration, error))
    return FALSE;
  for (guint i = 0; i < pads->len; i++) {
    VitrailFusionPad *pad = g_ptr_array_index (pads, i);
    VitrailRenderLayer *layer = &look->layers[i];
    VitrailFusionWish wish;
    vitrail_fusion_pad_get_wish (pad, &wish);
    layer->volume = vitrail_buffer_get_volume (pad->buffer);
    if (!vitrail_fusion_find_matrix (self->registrations, wish.matrix, first,
                                     layer->volume, layer->matrix, error))
    {
      g_prefix_error (error, "%s cannot be laid over the first volume: ",
                      GST_PAD_NAME (pad));
      return FALSE;
    }
    vitrail_render_layer_set_look (layer, &wish.look);
    look->n_layers++;
  }
  return TRUE;
}

gboolean
vitrail_render_inputs_add_layers (const VitrailFusionLayers *layers,
                                  VitrailRenderLook *look,
                                  GError **error)
{
  if (layers == NULL)
    return TRUE;
  if (look->n_layers + layers->n > VITRAIL_RENDER_LAYERS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "a body takes %u further volumes", VITRAIL_RENDER_LAYERS);
    return FALSE;
  }
  for (guint i = 0; i < layers->n; i++) {
    const VitrailFusionLayer *from = &layers->layers[i];
    VitrailRenderLayer *layer = &look->layers[look->n_layers++];
    layer->volume = from->volume;
    memcpy (layer->matrix, from->matrix, sizeof layer->matrix);
    vitrail_render_layer_set_look (layer, &from->look);
  }
  return TRUE;
}
