/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailTransferPlot: the curves of the active body's transfer function over
 * how often its values occur. Points of opacity, and below them those of
 * colour, are dragged; a double click makes one or chooses its colour; the
 * right button or Delete removes it; arrow keys move it, Page Up and Page Down
 * go from one to the next. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_TRANSFER_PLOT (vitrail_transfer_plot_get_type ())
G_DECLARE_FINAL_TYPE (VitrailTransferPlot,
                      vitrail_transfer_plot,
                      VITRAIL,
                      TRANSFER_PLOT,
                      GtkWidget)

/* Signal "changed": another point is chosen, or it has moved. */
GtkWidget *vitrail_transfer_plot_new (VitrailSession *session);
/* What is shown may be another. */
void vitrail_transfer_plot_update (VitrailTransferPlot *self);
/* "300 HU: 40 % a millimetre", of the chosen point; "" where there is none. */
char *vitrail_transfer_plot_dup_text (VitrailTransferPlot *self);

G_END_DECLS
