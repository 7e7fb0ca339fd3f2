/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Queries on the index: from matching keys to SQL, from rows to answers. */

#pragma once

#include "folder/index.h"

G_BEGIN_DECLS

/* (element-type VitrailDataSet): each with the attributes of the query's level
 * and of those above it. Studies newest first, series by number, instances by
 * number. What keys mean: conditions.h. Too many files that would have to be
 * opened are VITRAIL_ERROR_LIMIT. */
GPtrArray *vitrail_index_query (VitrailIndex *self,
                                const VitrailQuery *query,
                                GError **error);

/* How many there are, whatever the page, but for those beyond @most. */
gboolean vitrail_index_count (VitrailIndex *self,
                              const VitrailQuery *query,
                              guint most,
                              guint *n,
                              GError **error);

G_END_DECLS
