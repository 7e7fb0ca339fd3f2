/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `vitrail view` calls in this module. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs the viewer until its window is closed; returns the exit status. */
int vitrail_desktop_main (int argc, char **argv);

G_END_DECLS
