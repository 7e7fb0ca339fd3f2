/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoInstance: see videoinstance.h. */

#include "decode/videoinstance.h"

#include "decode/videocolors.h"
#include "decode/videodecoder.h"
#include "dicom/builder.h"
#include "error.h"

#include <math.h>
#include <pthread.h>

#define TAG_DISPLAY_RATE VITRAIL_TAG (0x0008, 0x2144)
#define TAG_N_FRAMES     VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ASPECT_RATIO VITRAIL_TAG (0x0028, 0x0034)

#define CACHE_KIND "video"
/* As colours, besides what the decoder keeps: 40 frames of 1920 x 1080. */
#define MOST_KEPT_BYTES ((gsize) 256 << 20)

struct _VitrailVideoInstance {
  VitrailInstance parent;
  VitrailVideoIndex *index; /* constant */
  char *
      notice; /* what of the header the stream contradicts, or NULL; constant */

  pthread_mutex_t lock;
  /* Guarded by lock. */
  VitrailVideoDecoder *decoder;
  gsize kept_bytes;           /* of it */
  VitrailVideoColors *colors; /* or NULL */
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

/* What makes colours of @sample, or NULL. */
static VitrailVideoColors *
ref_colors_locked (VitrailVideoInstance *self, GstSample *sample)
{
  GstCaps *caps = gst_sample_get_caps (sample);

  if (self->colors == NULL || !vitrail_video_colors_is_for (self->colors, caps))
  {
    g_clear_pointer (&self->colors, vitrail_video_colors_unref);
    self->colors = vitrail_video_colors_new (caps);
  }
  return self->colors != NULL ? vitrail_video_colors_ref (self->colors) : NULL;
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
  g_autoptr (VitrailVideoColors) colors = NULL;

  pthread_mutex_lock (&self->lock);
  /* Scrubbing leaves many behind that nobody waits for any more. */
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    sample = decode_locked (self, frame, error);
  if (sample != NULL)
    colors = ref_colors_locked (self, sample);
  pthread_mutex_unlock (&self->lock);
  if (sample == NULL)
    return NULL;
  VitrailFrame *made =
      colors != NULL ? vitrail_video_colors_make_frame (colors, sample) : NULL;
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
  g_clear_pointer (&self->colors, vitrail_video_colors_unref);
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
