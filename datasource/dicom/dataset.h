/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDataSet: an immutable, reference-counted DICOM data set (PS3.5 7).
 *
 * Values are never copied: they point into the bytes that the data set was
 * read from, which it keeps alive. Items of sequences are data sets of their
 * own that share those bytes. All getters accept a NULL data set and answer as
 * if the attribute were absent, so that chains need no checks. Safe to read
 * from any number of threads. */

#pragma once

#include "dicom/tag.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _VitrailDataSet VitrailDataSet;

#define VITRAIL_TYPE_DATA_SET (vitrail_data_set_get_type ())
GType vitrail_data_set_get_type (void);
VitrailDataSet *vitrail_data_set_ref (VitrailDataSet *self);
void vitrail_data_set_unref (VitrailDataSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDataSet, vitrail_data_set_unref)

/**
 * VitrailElement:
 * @tag: its tag
 * @vr: its VR, from the dictionary where the transfer syntax is implicit
 * @big_endian: binary values are stored big endian
 * @undefined_length: was written with undefined length (encapsulated Pixel
 *   Data: @value then spans all items, delimiters excluded)
 * @implicit: of a sequence that was not read (VITRAIL_READ_GROUPS_LATER): its
 *   items are in implicit VR
 * @length: bytes at @value (0 for SQ)
 * @value: (array length=length): borrowed from the data set, unaligned; NULL
 *   when @length is 0 or SQ, but for one that was not read: its items, the
 *   delimiter excluded
 *
 * One attribute.
 */
typedef struct {
  VitrailTag tag;
  VitrailVR vr;
  uint8_t big_endian;
  uint8_t undefined_length;
  uint8_t implicit;
  size_t length;
  const uint8_t *value;
  /*< private >*/
  uint32_t first_item;
  uint32_t n_items;
} VitrailElement;

/* Bytes of memory that it takes together with all items around and below it:
 * mapped files are not counted, a data set that had to be inflated is. */
size_t vitrail_data_set_get_size_bytes (const VitrailDataSet *self);

/* Elements in ascending order of tags. */
size_t vitrail_data_set_get_n_elements (const VitrailDataSet *self);
/**
 * vitrail_data_set_get_element:
 *
 * Returns: (transfer none) (nullable): as long as the data set lives
 */
const VitrailElement *
vitrail_data_set_get_element (const VitrailDataSet *self, size_t index);
/**
 * vitrail_data_set_find:
 *
 * Returns: (transfer none) (nullable): as long as the data set lives
 */
const VitrailElement *
vitrail_data_set_find (const VitrailDataSet *self, VitrailTag tag);
gboolean vitrail_data_set_has (const VitrailDataSet *self, VitrailTag tag);

/* Items of a sequence. */
guint vitrail_data_set_get_n_items (const VitrailDataSet *self, VitrailTag tag);
/**
 * vitrail_data_set_get_item:
 *
 * Returns: (transfer none) (nullable): NULL when there is no such item
 */
VitrailDataSet *vitrail_data_set_get_item (const VitrailDataSet *self,
                                           VitrailTag tag,
                                           guint index);

/* Number of values (backslash-separated for text VRs, by size for binary). */
guint
vitrail_data_set_get_n_values (const VitrailDataSet *self, VitrailTag tag);

/**
 * vitrail_data_set_dup_string:
 *
 * Value @index (from 0) as UTF-8, padding removed, by the Specific Character
 * Set that applies here; numbers are formatted.
 *
 * Returns: (nullable): NULL when absent or empty
 */
char *vitrail_data_set_dup_string (const VitrailDataSet *self,
                                   VitrailTag tag,
                                   guint index);
/**
 * vitrail_data_set_dup_strings:
 *
 * All values joined by backslashes, else as above.
 *
 * Returns: (nullable): NULL when absent or empty
 */
char *vitrail_data_set_dup_strings (const VitrailDataSet *self, VitrailTag tag);
/**
 * vitrail_data_set_peek_text: (skip)
 *
 * The raw bytes of text value @index without padding; borrowed, not
 * NUL-terminated. NULL when absent or empty. For UI, CS and the like.
 */
const char *vitrail_data_set_peek_text (const VitrailDataSet *self,
                                        VitrailTag tag,
                                        guint index,
                                        size_t *length);
/* TRUE when text value @index equals @text exactly (UI, CS). */
gboolean vitrail_data_set_text_is (const VitrailDataSet *self,
                                   VitrailTag tag,
                                   guint index,
                                   const char *text);

/**
 * vitrail_data_set_get_double:
 * @value: (out): the number
 *
 * Numbers of any numeric VR, IS and DS included.
 *
 * Returns: FALSE, with @value untouched, when absent or not a finite number
 */
gboolean vitrail_data_set_get_double (const VitrailDataSet *self,
                                      VitrailTag tag,
                                      guint index,
                                      double *value);
/**
 * vitrail_data_set_get_int:
 * @value: (out): the number
 *
 * Returns: as above
 */
gboolean vitrail_data_set_get_int (const VitrailDataSet *self,
                                   VitrailTag tag,
                                   guint index,
                                   int64_t *value);
/**
 * vitrail_data_set_get_doubles: (skip)
 *
 * Exactly @n numbers from the first on; FALSE when there are fewer.
 */
gboolean vitrail_data_set_get_doubles (const VitrailDataSet *self,
                                       VitrailTag tag,
                                       double *values,
                                       guint n);
/* @fallback where absent. */
int64_t vitrail_data_set_get_int_or (const VitrailDataSet *self,
                                     VitrailTag tag,
                                     int64_t fallback);

/**
 * vitrail_data_set_ref_value:
 *
 * The bytes of @tag's value as a slice that keeps the file mapped.
 *
 * Returns: (transfer full) (nullable):
 */
GBytes *vitrail_data_set_ref_value (VitrailDataSet *self, VitrailTag tag);

/* The specific character set in force, as written ("\\ISO 2022 IR 87"). */
const char *vitrail_data_set_get_character_set (const VitrailDataSet *self);

G_END_DECLS
