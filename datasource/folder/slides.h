/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The slides that an index knows. */

#pragma once

#include "folder.h"
#include "folder/index.h"

G_BEGIN_DECLS

/* (element-type VitrailSlideEntry): DICOM ones by series, then vendors' by
 * path. A vendor's slide that lies there twice is listed once. */
GPtrArray *vitrail_index_list_slides (VitrailIndex *self, GError **error);

G_END_DECLS
