/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideSeen: what of a slide has been looked at, here and elsewhere
 * (slide/coveragestore.h). What is seen here is added to what is kept a moment
 * later, and only that: what somebody else has taken back stays so. Of one main
 * context. */

#pragma once

#include "slide/coverage.h"

G_BEGIN_DECLS

typedef struct _VitrailSlideSeen VitrailSlideSeen;

/* @owner outlives it; @changed: more, or less, has been seen. */
VitrailSlideSeen *vitrail_slide_seen_new (VitrailSlide *slide,
                                          GObject *owner,
                                          void (*changed) (gpointer owner));
/* Saves what is not saved yet on another thread. */
void vitrail_slide_seen_free (VitrailSlideSeen *self);
/* The same now. */
void vitrail_slide_seen_flush (VitrailSlideSeen *self);

/* As vitrail_slide_work_look (). */
void vitrail_slide_seen_look (VitrailSlideSeen *self,
                              gpointer viewer,
                              const double affine[6],
                              const guint size[2],
                              double magnification);
/* (transfer none): as it is until the main context runs again. */
VitrailCoverage *vitrail_slide_seen_get (VitrailSlideSeen *self);
/* Takes what counts here beside, and is not kept. */
void
vitrail_slide_seen_take (VitrailSlideSeen *self, VitrailCoverage *coverage);

G_END_DECLS
