/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailStudyPanel: the studies of the source, and the series of the open one
 * with thumbnails. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_STUDY_PANEL (vitrail_study_panel_get_type ())
G_DECLARE_FINAL_TYPE (VitrailStudyPanel,
                      vitrail_study_panel,
                      VITRAIL,
                      STUDY_PANEL,
                      GtkWidget)

/* Emits "opened" when a person has opened a study or a series. */
void vitrail_study_panel_set_session (VitrailStudyPanel *self,
                                      VitrailSession *session);

/* "Doe, Jane · 2024-05-01" for window titles; to be freed. */
char *vitrail_study_text (VitrailDataSet *study);

G_END_DECLS
