/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailWindow: one session as a window. */

#pragma once

#include "session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_WINDOW (vitrail_window_get_type ())
G_DECLARE_FINAL_TYPE (VitrailWindow,
                      vitrail_window,
                      VITRAIL,
                      WINDOW,
                      AdwApplicationWindow)

VitrailWindow *vitrail_window_new (AdwApplication *application);
/* @files: at least one file or folder. */
void vitrail_window_open (VitrailWindow *self, GFile *const *files, guint n);

G_END_DECLS
