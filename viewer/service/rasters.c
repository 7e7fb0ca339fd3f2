/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations and parametric maps of slides: see rasters.h. */

#include "rasters.h"

#include "error.h"
#include "kept.h"
#include "overlay/slideheat.h"
#include "pixel/present.h"
#include "service.h"

#include <math.h>
#include <string.h>

struct _VitrailRasters {
  VitrailKept *kept;  /* VitrailSlideRaster by object and tag */
  VitrailKept *tiles; /* GBytes by key and place */
};

VitrailRasters *
vitrail_rasters_new (void)
{
  VitrailRasters *self = g_new0 (VitrailRasters, 1);

  self->kept = vitrail_kept_new ("rasters", (GBoxedCopyFunc) g_object_ref,
                                 (GDestroyNotify) g_object_unref);
  self->tiles = vitrail_kept_new ("raster-tiles", (GBoxedCopyFunc) g_bytes_ref,
                                  (GDestroyNotify) g_bytes_unref);
  return self;
}

void
vitrail_rasters_free (VitrailRasters *self)
{
  if (self == NULL)
    return;
  vitrail_kept_free (self->tiles);
  vitrail_kept_free (self->kept);
  g_free (self);
}

/* --- reading --- */

GPtrArray *
vitrail_rasters_list (const VitrailRequest *request,
                      const VitrailOpenSlide *slide)
{
  return vitrail_slide_objects_list (request, slide,
                                     vitrail_slide_raster_list_classes ());
}

static VitrailSlideRaster *
fail_missing (const VitrailOpenSlide *slide, const char *uid, GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "slide %s has no segmentation or parametric map %s", slide->id,
               uid);
  return NULL;
}

static gboolean
is_listed (const VitrailRequest *request,
           const VitrailOpenSlide *slide,
           const char *uid)
{
  g_autoptr (GPtrArray) objects = vitrail_rasters_list (request, slide);

  for (guint i = 0; i < objects->len; i++) {
    const VitrailSlideObject *object = g_ptr_array_index (objects, i);
    if (strcmp (object->uid, uid) == 0)
      return TRUE;
  }
  return FALSE;
}

static VitrailSlideRaster *
read_raster (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             const char *uid,
             GError **error)
{
  if (!is_listed (request, slide, uid))
    return fail_missing (slide, uid, error);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (request->service->source, uid,
                                         request->cancellable, error);
  if (instance == NULL)
    return NULL;
  return vitrail_slide_raster_new (instance, slide->source,
                                   request->cancellable, error);
}

/* One reader for an object, also where many tiles of it are asked for. */
static VitrailSlideRaster *
read_once (const VitrailRequest *request,
           const VitrailOpenSlide *slide,
           const char *uid,
           const char *key,
           GError **error)
{
  VitrailKept *kept = request->service->rasters->kept;
  g_autoptr (GError) fault = NULL;
  gpointer raster;

  if (!vitrail_kept_begin (kept, key, &raster, error))
    return raster;
  raster = read_raster (request, slide, uid, &fault);
  /* Its bytes are the raster's own: they stay taken as long as it is there. */
  if (raster != NULL)
    vitrail_kept_add (kept, key, raster, 0);
  vitrail_kept_end (kept, key, fault);
  if (fault != NULL)
    g_propagate_error (error, g_steal_pointer (&fault));
  return raster;
}

VitrailSlideRaster *
vitrail_rasters_ref (const VitrailRequest *request,
                     const VitrailOpenSlide *slide,
                     const char *uid,
                     char tag[VITRAIL_RASTER_TAG_SIZE],
                     GError **error)
{
  g_autofree char *own = vitrail_slide_object_dup_tag (request, uid, error);

  if (own == NULL)
    return NULL;
  g_snprintf (tag, VITRAIL_RASTER_TAG_SIZE, "%s-%s", slide->version, own);
  g_autofree char *key = g_strjoin (" ", slide->id, uid, tag, NULL);
  return read_once (request, slide, uid, key, error);
}

/* --- tiles --- */

/* Colours of @canvas are multiplied by their opacity; those of PNG are not. */
static void
divide_by_opacity (const VitrailCanvas *canvas)
{
  for (guint y = 0; y < canvas->height; y++) {
    uint8_t *pixel = canvas->data + (size_t) y * canvas->stride;
    for (guint x = 0; x < canvas->width; x++, pixel += 4) {
      const guint alpha = pixel[3];
      for (guint c = 0; c < 3 && alpha > 0; c++)
        pixel[c] = (uint8_t) MIN ((pixel[c] * 255u + alpha / 2) / alpha, 255u);
    }
  }
}

static void
draw (VitrailSlideRaster *raster,
      const VitrailRasterWish *wish,
      const VitrailCanvas *canvas,
      const double affine[6])
{
  VitrailRasterStyle style;

  vitrail_slide_raster_get_style (raster, &style);
  vitrail_raster_wish_apply (wish, &style);
  vitrail_slide_raster_draw_style (raster, &style, canvas, affine);
  vitrail_raster_style_clear (&style);
  divide_by_opacity (canvas);
}

GBytes *
vitrail_raster_make_tile (VitrailSlideRaster *raster,
                          const VitrailRasterWish *wish,
                          const VitrailDeepZoom *plan,
                          const guint place[3],
                          GError **error)
{
  if (place[0] >= plan->n_levels ||
      place[1] >= plan->levels[place[0]].columns ||
      place[2] >= plan->levels[place[0]].rows)
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "there is no tile %u_%u in level %u", place[1], place[2],
                 place[0]);
    return NULL;
  }
  const VitrailDeepZoomLevel *level = &plan->levels[place[0]];
  const guint64 left = (guint64) place[1] * plan->tile_size;
  const guint64 top = (guint64) place[2] * plan->tile_size;
  const double step = ldexp (1, (int) (plan->n_levels - 1 - place[0]));
  /* Pixel centres are whole numbers on both sides. */
  const double affine[6] = { step, 0,    ((double) left + 0.5) * step - 0.5,
                             0,    step, ((double) top + 0.5) * step - 0.5 };
  const guint width = (guint) MIN (level->width - left, plan->tile_size);
  const guint height = (guint) MIN (level->height - top, plan->tile_size);
  const size_t stride = (size_t) width * 4;
  g_autofree uint8_t *data = g_malloc0 (stride * height);
  const VitrailCanvas canvas = { width, height, 4, stride, data, FALSE };
  draw (raster, wish, &canvas, affine);
  const VitrailImage image = { width, height, 4, stride, data };
  return vitrail_image_to_png (&image, error);
}

GBytes *
vitrail_rasters_ref_tile (VitrailRasters *self,
                          const char *key,
                          VitrailSlideRaster *raster,
                          const VitrailRasterWish *wish,
                          const VitrailOpenSlide *slide,
                          const guint place[3],
                          GError **error)
{
  g_autofree char *name =
      g_strdup_printf ("%s %u %u %u", key, place[0], place[1], place[2]);
  GBytes *tile = vitrail_kept_ref (self->tiles, name);

  if (tile != NULL)
    return tile;
  tile = vitrail_raster_make_tile (raster, wish, &slide->plan, place, error);
  if (tile != NULL)
    vitrail_kept_add (self->tiles, name, tile, g_bytes_get_size (tile));
  return tile;
}
