/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationLayer: what lies over the picture of a slide beside its
 * annotations, which are drawn into it: what is being drawn, handles of the
 * selected shape, sizes at shapes, and the counting field. */

#pragma once

#include "viewportslide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _VitrailAnnotationLayer VitrailAnnotationLayer;

/* @widget draws it and outlives it. */
VitrailAnnotationLayer *
vitrail_annotation_layer_new (GtkWidget *widget, VitrailViewport *viewport);
void vitrail_annotation_layer_free (VitrailAnnotationLayer *self);
void vitrail_annotation_layer_snapshot (VitrailAnnotationLayer *self,
                                        GtkSnapshot *snapshot);

G_END_DECLS
