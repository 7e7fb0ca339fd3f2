/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The instances that a slide becomes as Part 10 streams and files. Memory stays
 * bounded: a few frames at a time. */

#pragma once

#include "slide/dicomize.h"

G_BEGIN_DECLS

/**
 * VitrailOffsets:
 * @VITRAIL_OFFSETS_NONE: an empty Basic Offset Table (PS3.5 A.4)
 * @VITRAIL_OFFSETS_BASIC: room for it; frames of up to 4 GiB together
 * @VITRAIL_OFFSETS_EXTENDED: room for an Extended Offset Table (PS3.3
 *   C.7.6.3.1.8)
 *
 * Where a reader finds a frame.
 */
typedef enum {
  VITRAIL_OFFSETS_NONE,
  VITRAIL_OFFSETS_BASIC,
  VITRAIL_OFFSETS_EXTENDED,
} VitrailOffsets;

/* All that comes before the first frame of instance @i; the table of @offsets,
 * all zeroes, ends where this ends (EXTENDED: 20 bytes before). */
GBytes *vitrail_dicomized_ref_head (VitrailDicomized *self,
                                    guint i,
                                    VitrailOffsets offsets,
                                    GError **error);

/* A frame as an item is its head of 8 bytes, itself, and a byte 0 where it is
 * of an odd length; after the last comes the tail. */
#define VITRAIL_ITEM_HEAD_BYTES     8
#define VITRAIL_SEQUENCE_TAIL_BYTES 8
void
vitrail_item_head_write (uint8_t head[VITRAIL_ITEM_HEAD_BYTES], gsize length);
extern const uint8_t vitrail_sequence_tail[VITRAIL_SEQUENCE_TAIL_BYTES];

/* @done of @total frames of all instances have been written. */
typedef void (*VitrailDicomizeProgress) (guint64 done,
                                         guint64 total,
                                         gpointer user_data);

/* Writes all instances into @folder, which is made where it is not there, each
 * as its name with ".dcm": beside their places, synced, and renamed when all of
 * them are complete. When something fails nothing is left behind, and what was
 * there before stays; a file of such a name is an error. Blocks; uses the pool.
 */
gboolean vitrail_dicomized_write_files (VitrailDicomized *self,
                                        const char *folder,
                                        VitrailDicomizeProgress progress,
                                        gpointer user_data,
                                        GError **error);

G_END_DECLS
