/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* IIIF answers: see iiifpicture.h. */

#include "iiifpicture.h"

#include "dicom/jsontext.h"
#include "error.h"
#include "pixel/present.h"
#include "reply.h"
#include "slide/jpegio.h"
#include "slide/slideregion.h"
#include "webp.h"

#include <string.h>

/* Two workers at this size keep below 100 MB of pixels each. */
#define MAX_SIDE 8192u
#define MAX_AREA ((guint64) 4096 * 4096)
/* Of grey pictures; those in colour have the plan's quality. */
#define GRAY_QUALITY 90

void
vitrail_iiif_get_limits (const VitrailOpenSlide *slide,
                         VitrailIiifLimits *limits)
{
  VitrailSlideLevel finest;

  vitrail_slide_get_level (slide->slide, 0, &finest);
  limits->width = finest.width;
  limits->height = finest.height;
  limits->max_width = MAX_SIDE;
  limits->max_height = MAX_SIDE;
  limits->max_area = MAX_AREA;
}

/* The levels that may be had as a whole, smallest first. */
static void
append_sizes (GString *json,
              const VitrailDeepZoom *plan,
              const VitrailIiifLimits *limits)
{
  const char *separator = "";

  g_string_append (json, ",\n  \"sizes\": [");
  for (guint i = 0; i < plan->n_levels; i++) {
    const VitrailDeepZoomLevel *level = &plan->levels[i];
    if (level->width > limits->max_width ||
        level->height > limits->max_height ||
        level->width * level->height > limits->max_area)
      break;
    if (MAX (level->width, level->height) < plan->tile_size / 2)
      continue;
    g_string_append_printf (json,
                            "%s\n    {\"width\": %" G_GUINT64_FORMAT
                            ", \"height\": %" G_GUINT64_FORMAT "}",
                            separator, level->width, level->height);
    separator = ",";
  }
  g_string_append (json, "\n  ]");
}

static void
append_tiles (GString *json, const VitrailDeepZoom *plan)
{
  g_string_append_printf (
      json,
      ",\n  \"tiles\": [{\"width\": %u, \"height\": %u, \"scaleFactors\": [",
      plan->tile_size, plan->tile_size);
  for (guint shift = 0; shift < plan->n_levels; shift++) {
    const VitrailDeepZoomLevel *level =
        &plan->levels[plan->n_levels - 1 - shift];
    g_string_append_printf (json, "%s%" G_GUINT64_FORMAT, shift > 0 ? ", " : "",
                            (guint64) 1 << shift);
    if (level->columns == 1 && level->rows == 1)
      break;
  }
  g_string_append (json, "]}]");
}

GString *
vitrail_iiif_describe (const VitrailOpenSlide *slide, const char *base)
{
  GString *json = g_string_new ("{\n  \"@context\": "
                                "\"http://iiif.io/api/image/3/context.json\","
                                "\n  \"id\": ");
  VitrailIiifLimits limits;

  vitrail_iiif_get_limits (slide, &limits);
  vitrail_json_append_string (json, base);
  g_string_append_printf (json,
                          ",\n  \"type\": \"ImageService3\""
                          ",\n  \"protocol\": \"http://iiif.io/api/image\""
                          ",\n  \"profile\": \"level2\""
                          ",\n  \"width\": %" G_GUINT64_FORMAT
                          ",\n  \"height\": %" G_GUINT64_FORMAT
                          ",\n  \"maxWidth\": %u,\n  \"maxHeight\": %u"
                          ",\n  \"maxArea\": %" G_GUINT64_FORMAT,
                          limits.width, limits.height, limits.max_width,
                          limits.max_height, limits.max_area);
  append_sizes (json, &slide->plan, &limits);
  append_tiles (json, &slide->plan);
  g_string_append (json,
                   ",\n  \"preferredFormats\": [\"jpg\", \"png\", \"webp\"]"
                   ",\n  \"extraFormats\": [\"webp\"]"
                   ",\n  \"extraQualities\": [\"color\", \"gray\", \"bitonal\"]"
                   ",\n  \"extraFeatures\": [\"canonicalLinkHeader\", "
                   "\"mirroring\", \"profileLinkHeader\", \"sizeUpscaling\"]"
                   "\n}\n");
  return json;
}

/* Where a step right and a step down of the source lead to in pixels, by
 * quarter turns: @line is one row of the outcome. */
static void
get_steps (const VitrailIiifPicture *how,
           gssize line,
           gssize *right,
           gssize *down)
{
  const gssize steps[4][2] = { { 1, line },
                               { line, -1 },
                               { -1, -line },
                               { -line, 1 } };
  const guint turn = how->rotation / 90 % 4;

  *right = how->is_mirrored ? -steps[turn][0] : steps[turn][0];
  *down = steps[turn][1];
}

void
vitrail_iiif_turn (const uint8_t *from,
                   guint width,
                   guint height,
                   guint channels,
                   const VitrailIiifPicture *how,
                   uint8_t *to)
{
  gssize right = 0;
  gssize down = 0;
  gssize start = 0;

  get_steps (how, how->rotation % 180 == 90 ? height : width, &right, &down);
  if (right < 0)
    start -= right * (gssize) (width - 1);
  if (down < 0)
    start -= down * (gssize) (height - 1);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, from += channels)
      memcpy (to + (start + right * (gssize) x + down * (gssize) y) *
                       (gssize) channels,
              from, channels);
}

static gboolean
is_stale (gpointer cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

/* The region in the size that was asked for, RGB. */
static gboolean
draw_region (const VitrailOpenSlide *slide,
             const VitrailIiifPicture *picture,
             GCancellable *cancellable,
             uint8_t *rgb,
             GError **error)
{
  const guint64 *rect = picture->region;
  const VitrailSlideRegion region = {
    .rect = { (double) rect[0], (double) rect[1], (double) rect[2],
              (double) rect[3] },
    .width = picture->width,
    .height = picture->height,
    .is_stale = is_stale,
    .stale_data = cancellable,
  };

  return vitrail_slide_render_region (slide->slide, &slide->plan,
                                      vitrail_tile_cache_get_default (),
                                      &region, rgb, (size_t) picture->width * 3,
                                      error);
}

/* RGB to grey by BT.601, in place; black and white where @is_bitonal. */
static void
make_gray (uint8_t *pixels, size_t n_pixels, gboolean is_bitonal)
{
  for (size_t i = 0; i < n_pixels; i++) {
    const uint8_t *rgb = pixels + i * 3;
    guint luma =
        (rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 32768u) >> 16;
    if (is_bitonal)
      luma = luma >= 128 ? 255 : 0;
    pixels[i] = (uint8_t) luma;
  }
}

static GBytes *
encode (VitrailImage *image,
        const VitrailIiifPicture *picture,
        int quality,
        GError **error)
{
  if (picture->format == VITRAIL_IIIF_FORMAT_PNG)
    return vitrail_image_to_png (image, error);
  if (picture->format == VITRAIL_IIIF_FORMAT_WEBP)
    return vitrail_webp_encode (
        image, picture->quality == VITRAIL_IIIF_QUALITY_BITONAL ? 0 : quality,
        error);
  if (image->channels == 1)
    return vitrail_image_to_jpeg (image, GRAY_QUALITY, error);
  return vitrail_jpeg_encode (image->data, image->width, image->height, quality,
                              error);
}

GBytes *
vitrail_iiif_draw (const VitrailOpenSlide *slide,
                   const VitrailIiifPicture *picture,
                   GCancellable *cancellable,
                   GError **error)
{
  size_t n_pixels = (size_t) picture->width * picture->height;
  gboolean is_gray = picture->quality >= VITRAIL_IIIF_QUALITY_GRAY;
  gboolean is_turned = picture->rotation != 0 || picture->is_mirrored;
  gboolean is_aside = picture->rotation % 180 == 90;
  guint channels = is_gray ? 1 : 3;
  g_autofree uint8_t *pixels = g_try_malloc_n (n_pixels, 3);
  g_autofree uint8_t *turned =
      is_turned ? g_try_malloc_n (n_pixels, channels) : NULL;

  if (pixels == NULL || (is_turned && turned == NULL)) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: no memory for %u x %u pixels", slide->name,
                 picture->width, picture->height);
    return NULL;
  }
  if (!draw_region (slide, picture, cancellable, pixels, error))
    return NULL;
  if (is_gray)
    make_gray (pixels, n_pixels,
               picture->quality == VITRAIL_IIIF_QUALITY_BITONAL);
  if (is_turned)
    vitrail_iiif_turn (pixels, picture->width, picture->height, channels,
                       picture, turned);
  VitrailImage image = { .width = is_aside ? picture->height : picture->width,
                         .height = is_aside ? picture->width : picture->height,
                         .channels = channels,
                         .data = is_turned ? turned : pixels };
  image.stride = (size_t) image.width * channels;
  return encode (&image, picture, slide->plan.quality, error);
}
