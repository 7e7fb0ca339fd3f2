/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has been seen of slides, kept in
 * $XDG_DATA_HOME/vitrail/coverage/SLIDE/seen.json: one for the window and the
 * browser, so that what was seen in one counts in the other: who adds to it
 * keeps what was added before. Safe on any thread. */

#pragma once

#include "slide/coverage.h"

G_BEGIN_DECLS

/* What is kept of @slide, what is being added among it; nothing seen
 * where that is nothing, or cannot be read. */
VitrailCoverage *vitrail_coverage_store_load (VitrailSlide *slide);
/* Adds @coverage to what is kept, and what is kept to @coverage. */
gboolean vitrail_coverage_store_add (VitrailSlide *slide,
                                     VitrailCoverage *coverage,
                                     GError **error);
/* The same with a copy, on another thread; a failure goes to the log. */
void vitrail_coverage_store_add_async (VitrailSlide *slide,
                                       const VitrailCoverage *coverage,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
/* (transfer full): all that is kept by now; NULL where it failed. */
VitrailCoverage *
vitrail_coverage_store_add_finish (GAsyncResult *result, GError **error);
/* Until all that is being added is: before a program ends. */
void vitrail_coverage_store_wait (void);

/* All of it is unseen again. */
gboolean vitrail_coverage_store_forget (VitrailSlide *slide, GError **error);

G_END_DECLS
