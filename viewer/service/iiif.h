/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The IIIF Image API 3.0 as numbers: what an image request asks for
 * (section 4), and its canonical form (4.7). Pure: texts and sizes, neither
 * slides nor HTTP. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** How the text of a region reads (4.1). */
typedef enum {
  VITRAIL_IIIF_REGION_FULL,
  VITRAIL_IIIF_REGION_SQUARE,
  VITRAIL_IIIF_REGION_PIXELS,
  VITRAIL_IIIF_REGION_PERCENT,
} VitrailIiifRegion;

/** How the text of a size reads (4.2), apart from its "^". */
typedef enum {
  VITRAIL_IIIF_SIZE_MAX,
  VITRAIL_IIIF_SIZE_WIDTH,    /* "w," */
  VITRAIL_IIIF_SIZE_HEIGHT,   /* ",h" */
  VITRAIL_IIIF_SIZE_PERCENT,  /* "pct:n" */
  VITRAIL_IIIF_SIZE_EXACT,    /* "w,h" */
  VITRAIL_IIIF_SIZE_CONFINED, /* "!w,h" */
} VitrailIiifSize;

typedef enum {
  VITRAIL_IIIF_QUALITY_DEFAULT,
  VITRAIL_IIIF_QUALITY_COLOR,
  VITRAIL_IIIF_QUALITY_GRAY,
  VITRAIL_IIIF_QUALITY_BITONAL,
} VitrailIiifQuality;

typedef enum {
  VITRAIL_IIIF_FORMAT_JPG,
  VITRAIL_IIIF_FORMAT_PNG,
  VITRAIL_IIIF_FORMAT_WEBP,
} VitrailIiifFormat;

/**
 * VitrailIiifLimits: the image and what may be asked of it.
 * @width, @height: of the whole image
 * @max_width, @max_height, @max_area: of an answer
 */
typedef struct {
  guint64 width;
  guint64 height;
  guint max_width;
  guint max_height;
  guint64 max_area;
} VitrailIiifLimits;

/**
 * VitrailIiifRequest: as it was written.
 * @region: x, y, width, height: pixels or percent
 * @size: width, height; or percent in the first
 * @is_upscaled: the size begins with "^"
 * @rotation: 0, 90, 180 or 270 degrees clockwise, after mirroring
 */
typedef struct {
  VitrailIiifRegion region_kind;
  double region[4];
  VitrailIiifSize size_kind;
  gboolean is_upscaled;
  double size[2];
  gboolean is_mirrored;
  guint rotation;
  VitrailIiifQuality quality;
  VitrailIiifFormat format;
} VitrailIiifRequest;

/**
 * VitrailIiifPicture: what it comes to for one image.
 * @region: x, y, width, height, inside of the image
 * @width, @height: of the answer, before it is turned
 */
typedef struct {
  guint64 region[4];
  guint width;
  guint height;
  gboolean is_mirrored;
  guint rotation;
  VitrailIiifQuality quality;
  VitrailIiifFormat format;
} VitrailIiifPicture;

/* @file: "quality.format". VITRAIL_HTTP_ERROR 400 names the part that is not
 * understood, and arbitrary rotations and other formats, which we lack. */
gboolean vitrail_iiif_parse (VitrailIiifRequest *self,
                             const char *region,
                             const char *size,
                             const char *rotation,
                             const char *file,
                             GError **error);

/* VITRAIL_HTTP_ERROR 400 where nothing of the image is left, or where the size
 * is none that may be asked for. */
gboolean vitrail_iiif_resolve (const VitrailIiifRequest *self,
                               const VitrailIiifLimits *limits,
                               VitrailIiifPicture *picture,
                               GError **error);

/* "region/size/rotation/quality.format" in its canonical form. */
char *vitrail_iiif_to_canonical (const VitrailIiifPicture *self,
                                 const VitrailIiifLimits *limits);

/* Whether the picture is tile @place (level from the finest: halvings, column,
 * row) of a grid of @tile_size, as it is, in JPEG. */
gboolean vitrail_iiif_find_tile (const VitrailIiifPicture *self,
                                 const VitrailIiifLimits *limits,
                                 guint tile_size,
                                 guint place[3]);

G_END_DECLS
