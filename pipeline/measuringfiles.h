/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements of a session as structured reports: saved where the study comes
 * from, read back when it is opened; both on other threads. */

#pragma once

#include "measurement/report.h"
#include "session.h"

G_BEGIN_DECLS

/* All measurements of the open study as one new report: a file beside the
 * first image that they are on, or stored at the archive. What goes wrong is
 * the session's error. FALSE where there is nothing to save. */
gboolean
vitrail_measuring_save (VitrailSession *session, VitrailReportKind kind);
/* Those of the reports of the open study. */
void vitrail_measuring_load (VitrailSession *session);

G_END_DECLS
