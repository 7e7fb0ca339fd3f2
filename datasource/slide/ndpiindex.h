/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the restart intervals of Hamamatsu's NDPI files lie: TIFF whose offsets
 * have 64 bits (the upper halves of a directory's values lie behind it), each
 * level one JPEG stream of which nothing but restart intervals can be reached.
 */

#pragma once

#include "slide/jpegcut.h"

G_BEGIN_DECLS

/**
 * VitrailNdpiLevel:
 * @width, @height: pixels
 * @focus_nm: how high its focal plane lies
 * @stream: the JPEG stream in the file
 * @head: of the stream
 * @rows: of MCUs
 * @across: restart intervals of a row
 * @starts: (element-type guint64): where each interval starts in the stream
 *
 * One level in one focal plane.
 */
typedef struct {
  guint64 width;
  guint64 height;
  gint32 focus_nm;
  VitrailJpegPart stream;
  VitrailJpegHead head;
  guint rows;
  guint across;
  GArray *starts;
} VitrailNdpiLevel;

/**
 * VitrailNdpiIndex:
 * @file: mapped
 * @all: (element-type VitrailNdpiLevel): all levels in all focal planes, the
 *   finest first
 * @planes_nm: (element-type gint32): heights of focal planes, the lowest first
 * @middle: the plane nearest to 0, which says what levels there are
 * @n_levels: of the slide
 * @views: (element-type guint): of each plane each level's place in @all
 * @macro: the stream of the picture of the whole slide; data NULL: none
 * @mpp_um: of level 0; 0: unknown
 * @lens: objective power; 0: unknown
 * @make, @model, @software, @date, @serial: texts, or NULL
 *
 * What is known of a file.
 */
typedef struct {
  GBytes *file;
  GArray *all;
  GArray *planes_nm;
  guint middle;
  guint n_levels;
  GArray *views;
  VitrailJpegPart macro;
  double mpp_um[2];
  double lens;
  char *make;
  char *model;
  char *software;
  char *date;
  char *serial;
} VitrailNdpiIndex;

/* NULL when @file is not NDPI, or has a level that cannot be cut: one without
 * restart intervals or with some that end in the middle of a row, of another
 * process than baseline. @path is for errors. A focal plane without a level, or
 * with one that is cut otherwise, shows that of the nearest plane. */
VitrailNdpiIndex *
vitrail_ndpi_index_new (GBytes *file, const char *path, GError **error);
void vitrail_ndpi_index_free (VitrailNdpiIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailNdpiIndex, vitrail_ndpi_index_free)

/* Fills planes and views from all levels, which are sorted. */
void vitrail_ndpi_index_find_planes (VitrailNdpiIndex *self);

/* Where level @level of plane @plane stands in @self->all. */
guint vitrail_ndpi_index_find (const VitrailNdpiIndex *self,
                               guint plane,
                               guint level);

/* Interval @column of @row of @level: entropy coded bytes. FALSE when it is not
 * in the file. */
gboolean vitrail_ndpi_level_get_interval (const VitrailNdpiLevel *level,
                                          guint column,
                                          guint row,
                                          VitrailJpegPart *part);

G_END_DECLS
