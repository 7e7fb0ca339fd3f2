/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One cell (tile or strip) of a page as samples, by whichever means. */

#pragma once

#include "slide/tiffpage.h"
#include "slide/tiffpixels.h"

G_BEGIN_DECLS

/**
 * VitrailTiffCell:
 * @is_absent: the file has nothing here; all else is unset
 * @row: how its samples are laid out; @data is the first pixel
 * @stride: bytes from row to row
 * @width, @height: pixels that are there: a strip at the end is shorter
 *
 * A cell that was read.
 */
typedef struct {
  gboolean is_absent;
  VitrailTiffRow row;
  size_t stride;
  guint width;
  guint height;
  /*< private >*/
  uint8_t *owned;
  VitrailFrame *frame;
} VitrailTiffCell;

/* @place: its column and row. VITRAIL_ERROR_CORRUPT, naming file and tile. */
gboolean vitrail_tiff_cell_read (VitrailTiffCell *self,
                                 const VitrailTiffPage *page,
                                 VitrailTiffFile *file,
                                 const guint place[2],
                                 const VitrailTiffTarget *target,
                                 GError **error);
void vitrail_tiff_cell_clear (VitrailTiffCell *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailTiffCell, vitrail_tiff_cell_clear)

/* A colour JPEG straight to RGB rows at @rgb; TRUE, with @is_done unset, where
 * it is another cell or absent. */
gboolean vitrail_tiff_cell_read_jpeg (const VitrailTiffPage *page,
                                      VitrailTiffFile *file,
                                      const guint place[2],
                                      const VitrailTiffTarget *target,
                                      gboolean *is_done,
                                      GError **error);

G_END_DECLS
