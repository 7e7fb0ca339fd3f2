/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers to queries from metadata that are at hand: with the attributes and by
 * the matching of a folder's index (folder/attributes.h). */

#pragma once

#include "source.h"

G_BEGIN_DECLS

/* What @query finds in @data_sets (element-type VitrailDataSet), instances of
 * any number of series; @instance: only the one with this UID, or NULL: all.
 * (element-type VitrailDataSet): instances by series and number, else in the
 * order in which they come. */
GPtrArray *vitrail_web_answers_new (const GPtrArray *data_sets,
                                    const VitrailQuery *query,
                                    const char *instance);

/* Those of @answers, of the level of @query, that it matches: for servers that
 * answer all that they have. The same data sets. */
GPtrArray *vitrail_web_answers_filter (const GPtrArray *answers,
                                       const VitrailQuery *query);

G_END_DECLS
