/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Small pictures of a slide: see slidepictures.h. */

#include "slidepictures.h"

#include "error.h"
#include "pool.h"
#include "slide/slideview.h"

/* As slides are looked at when nobody said anything. */
static VitrailSlide *
ref_looked (VitrailSlide *slide)
{
  g_autoptr (VitrailSlideLook) look = vitrail_slide_look_new (slide);
  return vitrail_slide_ref_with_look (slide, look);
}

static GdkTexture *
read_overview (VitrailSlide *opened, GError **error)
{
  g_autoptr (VitrailSlide) slide = ref_looked (opened);
  VitrailSlideView view = { 0 };
  VitrailSlideLevel finest;
  VitrailDeepZoom plan;
  vitrail_slide_get_level (slide, 0, &finest);
  double longer = (double) MAX (finest.width, finest.height);
  double downsample = MAX (longer / VITRAIL_OVERVIEW_PX, 1);
  view.width = (guint) MAX ((double) finest.width / downsample, 1);
  view.height = (guint) MAX ((double) finest.height / downsample, 1);
  vitrail_slide_view_set_centre (&view, (double) finest.width / 2,
                                 (double) finest.height / 2, downsample, 0);
  vitrail_deepzoom_init (&plan, slide);
  gsize stride = (gsize) view.width * 3;
  g_autofree guint8 *rgb = g_malloc (stride * view.height);
  if (!vitrail_slide_view_render (slide, &plan,
                                  vitrail_tile_cache_get_default (), &view, rgb,
                                  stride, NULL, error))
    return NULL;
  g_autoptr (GBytes) bytes =
      g_bytes_new_take (g_steal_pointer (&rgb), stride * view.height);
  return gdk_memory_texture_new ((int) view.width, (int) view.height,
                                 GDK_MEMORY_R8G8B8, bytes, stride);
}

/* 8-bit samples, grey or in colour, as RGB. */
static GdkTexture *
texture_of_frame (const VitrailFrame *frame)
{
  gsize width = frame->format.width;
  gsize height = frame->format.height;
  guint samples = frame->format.samples;
  guint8 *rgb = g_malloc (width * height * 3);
  for (gsize y = 0; y < height; y++) {
    const guint8 *row = frame->data + y * frame->stride;
    guint8 *out = rgb + y * width * 3;
    for (gsize x = 0; x < width * 3; x++)
      out[x] = row[samples == 3 ? x : x / 3];
  }
  g_autoptr (GBytes) bytes = g_bytes_new_take (rgb, width * height * 3);
  return gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_R8G8B8,
                                 bytes, width * 3);
}

static GdkTexture *
read_associated (VitrailSlide *slide, VitrailSlideLayer layer, GError **error)
{
  const char *name = vitrail_slide_find_associated (slide, layer);
  if (name == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: has no such picture", vitrail_slide_get_name (slide));
    return NULL;
  }
  g_autoptr (VitrailFrame) frame =
      vitrail_slide_read_associated (slide, name, error);
  if (frame == NULL)
    return NULL;
  if (frame->format.bits_allocated != 8 ||
      (frame->format.samples != 1 && frame->format.samples != 3))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: picture \"%s\" is not 8-bit grey or RGB",
                 vitrail_slide_get_name (slide), name);
    return NULL;
  }
  return texture_of_frame (frame);
}

/* On a worker. */
static void
load_job (gpointer data, gboolean cancelled)
{
  g_autoptr (GTask) task = data;
  VitrailSlide *slide = g_task_get_source_object (task);
  VitrailSlideLayer layer = GPOINTER_TO_UINT (g_task_get_task_data (task));
  GError *error = NULL;
  if (g_task_return_error_if_cancelled (task))
    return;
  GdkTexture *texture = layer == VITRAIL_SLIDE_OVERVIEW
                            ? read_overview (slide, &error)
                            : read_associated (slide, layer, &error);
  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
vitrail_slide_picture_load_async (VitrailSlide *slide,
                                  VitrailSlideLayer layer,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (slide, cancellable, callback, user_data);
  g_task_set_task_data (task, GUINT_TO_POINTER (layer), NULL);
  vitrail_pool_push (VITRAIL_PRIORITY_THUMBNAIL, load_job, task, cancellable);
}

GdkTexture *
vitrail_slide_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
