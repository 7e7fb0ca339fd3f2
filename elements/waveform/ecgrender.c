/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ecgrender: a waveform as an ECG is printed.
 *
 *   gst-launch-1.0 filesrc location=ecg.dcm ! dcmdemux ! ecgrender !
 *     videoconvert ! pngenc ! filesink location=ecg.png
 *
 * One page, or with a frame rate the time line: pages that move on with the
 * clock until the end of the waveform is in sight.
 *
 * Behind a feedsrc (application/x-vitrail-waveform) it draws the page that is
 * asked for in the size that is asked for downstream, placed by view. */

#include "dicom/part10.h"
#include "framecaps.h"
#include "framemeta.h"
#include "limits.h"
#include "pixel/state.h"
#include "pixel/view.h"
#include "waveform/ecg.h"
#include "waveformmeta.h"

#include <gst/video/video.h>

#include <string.h>

#define VITRAIL_TYPE_ECG_RENDER (vitrail_ecg_render_get_type ())
G_DECLARE_FINAL_TYPE (VitrailEcgRender,
                      vitrail_ecg_render,
                      VITRAIL,
                      ECG_RENDER,
                      GstElement)

#define DEFAULT_SPEED  25.0
#define DEFAULT_GAIN   10.0
#define DEFAULT_WIDTH  1188 /* four pixels a millimetre */
#define DEFAULT_HEIGHT 840
#define MAX_SIDE       16384
#define MAX_RATE       240

typedef struct {
  VitrailView view; /* of references */
  VitrailEcgLook look;
  guint width;
  guint height;
  guint rate; /* pages a second; 0: one page */
} Wish;

struct _VitrailEcgRender {
  GstElement parent_instance;

  GstPad *sink;
  GstPad *src;
  VitrailState state;
  Wish wish; /* state.lock */

  /* The streaming thread's. */
  GByteArray *file;
  GstVideoInfo info; /* of the pages of references */
  gboolean has_segment;
  VitrailWaveform *measured_of; /* kept, so that no other is in its place */
  guint measured_group;
  char *measured;
};

G_DEFINE_FINAL_TYPE (VitrailEcgRender, vitrail_ecg_render, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (ecgrender)
GST_ELEMENT_REGISTER_DEFINE (ecgrender,
                             "ecgrender",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_ECG_RENDER)

enum {
  PROP_VIEW = VITRAIL_STATE_PROP_WHOLE,
  PROP_LAYOUT,
  PROP_GROUP,
  PROP_START,
  PROP_SPEED,
  PROP_GAIN,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_RATE,
  PROP_HIGH_PASS,
  PROP_LOW_PASS,
  PROP_NOTCH,
  PROP_CALIPER_CHANNEL,
  PROP_CALIPER_FROM,
  PROP_CALIPER_TO,
  PROP_CALIPER_FROM_MV,
  PROP_CALIPER_TO_MV,
  N_PROPS,
};

static const size_t offsets[N_PROPS] = {
  [PROP_LAYOUT] = G_STRUCT_OFFSET (Wish, look.layout),
  [PROP_GROUP] = G_STRUCT_OFFSET (Wish, look.group),
  [PROP_START] = G_STRUCT_OFFSET (Wish, look.start),
  [PROP_SPEED] = G_STRUCT_OFFSET (Wish, look.speed),
  [PROP_GAIN] = G_STRUCT_OFFSET (Wish, look.gain),
  [PROP_WIDTH] = G_STRUCT_OFFSET (Wish, width),
  [PROP_HEIGHT] = G_STRUCT_OFFSET (Wish, height),
  [PROP_RATE] = G_STRUCT_OFFSET (Wish, rate),
  [PROP_HIGH_PASS] = G_STRUCT_OFFSET (Wish, look.filter.high_pass_hz),
  [PROP_LOW_PASS] = G_STRUCT_OFFSET (Wish, look.filter.low_pass_hz),
  [PROP_NOTCH] = G_STRUCT_OFFSET (Wish, look.filter.notch_hz),
  [PROP_CALIPER_CHANNEL] = G_STRUCT_OFFSET (Wish, look.caliper.channel),
  [PROP_CALIPER_FROM] = G_STRUCT_OFFSET (Wish, look.caliper.from_s),
  [PROP_CALIPER_TO] = G_STRUCT_OFFSET (Wish, look.caliper.to_s),
  [PROP_CALIPER_FROM_MV] = G_STRUCT_OFFSET (Wish, look.caliper.from_mv),
  [PROP_CALIPER_TO_MV] = G_STRUCT_OFFSET (Wish, look.caliper.to_mv),
};

static const Wish initial = {
  .view = VITRAIL_VIEW_INIT,
  .look = VITRAIL_ECG_LOOK_INIT,
  .width = DEFAULT_WIDTH,
  .height = DEFAULT_HEIGHT,
};

static gboolean
equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Wish)) == 0;
}

static const VitrailStateSpec state_spec = {
  sizeof (Wish), sizeof (VitrailView), &initial, offsets, N_PROPS, equal, NULL
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink",
    GST_PAD_SINK,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-dicom-waveform; " VITRAIL_CAPS_WAVEFORM));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src",
    GST_PAD_SRC,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE ("{ " VITRAIL_ECG_PIXELS
                                          ", " VITRAIL_ECG_OPAQUE " }")));

/* --- pages --- */

static void
forget_measured (VitrailEcgRender *self)
{
  g_clear_pointer (&self->measured_of, vitrail_waveform_unref);
  g_clear_pointer (&self->measured, g_free);
}

/* Once for all pages of a group. */
static const char *
get_measured (VitrailEcgRender *self, VitrailWaveform *waveform, guint group)
{
  if (self->measured_of == waveform && self->measured_group == group)
    return self->measured;
  forget_measured (self);
  self->measured_of = vitrail_waveform_ref (waveform);
  self->measured_group = group;
  self->measured = vitrail_ecg_dup_measured (waveform, group);
  return self->measured;
}

/* @to_page: as in VitrailEcgPicture. */
static GstBuffer *
draw (VitrailEcgRender *self,
      VitrailWaveform *waveform,
      const Wish *wish,
      const double *to_page)
{
  VitrailEcgLook look = wish->look;
  const gsize stride = (gsize) wish->width * 4;
  g_autofree guint8 *pixels = g_try_malloc (stride * wish->height);
  const VitrailEcgPicture picture = { wish->width, wish->height, stride, pixels,
                                      to_page };

  look.measured = get_measured (self, waveform, look.group);
  if (pixels == NULL || !vitrail_ecg_paint (waveform, &look, &picture)) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("ecgrender: there is no group %u, or no memory",
                        wish->look.group),
                       (NULL));
    return NULL;
  }
  return gst_buffer_new_wrapped (g_steal_pointer (&pixels),
                                 stride * wish->height);
}

static GstFlowReturn
push_page (VitrailEcgRender *self,
           VitrailWaveform *waveform,
           const Wish *wish,
           guint number)
{
  GstBuffer *out = draw (self, waveform, wish, NULL);

  if (out == NULL)
    return GST_FLOW_ERROR;
  GST_BUFFER_OFFSET (out) = number;
  if (wish->rate > 0) {
    GST_BUFFER_PTS (out) =
        gst_util_uint64_scale (number, GST_SECOND, wish->rate);
    GST_BUFFER_DURATION (out) = GST_SECOND / wish->rate;
  } else
    GST_BUFFER_PTS (out) = 0;
  return gst_pad_push (self->src, out);
}

static void
send_caps (VitrailEcgRender *self, const Wish *wish)
{
  GstSegment segment;
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "video/x-raw", "format", G_TYPE_STRING, VITRAIL_ECG_PIXELS, "width",
      G_TYPE_INT, (int) wish->width, "height", G_TYPE_INT, (int) wish->height,
      "framerate", GST_TYPE_FRACTION, (int) wish->rate, 1, "pixel-aspect-ratio",
      GST_TYPE_FRACTION, 1, 1, NULL);

  gst_pad_push_event (self->src, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
}

/* Size and rate are those of the first page; the rest may change as it runs. */
static void
push_pages (VitrailEcgRender *self, VitrailWaveform *waveform)
{
  GstFlowReturn flow = GST_FLOW_OK;
  Wish wish;
  Wish now;

  vitrail_state_copy (&self->state, &wish);
  send_caps (self, &wish);
  const double length = vitrail_ecg_get_length (waveform, wish.look.group);
  for (guint i = 0; flow == GST_FLOW_OK; i++) {
    const double passed = wish.rate > 0 ? (double) i / wish.rate : 0;
    vitrail_state_copy (&self->state, &now);
    wish.look = now.look;
    wish.look.start += passed;
    if (i > 0 && wish.look.start + vitrail_ecg_get_page (&wish.look) > length)
      return;
    flow = push_page (self, waveform, &wish, i);
    if (wish.rate == 0)
      return;
  }
}

static void
render (VitrailEcgRender *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) file = g_steal_pointer (&self->file);
  g_autoptr (GBytes) bytes =
      g_byte_array_free_to_bytes (g_steal_pointer (&file));
  g_autoptr (VitrailPart10) part10 =
      vitrail_part10_read (bytes, "waveform", VITRAIL_READ_ALL, &error);
  g_autoptr (VitrailWaveform) waveform =
      part10 != NULL
          ? vitrail_waveform_new (vitrail_part10_get_data_set (part10), &error)
          : NULL;

  self->file = g_byte_array_new ();
  if (waveform != NULL)
    push_pages (self, waveform);
  else
    GST_ELEMENT_ERROR (self, STREAM, DECODE, ("ecgrender: %s", error->message),
                       (NULL));
}

/* --- references --- */

/* The size that is asked for downstream, else that of the properties. Asked for
 * each page: a size that changes while caps are on their way would be lost
 * otherwise. */
static gboolean
negotiate (VitrailEcgRender *self, const Wish *wish)
{
  g_autoptr (GstCaps) caps =
      vitrail_picture_caps_ask (self->src, (int) wish->width,
                                (int) wish->height);
  g_autoptr (GstCaps) current = gst_pad_get_current_caps (self->src);

  if (caps == NULL || !gst_video_info_from_caps (&self->info, caps))
    return FALSE;
  if (current != NULL && gst_caps_is_equal (caps, current))
    return TRUE;
  if (!gst_pad_set_caps (self->src, caps))
    return FALSE;
  if (!self->has_segment) {
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_pad_push_event (self->src, gst_event_new_segment (&segment));
    self->has_segment = TRUE;
  }
  return TRUE;
}

/* One buffer, one page. */
static GstFlowReturn
push_view (VitrailEcgRender *self, GstBuffer *in)
{
  const VitrailFrameMeta *from = vitrail_buffer_get_frame_meta (in);
  Wish wish;
  double to_page[6];

  vitrail_state_copy (&self->state, &wish);
  if (!negotiate (self, &wish))
    return GST_FLOW_NOT_NEGOTIATED;
  wish.width = (guint) self->info.width;
  wish.height = (guint) self->info.height;
  vitrail_view_get_affine (&wish.view, VITRAIL_ECG_PAGE_WIDTH,
                           VITRAIL_ECG_PAGE_HEIGHT, 1, wish.width, wish.height,
                           to_page);
  GstBuffer *out =
      draw (self, vitrail_buffer_get_waveform (in), &wish, to_page);
  if (out == NULL)
    return GST_FLOW_ERROR;
  GST_BUFFER_PTS (out) = GST_BUFFER_PTS (in);
  if (from != NULL) {
    VitrailFrameMeta *meta = vitrail_buffer_add_frame_meta (out, from->info);
    meta->generation = from->generation;
    meta->quality = VITRAIL_QUALITY_FULL;
    memcpy (meta->to_frame, to_page, sizeof to_page);
  }
  return gst_pad_push (self->src, out);
}

/* --- pads --- */

static GstFlowReturn
vitrail_ecg_render_chain (GstPad *pad, GstObject *parent, GstBuffer *in)
{
  VitrailEcgRender *self = VITRAIL_ECG_RENDER (parent);
  g_autoptr (GstBuffer) buffer = in;
  GstMapInfo map;

  if (vitrail_buffer_get_waveform (buffer) != NULL)
    return push_view (self, buffer);
  if (gst_buffer_get_size (buffer) >
          VITRAIL_LIMIT_WAVEFORM_BYTES - self->file->len ||
      !gst_buffer_map (buffer, &map, GST_MAP_READ))
  {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("ecgrender: a waveform of more than a gigabyte"),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  g_byte_array_append (self->file, map.data, (guint) map.size);
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

/* The bytes' caps and segment are not the pages'. */
static gboolean
vitrail_ecg_render_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailEcgRender *self = VITRAIL_ECG_RENDER (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
  case GST_EVENT_SEGMENT:
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_FLUSH_STOP:
    g_byte_array_set_size (self->file, 0);
    self->has_segment = FALSE;
    break;
  case GST_EVENT_EOS:
    if (!self->has_segment)
      render (self);
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
vitrail_ecg_render_change_state (GstElement *element, GstStateChange change)
{
  VitrailEcgRender *self = VITRAIL_ECG_RENDER (element);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS (vitrail_ecg_render_parent_class)
          ->change_state (element, change);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY) {
    g_byte_array_set_size (self->file, 0);
    self->has_segment = FALSE;
    forget_measured (self);
  }
  return result;
}

/* --- properties --- */

static GType
layout_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_ECG_3X4, "Three rows of four leads", "3x4" },
    { VITRAIL_ECG_3X4_1, "The same and lead II below", "3x4+1" },
    { VITRAIL_ECG_6X2, "Six rows of two leads", "6x2" },
    { VITRAIL_ECG_12X1, "Twelve rows", "12x1" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailEcgLayout", values));
  return type;
}

static void
vitrail_ecg_render_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *spec)
{
  vitrail_state_set_property (&VITRAIL_ECG_RENDER (object)->state, object, id,
                              value, spec);
}

static void
vitrail_ecg_render_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *spec)
{
  vitrail_state_get_property (&VITRAIL_ECG_RENDER (object)->state, object, id,
                              value, spec);
}

static void
vitrail_ecg_render_finalize (GObject *object)
{
  VitrailEcgRender *self = VITRAIL_ECG_RENDER (object);

  g_byte_array_unref (self->file);
  forget_measured (self);
  vitrail_state_clear (&self->state);
  G_OBJECT_CLASS (vitrail_ecg_render_parent_class)->finalize (object);
}

#define FLAGS \
  (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

/* Edges in Hz; 0: no filter. */
static void
install_filters (GObjectClass *klass)
{
  static const struct {
    guint id;
    const char *name;
    const char *nick;
    const char *blurb;
  } filters[] = {
    { PROP_HIGH_PASS, "high-pass", "High-pass",
      "Hz below which nothing is let through; 0: no filter" },
    { PROP_LOW_PASS, "low-pass", "Low-pass",
      "Hz above which nothing is let through; 0: no filter" },
    { PROP_NOTCH, "notch", "Notch",
      "Hz of the mains, which are taken out; 0: no filter" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    g_object_class_install_property (
        klass, filters[i].id,
        g_param_spec_double (filters[i].name, filters[i].nick, filters[i].blurb,
                             0, 1e6, 0, FLAGS));
}

static void
install_caliper (GObjectClass *klass)
{
  static const struct {
    guint id;
    const char *name;
    const char *nick;
    const char *blurb;
  } ends[] = {
    { PROP_CALIPER_FROM, "caliper-from", "Caliper from",
      "Seconds at its first end" },
    { PROP_CALIPER_TO, "caliper-to", "Caliper to", "Seconds at its other end" },
    { PROP_CALIPER_FROM_MV, "caliper-from-mv", "Caliper from mV",
      "Millivolts at its first end" },
    { PROP_CALIPER_TO_MV, "caliper-to-mv", "Caliper to mV",
      "Millivolts at its other end" },
  };

  g_object_class_install_property (
      klass, PROP_CALIPER_CHANNEL,
      g_param_spec_uint ("caliper-channel", "Caliper channel",
                         "Channel that a caliper lies on, from 1; 0: none", 0,
                         G_MAXUINT, 0, FLAGS));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_object_class_install_property (
        klass, ends[i].id,
        g_param_spec_double (ends[i].name, ends[i].nick, ends[i].blurb, -1e9,
                             1e9, 0, FLAGS));
}

static void
install_properties (GObjectClass *klass)
{
  install_filters (klass);
  install_caliper (klass);
  g_object_class_install_property (
      klass, PROP_VIEW,
      g_param_spec_boxed ("view", "View",
                          "How the page lies in pictures of references",
                          VITRAIL_TYPE_VIEW, FLAGS));
  g_object_class_install_property (
      klass, PROP_LAYOUT,
      g_param_spec_enum ("layout", "Layout", "Where the leads are",
                         layout_get_type (), VITRAIL_ECG_3X4_1, FLAGS));
  g_object_class_install_property (klass, PROP_GROUP,
                                   g_param_spec_uint ("group", "Group",
                                                      "Multiplex group, from 0",
                                                      0, G_MAXUINT, 0, FLAGS));
  g_object_class_install_property (
      klass, PROP_START,
      g_param_spec_double ("start", "Start", "Seconds at the left edge", 0, 1e9,
                           0, FLAGS));
  g_object_class_install_property (
      klass, PROP_SPEED,
      g_param_spec_double ("speed", "Speed", "Millimetres a second", 0.1, 1000,
                           DEFAULT_SPEED, FLAGS));
  g_object_class_install_property (
      klass, PROP_GAIN,
      g_param_spec_double ("gain", "Gain", "Millimetres a millivolt", 0.1, 1000,
                           DEFAULT_GAIN, FLAGS));
  g_object_class_install_property (
      klass, PROP_WIDTH,
      g_param_spec_uint ("width", "Width", "Pixels across", 1, MAX_SIDE,
                         DEFAULT_WIDTH, FLAGS));
  g_object_class_install_property (
      klass, PROP_HEIGHT,
      g_param_spec_uint ("height", "Height", "Pixels down", 1, MAX_SIDE,
                         DEFAULT_HEIGHT, FLAGS));
  g_object_class_install_property (
      klass, PROP_RATE,
      g_param_spec_uint ("rate", "Rate",
                         "Pages a second of the time line; 0: one page", 0,
                         MAX_RATE, 0, FLAGS));
}

static void
vitrail_ecg_render_class_init (VitrailEcgRenderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = vitrail_ecg_render_set_property;
  object_class->get_property = vitrail_ecg_render_get_property;
  object_class->finalize = vitrail_ecg_render_finalize;
  element_class->change_state = vitrail_ecg_render_change_state;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (layout_get_type (), 0);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "ECG page",
                                         "Codec/Decoder/Video",
                                         "A waveform as an ECG is printed",
                                         "Vitrail");
}

static void
vitrail_ecg_render_init (VitrailEcgRender *self)
{
  self->file = g_byte_array_new ();
  vitrail_state_init (&self->state, &state_spec, &self->wish);
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, vitrail_ecg_render_chain);
  gst_pad_set_event_function (self->sink, vitrail_ecg_render_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
