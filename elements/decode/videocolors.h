/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoColors: frames of RGB from decoded pictures of the same caps: two
 * fields become one picture, colours are what the stream says, else BT.601 up
 * to 576 lines and BT.709 above. Any number of threads at a time. */

#pragma once

#include "frame.h"

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _VitrailVideoColors VitrailVideoColors;

/* NULL where @caps cannot be converted, or are beyond the limits. */
VitrailVideoColors *vitrail_video_colors_new (GstCaps *caps);
VitrailVideoColors *vitrail_video_colors_ref (VitrailVideoColors *self);
void vitrail_video_colors_unref (VitrailVideoColors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVideoColors, vitrail_video_colors_unref)

gboolean vitrail_video_colors_is_for (const VitrailVideoColors *self,
                                      const GstCaps *caps);

/* @sample of those caps. NULL where it cannot be read, or there is no memory.
 */
VitrailFrame *
vitrail_video_colors_make_frame (VitrailVideoColors *self, GstSample *sample);

G_END_DECLS
