/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoInstance: see videoinstance.h. */

#include "decode/videoinstance.h"

#include "decode/deinterlace.h"
#include "decode/videodecoder.h"
#include "decode/yuvrgb.h"
#include "dicom/builder.h"
#include "error.h"
#include "framememory.h"
#include "limits.h"

#include <math.h>
#include <pthread.h>

#define TAG_DISPLAY_RATE VITRAIL_TAG (0x0008, 0x2144)
#define TAG_N_FRAMES     VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ASPECT_RATIO VITRAIL_TAG (0x0028, 0x0034)

#define CACHE_KIND "video"
/* As colours, besides what the decoder keeps: 40 frames of 1920 x 1080. */
#define MOST_KEPT_BYTES ((gsize) 256 << 20)

/* What becomes of a decoded picture: as long as its caps stay the same. */

typedef struct {
  GstCaps *caps; /* this and below: constant */
  GstVideoInfo input;
  GstVideoInfo progressive; /* the same without fields */
  GstVideoInfo output;
  pthread_mutex_t lock;
  GstVideoConverter *converter; /* guarded by lock */
} Plan;

static void
plan_clear (gpointer data)
{
  Plan *self = data;

  gst_clear_caps (&self->caps);
  g_clear_pointer (&self->converter, gst_video_converter_free);
  pthread_mutex_destroy (&self->lock);
}

static void
plan_unref (Plan *self)
{
  g_atomic_rc_box_release_full (self, plan_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Plan, plan_unref)

/* As decoded to RGB: the matrix and range of the stream; where it says none,
 * 601 up to 576 lines and 709 above. */
static Plan *
plan_new (GstCaps *caps)
{
  g_autoptr (Plan) self = g_atomic_rc_box_new0 (Plan);

  pthread_mutex_init (&self->lock, NULL);
  if (!gst_video_info_from_caps (&self->input, caps) ||
      (guint64) self->input.width * (guint64) self->input.height >
          VITRAIL_LIMIT_PIXELS ||
      !gst_video_info_set_format (&self->output, GST_VIDEO_FORMAT_RGB,
                                  (guint) self->input.width,
                                  (guint) self->input.height))
    return NULL;
  /* Fields have been made one picture by then. */
  self->progressive = self->input;
  self->progressive.interlace_mode = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  self->output.fps_n = self->input.fps_n;
  self->output.fps_d = self->input.fps_d;
  self->converter =
      gst_video_converter_new (&self->progressive, &self->output, NULL);
  self->caps = gst_caps_ref (caps);
  return self->converter != NULL ? g_steal_pointer (&self) : NULL;
}

/* Two fields of @in, of 8 bits, to one picture in @out. */
static gboolean
join_fields (const GstVideoFrame *in, GstVideoFrame *out)
{
  guint keep = (in->flags & GST_VIDEO_FRAME_FLAG_TFF) != 0 ? 0 : 1;

  if (!gst_video_frame_copy (out, in))
    return FALSE;
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (out); i++)
    vitrail_deinterlace_plane (GST_VIDEO_FRAME_PLANE_DATA (out, i),
                               (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (out, i),
                               (guint) GST_VIDEO_FRAME_COMP_WIDTH (out, i),
                               (guint) GST_VIDEO_FRAME_COMP_HEIGHT (out, i),
                               keep);
  return TRUE;
}

/* NULL: @in is one picture already, or of a kind that stays as it is. */
static GstBuffer *
deinterlace (const Plan *self, const GstVideoFrame *in)
{
  GstVideoFrame out;
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (&self->input);

  if (!GST_VIDEO_FRAME_IS_INTERLACED (in) ||
      (format != GST_VIDEO_FORMAT_I420 && format != GST_VIDEO_FORMAT_Y42B &&
       format != GST_VIDEO_FORMAT_Y444))
    return NULL;
  g_autoptr (GstBuffer) joined =
      gst_buffer_new_allocate (NULL, self->progressive.size, NULL);
  if (joined == NULL ||
      !gst_video_frame_map (&out, &self->progressive, joined, GST_MAP_WRITE))
    return NULL;
  gboolean done = join_fields (in, &out);
  gst_video_frame_unmap (&out);
  return done ? g_steal_pointer (&joined) : NULL;
}

static gboolean
map_input (const Plan *self, GstBuffer *from, GstVideoFrame *in)
{
  if (!gst_video_frame_map (in, &self->input, from, GST_MAP_READ))
    return FALSE;
  g_autoptr (GstBuffer) joined = deinterlace (self, in);
  if (joined == NULL)
    return TRUE;
  gst_video_frame_unmap (in);
  return gst_video_frame_map (in, &self->progressive, joined, GST_MAP_READ);
}

/* Three planes of 8 bits, which is what nearly every video is. */
static gboolean
convert_planes (const GstVideoFrame *in, const GstVideoFrame *out)
{
  const GstVideoInfo *info = &in->info;
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (info);
  VitrailYuvMatrix matrix;
  double kr = 0;
  double kb = 0;

  if ((format != GST_VIDEO_FORMAT_I420 && format != GST_VIDEO_FORMAT_Y42B &&
       format != GST_VIDEO_FORMAT_Y444) ||
      !gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb))
    return FALSE;
  vitrail_yuv_matrix_init (
      &matrix, kr, kb, info->colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255);
  for (gint y = 0; y < info->height; y++) {
    const guint8 *rows[3];
    for (guint i = 0; i < 3; i++)
      rows[i] = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (in, i) +
                (gsize) (y >> GST_VIDEO_FORMAT_INFO_H_SUB (info->finfo, i)) *
                    (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (in, i);
    vitrail_yuv_to_rgb (&matrix, rows, (guint) info->width,
                        GST_VIDEO_FORMAT_INFO_W_SUB (info->finfo, 1),
                        (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (out, 0) +
                            (gsize) y *
                                (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (out, 0));
  }
  return TRUE;
}

static gboolean
convert (Plan *self, GstBuffer *from, GstBuffer *to)
{
  GstVideoFrame in;
  GstVideoFrame out;

  if (!map_input (self, from, &in))
    return FALSE;
  gboolean done = gst_video_frame_map (&out, &self->output, to, GST_MAP_WRITE);
  if (done) {
    if (!convert_planes (&in, &out)) {
      pthread_mutex_lock (&self->lock);
      gst_video_converter_frame (self->converter, &in, &out);
      pthread_mutex_unlock (&self->lock);
    }
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  return done;
}

static VitrailFrame *
make_frame (Plan *self, GstSample *sample)
{
  VitrailPixelFormat format = { .samples = 3,
                                .bits_allocated = 8,
                                .bits_stored = 8,
                                .high_bit = 7,
                                .photometric = VITRAIL_PHOTOMETRIC_RGB };
  gsize size = GST_VIDEO_INFO_SIZE (&self->output);
  guint8 *data = NULL;
  GBytes *bytes = vitrail_frame_memory_new (size, &data);

  if (bytes == NULL)
    return NULL;
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_wrapped_full (0, data, size, 0, size, NULL, NULL);
  if (!convert (self, gst_sample_get_buffer (sample), buffer)) {
    g_bytes_unref (bytes);
    return NULL;
  }
  format.width = (guint) self->output.width;
  format.height = (guint) self->output.height;
  return vitrail_frame_new_take (&format, bytes,
                                 (gsize) self->output.stride[0]);
}

struct _VitrailVideoInstance {
  VitrailInstance parent;
  VitrailVideoIndex *index; /* constant */
  char *
      notice; /* what of the header the stream contradicts, or NULL; constant */

  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailVideoDecoder *decoder;
  gsize kept_bytes; /* of it */
  Plan *plan;       /* or NULL */
};

G_DEFINE_FINAL_TYPE (VitrailVideoInstance,
                     vitrail_video_instance,
                     VITRAIL_TYPE_INSTANCE)

static GBytes *
vitrail_video_instance_load_frame (VitrailInstance *instance,
                                   guint frame,
                                   GCancellable *cancellable,
                                   GError **error)
{
  VitrailVideoInstance *self = VITRAIL_VIDEO_INSTANCE (instance);
  guint unit = vitrail_video_index_find_frame (self->index, frame - 1);

  return vitrail_video_index_fetch_unit (self->index, unit, error)
             ? vitrail_video_index_ref_unit (self->index, unit)
             : NULL;
}

/* The plan for @sample, or NULL. */
static Plan *
ref_plan_locked (VitrailVideoInstance *self, GstSample *sample)
{
  GstCaps *caps = gst_sample_get_caps (sample);

  if (self->plan == NULL || !gst_caps_is_equal (self->plan->caps, caps)) {
    g_clear_pointer (&self->plan, plan_unref);
    self->plan = plan_new (caps);
  }
  return self->plan != NULL ? g_atomic_rc_box_acquire (self->plan) : NULL;
}

static GstSample *
decode_locked (VitrailVideoInstance *self, guint frame, GError **error)
{
  const char *name = vitrail_instance_get_name (VITRAIL_INSTANCE (self));

  if (self->decoder == NULL)
    self->decoder = vitrail_video_decoder_new (self->index, name, error);
  if (self->decoder == NULL)
    return NULL;
  vitrail_video_decoder_set_kept_bytes (self->decoder, self->kept_bytes);
  return vitrail_video_decoder_get_frame (self->decoder, frame - 1, error);
}

/* What colours cost is none of the next one's who wants to decode. */
static VitrailFrame *
decode (VitrailVideoInstance *self,
        guint frame,
        GCancellable *cancellable,
        GError **error)
{
  const char *name = vitrail_instance_get_name (VITRAIL_INSTANCE (self));
  g_autoptr (GstSample) sample = NULL;
  g_autoptr (Plan) plan = NULL;

  pthread_mutex_lock (&self->lock);
  /* Scrubbing leaves many behind that nobody waits for any more. */
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    sample = decode_locked (self, frame, error);
  if (sample != NULL)
    plan = ref_plan_locked (self, sample);
  pthread_mutex_unlock (&self->lock);
  if (sample == NULL)
    return NULL;
  VitrailFrame *made = plan != NULL ? make_frame (plan, sample) : NULL;
  if (made == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: frame %u: cannot be converted to RGB", name, frame);
  else if (self->notice != NULL && made->warning == NULL)
    made->warning =
        g_strdup_printf ("%s: frame %u: %s", name, frame, self->notice);
  return made;
}

static VitrailFrame *
vitrail_video_instance_decode_frame (VitrailInstance *instance,
                                     guint frame,
                                     GCancellable *cancellable,
                                     GError **error)
{
  VitrailVideoInstance *self = VITRAIL_VIDEO_INSTANCE (instance);
  guint n_frames = vitrail_video_index_get_n_frames (self->index);

  if (frame < 1 || frame > n_frames) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: frame %u: there are %u frames",
                 vitrail_instance_get_name (instance), frame, n_frames);
    return NULL;
  }
  return decode (self, frame, cancellable, error);
}

static void
vitrail_video_instance_finalize (GObject *object)
{
  VitrailVideoInstance *self = VITRAIL_VIDEO_INSTANCE (object);

  g_clear_pointer (&self->decoder, vitrail_video_decoder_free);
  g_clear_pointer (&self->plan, plan_unref);
  g_clear_pointer (&self->index, vitrail_video_index_unref);
  g_free (self->notice);
  pthread_mutex_destroy (&self->lock);
  G_OBJECT_CLASS (vitrail_video_instance_parent_class)->finalize (object);
}

static void
vitrail_video_instance_init (VitrailVideoInstance *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->kept_bytes = VITRAIL_VIDEO_KEPT_BYTES;
}

static void
vitrail_video_instance_class_init (VitrailVideoInstanceClass *klass)
{
  VitrailInstanceClass *instance_class = VITRAIL_INSTANCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = vitrail_video_instance_finalize;
  instance_class->load_frame = vitrail_video_instance_load_frame;
  instance_class->decode_frame = vitrail_video_instance_decode_frame;
  instance_class->most_kept = MOST_KEPT_BYTES;
}

/* Of what comes over a network, as little as tells which frame is where. NULL:
 * all of it is needed. */
static VitrailVideoIndex *
read_remote_index (VitrailInstance *instance, VitrailVideoCodec codec)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailVideoStream) stream = NULL;
  VitrailVideoIndex *index = NULL;

  if (!vitrail_instance_has_ranges (instance))
    return NULL;
  stream = vitrail_video_stream_new (instance, &error);
  if (stream != NULL)
    index = vitrail_video_index_new_remote (
        stream, codec, vitrail_instance_get_name (instance), &error);
  if (index == NULL)
    g_debug ("%s; all of it is fetched", error->message);
  return index;
}

static VitrailVideoIndex *
read_index (VitrailInstance *instance, VitrailVideoCodec codec, GError **error)
{
  VitrailDiskCache *cache = vitrail_disk_cache_get_default ();
  const char *name = vitrail_instance_get_name (instance);
  VitrailDiskCacheStamp stamp;
  gboolean is_kept = vitrail_instance_get_stamp (instance, &stamp);
  VitrailVideoIndex *index = read_remote_index (instance, codec);

  if (index != NULL)
    return index;
  g_autoptr (GBytes) stream =
      vitrail_instance_load_frame (instance, 1, NULL, error);

  if (stream == NULL)
    return NULL;
  if (is_kept) {
    g_autoptr (GBytes) packed =
        vitrail_disk_cache_lookup (cache, CACHE_KIND, name, &stamp);
    if (packed != NULL)
      index = vitrail_video_index_unpack (packed, stream);
  }
  if (index != NULL)
    return index;
  index = vitrail_video_index_new (stream, codec, name, error);
  if (index != NULL && is_kept) {
    g_autoptr (GBytes) packed = vitrail_video_index_pack (index);
    gsize length = 0;
    gconstpointer data = g_bytes_get_data (packed, &length);
    vitrail_disk_cache_store (cache, CACHE_KIND, name, &stamp, data, length);
  }
  return index;
}

static gboolean
has_display_rate (const VitrailDataSet *data_set)
{
  return vitrail_data_set_get_int_or (data_set, TAG_DISPLAY_RATE, 0) > 0;
}

/* What a header that is wrong says, and what the stream. */
static char *
make_notice (const VitrailDataSet *data_set, const VitrailVideoIndex *index)
{
  const double slack = 0.02;
  GString *text = g_string_new (NULL);
  guint n = vitrail_video_index_get_n_frames (index);
  gint64 said = vitrail_data_set_get_int_or (data_set, TAG_N_FRAMES, 0);
  guint64 ns = vitrail_video_index_get_frame_ns (index);
  double said_ms = vitrail_frame_time_ms (data_set, 1);

  if (said != n)
    g_string_append_printf (text,
                            "the video has %u frames, Number of Frames is "
                            "%" G_GINT64_FORMAT,
                            n, said);
  if (ns > 0 && said_ms > 0 && !has_display_rate (data_set) &&
      fabs (said_ms * 1e6 / (double) ns - 1) > slack)
    g_string_append_printf (text, "%s%.4g frames a second, not %.4g",
                            text->len > 0 ? "; " : "the video has ",
                            1e9 / (double) ns, 1000 / said_ms);
  if (text->len == 0) {
    g_string_free (text, TRUE);
    return NULL;
  }
  return g_string_free (text, FALSE);
}

/* Pixels that are no squares, as the stream says, where the data set says
 * nothing: the data set with that. */
static VitrailDataSet *
describe_pixels (VitrailDataSet *data_set, GstSample *sample)
{
  GstVideoInfo info;

  if (vitrail_data_set_has (data_set, TAG_ASPECT_RATIO) || sample == NULL ||
      !gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      info.par_n == info.par_d || info.par_n <= 0 || info.par_d <= 0)
    return vitrail_data_set_ref (data_set);
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);
  /* Height first. */
  g_autofree char *ratio = g_strdup_printf ("%d\\%d", info.par_d, info.par_n);
  vitrail_data_set_builder_set_string (builder, TAG_ASPECT_RATIO, ratio);
  return vitrail_data_set_builder_end (builder);
}

VitrailInstance *
vitrail_video_instance_wrap (VitrailInstance *instance, GError **error)
{
  VitrailVideoCodec codec;

  if (instance == NULL || VITRAIL_IS_VIDEO_INSTANCE (instance) ||
      !vitrail_video_find_syntax (
          vitrail_instance_get_transfer_syntax (instance), &codec))
    return instance;
  g_autoptr (VitrailInstance) owned = instance;
  VitrailVideoIndex *index = read_index (owned, codec, error);
  if (index == NULL)
    return NULL;
  VitrailDataSet *data_set = vitrail_instance_get_data_set (owned);
  const char *name = vitrail_instance_get_name (owned);
  /* What cannot be decoded says so when it is asked for. */
  g_autoptr (VitrailVideoDecoder) decoder =
      vitrail_video_decoder_new (index, name, NULL);
  g_autoptr (GstSample) first =
      decoder != NULL ? vitrail_video_decoder_get_frame (decoder, 0, NULL)
                      : NULL;
  g_autoptr (VitrailDataSet) described = describe_pixels (data_set, first);
  VitrailVideoInstance *self =
      g_object_new (VITRAIL_TYPE_VIDEO_INSTANCE, "name", name, "data-set",
                    described, "transfer-syntax",
                    vitrail_instance_get_transfer_syntax (owned), "n-frames",
                    vitrail_video_index_get_n_frames (index), NULL);
  self->index = index;
  self->decoder = g_steal_pointer (&decoder);
  self->notice = make_notice (data_set, index);
  return VITRAIL_INSTANCE (self);
}

/* Reading a video to its end may take its time: not on the caller's. */
static void
wrap_thread (GTask *task,
             gpointer source,
             gpointer opened,
             GCancellable *cancellable)
{
  GError *error = NULL;
  VitrailInstance *instance =
      vitrail_video_instance_wrap (g_object_ref (opened), &error);

  if (instance != NULL)
    g_task_return_pointer (task, instance, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  VitrailInstance *instance = NULL;

  if (!vitrail_data_source_open_instance_for (VITRAIL_DATA_SOURCE (source),
                                              task, result, &instance))
    return;
  if (!vitrail_video_find_syntax (
          vitrail_instance_get_transfer_syntax (instance), NULL))
  {
    g_task_return_pointer (task, instance, g_object_unref);
    return;
  }
  g_task_set_task_data (task, instance, g_object_unref);
  g_task_run_in_thread (task, wrap_thread);
}

void
vitrail_video_instance_open_async (VitrailDataSource *source,
                                   const char *sop_instance_uid,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);

  vitrail_data_source_open_instance_async (source, sop_instance_uid,
                                           cancellable, opened_cb, task);
}

VitrailInstance *
vitrail_video_instance_open_finish (VitrailDataSource *source,
                                    GAsyncResult *result,
                                    GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

VitrailVideoIndex *
vitrail_video_instance_get_index (VitrailVideoInstance *self)
{
  return self->index;
}

void
vitrail_video_instance_set_kept_bytes (VitrailVideoInstance *self, gsize bytes)
{
  pthread_mutex_lock (&self->lock);
  self->kept_bytes = bytes;
  pthread_mutex_unlock (&self->lock);
}

double
vitrail_video_instance_get_time_ms (VitrailInstance *instance, guint frame)
{
  VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
  double said = vitrail_frame_time_ms (data_set, frame);
  guint64 ns = VITRAIL_IS_VIDEO_INSTANCE (instance)
                   ? vitrail_video_index_get_frame_ns (
                         VITRAIL_VIDEO_INSTANCE (instance)->index)
                   : 0;

  if (ns == 0 || (said > 0 && has_display_rate (data_set)))
    return said;
  return (double) ns / 1e6;
}
