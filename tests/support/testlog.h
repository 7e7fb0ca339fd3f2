/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is written to the log, for tests of what is named there and how often.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From here on messages are kept; call it once, before any thread. They go on
 * to standard error. */
void test_log_init (void);
/* How many lines since test_log_init () or test_log_clear () have @text. */
guint test_log_count (const char *text);
void test_log_clear (void);

G_END_DECLS
