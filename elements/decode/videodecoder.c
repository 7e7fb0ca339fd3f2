/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoDecoder: see videodecoder.h. */

#include "decode/videodecoder.h"

#include "error.h"

/* Asked for so many after the last one: goes on from there. */
#define AHEAD_FRAMES 8u
/* So many that nobody asked for are decoded rather than what is inside lost. */
#define BETWEEN_UNITS 16u
/* Units that a decoder may hold back: 16 frames and its threads. */
#define MAX_DELAY_UNITS 64u
#define FRAME_NS        (40 * GST_MSECOND)

/* All that may decode what a DICOM object holds, the best first. */
static const struct {
  VitrailVideoCodec codec;
  const char *element;
  const char *package;
  const char *caps;
} decoders[] = {
  { VITRAIL_VIDEO_MPEG2, "avdec_mpeg2video", "gstreamer1.0-libav",
    "video/mpeg, mpegversion = (int) 2, systemstream = (boolean) false, "
    "parsed = (boolean) true" },
  { VITRAIL_VIDEO_H264, "avdec_h264", "gstreamer1.0-libav",
    "video/x-h264, stream-format = (string) byte-stream, alignment = (string) "
    "au, parsed = (boolean) true" },
  { VITRAIL_VIDEO_H265, "avdec_h265", "gstreamer1.0-libav",
    "video/x-h265, stream-format = (string) byte-stream, alignment = (string) "
    "au, parsed = (boolean) true" },
};

typedef struct {
  guint frame;
  gsize size;
  GstSample *sample;
} Kept;

struct _VitrailVideoDecoder {
  VitrailVideoIndex *index;
  char *name;
  GstElement *element;
  GstCaps *input; /* what it is fed with */
  GstPad *feed;
  GstPad *catch;
  guint next;        /* unit to be fed */
  guint access;      /* where feeding began */
  guint leapt;       /* unit before which some were left out since then */
  gboolean is_ended; /* all that was fed has come out */
  guint last;        /* frame that was asked for last */
  guint n_fed;       /* units so far */
  GError *error;     /* why the next unit cannot be had, or NULL */
  gsize most_bytes;  /* to be kept from one call to the next */

  /* Guarded by the object lock of @catch: a decoder may push from a thread of
   * its own. */
  GstCaps *caps; /* of what comes out */
  guint n_out;   /* frames before this one have come out since feeding began */
  GQueue kept;   /* oldest first */
  gsize kept_bytes;
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  gst_sample_unref (kept->sample);
  g_free (kept);
}

/* What comes out. */

static void
forget_frame_locked (VitrailVideoDecoder *self, guint frame)
{
  for (GList *link = self->kept.head; link != NULL; link = link->next) {
    Kept *kept = link->data;
    if (kept->frame != frame)
      continue;
    self->kept_bytes -= kept->size;
    g_queue_delete_link (&self->kept, link);
    kept_free (kept);
    return;
  }
}

static void
trim_locked (VitrailVideoDecoder *self, gsize most, guint n_left)
{
  while (self->kept_bytes > most && self->kept.length > n_left) {
    Kept *oldest = g_queue_pop_head (&self->kept);
    self->kept_bytes -= oldest->size;
    kept_free (oldest);
  }
}

static void
keep_locked (VitrailVideoDecoder *self, guint frame, GstBuffer *buffer)
{
  Kept *kept = g_new0 (Kept, 1);

  forget_frame_locked (self, frame);
  kept->frame = frame;
  kept->size = gst_buffer_get_size (buffer);
  kept->sample = gst_sample_new (buffer, self->caps, NULL, NULL);
  g_queue_push_tail (&self->kept, kept);
  self->kept_bytes += kept->size;
  /* What one call needs may be more than what is left for the next. */
  trim_locked (self, MAX (self->most_bytes, VITRAIL_VIDEO_KEPT_BYTES), 2);
}

static GstFlowReturn
catch_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  VitrailVideoDecoder *self = gst_pad_get_element_private (pad);
  /* 0 is what is not shown. */
  guint64 frame = GST_BUFFER_PTS (buffer) / FRAME_NS - 1;

  GST_OBJECT_LOCK (pad);
  if (GST_BUFFER_PTS_IS_VALID (buffer) && self->caps != NULL &&
      frame < vitrail_video_index_get_n_frames (self->index))
  {
    keep_locked (self, (guint) frame, buffer);
    self->n_out = MAX (self->n_out, (guint) frame + 1);
  }
  GST_OBJECT_UNLOCK (pad);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
catch_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailVideoDecoder *self = gst_pad_get_element_private (pad);
  GstCaps *caps = NULL;

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    GST_OBJECT_LOCK (pad);
    gst_caps_replace (&self->caps, caps);
    GST_OBJECT_UNLOCK (pad);
  }
  gst_event_unref (event);
  return TRUE;
}

static GstSample *
ref_kept (VitrailVideoDecoder *self, guint frame)
{
  GstSample *sample = NULL;

  GST_OBJECT_LOCK (self->catch);
  for (GList *link = self->kept.tail; link != NULL && sample == NULL;
       link = link->prev)
  {
    const Kept *kept = link->data;
    if (kept->frame == frame)
      sample = gst_sample_ref (kept->sample);
  }
  GST_OBJECT_UNLOCK (self->catch);
  return sample;
}

/* Making one. */

static gboolean
make_element (VitrailVideoDecoder *self, GError **error)
{
  VitrailVideoCodec codec = vitrail_video_index_get_codec (self->index);
  const char *element = NULL;
  const char *package = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (decoders) && self->element == NULL; i++) {
    if (decoders[i].codec != codec)
      continue;
    element = decoders[i].element;
    package = decoders[i].package;
    self->element = gst_element_factory_make (element, NULL);
    if (self->element == NULL)
      continue;
    gst_object_ref_sink (self->element);
    self->input = gst_caps_from_string (decoders[i].caps);
  }
  if (self->element != NULL)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: there is no video decoder %s: Debian's package %s brings "
               "it",
               self->name, element, package);
  return FALSE;
}

static void
link_pads (VitrailVideoDecoder *self)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (self->element, "src");

  self->feed = gst_object_ref_sink (gst_pad_new ("feed", GST_PAD_SRC));
  self->catch = gst_object_ref_sink (gst_pad_new ("catch", GST_PAD_SINK));
  gst_pad_set_element_private (self->catch, self);
  gst_pad_set_chain_function (self->catch, catch_chain);
  gst_pad_set_event_function (self->catch, catch_event);
  gst_pad_link (self->feed, sink);
  gst_pad_link (src, self->catch);
  gst_pad_set_active (self->feed, TRUE);
  gst_pad_set_active (self->catch, TRUE);
}

static void
begin_segment (VitrailVideoDecoder *self)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->feed, gst_event_new_segment (&segment));
}

VitrailVideoDecoder *
vitrail_video_decoder_new (VitrailVideoIndex *index,
                           const char *name,
                           GError **error)
{
  if (!gst_init_check (NULL, NULL, error))
    return NULL;
  g_autoptr (VitrailVideoDecoder) self = g_new0 (VitrailVideoDecoder, 1);
  self->index = vitrail_video_index_ref (index);
  self->name = g_strdup (name);
  self->is_ended = TRUE;
  self->last = G_MAXUINT / 2;
  self->most_bytes = VITRAIL_VIDEO_KEPT_BYTES;
  g_queue_init (&self->kept);
  if (!make_element (self, error))
    return NULL;
  /* A picture that is damaged is no reason to end. */
  g_object_set (self->element, "max-errors", -1, NULL);
  link_pads (self);
  gst_element_set_state (self->element, GST_STATE_PAUSED);
  gst_pad_push_event (self->feed, gst_event_new_stream_start ("video"));
  gst_pad_push_event (self->feed, gst_event_new_caps (self->input));
  begin_segment (self);
  return g_steal_pointer (&self);
}

void
vitrail_video_decoder_free (VitrailVideoDecoder *self)
{
  if (self->element != NULL)
    gst_element_set_state (self->element, GST_STATE_NULL);
  if (self->feed != NULL)
    gst_pad_set_active (self->feed, FALSE);
  if (self->catch != NULL)
    gst_pad_set_active (self->catch, FALSE);
  g_queue_clear_full (&self->kept, kept_free);
  gst_clear_object (&self->feed);
  gst_clear_object (&self->catch);
  gst_clear_object (&self->element);
  gst_clear_caps (&self->caps);
  gst_clear_caps (&self->input);
  vitrail_video_index_unref (self->index);
  g_free (self->name);
  g_free (self);
}

/* Feeding. */

static void
begin_at (VitrailVideoDecoder *self, guint unit)
{
  gst_pad_push_event (self->feed, gst_event_new_flush_start ());
  gst_pad_push_event (self->feed, gst_event_new_flush_stop (TRUE));
  begin_segment (self);
  self->next = unit;
  self->access = unit;
  self->leapt = unit;
  self->is_ended = FALSE;
  GST_OBJECT_LOCK (self->catch);
  self->n_out = 0;
  GST_OBJECT_UNLOCK (self->catch);
}

static guint
get_n_out (VitrailVideoDecoder *self)
{
  GST_OBJECT_LOCK (self->catch);
  const guint n = self->n_out;
  GST_OBJECT_UNLOCK (self->catch);
  return n;
}

/* Whether @frame is among what has been fed and has not come out: a decoder
 * holds back what it puts in order, and a picture for each of its threads. */
static gboolean
is_inside (VitrailVideoDecoder *self, guint unit, guint frame)
{
  const gboolean was_left_out =
      unit < self->leapt &&
      (vitrail_video_index_get_unit (self->index, unit)->flags &
       VITRAIL_VIDEO_UNIT_DISPOSABLE) != 0;

  return unit < self->next && !was_left_out && frame >= get_n_out (self);
}

static void
feed_next (VitrailVideoDecoder *self)
{
  guint number = self->next++;

  /* After one that is missing, others are of no use. */
  if (self->error != NULL ||
      !vitrail_video_index_fetch_unit (self->index, number, &self->error))
    return;
  const VitrailVideoUnit *unit =
      vitrail_video_index_get_unit (self->index, number);
  GBytes *bytes = vitrail_video_index_ref_unit (self->index, number);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (bytes);

  g_bytes_unref (bytes);
  GST_BUFFER_DTS (buffer) = number * FRAME_NS;
  GST_BUFFER_DURATION (buffer) = FRAME_NS;
  if (unit->frame != VITRAIL_VIDEO_NO_FRAME) {
    GST_BUFFER_PTS (buffer) = ((guint64) unit->frame + 1) * FRAME_NS;
  } else {
    GST_BUFFER_PTS (buffer) = 0;
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DECODE_ONLY);
  }
  if ((unit->flags & VITRAIL_VIDEO_UNIT_ACCESS) == 0)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  self->n_fed++;
  gst_pad_push (self->feed, buffer);
}

static void
end (VitrailVideoDecoder *self)
{
  gst_pad_push_event (self->feed, gst_event_new_eos ());
  self->is_ended = TRUE;
}

/* Up to @unit. What nothing that follows needs is left out where @leaps: nobody
 * has been near it, and nobody may ever ask for it. */
static void
feed_through (VitrailVideoDecoder *self, guint unit, gboolean leaps)
{
  while (self->next <= unit)
    if (leaps && self->next < unit &&
        (vitrail_video_index_get_unit (self->index, self->next)->flags &
         VITRAIL_VIDEO_UNIT_DISPOSABLE) != 0)
      self->leapt = ++self->next;
    else
      feed_next (self);
}

/* Where frames are wanted one after the other, feeds as much more as it takes
 * for @frame to come out; else has all come out that is inside. */
static GstSample *
get_out (VitrailVideoDecoder *self, guint unit, guint frame, gboolean goes_on)
{
  guint n_units = vitrail_video_index_get_n_units (self->index);
  guint most = MIN (unit + MAX_DELAY_UNITS, n_units - 1);
  GstSample *sample = ref_kept (self, frame);

  while (goes_on && sample == NULL && self->next <= most) {
    feed_next (self);
    sample = ref_kept (self, frame);
  }
  if (sample != NULL)
    return sample;
  end (self);
  return ref_kept (self, frame);
}

/* Decodes from @access on, or from where it is if that does. */
static GstSample *
decode (VitrailVideoDecoder *self, guint frame, guint access)
{
  guint unit = vitrail_video_index_find_frame (self->index, frame);
  gboolean is_under_way = !self->is_ended && self->access <= access &&
                          self->next + BETWEEN_UNITS >= access &&
                          (self->next <= unit || is_inside (self, unit, frame));
  /* What has been fed is not taken out at once: the next frames go on there. */
  gboolean goes_on = is_under_way ||
                     (frame > self->last && frame - self->last <= AHEAD_FRAMES);
  const gint64 near =
      is_under_way ? (gint64) get_n_out (self) : (gint64) self->last;
  gboolean leaps = ABS ((gint64) frame - near) > AHEAD_FRAMES;

  if (!is_under_way)
    begin_at (self, access);
  feed_through (self, unit, leaps);
  return get_out (self, unit, frame, goes_on);
}

GstSample *
vitrail_video_decoder_get_frame (VitrailVideoDecoder *self,
                                 guint frame,
                                 GError **error)
{
  guint access = 0;
  GstSample *sample = NULL;

  GST_OBJECT_LOCK (self->catch);
  trim_locked (self, self->most_bytes, 0);
  GST_OBJECT_UNLOCK (self->catch);
  if (frame < vitrail_video_index_get_n_frames (self->index)) {
    guint unit = vitrail_video_index_find_frame (self->index, frame);
    access = vitrail_video_index_get_unit (self->index, unit)->access;
    sample = ref_kept (self, frame);
    if (sample == NULL)
      sample = decode (self, frame, access);
    /* A decoder learns only by doing how far frames are out of order. */
    for (guint tries = 0; sample == NULL && self->error == NULL && tries < 3;
         tries++)
    {
      self->is_ended = TRUE;
      sample = decode (self, frame, access);
    }
  }
  self->last = frame;
  if (self->error != NULL) {
    /* The next call begins anew. */
    self->is_ended = TRUE;
    if (sample == NULL)
      g_propagate_error (error, g_steal_pointer (&self->error));
    g_clear_error (&self->error);
  } else if (sample == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: frame %u of the video does not decode", self->name,
                 frame + 1);
  return sample;
}

void
vitrail_video_decoder_set_kept_bytes (VitrailVideoDecoder *self, gsize bytes)
{
  self->most_bytes = bytes;
}

guint
vitrail_video_decoder_get_n_fed (VitrailVideoDecoder *self)
{
  return self->n_fed;
}
