/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of keys, and what is made of it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keys act where nothing with the focus has used them. */
GtkEventController *vitrail_keys_new_controller (void);
/* The window that lists them. */
GtkWindow *vitrail_keys_new_window (void);

G_END_DECLS
