/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a command line names: files, folders and series over DICOMweb, one
 * folder source over all. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

/* The path of @location, a path or file:// URI, which must be there; or the URL
 * of a series (dicomweb/location.h) as it is. Other schemes are refused by
 * their name. */
char *vitrail_location_dup_path (const char *location, GError **error);

/* A source over @locations (NULL-terminated), up to date. Single files are
 * indexed in memory, folders in the user's cache. */
VitrailDataSource *
vitrail_locations_open (char *const *locations, GError **error);

G_END_DECLS
