/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pictures that wsitiler pushes: one function a mode. */

#include "framemeta.h"
#include "slide/wsitiler-private.h"
#include "slidemeta.h"

#include <string.h>

/* The size of views where nobody downstream wants another. */
#define DEFAULT_WIDTH  1024
#define DEFAULT_HEIGHT 768
/* How long a preview may look for something better than nothing: with what it
 * takes to draw it, a sixtieth of a second. */
#define PREVIEW_US 6000

/* How long a full picture may take before another preview of it goes out. */
#define PROGRESS_US (G_USEC_PER_SEC / 5)

/* An empty picture with what @input says of time and place, and of which slide
 * it is: who draws words beside a picture takes them from there. */
static GstBuffer *
new_picture (VitrailWsiTiler *self, GstBuffer *input, const double affine[6])
{
  GstBuffer *picture = gst_buffer_new_allocate (NULL, self->info.size, NULL);

  if (picture == NULL)
    return NULL;
  gst_buffer_copy_into (picture, input,
                        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0,
                        (gsize) -1);
  vitrail_buffer_copy_frame_meta (picture, input, affine);
  VitrailSlideMeta *meta =
      vitrail_buffer_add_slide_meta (picture, self->opened);
  if (meta != NULL)
    meta->look = g_strdup (self->look);
  return picture;
}

static GstFlowReturn
fail (VitrailWsiTiler *self, const GError *error)
{
  GST_ELEMENT_ERROR (self, STREAM, DECODE, ("%s", error->message), (NULL));
  return GST_FLOW_ERROR;
}

/* One view while it is drawn. */
typedef struct {
  VitrailWsiTiler *tiler;
  GstBuffer *input;
  VitrailFrameMeta *asked; /* or NULL */
  VitrailSlideView view;
  gint64 pushed_us; /* when something was shown last */
} Viewing;

/* @view as a picture. NULL with @error, or without one where there is no
 * memory.
 */
static GstBuffer *
draw_view (const Viewing *self, const VitrailSlideView *view, GError **error)
{
  VitrailWsiTiler *tiler = self->tiler;
  g_autoptr (GstBuffer) picture =
      new_picture (tiler, self->input, view->affine);
  gboolean incomplete = FALSE;
  GstMapInfo map;

  if (picture == NULL || !gst_buffer_map (picture, &map, GST_MAP_WRITE))
    return NULL;
  gboolean done = vitrail_slide_view_render (
      tiler->slide, &tiler->plan, vitrail_tile_cache_get_default (), view,
      map.data, (gsize) tiler->info.stride[0], &incomplete, error);
  gst_buffer_unmap (picture, &map);
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (picture);
  if (meta != NULL && incomplete)
    meta->flags |= VITRAIL_FRAME_META_INCOMPLETE;
  return done ? g_steal_pointer (&picture) : NULL;
}

/* What has come since: tiles that are far away, or that take long. */
static void
push_progress (Viewing *self)
{
  VitrailSlideView view = self->view;

  view.preview = TRUE;
  view.preview_us = 0;
  view.is_stale = NULL;
  g_autoptr (GstBuffer) picture = draw_view (self, &view, NULL);
  if (picture == NULL)
    return;
  VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (picture);
  if (meta != NULL)
    meta->quality = VITRAIL_QUALITY_PREVIEW;
  gst_pad_push (self->tiler->src_pad, g_steal_pointer (&picture));
}

/* Asked between tiles. */
static gboolean
is_stale (gpointer data)
{
  Viewing *self = data;

  if (vitrail_frame_meta_is_stale (self->asked))
    return TRUE;
  /* Who asked no feed, waits for one picture. */
  if (!self->view.preview && self->asked->generation != 0 &&
      g_get_monotonic_time () - self->pushed_us >= PROGRESS_US)
  {
    push_progress (self);
    self->pushed_us = g_get_monotonic_time ();
  }
  return FALSE;
}

static GstFlowReturn
push_view (VitrailWsiTiler *self,
           const VitrailTilerSettings *settings,
           GstBuffer *input)
{
  VitrailFrameMeta *asked = vitrail_buffer_get_frame_meta (input);
  Viewing viewing = { .tiler = self,
                      .input = input,
                      .asked = asked,
                      .pushed_us = g_get_monotonic_time () };
  VitrailSlideView *view = &viewing.view;
  g_autoptr (GError) error = NULL;

  if (!vitrail_wsi_tiler_ensure_size (self, DEFAULT_WIDTH, DEFAULT_HEIGHT,
                                      FALSE))
    return GST_FLOW_NOT_NEGOTIATED;
  view->width = (guint) self->info.width;
  view->height = (guint) self->info.height;
  view->preview = asked != NULL && asked->quality == VITRAIL_QUALITY_PREVIEW;
  view->is_stale = asked != NULL ? is_stale : NULL;
  view->stale_data = &viewing;
  view->preview_us = PREVIEW_US;
  view->on_black = settings->has_view;
  vitrail_tiler_set_affine (settings, self->slide, view);
  g_autoptr (GstBuffer) picture = draw_view (&viewing, view, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_OK; /* a newer one is on its way */
  if (error != NULL)
    return fail (self, error);
  return picture != NULL
             ? gst_pad_push (self->src_pad, g_steal_pointer (&picture))
             : GST_FLOW_ERROR;
}

/* Decodes one tile into @picture; one that cannot be had is background, which
 * the meta tells, and does not end the others. */
static gboolean
draw_tile (VitrailWsiTiler *self,
           guint level,
           const guint place[2],
           GstBuffer *picture)
{
  g_autoptr (GError) error = NULL;
  VitrailSlideLevel geometry;
  uint8_t background[3];
  GstMapInfo map;

  if (!gst_buffer_map (picture, &map, GST_MAP_WRITE))
    return FALSE;
  const size_t stride = (size_t) self->info.stride[0];
  vitrail_slide_get_level (self->slide, level, &geometry);
  if (!vitrail_slide_decode_tile (self->slide, level, place[0], place[1],
                                  map.data, stride, NULL, &error))
  {
    VitrailFrameMeta *meta = vitrail_buffer_get_frame_meta (picture);
    GST_WARNING_OBJECT (self, "%s", error->message);
    vitrail_slide_get_background (self->slide, background);
    for (guint y = 0; y < geometry.tile_height; y++)
      vitrail_slide_fill_row (map.data + y * stride, geometry.tile_width,
                              background);
    if (meta != NULL) {
      meta->flags |= VITRAIL_FRAME_META_CORRUPT;
      vitrail_frame_meta_set_reason (meta, error->message);
    }
  }
  gst_buffer_unmap (picture, &map);
  return TRUE;
}

/* One tile of a level. */
static GstFlowReturn
push_tile (VitrailWsiTiler *self,
           const VitrailTilerSettings *settings,
           GstBuffer *input,
           const guint place[2])
{
  VitrailSlideLevel level;
  double affine[6];

  vitrail_slide_get_level (self->slide, settings->level, &level);
  gint64 corner[2] = { (gint64) place[0] * level.tile_width,
                       (gint64) place[1] * level.tile_height };
  vitrail_tiler_get_level_affine (self->slide, &level, corner, affine);
  g_autoptr (GstBuffer) picture = new_picture (self, input, affine);
  if (picture == NULL || !draw_tile (self, settings->level, place, picture))
    return GST_FLOW_ERROR;
  VitrailSlideMeta *meta = vitrail_buffer_get_slide_meta (picture);
  if (meta != NULL) {
    meta->is_tile = TRUE;
    meta->level = settings->level;
    meta->column = place[0];
    meta->row = place[1];
  }
  GST_BUFFER_OFFSET (picture) = (guint64) place[1] * level.columns + place[0];
  GST_BUFFER_OFFSET_END (picture) = GST_BUFFER_OFFSET (picture) + 1;
  return gst_pad_push (self->src_pad, g_steal_pointer (&picture));
}

static GstFlowReturn
push_tiles (VitrailWsiTiler *self,
            const VitrailTilerSettings *settings,
            GstBuffer *input)
{
  VitrailSlideLevel level;
  GstFlowReturn flow = GST_FLOW_OK;
  guint first[2];
  guint end[2];

  vitrail_slide_get_level (self->slide, settings->level, &level);
  if (!vitrail_wsi_tiler_ensure_size (self, (int) level.tile_width,
                                      (int) level.tile_height, TRUE))
    return GST_FLOW_NOT_NEGOTIATED;
  vitrail_tiler_find_tiles (settings, &level, first, end);
  for (guint row = first[1]; row < end[1] && flow == GST_FLOW_OK; row++) {
    for (guint column = first[0]; column < end[0] && flow == GST_FLOW_OK;
         column++) {
      guint place[2] = { column, row };
      flow = push_tile (self, settings, input, place);
    }
  }
  return flow;
}

static GstFlowReturn
push_region (VitrailWsiTiler *self,
             const VitrailTilerSettings *settings,
             GstBuffer *input)
{
  g_autoptr (GError) error = NULL;
  VitrailSlideLevel level;
  gint64 rect[4];
  double affine[6];
  GstMapInfo map;

  vitrail_slide_get_level (self->slide, settings->level, &level);
  memcpy (rect, settings->region, sizeof rect);
  if (rect[2] <= 0) { /* all of it */
    rect[0] = rect[1] = 0;
    rect[2] = (gint64) MIN (level.width, G_MAXINT);
    rect[3] = (gint64) MIN (level.height, G_MAXINT);
  }
  if (!vitrail_wsi_tiler_ensure_size (self, (int) rect[2], (int) rect[3], TRUE))
    return GST_FLOW_NOT_NEGOTIATED;
  vitrail_tiler_get_level_affine (self->slide, &level, rect, affine);
  g_autoptr (GstBuffer) picture = new_picture (self, input, affine);
  if (picture == NULL || !gst_buffer_map (picture, &map, GST_MAP_WRITE))
    return GST_FLOW_ERROR;
  gboolean done =
      vitrail_slide_read_region (self->slide, settings->level, rect, map.data,
                                 (gsize) self->info.stride[0], NULL, &error);
  gst_buffer_unmap (picture, &map);
  if (!done)
    return fail (self, error);
  return gst_pad_push (self->src_pad, g_steal_pointer (&picture));
}

GstFlowReturn
vitrail_wsi_tiler_push_pictures (VitrailWsiTiler *self, GstBuffer *input)
{
  VitrailTilerSettings settings;

  GST_OBJECT_LOCK (self);
  settings = self->settings;
  settings.look = NULL; /* the element's; self->slide has it already */
  GST_OBJECT_UNLOCK (self);
  if (settings.mode == VITRAIL_TILER_MODE_VIEW)
    return push_view (self, &settings, input);
  if (settings.level >= vitrail_slide_get_n_levels (self->slide)) {
    GST_ELEMENT_ERROR (self, STREAM, FAILED,
                       ("%s: no level %u, there are %u",
                        vitrail_slide_get_name (self->slide), settings.level,
                        vitrail_slide_get_n_levels (self->slide)),
                       (NULL));
    return GST_FLOW_ERROR;
  }
  if (settings.mode == VITRAIL_TILER_MODE_TILES)
    return push_tiles (self, &settings, input);
  return push_region (self, &settings, input);
}
