/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideLayers: what others have made of the slide of the active viewport
 * (annotations, segmentations, parametric maps): shown or hidden, colours,
 * opacity. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_LAYERS (vitrail_slide_layers_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideLayers,
                      vitrail_slide_layers,
                      VITRAIL,
                      SLIDE_LAYERS,
                      GtkWidget)

GtkWidget *vitrail_slide_layers_new (VitrailSession *session);
/* The active viewport, its slide or a layer of it is another now. */
void vitrail_slide_layers_update (VitrailSlideLayers *self);

G_END_DECLS
