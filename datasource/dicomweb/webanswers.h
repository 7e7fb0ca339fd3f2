/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers to queries from the metadata of one series: with the attributes and
 * by the matching of a folder's index (folder/attributes.h). */

#pragma once

#include "source.h"

G_BEGIN_DECLS

/* What @query finds in @data_sets (element-type VitrailDataSet), a series;
 * @instance: only the one with this UID, or NULL: all.
 * (element-type VitrailDataSet), instances by their number. */
GPtrArray *vitrail_web_answers_new (const GPtrArray *data_sets,
                                    const VitrailQuery *query,
                                    const char *instance);

G_END_DECLS
