/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How far long work is: see progress.h. The main thread's only. */

#include "progress.h"

#include <unistd.h>

#define INTERVAL_US (G_USEC_PER_SEC / 5)
/* Back to the first column; clear to the end of the line. */
#define CLEAR_LINE "\r\033[K"

static gint64 last_us; /* 0: nothing was asked yet */
static gboolean shown;

void
vitrail_progress_show (const char *format, ...)
{
  gint64 now = g_get_monotonic_time ();
  va_list arguments;

  if (last_us == 0)
    last_us = now;
  if (now - last_us < INTERVAL_US || !isatty (STDERR_FILENO))
    return;
  last_us = now;
  shown = TRUE;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr (CLEAR_LINE "%s", text);
}

void
vitrail_progress_end (void)
{
  if (shown)
    g_printerr (CLEAR_LINE);
  shown = FALSE;
}
