/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A timeline as GStreamer asks for it: segments, seeks and queries, in time and
 * in frames (GST_FORMAT_DEFAULT). For dicomfilesrc and dcmdemux. */

#pragma once

#include "source/timeline.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether frame @next (n_frames and more: none) lies behind the end of
 * @segment, in whichever direction it plays. */
gboolean vitrail_playback_is_at_end (const VitrailTimeline *timeline,
                                     guint64 next,
                                     const GstSegment *segment);
/* The frame at @segment's position, to play first; sets its duration. */
guint64
vitrail_playback_seek (const VitrailTimeline *timeline, GstSegment *segment);
/* Time, duration and offset of frame @index. */
void vitrail_playback_stamp (const VitrailTimeline *timeline,
                             guint index,
                             GstBuffer *buffer);
/* A value between frames and time; FALSE for other formats. */
gboolean vitrail_playback_convert (const VitrailTimeline *timeline,
                                   GstFormat from,
                                   gint64 value,
                                   GstFormat to,
                                   gint64 *result);
/* CONVERT, DURATION and SEEKING in both formats; FALSE for what is left. */
gboolean
vitrail_playback_answer (const VitrailTimeline *timeline, GstQuery *query);

G_END_DECLS
