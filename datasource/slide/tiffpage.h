/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One page of a TIFF file as a picture that is decoded piece by piece: by which
 * means, what its samples are, and how it is turned. */

#pragma once

#include "slide/slide.h"
#include "slide/tifffile.h"

G_BEGIN_DECLS

/* VitrailTiffMeans: how cells (tiles or strips) become samples. */
typedef enum {
  VITRAIL_TIFF_BY_MAPPING, /* they lie there as they are */
  VITRAIL_TIFF_BY_JPEG,    /* 8 bits, grey or colour */
  VITRAIL_TIFF_BY_CODEC,   /* JPEG 2000 */
  VITRAIL_TIFF_BY_LIBTIFF, /* samples of 8 or 16 bits */
  VITRAIL_TIFF_BY_RGBA,    /* libtiff, colour model and all */
} VitrailTiffMeans;

/**
 * VitrailTiffPage:
 * @file: that it is in; borrowed
 * @width, @height: as shown, turned by @orientation
 * @columns, @rows: cells as stored
 * @n_samples: of a pixel of one cell: 1 where planes lie apart
 * @n_channels: that are not in colour and no alpha; 0 where @is_color
 * @is_inverted: 0 is white
 * @is_ycbcr: what JPEG 2000 components are, where there are three
 *
 * Constant.
 */
typedef struct {
  VitrailTiffFile *file;
  const VitrailTiffDirectory *directory;
  VitrailTiffMeans means;
  guint orientation;
  guint64 width;
  guint64 height;
  guint cell_width;
  guint cell_height;
  guint columns;
  guint rows;
  guint n_samples;
  guint sample_bytes;
  gboolean is_color;
  guint n_channels;
  gboolean is_inverted;
  gboolean is_signed;
  gboolean is_ycbcr;
  guint alpha; /* as in the directory; 0 where no sample is there for it */
} VitrailTiffPage;

/* FALSE, with file and tag in the error, where @directory cannot be shown or is
 * beyond limits.h. @orientation: how it is shown, 1: as
 * stored. */
gboolean vitrail_tiff_page_init (VitrailTiffPage *self,
                                 VitrailTiffFile *file,
                                 const VitrailTiffDirectory *directory,
                                 guint orientation,
                                 GError **error);

/* Whether tiles as shown are tiles as stored. */
gboolean vitrail_tiff_page_is_direct (const VitrailTiffPage *self);
/* Size and grid as shown: a grid of ours where the stored one is of no use. */
void vitrail_tiff_page_get_level (const VitrailTiffPage *self,
                                  VitrailSlideLevel *level);

/**
 * VitrailTiffTarget:
 * @rgb, @rgb_stride: where RGB goes, bytes a row, or NULL
 * @samples, @samples_stride: where samples of @channel go, one a pixel, or NULL
 * @bits: that samples have, where they become RGB
 * @background: of what is absent, where RGB is wanted
 *
 * What is wanted of a page, and where it goes.
 */
typedef struct {
  uint8_t *rgb;
  size_t rgb_stride;
  uint16_t *samples;
  size_t samples_stride;
  guint channel;
  guint bits;
  uint8_t background[3];
} VitrailTiffTarget;

/* The rectangle @rect (x, y, width, height; inside of the page as shown, but
 * for whole tiles of its grid) of @self. Where a tile hangs over the edge,
 * what lies there is not to be relied on. */
gboolean vitrail_tiff_page_decode (const VitrailTiffPage *self,
                                   VitrailTiffFile *file,
                                   const gint64 rect[4],
                                   const VitrailTiffTarget *target,
                                   GError **error);

/* The stored tile as in vitrail_slide_get_tile (). */
GBytes *vitrail_tiff_page_ref_tile (const VitrailTiffPage *self,
                                    const VitrailTiffFile *file,
                                    guint64 cell,
                                    VitrailTileCoding *coding);

G_END_DECLS
