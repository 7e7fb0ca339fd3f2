/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files that read a frame info share. */

#pragma once

#include "frameinfo.h"

G_BEGIN_DECLS

/* The item of functional group @sequence that applies to @frame (from 1): per
 * frame, else shared (PS3.3 C.7.6.16); NULL when there is none. */
const VitrailDataSet *vitrail_frame_group (const VitrailDataSet *data_set,
                                           guint frame,
                                           VitrailTag sequence);

/* Plane and spacing. */
void vitrail_frame_info_read_geometry (VitrailFrameInfo *self);

/* NULL when the data set has no palette that makes sense. */
VitrailPalette *vitrail_palette_new (const VitrailDataSet *data_set);
void vitrail_palette_free (VitrailPalette *self);

G_END_DECLS
