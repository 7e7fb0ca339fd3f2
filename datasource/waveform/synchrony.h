/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When a frame was taken, on the time of a waveform: only where the objects say
 * that their times belong together (PS3.3 C.7.4.2, C.10.9). */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * vitrail_synchrony_find:
 * @frame: of @picture, from 1
 * @waveform: @picture itself, or another object
 * @seconds: (out): when the frame was taken, from the waveform's Acquisition
 *   DateTime (0008,002A) on: take a group's offset_s off for its own time
 *
 * Frames are placed by their Frame Acquisition DateTime (0018,9074), else by
 * Frame Time Vector, Frame Time or Cine Rate from the acquisition's start.
 *
 * Two objects need the same Synchronization Frame of Reference UID (0020,0200)
 * and Acquisition Time Synchronized (0018,1800) Y, both of them.
 *
 * Returns: static: why it cannot be said; NULL: it can
 */
const char *vitrail_synchrony_find (const VitrailDataSet *picture,
                                    guint frame,
                                    const VitrailDataSet *waveform,
                                    double *seconds);

G_END_DECLS
