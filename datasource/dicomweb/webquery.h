/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searches at another service (QIDO-RS, PS3.18 10.6): page after page until
 * there are no more, whatever length of page the server likes. */

#pragma once

#include "dicomweb/location.h"
#include "source.h"

G_BEGIN_DECLS

/* What the archive at @location answers to @query, within the study and series
 * that @location names: (element-type VitrailDataSet), each with the UIDs of
 * its level and, where they were asked for, of those above, each once. A server
 * that refuses @query's fuzziness or what it should include is asked without.
 * May block. */
GPtrArray *vitrail_web_query (const VitrailWebLocation *location,
                              const VitrailQuery *query,
                              GCancellable *cancellable,
                              GError **error);

/* The UID that @match gives for @tag, if it is the only one; else NULL. */
char *vitrail_web_query_dup_uid (const VitrailDataSet *match, VitrailTag tag);

G_END_DECLS
