/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Encapsulated Pixel Data (PS3.5 A.4): which fragments make which frame.
 * Internal to datasource/dicom. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/**
 * VitrailFragments: the items of encapsulated Pixel Data, and the tables that
 * say where frames start in them. All is borrowed.
 * @data, @length: the items behind that of the basic offset table
 * @basic, @n_basic: the basic offset table, 32 bits each, little endian
 * @extended, @lengths, @n_extended: the extended one, 64 bits each, in the byte
 *   order @extended_big
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  const uint8_t *basic;
  size_t n_basic;
  const uint8_t *extended;
  const uint8_t *lengths;
  size_t n_extended;
  gboolean extended_big;
} VitrailFragments;

/* One fragment's bytes within @data. */
typedef struct {
  size_t offset;
  size_t length;
} VitrailFragment;

/* Splits Pixel Data's value at its first item, the basic offset table. FALSE
 * when there is no such item. */
gboolean vitrail_fragments_init (VitrailFragments *self,
                                 const uint8_t *value,
                                 size_t length);

/* The item at @offset. FALSE when there is none that is complete. */
gboolean vitrail_fragments_read (const VitrailFragments *self,
                                 size_t offset,
                                 VitrailFragment *fragment);

/* Whether the extended or the basic table can be true for @n_frames (0: any
 * number): right count, ascending, inside the data, its first, second and last
 * frame starting at an item. */
gboolean vitrail_fragments_check_extended (const VitrailFragments *self,
                                           size_t n_frames);
gboolean
vitrail_fragments_check_basic (const VitrailFragments *self, size_t n_frames);

/* The fragments of frame @index (from 0) by a table. NULL when the table is
 * wrong about it: (element-type VitrailFragment). */
GArray *
vitrail_fragments_by_extended (const VitrailFragments *self, size_t index);
GArray *vitrail_fragments_by_basic (const VitrailFragments *self, size_t index);

/* All complete fragments: (element-type VitrailFragment). */
GArray *vitrail_fragments_scan (const VitrailFragments *self);

/* Numbers of the fragments at which frames start, (element-type guint32), as
 * many as there are frames, and the number of fragments at its end. @n_frames
 * is what the data set says, 0 when it says nothing. */
GArray *vitrail_fragments_group (const VitrailFragments *self,
                                 const GArray *fragments,
                                 size_t n_frames);

G_END_DECLS
