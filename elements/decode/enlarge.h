/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A reduced frame at the size of the whole one, so that everything behind it is
 * where it will be. */

#pragma once

#include "frameinfo.h"

G_BEGIN_DECLS

/**
 * vitrail_frame_enlarge:
 * @frame: normalized, @reduce times halved
 * @info: (nullable): of the frame
 * @width, @height: of the whole frame
 *
 * Between samples linear, for palettes the nearest: sample i of a wavelet's
 * lower band lies at i times 2 to @reduce.
 *
 * Returns: (transfer full) (nullable): a preview. NULL where there is no
 * memory, or the sizes do not belong together
 */
VitrailFrame *vitrail_frame_enlarge (VitrailFrame *frame,
                                     const VitrailFrameInfo *info,
                                     guint width,
                                     guint height);

G_END_DECLS
