/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideReview: tissue to step through, what has been seen, a counting
 * field; for the active viewport. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_REVIEW (vitrail_slide_review_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideReview,
                      vitrail_slide_review,
                      VITRAIL,
                      SLIDE_REVIEW,
                      GtkWidget)

GtkWidget *vitrail_slide_review_new (VitrailSession *session);
/* The active viewport, or its slide, is another now. */
void vitrail_slide_review_update (VitrailSlideReview *self);

G_END_DECLS
