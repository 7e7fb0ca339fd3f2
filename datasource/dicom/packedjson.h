/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM JSON that is kept compressed: packed once an instance, joined to an
 * array for each answer, as gzip without being compressed again (RFC 1951, RFC
 * 1952). A packed object is made of pieces that end on whole bytes and refer to
 * nothing before them; between two of them comes the base of a BulkDataURI,
 * which only the request knows. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * vitrail_packed_json_new:
 * @json: one object, whose BulkDataURI values all begin where the base ends
 * @length: bytes
 *
 * Returns: (transfer full) (nullable): NULL where there is no memory for it
 */
GBytes *vitrail_packed_json_new (const char *json, size_t length);

/* "/studies/STUDY/series/SERIES/instances/SOP", escaped. */
char *vitrail_instance_path_new (const char *study,
                                 const char *series,
                                 const char *sop);

/**
 * vitrail_packed_json_new_instance:
 * @data_set: of one instance; values over @inline_limit bytes and Pixel Data
 *   are named "PATH/bulkdata/NAME" (dicom/bulkname.h)
 * @transfer_syntax: (nullable): told as (0008,3002) AvailableTransferSyntaxUID
 * @path: as above
 *
 * What metadata (PS3.18 10.4.1.1.2) says of an instance.
 *
 * Returns: as vitrail_packed_json_new ()
 */
GBytes *vitrail_packed_json_new_instance (VitrailDataSet *data_set,
                                          const char *transfer_syntax,
                                          const char *path,
                                          size_t inline_limit);

typedef struct _VitrailJsonJoiner VitrailJsonJoiner;

/* @base: put before each BulkDataURI, for example "http://host/dicom-web";
 * needs no escapes. @as_gzip: else plain text. */
VitrailJsonJoiner *vitrail_json_joiner_new (const char *base, gboolean as_gzip);
void vitrail_json_joiner_free (VitrailJsonJoiner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailJsonJoiner, vitrail_json_joiner_free)

/* Appends one object to the array. FALSE, with nothing appended, where @packed
 * is damaged: it comes from a file. */
gboolean vitrail_json_joiner_add (VitrailJsonJoiner *self, GBytes *packed);
/* The whole array; nothing can be added any more. */
GBytes *vitrail_json_joiner_end (VitrailJsonJoiner *self);

G_END_DECLS
