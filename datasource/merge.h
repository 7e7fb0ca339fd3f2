/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several data sources as one: "merge:LOCATION|LOCATION|...". */

#pragma once

#include "source.h"

G_BEGIN_DECLS

/* One location for all of @locations (NULL-terminated, as people write them);
 * NULL where a folder takes them together: files, folders, and series over
 * DICOMweb. */
char *vitrail_merge_dup_location (const char *const *locations);

/* The source of all of @locations: a merged one, that of the only one, or a
 * folder. */
VitrailDataSource *
vitrail_merge_open (const char *const *locations, GError **error);

G_END_DECLS
