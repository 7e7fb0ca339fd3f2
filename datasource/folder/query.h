/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries on the index: from matching keys to SQL, from rows to answers. */

#pragma once

#include "folder/index.h"

G_BEGIN_DECLS

/* (element-type VitrailDataSet): each with the attributes of the query's level
 * and of those above it. Studies newest first, series by number, instances by
 * number. Keys that the index does not keep match everything. */
GPtrArray *vitrail_index_query (VitrailIndex *self,
                                const VitrailQuery *query,
                                GError **error);

G_END_DECLS
