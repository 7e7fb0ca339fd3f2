/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Further volumes that volumerender draws: its pads "sink_0", "sink_1". */

#pragma once

#include "volume/fusionpad.h"
#include "volume/render.h"

#include <pthread.h>

G_BEGIN_DECLS

/**
 * VitrailRenderInputs:
 * @lock: guards all of this, the pads' volumes, and drawing
 * @main: (nullable): the first volume, where there are further ones
 * @at_end: none comes after it
 */
typedef struct {
  pthread_mutex_t lock;
  GstBuffer *main;
  gboolean at_end;
  /*< private >*/
  GPtrArray *registrations; /* of loaded; or NULL */
  char *loaded;
  VitrailLabels *labels; /* of labels_path; or NULL */
  char *labels_path;
  guint n_requested;
} VitrailRenderInputs;

void vitrail_render_inputs_init (VitrailRenderInputs *self);
/* Volumes and registrations go. */
void
vitrail_render_inputs_forget (VitrailRenderInputs *self, GstElement *element);
void vitrail_render_inputs_clear (VitrailRenderInputs *self);

/* (element-type VitrailFusionPad): @element's, in order. */
GPtrArray *vitrail_render_inputs_list (GstElement *element);

/* A pad more; NULL where there are as many as can be drawn. */
GstPad *vitrail_render_inputs_add (VitrailRenderInputs *self,
                                   GstElement *element,
                                   GstPadTemplate *template,
                                   const char *name);

/* Whether each of @pads has a volume. Under the lock. */
gboolean vitrail_render_inputs_are_there (const GPtrArray *pads);
/* Whether nothing more comes from any; @main too. Under the lock. */
gboolean vitrail_render_inputs_at_end (const VitrailRenderInputs *self,
                                       const GPtrArray *pads);

/* The layers of @look, from @pads' volumes, over @first. @registration: a file
 * or a folder, or NULL. Under the lock. */
gboolean vitrail_render_inputs_fill (VitrailRenderInputs *self,
                                     const GPtrArray *pads,
                                     const char *registration,
                                     VitrailVolume *first,
                                     VitrailRenderLook *look,
                                     GError **error);

/* Adds @layers, or none of NULL, to those of @look. FALSE with
 * VITRAIL_ERROR_LIMIT where they would be more than VITRAIL_RENDER_LAYERS. */
gboolean vitrail_render_inputs_add_layers (const VitrailFusionLayers *layers,
                                           VitrailRenderLook *look,
                                           GError **error);

/* The segments of @look, of file @segments, or as @given says where it is NULL,
 * or none where both are, in @first. Under the lock. */
gboolean vitrail_render_inputs_segment (VitrailRenderInputs *self,
                                        const char *segments,
                                        const VitrailRenderSegments *given,
                                        const char *registration,
                                        VitrailVolume *first,
                                        VitrailRenderLook *look,
                                        GError **error);

G_END_DECLS
