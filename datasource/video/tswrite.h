/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One video as an MPEG-2 transport stream (ISO/IEC 13818-1): the container that
 * DICOM allows for all its videos (PS3.5 8.2.5 to 8.2.9) and that can be cut
 * off behind any picture. */

#pragma once

#include "video/pictures.h"

G_BEGIN_DECLS

/* Begins as { .codec = ... }. */
typedef struct {
  VitrailVideoCodec codec;
  guint8 tables_counter;
  guint8 video_counter;
} VitrailTsWriter;

/* Appends the packets of one access unit, @data, with start codes, to @out;
 * before one that @begins, where decoding may begin, the tables. @pts and @dts:
 * in nanoseconds, @dts not above @pts. */
void vitrail_ts_write (VitrailTsWriter *self,
                       GByteArray *out,
                       GBytes *unit,
                       gboolean begins,
                       guint64 pts,
                       guint64 dts);

G_END_DECLS
