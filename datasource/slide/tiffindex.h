/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The directories of a TIFF file (TIFF 6.0 sections 2, 15, 22; BigTIFF; SubIFDs
 * of Technical Note 1; JPEG of Technical Note 2), as numbers and places in the
 * file. What the pictures mean is said by who reads the slide. */

#pragma once

#include "slide/tiffvalues.h"

G_BEGIN_DECLS

typedef struct _VitrailTiffIndex VitrailTiffIndex;

/**
 * VitrailTiffDirectory:
 * @at: where it lies in the file
 * @parent: the directory whose SubIFDs list it; G_MAXUINT for those of the
 *   chain
 * @first_child, @n_children: the directories that its SubIFDs tag lists
 * @is_reduced: New Subfile Type says: reduced resolution of another page
 * @is_mask: New Subfile Type says: transparency of another page
 * @is_tiled: its cells are tiles of @cell_width x @cell_height, else strips as
 *   wide as the picture
 * @bits: of each sample; 0 where they differ
 * @sample_format: 1 unsigned, 2 signed, 3 float
 * @alpha: 0: no sample is; 1: associated; 2: not
 * @n_extra: Extra Samples, the alpha counted
 * @orientation: 1 to 8
 * @offsets, @bytes: of the cells, row by row; of one plane after the other
 *   where @planar is 2
 *
 * A directory with what a slide needs of it; the other names are the tags'.
 */
typedef struct {
  guint64 at;
  guint parent;
  guint first_child;
  guint n_children;
  guint64 width;
  guint64 height;
  guint64 cell_width;
  guint64 cell_height;
  gboolean is_tiled;
  gboolean is_reduced;
  gboolean is_mask;
  guint bits;
  guint compression;
  guint photometric;
  guint samples;
  guint planar;
  guint sample_format;
  guint alpha;
  guint n_extra;
  guint orientation;
  guint resolution_unit;
  double x_resolution;
  double y_resolution;
  VitrailTiffValues offsets;
  VitrailTiffValues bytes;
  VitrailTiffValues tables;
  VitrailTiffValues description;
  VitrailTiffValues make;
  VitrailTiffValues model;
  VitrailTiffValues software;
  VitrailTiffValues date_time;
  VitrailTiffValues xmp;
  VitrailTiffValues icc_profile;
  VitrailTiffValues sub_ifds;
  gboolean is_ndpi;
} VitrailTiffDirectory;

/* Values of VitrailTiffDirectory.compression and photometric. */
enum {
  VITRAIL_TIFF_NONE = 1,
  VITRAIL_TIFF_OLD_JPEG = 6,
  VITRAIL_TIFF_JPEG = 7,
  /* JPEG 2000: as Aperio means them, and as OME does. */
  VITRAIL_TIFF_APERIO_YCBCR = 33003,
  VITRAIL_TIFF_OME_JPEG2000 = 33004,
  VITRAIL_TIFF_APERIO_RGB = 33005,
  VITRAIL_TIFF_JPEG2000 = 34712,
  VITRAIL_TIFF_WEBP = 50001,
};

enum {
  VITRAIL_TIFF_MIN_IS_WHITE = 0,
  VITRAIL_TIFF_MIN_IS_BLACK = 1,
  VITRAIL_TIFF_RGB = 2,
  VITRAIL_TIFF_YCBCR = 6,
};

/* All directories of @file, those of the chain first. NULL, with @name, the
 * directory and the tag in the error, where one of them does not lie in the
 * file, comes again, or there are too many. @file stays the caller's; the index
 * keeps a reference. */
VitrailTiffIndex *
vitrail_tiff_index_new (GBytes *file, const char *name, GError **error);
void vitrail_tiff_index_free (VitrailTiffIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTiffIndex, vitrail_tiff_index_free)

/* Reads the first directory alone: FALSE when @file is no TIFF file. */
gboolean vitrail_tiff_index_peek (GBytes *file,
                                  VitrailTiffBytes *bytes,
                                  VitrailTiffDirectory *first);

/* How many directories there are, and how many of them are in the chain. */
guint vitrail_tiff_index_get_n_directories (const VitrailTiffIndex *self);
guint vitrail_tiff_index_get_n_pages (const VitrailTiffIndex *self);
const VitrailTiffDirectory *
vitrail_tiff_index_get (const VitrailTiffIndex *self, guint directory);
const VitrailTiffBytes *
vitrail_tiff_index_get_bytes (const VitrailTiffIndex *self);
guint64 vitrail_tiff_index_get_size_bytes (const VitrailTiffIndex *self);

/* VitrailTiffCellState: what became of a look for a cell. */
typedef enum {
  VITRAIL_TIFF_CELL_HERE,
  VITRAIL_TIFF_CELL_ABSENT, /* a length or an offset of 0: background */
  VITRAIL_TIFF_CELL_BEYOND, /* not in the file */
} VitrailTiffCellState;

/* Where cell @cell of @directory lies. */
VitrailTiffCellState
vitrail_tiff_index_find_cell (const VitrailTiffIndex *self,
                              const VitrailTiffDirectory *directory,
                              guint64 cell,
                              const uint8_t **data,
                              size_t *length);

G_END_DECLS
