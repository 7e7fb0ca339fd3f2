/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How far long work is: one line on standard error that is written over, on a
 * terminal only, and only when the work takes long enough to be asked. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* At most five times a second; the others cost nothing. */
void vitrail_progress_show (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Takes the line away. */
void vitrail_progress_end (void);

G_END_DECLS
