/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A TIFF file that is open: mapped, its directories known, and libtiff at hand
 * for what is not read straight from the mapping. Safe on any thread. */

#pragma once

#include "slide/tiffindex.h"

G_BEGIN_DECLS

/** VitrailTiffFile: constant but for @told_missing; shared by all slides that
 * show it. */
typedef struct {
  char *path;
  GBytes *bytes;
  VitrailTiffIndex *index;
  gint told_missing; /* atomic: a cell that is not there was named */
  /*< private >*/
  struct _VitrailTiffHandles *handles;
  gint ref_count;
} VitrailTiffFile;

VitrailTiffFile *vitrail_tiff_file_open (const char *path, GError **error);
/* The same for bytes that are there; @name stands for the file in errors. */
VitrailTiffFile *
vitrail_tiff_file_new (GBytes *bytes, const char *name, GError **error);
VitrailTiffFile *vitrail_tiff_file_ref (VitrailTiffFile *self);
void vitrail_tiff_file_unref (VitrailTiffFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTiffFile, vitrail_tiff_file_unref)

/* Whether libtiff can decode @compression. */
gboolean vitrail_tiff_file_can_decode (guint compression);

/* The samples of cell @cell (counted as the file does, through all planes),
 * decoded by libtiff into @length bytes in the order of this machine; what the
 * cell does not fill is 0. VITRAIL_ERROR_CORRUPT with libtiff's own words. */
gboolean vitrail_tiff_file_read_cell (VitrailTiffFile *self,
                                      const VitrailTiffDirectory *directory,
                                      guint64 cell,
                                      uint8_t *samples,
                                      size_t length,
                                      GError **error);
/* The picture of the cell whose upper left pixel is (@x, @y), in whatever
 * colours it is stored, as @width x @height premultiplied RGBA of 8 bits. */
gboolean vitrail_tiff_file_read_rgba (VitrailTiffFile *self,
                                      const VitrailTiffDirectory *directory,
                                      const guint rect[4],
                                      uint32_t *rgba,
                                      GError **error);

G_END_DECLS
