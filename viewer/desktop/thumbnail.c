/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Thumbnails: see thumbnail.h. */

#include "thumbnail.h"

#include "decode/videoinstance.h"
#include "error.h"
#include "folder.h"
#include "framestore.h"
#include "pixel/present.h"
#include "slide/slide.h"
#include "waveform/ecgpage.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

/* A level larger than this is not read for a thumbnail. */
#define MAX_LEVEL_PX (4096ull * 4096)

typedef struct {
  VitrailInstance *instance;
  guint frame_number;
  gboolean of_waveform;
  VitrailFrame *frame;
  char **slide_paths;
} Job;

static void
job_free (Job *self)
{
  g_clear_object (&self->instance);
  g_clear_pointer (&self->frame, vitrail_frame_unref);
  g_strfreev (self->slide_paths);
  g_free (self);
}

static void
return_pixbuf (GTask *task, GdkPixbuf *pixbuf)
{
  g_task_return_pointer (task, gdk_texture_new_for_pixbuf (pixbuf),
                         g_object_unref);
}

static GdkPixbuf *
pixbuf_from_rgb (const guint8 *rgb, int width, int height, int stride)
{
  double scale = MIN (1.0, (double) VITRAIL_THUMBNAIL_PX / MAX (width, height));
  g_autoptr (GBytes) bytes = g_bytes_new (rgb, (gsize) stride * height);
  g_autoptr (GdkPixbuf) whole =
      gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, FALSE, 8, width,
                                 height, stride);
  return gdk_pixbuf_scale_simple (whole, (int) MAX (width * scale, 1),
                                  (int) MAX (height * scale, 1),
                                  GDK_INTERP_BILINEAR);
}

static GBytes *
rgb_of_image (const VitrailImage *image)
{
  gsize n = (gsize) image->width * image->height;
  guint8 *rgb = g_malloc (n * 3);
  for (guint y = 0; y < image->height; y++) {
    const guint8 *row = image->data + y * image->stride;
    guint8 *out = rgb + (gsize) y * image->width * 3;
    for (guint x = 0; x < image->width * 3; x++)
      out[x] = row[image->channels == 3 ? x : x / 3];
  }
  return g_bytes_new_take (rgb, n * 3);
}

/* On a worker. */
static void
present_job (gpointer data, gboolean cancelled)
{
  g_autoptr (GTask) task = data;
  const Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  if (cancelled || g_task_return_error_if_cancelled (task))
    return;
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (job->instance, job->frame_number,
                                       &error);
  g_auto (VitrailImage) image = { 0 };
  if (info == NULL ||
      !vitrail_present (job->frame, info, NULL, NULL, VITRAIL_THUMBNAIL_PX,
                        VITRAIL_THUMBNAIL_PX, &image, &error))
  {
    g_task_return_error (task, error);
    return;
  }
  g_autoptr (GBytes) rgb = rgb_of_image (&image);
  g_task_return_pointer (
      task,
      gdk_memory_texture_new ((int) image.width, (int) image.height,
                              GDK_MEMORY_R8G8B8, rgb, (gsize) image.width * 3),
      g_object_unref);
}

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  job->frame =
      vitrail_frame_store_get_finish (vitrail_frame_store_get_default (),
                                      result, &error);
  if (job->frame == NULL) {
    g_task_return_error (task, error);
    return;
  }
  vitrail_pool_push (VITRAIL_PRIORITY_THUMBNAIL, present_job,
                     g_object_ref (task), g_task_get_cancellable (task));
}

/* How often a frame may be halved and still be large enough. */
static guint
get_reduce (VitrailInstance *instance)
{
  VitrailPixelFormat format;
  guint reduce = 0;
  if (!vitrail_instance_get_pixel_format (instance, &format, NULL))
    return 0;
  guint side = MAX (format.width, format.height);
  while ((side >> (reduce + 1)) >= VITRAIL_THUMBNAIL_PX)
    reduce++;
  return reduce;
}

/* On a worker. */
static void
waveform_job (gpointer data, gboolean cancelled)
{
  g_autoptr (GTask) task = data;
  const Job *job = g_task_get_task_data (task);
  const VitrailEcgLook look = VITRAIL_ECG_LOOK_INIT;
  g_auto (VitrailImage) image = { 0 };
  GError *error = NULL;
  if (cancelled || g_task_return_error_if_cancelled (task))
    return;
  g_autoptr (VitrailWaveform) waveform =
      vitrail_waveform_new (vitrail_instance_get_data_set (job->instance),
                            &error);
  if (waveform == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (!vitrail_ecg_make_image (waveform, &look, 4 * VITRAIL_THUMBNAIL_PX,
                               4 * VITRAIL_THUMBNAIL_PX, &image))
  {
    g_task_return_new_error (task, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                             "no memory for a page");
    return;
  }
  g_autoptr (GdkPixbuf) pixbuf =
      pixbuf_from_rgb (image.data, (int) image.width, (int) image.height,
                       (int) image.stride);
  return_pixbuf (task, pixbuf);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  job->instance =
      vitrail_video_instance_open_finish (VITRAIL_DATA_SOURCE (source), result,
                                          &error);
  if (job->instance == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (job->of_waveform) {
    vitrail_pool_push (VITRAIL_PRIORITY_THUMBNAIL, waveform_job,
                       g_object_ref (task), g_task_get_cancellable (task));
    return;
  }
  vitrail_frame_store_get_async (
      vitrail_frame_store_get_default (), job->instance, job->frame_number,
      get_reduce (job->instance), VITRAIL_PRIORITY_THUMBNAIL,
      g_task_get_cancellable (task), decoded_cb, g_object_ref (task));
}

/* The coarsest level, whole. */
static GdkPixbuf *
read_slide (const char *const *paths, GCancellable *cancellable, GError **error)
{
  g_autoptr (VitrailSlide) slide = vitrail_slide_open (paths, error);
  if (slide == NULL)
    return NULL;
  guint coarsest = vitrail_slide_get_n_levels (slide) - 1;
  VitrailSlideLevel level;
  vitrail_slide_get_level (slide, coarsest, &level);
  if (level.width == 0 || level.height == 0 ||
      level.width > MAX_LEVEL_PX / level.height)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: no level small enough for a thumbnail", paths[0]);
    return NULL;
  }
  const gint64 rect[4] = { 0, 0, (gint64) level.width, (gint64) level.height };
  gsize stride = level.width * 3;
  g_autofree guint8 *rgb = g_try_malloc (stride * level.height);
  if (rgb == NULL || !vitrail_slide_read_region (slide, coarsest, rect, rgb,
                                                 stride, cancellable, error))
    return NULL;
  return pixbuf_from_rgb (rgb, (int) level.width, (int) level.height,
                          (int) stride);
}

/* On a worker. */
static void
slide_job (gpointer data, gboolean cancelled)
{
  g_autoptr (GTask) task = data;
  const Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  if (cancelled || g_task_return_error_if_cancelled (task))
    return;
  g_autoptr (GdkPixbuf) pixbuf =
      read_slide ((const char *const *) job->slide_paths,
                  g_task_get_cancellable (task), &error);
  if (pixbuf != NULL)
    return_pixbuf (task, pixbuf);
  else
    g_task_return_error (task, error);
}

static char **
find_slide_paths (VitrailDataSource *source, const char *id)
{
  g_autoptr (GPtrArray) slides = vitrail_data_source_list_slides (source);

  for (guint i = 0; i < slides->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    if (g_strcmp0 (entry->id, id) == 0)
      return g_strdupv (entry->paths);
  }
  return NULL;
}

void
vitrail_thumbnail_load_async (VitrailDataSource *source,
                              VitrailDisplaySet *display_set,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task =
      g_task_new (source, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);

  if (display_set->kind == VITRAIL_DISPLAY_SET_SLIDE) {
    job->slide_paths = find_slide_paths (source, display_set->id);
    if (job->slide_paths == NULL)
      g_task_return_new_error (task, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                               "%s: no such slide", display_set->id);
    else
      vitrail_pool_push (VITRAIL_PRIORITY_THUMBNAIL, slide_job,
                         g_object_ref (task), cancellable);
    return;
  }
  job->of_waveform = display_set->kind == VITRAIL_DISPLAY_SET_WAVEFORM;
  const char *uid =
      job->of_waveform
          ? g_ptr_array_index (display_set->images, 0)
          : vitrail_display_set_get_image (display_set,
                                           (display_set->n_positions + 1) / 2,
                                           &job->frame_number);
  vitrail_video_instance_open_async (source, uid, cancellable, opened_cb,
                                     g_object_ref (task));
}

GdkTexture *
vitrail_thumbnail_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
