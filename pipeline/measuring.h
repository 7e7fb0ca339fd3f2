/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measuring on frames by hand: what drawing.c leaves to others than slides. */

#pragma once

#include "drawing.h"
#include "measurement/measurements.h"

G_BEGIN_DECLS

/* Of the study: a session's viewports share them; never NULL. */
VitrailMeasurements *vitrail_viewport_get_measurements (VitrailViewport *self);
void vitrail_viewport_set_measurements (VitrailViewport *self,
                                        VitrailMeasurements *measurements);

/* The frame on the screen, if it is one that can be measured on; (transfer
 * full) (nullable). */
VitrailFrameInfo *vitrail_measuring_ref_frame (VitrailViewport *viewport);

/* What is being drawn, with what comes out of it so far; nothing without a
 * draft on a frame. */
void vitrail_measuring_show_draft (VitrailViewport *viewport);
/* @draft has been drawn: it is measured and kept. */
void
vitrail_measuring_store (VitrailViewport *viewport, const VitrailDraft *draft);

G_END_DECLS
