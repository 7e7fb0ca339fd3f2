/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideAnnotations: the part of the slide's panel about what is drawn:
 * the list, the selected shape's name and label, undo, files; and what helps to
 * look at all of it: what has been seen, tissue, a counting field. */

#pragma once

#include "session.h"
#include "viewportslide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_ANNOTATIONS (vitrail_slide_annotations_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideAnnotations,
                      vitrail_slide_annotations,
                      VITRAIL,
                      SLIDE_ANNOTATIONS,
                      GtkWidget)

GtkWidget *vitrail_slide_annotations_new (VitrailSession *session);
/* The active viewport may show something else, or another state of it. */
void vitrail_slide_annotations_update (VitrailSlideAnnotations *self);

G_END_DECLS
