/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A timeline as GStreamer asks for it: see playback.h. */

#include "source/playback.h"

static guint64
get_end_ns (const VitrailTimeline *timeline)
{
  return vitrail_timeline_get_start_ns (timeline, G_MAXUINT64);
}

gboolean
vitrail_playback_is_at_end (const VitrailTimeline *timeline,
                            guint64 next,
                            const GstSegment *segment)
{
  if (next >= vitrail_timeline_get_n_frames (timeline))
    return TRUE;
  if (segment->rate < 0)
    return vitrail_timeline_get_start_ns (timeline, next + 1) <= segment->start;
  return GST_CLOCK_TIME_IS_VALID (segment->stop) &&
         vitrail_timeline_get_start_ns (timeline, next) >= segment->stop;
}

guint64
vitrail_playback_seek (const VitrailTimeline *timeline, GstSegment *segment)
{
  guint64 position = segment->position;

  segment->duration = get_end_ns (timeline);
  if (segment->rate >= 0)
    return vitrail_timeline_find (timeline, position);
  /* Backwards from the last frame that starts before. */
  position = MIN (position, segment->duration);
  return vitrail_timeline_find (timeline, position - MIN (position, 1));
}

void
vitrail_playback_stamp (const VitrailTimeline *timeline,
                        guint index,
                        GstBuffer *buffer)
{
  guint64 start = vitrail_timeline_get_start_ns (timeline, index);
  guint64 end = vitrail_timeline_get_start_ns (timeline, (guint64) index + 1);

  GST_BUFFER_PTS (buffer) = start;
  GST_BUFFER_DURATION (buffer) = end - start;
  GST_BUFFER_OFFSET (buffer) = index;
  GST_BUFFER_OFFSET_END (buffer) = (guint64) index + 1;
}

gboolean
vitrail_playback_convert (const VitrailTimeline *timeline,
                          GstFormat from,
                          gint64 value,
                          GstFormat to,
                          gint64 *result)
{
  *result = value;
  if (from == to || value < 0)
    return TRUE;
  if (from == GST_FORMAT_DEFAULT && to == GST_FORMAT_TIME)
    *result =
        (gint64) vitrail_timeline_get_start_ns (timeline, (guint64) value);
  else if (from == GST_FORMAT_TIME && to == GST_FORMAT_DEFAULT)
    *result = vitrail_timeline_find (timeline, (guint64) value);
  else
    return FALSE;
  return TRUE;
}

static gboolean
answer_convert (const VitrailTimeline *timeline, GstQuery *query)
{
  GstFormat from = GST_FORMAT_UNDEFINED;
  GstFormat to = GST_FORMAT_UNDEFINED;
  gint64 value = 0;
  gint64 result = 0;

  gst_query_parse_convert (query, &from, &value, &to, NULL);
  if (!vitrail_playback_convert (timeline, from, value, to, &result))
    return FALSE;
  gst_query_set_convert (query, from, value, to, result);
  return TRUE;
}

/* The end in @format; FALSE for formats that we do not count in. */
static gboolean
get_end (const VitrailTimeline *timeline, GstFormat format, gint64 *end)
{
  if (format == GST_FORMAT_TIME)
    *end = (gint64) get_end_ns (timeline);
  else if (format == GST_FORMAT_DEFAULT)
    *end = vitrail_timeline_get_n_frames (timeline);
  else
    return FALSE;
  return TRUE;
}

gboolean
vitrail_playback_answer (const VitrailTimeline *timeline, GstQuery *query)
{
  GstFormat format = GST_FORMAT_UNDEFINED;
  gint64 end = 0;

  switch (GST_QUERY_TYPE (query)) {
  case GST_QUERY_CONVERT:
    return answer_convert (timeline, query);
  case GST_QUERY_DURATION:
    gst_query_parse_duration (query, &format, NULL);
    if (!get_end (timeline, format, &end))
      return FALSE;
    gst_query_set_duration (query, format, end);
    return TRUE;
  case GST_QUERY_SEEKING:
    gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
    if (!get_end (timeline, format, &end))
      return FALSE;
    gst_query_set_seeking (query, format, TRUE, 0, end);
    return TRUE;
  default:
    return FALSE;
  }
}
