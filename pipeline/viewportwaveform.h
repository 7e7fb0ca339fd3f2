/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waveforms in a viewport. */

#pragma once

#include "viewport.h"
#include "waveform/ecg.h"

G_BEGIN_DECLS

/* The waveform that is shown, borrowed; NULL: there is none, or it has not been
 * read yet. */
const VitrailWaveform *vitrail_viewport_get_waveform (VitrailViewport *self);

/* How its pages look. Setting keeps what is at the left edge where it is;
 * start and title are not looked at. FALSE: there is no waveform, or no such
 * group. */
void vitrail_viewport_get_ecg (VitrailViewport *self, VitrailEcgLook *look);
gboolean
vitrail_viewport_set_ecg (VitrailViewport *self, const VitrailEcgLook *look);

/* A caliper between two viewport pixels, on the trace that it begins on. FALSE:
 * there is none there; what was there stays. */
gboolean vitrail_viewport_set_caliper (VitrailViewport *self,
                                       const double from[2],
                                       const double to[2]);

G_END_DECLS
