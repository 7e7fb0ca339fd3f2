/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The SQL functions of the index. The last argument of those that match is
 * bound as a pointer of one of the types below:
 *   vitrail_match (value, matcher)
 *   vitrail_match_moment (date, time, zone, matcher)
 *   vitrail_match_items (json, identifier)
 *   vitrail_match_file (path, identifier): reads the file
 *   vitrail_forms (name): vitrail_name_dup_forms ()
 *   vitrail_plain_name (name): vitrail_name_dup_plain () */

#pragma once

#include <glib.h>

#include <sqlite3.h>

G_BEGIN_DECLS

#define VITRAIL_INDEX_MATCHER    "vitrail-matcher"
#define VITRAIL_INDEX_IDENTIFIER "vitrail-identifier"

/* Files that one query opens at most: 2 s. */
#define VITRAIL_INDEX_MAX_OPENED 50000u

/* @n_opened: counts what vitrail_match_file () opens; beyond the most it fails
 * the statement. Lives as long as @db. */
void vitrail_index_functions_add (sqlite3 *db, guint *n_opened);

G_END_DECLS
