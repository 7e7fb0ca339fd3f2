/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailColorBar: the legend of a picture in false colours: its colormap from
 * the lowest value at the bottom to the highest at the top. */

#pragma once

#include "pixel/view.h"
#include "shown.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _VitrailColorBar VitrailColorBar;

/* @widget is drawn on, and owns the bar. */
VitrailColorBar *vitrail_color_bar_new (GtkWidget *widget);
void vitrail_color_bar_free (VitrailColorBar *self);

/* Nothing is drawn where @presentation has no colormap, or @shown no grey
 * levels. */
void vitrail_color_bar_set (VitrailColorBar *self,
                            const VitrailShownState *shown,
                            const VitrailPresentation *presentation);
void vitrail_color_bar_snapshot (VitrailColorBar *self, GtkSnapshot *snapshot);

/* The colormap in words, "" where there is none. */
const char *vitrail_color_bar_get_text (VitrailColorBar *self);

G_END_DECLS
