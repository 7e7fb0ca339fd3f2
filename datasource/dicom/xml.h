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

G_END_DECLS
