/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideChannels: the channels of a slide that is not in true colours:
 * which are shown, in which colour, window, gamma and opacity. */

#pragma once

#include "session.h"
#include "viewportslide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_CHANNELS (vitrail_slide_channels_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideChannels,
                      vitrail_slide_channels,
                      VITRAIL,
                      SLIDE_CHANNELS,
                      GtkWidget)

/* Sends commands to @session; empty at first. */
GtkWidget *vitrail_slide_channels_new (VitrailSession *session);
/* @slide: whose channels; NULL: none. */
void vitrail_slide_channels_set_slide (VitrailSlideChannels *self,
                                       VitrailSlide *slide);
/* What the widgets show. */
void vitrail_slide_channels_set_look (VitrailSlideChannels *self,
                                      const VitrailSlideLook *look);

G_END_DECLS
