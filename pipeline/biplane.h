/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The two planes of a biplane angiogram side by side, A at the left; they play
 * as one. Which belong together is what they say of each other (PS3.3
 * C.8.7.1.1.1, C.8.19.2), else that they are A and B of one acquisition. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* 'A' or 'B'; 0: it is of one plane, or says nothing. */
char vitrail_biplane_get_plane (const VitrailDataSet *data_set);

/* Whether they are the planes of one run: each says of which plane it is, and
 * one names the other, or both have the same number of frames and one
 * Acquisition Number, or one Acquisition DateTime or Date and Time. */
gboolean vitrail_biplane_is_pair (const VitrailDataSet *one,
                                  const VitrailDataSet *other);

typedef struct _VitrailBiplane VitrailBiplane;
void vitrail_biplane_free (VitrailBiplane *self);

/* The active cine beside its other plane, as soon as that is found; where they
 * are so already, what was there before. That there is none is told. FALSE: no
 * cine is active. */
gboolean vitrail_session_toggle_biplane (VitrailSession *self);

G_END_DECLS
