/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an object says of itself once lossy compression has changed it. */

#pragma once

#include "dicom/builder.h"

G_BEGIN_DECLS

/**
 * vitrail_label_lossy:
 * @builder: of the new object, made from @source
 * @method: as PS3.3 C.7.6.1.1.5.1 names it
 * @ratio: bytes before to bytes after
 *
 * Lossy Image Compression, with ratio and method behind those of earlier ones
 * (PS3.3 C.7.6.1.1.5); a new SOP Instance UID, and the source behind those that
 * there are (C.7.6.1.1.4, C.12.4); DERIVED as Image Type and, of multi-frame
 * objects, as Frame Type in shared and per-frame functional groups (C.8.16.1).
 */
void vitrail_label_lossy (VitrailDataSetBuilder *builder,
                          const VitrailDataSet *source,
                          const char *method,
                          double ratio);

G_END_DECLS
