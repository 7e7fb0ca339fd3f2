/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailApplication: the desktop viewer as an application. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_APPLICATION (vitrail_application_get_type ())
G_DECLARE_FINAL_TYPE (VitrailApplication,
                      vitrail_application,
                      VITRAIL,
                      APPLICATION,
                      AdwApplication)

VitrailApplication *vitrail_application_new (void);

G_END_DECLS
