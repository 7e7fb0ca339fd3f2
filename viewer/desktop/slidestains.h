/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideStains: the stains of the slide of the active viewport as
 * channels, beside the slide as it is: shown or hidden, colour, weight. */

#pragma once

#include "session.h"
#include "slide/look.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_STAINS (vitrail_slide_stains_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideStains,
                      vitrail_slide_stains,
                      VITRAIL,
                      SLIDE_STAINS,
                      GtkWidget)

GtkWidget *vitrail_slide_stains_new (VitrailSession *session);
void vitrail_slide_stains_set_look (VitrailSlideStains *self,
                                    const VitrailSlideLook *look);

G_END_DECLS
