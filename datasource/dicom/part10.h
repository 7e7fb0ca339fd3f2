/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading DICOM files (PS3.10 7) and bare data sets. Tolerant of what real
 * writers do wrong: no preamble, no file meta, missing or wrong group length,
 * odd lengths, private sequences as UN, data after the end. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailReadFlags:
 * @VITRAIL_READ_HEADER: stop at Pixel Data (7FE0,0008..0010), whose element is
 *   there with its value, but what follows it is not looked at, and of an
 *   encapsulated one the items are not walked: @length is then what is left of
 *   the file. A deflated data set is inflated no further than this needs, so
 *   that Pixel Data's value may be cut. For indexing.
 * @VITRAIL_READ_PIXELS: with _HEADER: Pixel Data's value is wanted, and whole
 * in a deflated data set too.
 * @VITRAIL_READ_GROUPS_LATER: of the Per-Frame Functional Groups Sequence only
 *   the bytes are there, as the value of its element; it has no items. Slides
 *   have a hundred thousand of them, and want two numbers of each.
 */
typedef enum {
  VITRAIL_READ_ALL = 0,
  VITRAIL_READ_HEADER = 1 << 0,
  VITRAIL_READ_PIXELS = 1 << 1,
  VITRAIL_READ_GROUPS_LATER = 1 << 2,
} VitrailReadFlags;

typedef struct _VitrailPart10 VitrailPart10;

#define VITRAIL_TYPE_PART10 (vitrail_part10_get_type ())
GType vitrail_part10_get_type (void);

/* A file as read: file meta information, data set, transfer syntax. */
VitrailPart10 *
vitrail_part10_open (const char *path, VitrailReadFlags flags, GError **error);
/* @name stands for the file in error texts. */
VitrailPart10 *vitrail_part10_read (GBytes *bytes,
                                    const char *name,
                                    VitrailReadFlags flags,
                                    GError **error);
VitrailPart10 *vitrail_part10_ref (VitrailPart10 *self);
void vitrail_part10_unref (VitrailPart10 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailPart10, vitrail_part10_unref)

/**
 * vitrail_part10_ref_bytes:
 *
 * Returns: (transfer full): the file as it was read, byte for byte: what lies
 *   at its path may be another one by now
 */
GBytes *vitrail_part10_ref_bytes (const VitrailPart10 *self);
/* All borrowed. The transfer syntax is never NULL: without file meta it is what
 * the bytes look like. */
/**
 * vitrail_part10_get_meta:
 *
 * Returns: (transfer none) (nullable): NULL where the file has none
 */
VitrailDataSet *vitrail_part10_get_meta (const VitrailPart10 *self);
/**
 * vitrail_part10_get_data_set:
 *
 * Returns: (transfer none): what the file holds
 */
VitrailDataSet *vitrail_part10_get_data_set (const VitrailPart10 *self);
const char *vitrail_part10_get_transfer_syntax (const VitrailPart10 *self);
/**
 * vitrail_part10_get_warnings:
 *
 * Returns: (transfer none) (array zero-terminated=1): what was tolerated,
 *   one line each; may be empty
 */
const char *const *vitrail_part10_get_warnings (const VitrailPart10 *self);

/**
 * vitrail_part10_probe:
 * @data: (array length=length): the first bytes of a file
 * @length: at least 132, if it has so many
 *
 * Cheap test whether bytes can be DICOM: "DICM" at 128, or a plausible start
 * in group 0002 or 0008. Never proves it.
 */
gboolean vitrail_part10_probe (const uint8_t *data, size_t length);

G_END_DECLS
