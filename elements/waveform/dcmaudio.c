/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* dcmaudio: a waveform as sound: voices, heart sounds, Doppler.
 *
 *   gst-launch-1.0 filesrc location=sound.dcm ! dcmdemux ! dcmaudio !
 *     wavenc ! filesink location=sound.wav
 *
 * Samples go on as they are stored, whatever their sensitivity: 8 and 16 bits
 * as S16LE (8 bits in its upper half, mu-law and A-law as ITU-T G.711 says,
 * unsigned ones around their middle), more as F32LE within 1. Padding is
 * silence. */

#include "dicom/part10.h"
#include "limits.h"
#include "waveform/waveform.h"

#include <gst/gst.h>

#include <math.h>

#define VITRAIL_TYPE_DCM_AUDIO (vitrail_dcm_audio_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDcmAudio,
                      vitrail_dcm_audio,
                      VITRAIL,
                      DCM_AUDIO,
                      GstElement)

#define MOST_HZ       1e6
#define MOST_CHANNELS 64u
#define BUFFER_FRAMES 4096u

struct _VitrailDcmAudio {
  GstElement parent_instance;

  GstPad *sink;
  GstPad *src;
  guint group; /* atomic */
  GByteArray *file;
};

G_DEFINE_FINAL_TYPE (VitrailDcmAudio, vitrail_dcm_audio, GST_TYPE_ELEMENT)
GST_ELEMENT_REGISTER_DECLARE (dcmaudio)
GST_ELEMENT_REGISTER_DEFINE (dcmaudio,
                             "dcmaudio",
                             GST_RANK_NONE,
                             VITRAIL_TYPE_DCM_AUDIO)

enum { PROP_0, PROP_GROUP };

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink",
                             GST_PAD_SINK,
                             GST_PAD_ALWAYS,
                             GST_STATIC_CAPS ("application/x-dicom-waveform"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src",
    GST_PAD_SRC,
    GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format = (string) { S16LE, F32LE }, "
                     "layout = (string) interleaved, "
                     "rate = (int) [ 1, 1000000 ], "
                     "channels = (int) [ 1, 64 ]"));

/* --- samples --- */

/* Stored samples to sound: (sample - @middle) * @scale.
 * @is_short: S16LE, else F32LE */
typedef struct {
  gboolean is_short;
  double middle;
  double scale;
} Way;

static Way
choose_way (VitrailWaveformCoding coding)
{
  static const Way ways[VITRAIL_N_WAVEFORM_CODINGS] = {
    [VITRAIL_WAVEFORM_SB] = { TRUE, 0, 256 },
    [VITRAIL_WAVEFORM_UB] = { TRUE, 128, 256 },
    [VITRAIL_WAVEFORM_MB] = { TRUE, 0, 1 },
    [VITRAIL_WAVEFORM_AB] = { TRUE, 0, 1 },
    [VITRAIL_WAVEFORM_SS] = { TRUE, 0, 1 },
    [VITRAIL_WAVEFORM_US] = { TRUE, 32768, 1 },
    [VITRAIL_WAVEFORM_SL] = { FALSE, 0, 0x1p-31 },
    [VITRAIL_WAVEFORM_UL] = { FALSE, 0x1p31, 0x1p-31 },
    [VITRAIL_WAVEFORM_SV] = { FALSE, 0, 0x1p-63 },
    [VITRAIL_WAVEFORM_UV] = { FALSE, 0x1p63, 0x1p-63 },
  };

  return ways[coding];
}

static void
store (guint8 *to, gsize i, const Way *way, double value)
{
  const double sound =
      isfinite (value) ? (value - way->middle) * way->scale : 0;

  if (way->is_short) {
    const gint16 sample = (gint16) CLAMP (lround (sound), -32768, 32767);
    GST_WRITE_UINT16_LE (to + i * sizeof sample, (guint16) sample);
  } else {
    GST_WRITE_FLOAT_LE (to + i * sizeof (float),
                        (float) CLAMP (sound, -1.0, 1.0));
  }
}

/* @n frames of @group from @first on. */
static GstBuffer *
make_buffer (const VitrailWaveformGroup *group, guint first, guint n)
{
  const Way way = choose_way (group->coding);
  const gsize size = way.is_short ? sizeof (gint16) : sizeof (float);
  const guint rate = (guint) lround (group->rate_hz);
  g_autofree guint8 *sound = g_malloc (size * n * group->n_channels);
  g_autofree float *values = g_new (float, n);

  for (guint c = 0; c < group->n_channels; c++) {
    const VitrailWaveformChannel *channel = &group->channels[c];
    vitrail_waveform_group_get_values (group, c, first, n, values);
    for (guint i = 0; i < n; i++)
      store (sound, (gsize) i * group->n_channels + c, &way,
             ((double) values[i] - channel->baseline) / channel->gain);
  }
  GstBuffer *buffer = gst_buffer_new_wrapped (g_steal_pointer (&sound),
                                              size * n * group->n_channels);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (first, GST_SECOND, rate);
  GST_BUFFER_DURATION (buffer) =
      gst_util_uint64_scale ((guint64) first + n, GST_SECOND, rate) -
      GST_BUFFER_PTS (buffer);
  GST_BUFFER_OFFSET (buffer) = first;
  GST_BUFFER_OFFSET_END (buffer) = (guint64) first + n;
  return buffer;
}

/* --- playing --- */

static void
send_caps (VitrailDcmAudio *self, const VitrailWaveformGroup *group)
{
  GstSegment segment;
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "audio/x-raw", "format", G_TYPE_STRING,
      choose_way (group->coding).is_short ? "S16LE" : "F32LE", "layout",
      G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT,
      (int) lround (group->rate_hz), "channels", G_TYPE_INT,
      (int) group->n_channels, NULL);

  /* No loudspeaker is said. */
  if (group->n_channels > 1)
    gst_caps_set_simple (caps, "channel-mask", GST_TYPE_BITMASK,
                         group->n_channels == 2 ? (guint64) 3 : (guint64) 0,
                         NULL);
  gst_pad_push_event (self->src, gst_event_new_caps (caps));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
}

/* Why @group is no sound; NULL: it is. */
static const char *
find_wrong (const VitrailWaveformGroup *group)
{
  if (!(group->rate_hz >= 0.5 && group->rate_hz <= MOST_HZ))
    return "a sampling frequency that no sound has";
  if (group->n_channels > MOST_CHANNELS)
    return "more than 64 channels";
  for (guint i = 0; i < group->n_channels; i++) {
    if (!(fabs (group->channels[i].gain) > 0))
      return "a channel sensitivity of 0";
  }
  return NULL;
}

static void
play (VitrailDcmAudio *self, const VitrailWaveform *waveform)
{
  const guint number = g_atomic_int_get (&self->group);
  GstFlowReturn flow = GST_FLOW_OK;

  if (number >= waveform->groups->len) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("dcmaudio: there is no group %u", number), (NULL));
    return;
  }
  const VitrailWaveformGroup *group = waveform->groups->pdata[number];
  const char *wrong = find_wrong (group);
  if (wrong != NULL) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED, ("dcmaudio: %s", wrong), (NULL));
    return;
  }
  send_caps (self, group);
  for (guint i = 0; i < group->n_samples && flow == GST_FLOW_OK;) {
    const guint n = MIN (BUFFER_FRAMES, group->n_samples - i);
    flow = gst_pad_push (self->src, make_buffer (group, i, n));
    i += n;
  }
}

static void
read_and_play (VitrailDcmAudio *self)
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
    play (self, waveform);
  else
    GST_ELEMENT_ERROR (self, STREAM, DECODE, ("dcmaudio: %s", error->message),
                       (NULL));
}

/* --- pads --- */

static GstFlowReturn
vitrail_dcm_audio_chain (GstPad *pad, GstObject *parent, GstBuffer *in)
{
  VitrailDcmAudio *self = VITRAIL_DCM_AUDIO (parent);
  g_autoptr (GstBuffer) buffer = in;
  GstMapInfo map;

  if (gst_buffer_get_size (buffer) >
          VITRAIL_LIMIT_WAVEFORM_BYTES - self->file->len ||
      !gst_buffer_map (buffer, &map, GST_MAP_READ))
  {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("dcmaudio: a waveform of more than a gigabyte"),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  g_byte_array_append (self->file, map.data, (guint) map.size);
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

/* The bytes' caps and segment are not the sound's. */
static gboolean
vitrail_dcm_audio_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  VitrailDcmAudio *self = VITRAIL_DCM_AUDIO (parent);

  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS:
  case GST_EVENT_SEGMENT:
    gst_event_unref (event);
    return TRUE;
  case GST_EVENT_FLUSH_STOP:
    g_byte_array_set_size (self->file, 0);
    break;
  case GST_EVENT_EOS:
    read_and_play (self);
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static GstStateChangeReturn
vitrail_dcm_audio_change_state (GstElement *element, GstStateChange change)
{
  VitrailDcmAudio *self = VITRAIL_DCM_AUDIO (element);
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS (vitrail_dcm_audio_parent_class)
          ->change_state (element, change);

  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_byte_array_set_size (self->file, 0);
  return result;
}

static void
vitrail_dcm_audio_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *spec)
{
  if (id == PROP_GROUP)
    g_atomic_int_set (&VITRAIL_DCM_AUDIO (object)->group,
                      g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_dcm_audio_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *spec)
{
  if (id == PROP_GROUP)
    g_value_set_uint (value,
                      g_atomic_int_get (&VITRAIL_DCM_AUDIO (object)->group));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
vitrail_dcm_audio_finalize (GObject *object)
{
  g_byte_array_unref (VITRAIL_DCM_AUDIO (object)->file);
  G_OBJECT_CLASS (vitrail_dcm_audio_parent_class)->finalize (object);
}

static void
vitrail_dcm_audio_class_init (VitrailDcmAudioClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = vitrail_dcm_audio_set_property;
  object_class->get_property = vitrail_dcm_audio_get_property;
  object_class->finalize = vitrail_dcm_audio_finalize;
  element_class->change_state = vitrail_dcm_audio_change_state;
  g_object_class_install_property (
      object_class, PROP_GROUP,
      g_param_spec_uint ("group", "Group", "Multiplex group, from 0", 0,
                         G_MAXUINT, 0,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Waveform sound",
                                         "Codec/Decoder/Audio",
                                         "Samples of a waveform as sound",
                                         "Vitrail");
}

static void
vitrail_dcm_audio_init (VitrailDcmAudio *self)
{
  self->file = g_byte_array_new ();
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, vitrail_dcm_audio_chain);
  gst_pad_set_event_function (self->sink, vitrail_dcm_audio_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->src = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_use_fixed_caps (self->src);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}
