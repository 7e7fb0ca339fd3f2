/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The Native DICOM Model (PS3.19 A.1), which DICOMweb calls
 * application/dicom+xml. */

#pragma once

#include "dicom/json.h"

G_BEGIN_DECLS

/**
 * vitrail_xml_write:
 * @data_set: what to write
 * @xml: to what it is appended
 * @inline_limit: bytes
 * @uri: (nullable) (scope call): names what is left out
 * @user_data: for @uri
 *
 * Appends one document, in UTF-8. What is left out, and by what it is named, is
 * as vitrail_json_write () has it. Characters that XML cannot hold become
 * U+FFFD.
 */
void vitrail_xml_write (VitrailDataSet *data_set,
                        GString *xml,
                        size_t inline_limit,
                        VitrailBulkDataUri uri,
                        gpointer user_data);

/**
 * vitrail_xml_to_json:
 * @xml: one document, UTF-8, any bytes
 * @length: of it
 * @json: to what it is appended
 *
 * Says the same as DICOM JSON, for vitrail_json_read (): values are strings
 * there. Private attributes get the block of their creator, which has to come
 * before them. Errors: MALFORMED, LIMIT; @json then holds a part.
 */
gboolean vitrail_xml_to_json (const char *xml,
                              gssize length,
                              GString *json,
                              GError **error);

G_END_DECLS
