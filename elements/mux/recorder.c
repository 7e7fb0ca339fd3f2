/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Buffers into a recording: see recorder.h. */

#include "mux/recorder.h"

#include "dicom/builder.h"
#include "dicom/writer.h"
#include "error.h"
#include "framemeta.h"
#include "recording.h"
#include "recordingjpeg.h"
#include "video/tswrite.h"
#include "video/videofacts.h"

#include <gst/video/video.h>

#include <string.h>

#define UID_EXPLICIT   "1.2.840.10008.1.2.1"
#define EXAMPLE        "PatientName=DOE^JOHN,PatientID=1"
#define LOSSY_MPEG2    "ISO_13818_2"
#define LOSSY_H264     "ISO_14496_10"
#define LOSSY_H265     "ISO_23008_2"
#define LOSSY_JPEG     "ISO_10918_1"
#define PHOTOMETRIC_TV "YBR_PARTIAL_420"

typedef enum { STREAM_VIDEO, STREAM_JPEG, STREAM_RAW } StreamKind;

struct _VitrailRecorder {
  VitrailRecorderSettings settings;
  GstCaps *caps;
  StreamKind stream;
  GstVideoInfo video; /* raw; of others the size, rate and shape of pixels */
  VitrailTsWriter writer;
  VitrailRecording *recording;
  char *path;
  GPtrArray *ended; /* paths */
  char *series_uid;
  guint n_objects;
  GPtrArray *made_from; /* of VitrailDataSet, or NULL */
  GstClockTime first;
};

VitrailRecorder *
vitrail_recorder_new (VitrailRecorderSettings *settings)
{
  VitrailRecorder *self = g_new0 (VitrailRecorder, 1);

  self->settings = *settings;
  *settings = (VitrailRecorderSettings){ .kind = settings->kind };
  self->series_uid = vitrail_uid_new ();
  self->ended = g_ptr_array_new_with_free_func (g_free);
  self->first = GST_CLOCK_TIME_NONE;
  gst_video_info_init (&self->video);
  return self;
}

void
vitrail_recorder_free (VitrailRecorder *self)
{
  g_clear_pointer (&self->recording, vitrail_recording_free);
  gst_clear_caps (&self->caps);
  g_clear_pointer (&self->made_from, g_ptr_array_unref);
  g_free (self->series_uid);
  g_ptr_array_unref (self->ended);
  g_free (self->path);
  g_free (self->settings.source);
  g_free (self->settings.attributes);
  g_free (self->settings.derivation);
  g_free (self->settings.folder);
  g_free (self);
}

gboolean
vitrail_recorder_is_recording (const VitrailRecorder *self)
{
  return self->recording != NULL;
}

GPtrArray *
vitrail_recorder_take_paths (VitrailRecorder *self)
{
  GPtrArray *paths = g_steal_pointer (&self->ended);

  self->ended = g_ptr_array_new_with_free_func (g_free);
  return paths;
}

/* --- what comes --- */

static VitrailVideoCodec
find_codec (const GstStructure *caps)
{
  if (gst_structure_has_name (caps, "video/x-h264"))
    return VITRAIL_VIDEO_H264;
  return gst_structure_has_name (caps, "video/x-h265") ? VITRAIL_VIDEO_H265
                                                       : VITRAIL_VIDEO_MPEG2;
}

static void
read_rate (VitrailRecorder *self, const GstStructure *caps)
{
  gst_video_info_init (&self->video);
  gst_structure_get_int (caps, "width", &self->video.width);
  gst_structure_get_int (caps, "height", &self->video.height);
  gst_structure_get_fraction (caps, "framerate", &self->video.fps_n,
                              &self->video.fps_d);
  gst_structure_get_fraction (caps, "pixel-aspect-ratio", &self->video.par_n,
                              &self->video.par_d);
}

static gboolean
take_caps (VitrailRecorder *self, const GstCaps *caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);

  gst_clear_caps (&self->caps);
  self->caps = gst_caps_copy (caps);
  if (gst_structure_has_name (structure, "video/x-raw")) {
    self->stream = STREAM_RAW;
    return gst_video_info_from_caps (&self->video, caps);
  }
  self->stream = gst_structure_has_name (structure, "image/jpeg")
                     ? STREAM_JPEG
                     : STREAM_VIDEO;
  self->writer = (VitrailTsWriter){ .codec = find_codec (structure) };
  read_rate (self, structure);
  return TRUE;
}

/* All profiles: it is the stream's own header that tells. */
gboolean
vitrail_recorder_knows (const GstCaps *caps)
{
  g_autoptr (GstCaps) known = gst_caps_from_string (VITRAIL_RECORDER_CAPS);

  for (guint i = 0; i < gst_caps_get_size (known); i++)
    gst_structure_remove_field (gst_caps_get_structure (known, i), "profile");
  return gst_caps_can_intersect (caps, known);
}

gboolean
vitrail_recorder_set_caps (VitrailRecorder *self,
                           const GstCaps *caps,
                           GError **error)
{
  if (self->recording != NULL && gst_caps_is_equal (self->caps, caps))
    return TRUE;
  if (self->recording == NULL && take_caps (self, caps))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               self->recording != NULL
                   ? "the video changes while it is recorded"
                   : "the video's format is incomplete");
  return FALSE;
}

void
vitrail_recorder_set_made_from (VitrailRecorder *self, GPtrArray *images)
{
  g_ptr_array_ref (images);
  g_clear_pointer (&self->made_from, g_ptr_array_unref);
  self->made_from = images;
}

/* --- beginning --- */

/* "PatientName=DOE^JOHN,00100020=1": what is named wrongly is an error. */
static VitrailDataSet *
parse_attributes (const char *text, GError **error)
{
  g_autoptr (VitrailDataSetBuilder) builder = vitrail_data_set_builder_new ();
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    char *value = strchr (parts[i], '=');
    VitrailTag tag = 0;
    if (value != NULL)
      *value++ = '\0';
    if (value == NULL || !vitrail_tag_parse (g_strstrip (parts[i]), &tag)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                   "attributes: \"%s\" is no Keyword=value (as in " EXAMPLE ")",
                   parts[i]);
      return NULL;
    }
    vitrail_data_set_builder_set_string (builder, tag, value);
  }
  return vitrail_data_set_builder_end (g_steal_pointer (&builder));
}

static VitrailDataSet *
make_head (const VitrailRecorder *self,
           const VitrailRecordingFormat *format,
           GError **error)
{
  const VitrailRecorderSettings *settings = &self->settings;
  g_autoptr (VitrailDataSet) source = NULL;

  if (settings->source != NULL) {
    source = vitrail_recording_open_source (settings->source, error);
    if (source == NULL)
      return NULL;
  }
  g_autoptr (VitrailDataSet) more =
      parse_attributes (settings->attributes, error);
  return more != NULL ? vitrail_recording_head_new (format, source, more)
                      : NULL;
}

static gboolean
open_recording (VitrailRecorder *self,
                VitrailRecordingFormat *format,
                const char *transfer_syntax,
                VitrailRecordingLayout layout,
                GError **error)
{
  const GstVideoInfo *video = &self->video;
  const char *folder = self->settings.folder;

  format->kind = self->settings.kind;
  format->is_still = self->settings.is_stills;
  format->series_uid = self->series_uid;
  format->number = ++self->n_objects;
  format->made_from = self->made_from;
  format->derivation = self->settings.derivation;
  format->rate = video->fps_d > 0 ? (double) video->fps_n / video->fps_d : 0;
  format->pixel_width = (guint) MAX (video->par_n, 1);
  format->pixel_height = (guint) MAX (video->par_d, 1);
  g_autoptr (VitrailDataSet) head = make_head (self, format, error);
  if (head == NULL)
    return FALSE;
  g_autofree char *uid =
      vitrail_data_set_dup_string (head, VITRAIL_TAG (0x0008, 0x0018), 0);
  g_autofree char *name = g_strconcat (uid, ".dcm", NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: cannot be made",
                 folder);
    return FALSE;
  }
  g_free (self->path);
  self->path = g_build_filename (folder, name, NULL);
  self->first = GST_CLOCK_TIME_NONE;
  self->recording =
      vitrail_recording_new (self->path, head, transfer_syntax, layout, error);
  return self->recording != NULL;
}

/* What a frame says of itself; FALSE: nothing. */
static gboolean
read_place (VitrailRecorder *self,
            GstBuffer *buffer,
            VitrailRecordingPlace *place)
{
  const VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (buffer);
  const VitrailFrameInfo *info = meta != NULL ? meta->info : NULL;

  if (info == NULL)
    return FALSE;
  if (self->made_from == NULL && info->data_set != NULL) {
    self->made_from = g_ptr_array_new_with_free_func (
        (GDestroyNotify) vitrail_data_set_unref);
    g_ptr_array_add (self->made_from, vitrail_data_set_ref (info->data_set));
  }
  *place = (VitrailRecordingPlace){ .has_plane = meta->has_plane, .slope = 1 };
  memcpy (place->plane, meta->plane, sizeof place->plane);
  /* Behind dcmwindow samples are what is shown. */
  if (GST_VIDEO_INFO_FORMAT (&self->video) != GST_VIDEO_FORMAT_GRAY16_LE ||
      meta->has_window || info->modality_lut != NULL)
    return TRUE;
  place->slope = info->slope;
  place->intercept = info->intercept - info->sample_offset * info->slope;
  place->units = info->units;
  place->has_window = info->n_windows > 0;
  if (place->has_window) {
    place->window[0] = info->windows[0].center;
    place->window[1] = info->windows[0].width;
  }
  return TRUE;
}

static gboolean
begin_jpeg (VitrailRecorder *self, GBytes *picture, GError **error)
{
  VitrailRecordingFormat format = { .lossy_method = LOSSY_JPEG };
  const char *syntax = vitrail_recording_read_jpeg (&format, picture, error);

  return syntax != NULL &&
         open_recording (self, &format, syntax, VITRAIL_RECORDING_ITEMS, error);
}

static gboolean
begin_raw (VitrailRecorder *self, GstBuffer *buffer, GError **error)
{
  const gboolean is_grey = GST_VIDEO_INFO_IS_GRAY (&self->video);
  VitrailRecordingPlace place;
  VitrailRecordingFormat format = {
    .columns = (guint) self->video.width,
    .rows = (guint) self->video.height,
    .samples = is_grey ? 1 : 3,
    .bits = is_grey ? GST_VIDEO_INFO_COMP_DEPTH (&self->video, 0) : 8,
    .photometric = is_grey ? "MONOCHROME2" : "RGB",
    .place = read_place (self, buffer, &place) ? &place : NULL,
  };

  if (format.bits > 8 && self->settings.kind != VITRAIL_RECORDING_SECONDARY) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "only a secondary capture has raw pictures of more than 8 "
                 "bits. Put before: videoconvert ! video/x-raw,format=GRAY8");
    return FALSE;
  }
  return open_recording (self, &format, UID_EXPLICIT, VITRAIL_RECORDING_NATIVE,
                         error);
}

/* TRUE with no recording: the stream has not said what it is yet. */
static gboolean
begin_video (VitrailRecorder *self, GBytes *unit, GError **error)
{
  static const char *const methods[] = { [VITRAIL_VIDEO_MPEG2] = LOSSY_MPEG2,
                                         [VITRAIL_VIDEO_H264] = LOSSY_H264,
                                         [VITRAIL_VIDEO_H265] = LOSSY_H265 };
  VitrailVideoFormat found;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (unit, &length);

  if (self->settings.is_stills) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "stills are made of raw pictures or JPEG, not of a video: "
                 "decodebin ! videoconvert ! jpegenc");
    return FALSE;
  }
  if (!vitrail_video_format_read (&found, self->writer.codec, data, length))
    return TRUE;
  const char *syntax =
      vitrail_video_pick_syntax (&found, self->writer.codec, error);
  if (syntax == NULL)
    return FALSE;
  VitrailRecordingFormat format = {
    .columns = found.width,
    .rows = found.height,
    .samples = 3,
    .bits = found.bits,
    .photometric = PHOTOMETRIC_TV,
    .lossy_method = methods[self->writer.codec],
  };
  return open_recording (self, &format, syntax, VITRAIL_RECORDING_STREAM,
                         error);
}

static gboolean
begin (VitrailRecorder *self, GBytes *unit, GstBuffer *buffer, GError **error)
{
  if (self->stream == STREAM_VIDEO)
    return begin_video (self, unit, error);
  return self->stream == STREAM_JPEG ? begin_jpeg (self, unit, error)
                                     : begin_raw (self, buffer, error);
}

/* --- frames --- */

static gboolean
add_video (VitrailRecorder *self,
           GBytes *unit,
           GstBuffer *buffer,
           GError **error)
{
  g_autoptr (GByteArray) packets = g_byte_array_new ();
  gboolean is_access =
      !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  GstClockTime dts = GST_BUFFER_DTS_OR_PTS (buffer);
  GstClockTime pts =
      GST_BUFFER_PTS_IS_VALID (buffer) ? GST_BUFFER_PTS (buffer) : dts;

  dts = GST_CLOCK_TIME_IS_VALID (dts) ? dts : 0;
  pts = GST_CLOCK_TIME_IS_VALID (pts) ? MAX (pts, dts) : dts;
  if (!GST_CLOCK_TIME_IS_VALID (self->first))
    self->first = dts;
  dts -= MIN (dts, self->first);
  pts -= MIN (pts, self->first);
  vitrail_ts_write (&self->writer, packets, unit, is_access, pts, dts);
  return vitrail_recording_add (self->recording, packets->data, packets->len,
                                pts, error);
}

static guint64
get_time (VitrailRecorder *self, GstBuffer *buffer)
{
  GstClockTime time = GST_BUFFER_PTS (buffer);

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return 0;
  if (!GST_CLOCK_TIME_IS_VALID (self->first))
    self->first = time;
  return time - MIN (time, self->first);
}

/* Rows without what lies between them. */
static gboolean
add_raw (VitrailRecorder *self, GstBuffer *buffer, GError **error)
{
  const GstVideoInfo *info = &self->video;
  const gsize row =
      (gsize) info->width * (gsize) GST_VIDEO_INFO_COMP_PSTRIDE (info, 0);
  g_autoptr (GByteArray) pixels = g_byte_array_new ();
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, info, buffer, GST_MAP_READ)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "a frame cannot be read");
    return FALSE;
  }
  const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&frame, 0);
  const int stride = GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);
  for (gsize y = 0; y < (gsize) info->height; y++)
    g_byte_array_append (pixels, data + y * (gsize) stride, (guint) row);
  gst_video_frame_unmap (&frame);
  return vitrail_recording_add (self->recording, pixels->data, pixels->len,
                                get_time (self, buffer), error);
}

static gboolean
add_jpeg (VitrailRecorder *self,
          GBytes *unit,
          GstBuffer *buffer,
          GError **error)
{
  g_autoptr (GBytes) whole = vitrail_recording_complete_jpeg (unit);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (whole, &length);

  return vitrail_recording_add (self->recording, data, length,
                                get_time (self, buffer), error);
}

/* Whether @unit had better be the first of another object: it can be. */
static gboolean
is_full (const VitrailRecorder *self, GBytes *unit, GstBuffer *buffer)
{
  VitrailVideoFormat format;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (unit, &length);

  if (self->recording == NULL ||
      vitrail_recording_get_pixel_bytes (self->recording) + length <
          self->settings.max_bytes)
    return FALSE;
  return self->stream != STREAM_VIDEO ||
         (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT) &&
          vitrail_video_format_read (&format, self->writer.codec, data,
                                     length));
}

static gboolean
add_unit (VitrailRecorder *self,
          GBytes *unit,
          GstBuffer *buffer,
          GError **error)
{
  if (is_full (self, unit, buffer) && !vitrail_recorder_end (self, error))
    return FALSE;
  if (self->recording == NULL && !begin (self, unit, buffer, error))
    return FALSE;
  if (self->recording == NULL)
    return TRUE;
  if (self->stream == STREAM_VIDEO)
    return add_video (self, unit, buffer, error);
  return self->stream == STREAM_RAW ? add_raw (self, buffer, error)
                                    : add_jpeg (self, unit, buffer, error);
}

gboolean
vitrail_recorder_add (VitrailRecorder *self, GstBuffer *buffer, GError **error)
{
  GstMapInfo map;

  if (self->caps == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_CORRUPT,
                 "a buffer cannot be read");
    return FALSE;
  }
  g_autoptr (GBytes) unit = g_bytes_new_static (map.data, map.size);
  gboolean fine = add_unit (self, unit, buffer, error);
  gst_buffer_unmap (buffer, &map);
  return fine;
}

gboolean
vitrail_recorder_end (VitrailRecorder *self, GError **error)
{
  gboolean fine = vitrail_recording_end (self->recording, error);

  g_clear_pointer (&self->recording, vitrail_recording_free);
  if (fine)
    g_ptr_array_add (self->ended, g_strdup (self->path));
  return fine;
}
