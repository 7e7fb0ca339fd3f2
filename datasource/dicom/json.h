/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The DICOM JSON model (PS3.18 annex F). */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailBulkDataUri:
 * @element: an element whose value is long (over @inline_limit bytes) or Pixel
 *   Data
 *
 * Names where a value that is left out can be read.
 *
 * Returns: the URI, to be freed, or NULL to leave the value out altogether.
 */
typedef char *(*VitrailBulkDataUri) (const VitrailElement *element,
                                     gpointer user_data);

/**
 * vitrail_json_write:
 * @data_set: what to write
 * @json: to what it is appended
 * @inline_limit: bytes
 * @uri: (nullable) (scope call): names what is left out
 * @user_data: for @uri
 *
 * Appends one JSON object. Binary values up to @inline_limit bytes go inline
 * as base64; Pixel Data never does. Group 0002 and group lengths are left out.
 */
void vitrail_json_write (VitrailDataSet *data_set,
                         GString *json,
                         size_t inline_limit,
                         VitrailBulkDataUri uri,
                         gpointer user_data);

/**
 * vitrail_json_read:
 *
 * One JSON object, or an array of them. @name stands for the text in errors. An
 * attribute that is there twice in one object is one of them.
 * BulkDataURI values become empty values; their URIs are kept:
 * vitrail_json_get_bulk_data_uri ().
 *
 * Returns: (transfer container) (element-type VitrailDataSet): the objects
 */
GPtrArray *vitrail_json_read (const char *json,
                              gssize length,
                              const char *name,
                              GError **error);

/**
 * vitrail_json_get_bulk_data_uri:
 *
 * Where the value that vitrail_json_read () found as BulkDataURI can be read.
 *
 * Returns: (nullable): NULL for all other attributes
 */
const char *
vitrail_json_get_bulk_data_uri (const VitrailDataSet *data_set, VitrailTag tag);

G_END_DECLS
