/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailOverlay: draws what stands over the picture of a viewport: corner
 * texts, orientation letters, scale bar, waiting and errors. */

#pragma once

#include "cornertext.h"
#include "pixel/view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _VitrailOverlay VitrailOverlay;

VitrailOverlay *vitrail_overlay_new (GtkWidget *widget);
void vitrail_overlay_free (VitrailOverlay *self);

/* Something else takes so much of the lower right corner's width. */
void vitrail_overlay_set_right_room (VitrailOverlay *self, float room);

/* @scale: device pixels per unit of the widget. */
void vitrail_overlay_set_shown (VitrailOverlay *self,
                                const VitrailShownState *shown,
                                guint position,
                                guint n_positions,
                                int scale);
/* Beside what the picture says of itself, from the next one on; NULL: nothing.
 */
void vitrail_overlay_set_note (VitrailOverlay *self, const char *note);
/* The legend of the colours that @presentation asks for, if any; of what was
 * set as shown. */
void vitrail_overlay_set_presentation (VitrailOverlay *self,
                                       const VitrailShownState *shown,
                                       const VitrailPresentation *presentation);
/* In the middle, in place of a picture: a hint; NULL: none. */
void vitrail_overlay_set_message (VitrailOverlay *self, const char *message);
/* At the top: a line, and a name from half a second on; NULL: not waiting. */
void vitrail_overlay_set_waiting (VitrailOverlay *self,
                                  gboolean waiting,
                                  const char *name);
void vitrail_overlay_snapshot (VitrailOverlay *self, GtkSnapshot *snapshot);
/* All words, for screen readers; to be freed. */
char *vitrail_overlay_dup_text (VitrailOverlay *self);

/* For what else is drawn over a picture: a layout in the same type, and how it
 * is drawn. */
PangoLayout *vitrail_overlay_new_layout (GtkWidget *widget);
void vitrail_overlay_draw_text (GtkSnapshot *snapshot,
                                PangoLayout *layout,
                                float x,
                                float y);

G_END_DECLS
