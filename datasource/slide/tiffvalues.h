/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers and texts in a TIFF file (TIFF 6.0 section 2, BigTIFF), every
 * position checked against the file before it is read. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/** VitrailTiffBytes: a file in memory and how its numbers are written. */
typedef struct {
  const uint8_t *data;
  guint64 length;
  gboolean is_big_endian;
  gboolean is_big; /* BigTIFF: offsets and counts of 8 bytes */
} VitrailTiffBytes;

/** VitrailTiffValues: @count values of field type @type, @size bytes each, at
 * @at in the file; @count is 0 where the tag is absent. */
typedef struct {
  guint type;
  guint size;
  guint64 count;
  guint64 at;
} VitrailTiffValues;

/* A number of @size (1, 2, 4 or 8) bytes at @at. */
gboolean vitrail_tiff_read_number (const VitrailTiffBytes *self,
                                   guint64 at,
                                   guint size,
                                   guint64 *value);

/* The tag and the values of the directory entry at @at. VITRAIL_TIFF_BEYOND:
 * they do not lie in the file. */
typedef enum {
  VITRAIL_TIFF_FINE,
  VITRAIL_TIFF_OTHER, /* a field type that no tag here has */
  VITRAIL_TIFF_BEYOND,
} VitrailTiffEntryState;

VitrailTiffEntryState vitrail_tiff_read_entry (const VitrailTiffBytes *self,
                                               guint64 at,
                                               guint64 *tag,
                                               VitrailTiffValues *values);

/* An unsigned number; FALSE where there is no such value, or it is negative. */
gboolean vitrail_tiff_read_value (const VitrailTiffBytes *self,
                                  const VitrailTiffValues *values,
                                  guint64 index,
                                  guint64 *value);
/* Of any numeric type; 0 where there is none. */
double vitrail_tiff_read_double (const VitrailTiffBytes *self,
                                 const VitrailTiffValues *values,
                                 guint64 index);
/* An ASCII (or byte) field as UTF-8, up to its first NUL; what is not UTF-8 is
 * taken for Latin-1. NULL where there is none, or it is longer than
 * @max_bytes. */
char *vitrail_tiff_read_text (const VitrailTiffBytes *self,
                              const VitrailTiffValues *values,
                              guint64 max_bytes);

G_END_DECLS
