/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values that a BulkDataURI names (dicom/bulkname.h), as they are sent. */

#pragma once

#include "dicom/bulkname.h"

G_BEGIN_DECLS

/* The value, in little endian (PS3.18 8.7.3.2). */
GBytes *vitrail_bulkdata_ref_value (VitrailDataSet *holder, VitrailTag tag);

G_END_DECLS
