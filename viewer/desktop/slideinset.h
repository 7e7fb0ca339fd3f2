/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideInset: the small pictures in the corners of a slide's viewport:
 * all of it, with the place where one is, and its label or the scanner's
 * picture, where they are asked for. */

#pragma once

#include "viewportslide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _VitrailSlideInset VitrailSlideInset;

/* @widget draws it and outlives it. */
VitrailSlideInset *
vitrail_slide_inset_new (GtkWidget *widget, VitrailViewport *viewport);
void vitrail_slide_inset_free (VitrailSlideInset *self);

/* What is shown may be another. */
void vitrail_slide_inset_update (VitrailSlideInset *self);
void
vitrail_slide_inset_snapshot (VitrailSlideInset *self, GtkSnapshot *snapshot);
/* What the picture of all of the slide takes of the width; 0 without. */
float vitrail_slide_inset_get_room (VitrailSlideInset *self);
/* Whether (@x, @y) of the widget lies in the picture of all of the slide;
 * @place: where in it, 0 to 1 across and down, clamped. */
gboolean vitrail_slide_inset_find (VitrailSlideInset *self,
                                   double x,
                                   double y,
                                   double place[2]);

G_END_DECLS
