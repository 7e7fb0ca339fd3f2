/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sources that must give what the small archive (testarchive.h) gives as a
 * folder. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

/* The source at a location (printf-like), refreshed. */
VitrailDataSource *
test_source_open (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* The small archive as a folder, refreshed. */
VitrailDataSource *test_source_open_folder (void);

/* How many answers @source has at @level where @tag (0: any) is @value. */
guint test_source_count (VitrailDataSource *source,
                         VitrailLevel level,
                         VitrailTag tag,
                         const char *value);
/* Both have the same UIDs at all levels. */
void
test_source_compare_lists (VitrailDataSource *remote, VitrailDataSource *local);
/* Both decode one frame to the same samples. */
void test_source_compare_frame (VitrailDataSource *remote,
                                VitrailDataSource *local,
                                const char *uid,
                                guint frame);
/* @remote is the small archive: everything that a reader asks for. */
void test_source_compare (VitrailDataSource *remote);
/* Its report has no frames, and opens; what is not there does not. */
void test_source_open_report (VitrailDataSource *remote);

G_END_DECLS
