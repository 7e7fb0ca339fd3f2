/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewerWindow: one session as a window. */

#pragma once

#include "session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_VIEWER_WINDOW (vitrail_viewer_window_get_type ())
G_DECLARE_FINAL_TYPE (VitrailViewerWindow,
                      vitrail_viewer_window,
                      VITRAIL,
                      VIEWER_WINDOW,
                      AdwApplicationWindow)

VitrailViewerWindow *vitrail_viewer_window_new (AdwApplication *application);
/* @files: at least one file or folder. */
void vitrail_viewer_window_open (VitrailViewerWindow *self,
                                 GFile *const *files,
                                 guint n);

G_END_DECLS
