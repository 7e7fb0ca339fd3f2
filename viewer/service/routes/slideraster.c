/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Segmentations and parametric maps of a slide: the list, what one of them
 * shows and in which colours, and its tiles on the slide's DeepZoom grid. */

#include "dicom/jsontext.h"
#include "pixel/colormap.h"
#include "rasters.h"
#include "route.h"
#include "service.h"
#include "slidereply.h"
#include "tileplace.h"

#include <string.h>

/* Colours of a colormap that a legend is made of. */
#define N_STOPS 17

static void
append_text (GString *json, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  vitrail_json_append_string (json, valid);
}

/* --- the list --- */

static gboolean
answer_list (const VitrailRequest *request,
             const VitrailOpenSlide *slide,
             VitrailReply *reply)
{
  g_autoptr (GPtrArray) objects = vitrail_rasters_list (request, slide);
  GString *json = g_string_new ("[");

  for (guint i = 0; i < objects->len; i++) {
    const VitrailSlideObject *object = g_ptr_array_index (objects, i);
    g_string_append (json, i > 0 ? ",\n{\"name\": " : "\n{\"name\": ");
    append_text (json, object->uid);
    g_string_append (json, ", \"label\": ");
    if (object->label != NULL)
      append_text (json, object->label);
    else
      g_string_append (json, "null");
    g_string_append (json, ", \"kind\": ");
    append_text (json, vitrail_slide_raster_class_has_values (object->sop_class)
                           ? "values"
                           : "segments");
    g_string_append_c (json, '}');
  }
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, "application/json", json);
  return TRUE;
}

/* --- one of them --- */

static void
append_segments (GString *json, VitrailSlideRaster *raster)
{
  const guint n = vitrail_slide_raster_get_n_segments (raster);
  VitrailRasterSegment segment;

  g_string_append (json, ", \"segments\": [");
  for (guint i = 0; i < n; i++) {
    vitrail_slide_raster_get_segment (raster, i, &segment);
    g_string_append_printf (json,
                            "%s{\"number\": %u, \"rgb\": \"%06X\", "
                            "\"label\": ",
                            i > 0 ? ", " : "", segment.number, segment.rgb);
    append_text (json, segment.label);
    g_string_append_c (json, '}');
  }
  g_string_append_c (json, ']');
}

static void
append_colormaps (GString *json)
{
  const char *const *names = vitrail_colormap_list ();

  g_string_append (json, ", \"colormaps\": {");
  for (guint i = 0; names[i] != NULL; i++) {
    const uint32_t *table = vitrail_colormap_find (names[i]);
    g_string_append (json, i > 0 ? ", " : "");
    append_text (json, names[i]);
    g_string_append (json, ": [");
    for (guint j = 0; j < N_STOPS; j++)
      g_string_append_printf (
          json, "%s\"%06X\"", j > 0 ? ", " : "",
          table[j * (VITRAIL_COLORMAP_SIZE - 1) / (N_STOPS - 1)]);
    g_string_append_c (json, ']');
  }
  g_string_append_c (json, '}');
}

static void
append_values (GString *json, VitrailSlideRaster *raster)
{
  VitrailRasterStyle style;
  char low[G_ASCII_DTOSTR_BUF_SIZE];
  char high[G_ASCII_DTOSTR_BUF_SIZE];
  double range[2];

  if (!vitrail_slide_raster_get_range (raster, &range[0], &range[1]))
    return;
  vitrail_slide_raster_get_style (raster, &style);
  g_string_append_printf (json, ", \"range\": [%s, %s], \"colormap\": ",
                          g_ascii_dtostr (low, sizeof low, range[0]),
                          g_ascii_dtostr (high, sizeof high, range[1]));
  append_text (json, style.colormap);
  vitrail_raster_style_clear (&style);
  g_string_append (json, ", \"quantity\": ");
  append_text (json, vitrail_slide_raster_get_quantity (raster));
  g_string_append (json, ", \"unit\": ");
  append_text (json, vitrail_slide_raster_get_unit (raster));
  append_colormaps (json);
}

static gboolean
answer_one (VitrailSlideRaster *raster,
            const char *uid,
            const char *tag,
            VitrailReply *reply)
{
  GString *json = g_string_new ("{\"name\": ");

  append_text (json, uid);
  g_string_append_printf (json, ", \"version\": \"%s\", \"missing\": %u", tag,
                          vitrail_slide_raster_get_n_missing (raster));
  append_segments (json, raster);
  append_values (json, raster);
  g_string_append (json, "}\n");
  vitrail_reply_set_text (reply, "application/json", json);
  return TRUE;
}

/* --- tiles --- */

/* One tile that is asked for. */
typedef struct {
  const VitrailOpenSlide *slide;
  VitrailSlideRaster *raster;
  const char *key; /* of the raster, and how it is shown */
  guint place[3];
  VitrailRasterWish wish;
} Tile;

static gboolean
answer_tile (const VitrailRequest *request,
             const Tile *tile,
             VitrailReply *reply,
             GError **error)
{
  vitrail_reply_set_etag (reply, reply->caching, "%s %u %u %u", tile->key,
                          tile->place[0], tile->place[1], tile->place[2]);
  if (vitrail_reply_is_known (reply, request->if_none_match))
    return TRUE;
  GBytes *png = vitrail_rasters_ref_tile (request->service->rasters, tile->key,
                                          tile->raster, &tile->wish,
                                          tile->slide, tile->place, error);
  if (png == NULL)
    return FALSE;
  const VitrailCaching caching = reply->caching;
  vitrail_reply_set_body (reply, "image/png", png);
  reply->caching = caching;
  reply->is_single = TRUE;
  return TRUE;
}

/* --- the route --- */

static gboolean
parse_tile (const VitrailRequest *request, Tile *tile, GError **error)
{
  const char *name = vitrail_request_get_value (request, "tile");

  return name == NULL ||
         (vitrail_tile_place_parse (vitrail_request_get_value (request,
                                                               "level"),
                                    name, ".png", tile->place, error) &&
          vitrail_raster_wish_parse (&tile->wish, request, error));
}

static gboolean
answer_raster (const VitrailRequest *request,
               Tile *tile,
               VitrailReply *reply,
               GError **error)
{
  const char *uid = vitrail_request_get_value (request, "instance");
  char tag[VITRAIL_RASTER_TAG_SIZE];
  g_autoptr (VitrailSlideRaster) raster =
      vitrail_rasters_ref (request, tile->slide, uid, tag, error);

  if (raster == NULL)
    return FALSE;
  if (vitrail_request_get_value (request, "tile") == NULL)
    return answer_one (raster, uid, tag, reply);
  g_autofree char *style = vitrail_raster_wish_to_string (&tile->wish);
  g_autofree char *key =
      g_strjoin (" ", tile->slide->id, uid, tag, style, NULL);
  tile->raster = raster;
  tile->key = key;
  /* Whoever names this very content need not ask again. */
  reply->caching =
      g_strcmp0 (vitrail_request_get_query (request, "v"), tag) == 0
          ? VITRAIL_CACHING_IMMUTABLE
          : VITRAIL_CACHING_REVALIDATE;
  return answer_tile (request, tile, reply, error);
}

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  Tile tile = { 0 };

  g_autoptr (VitrailOpenSlide) slide =
      vitrail_slide_cache_open (request->service->slides,
                                vitrail_request_get_value (request, "slide"),
                                error);
  if (slide == NULL ||
      g_cancellable_set_error_if_cancelled (request->cancellable, error))
    return FALSE;
  if (vitrail_request_get_value (request, "instance") == NULL)
    return answer_list (request, slide, reply);
  tile.slide = slide;
  const gboolean done = parse_tile (request, &tile, error) &&
                        answer_raster (request, &tile, reply, error);
  vitrail_raster_wish_clear (&tile.wish);
  return done;
}

static const char *const patterns[] = {
  "/slides/{slide}/rasters",
  "/slides/{slide}/rasters/{instance}",
  "/slides/{slide}/rasters/{instance}/{level}/{tile}",
  NULL,
};

const VitrailRoute vitrail_route_slideraster = {
  .name = "slideraster",
  .patterns = patterns,
  .answer = answer,
};
