/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small archive that tests of sessions and viewports read, and waiting. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TEST_ARCHIVE_SLICES 12
#define TEST_ARCHIVE_FRAMES 10
/* Milliseconds that each frame of the cine stands. */
#define TEST_ARCHIVE_FRAME_MS 40

/* A folder with one study: a CT series of TEST_ARCHIVE_SLICES images, 64 x 64,
 * signed, window 40/400 HU; slice k (from 1, by position) is 100 * k HU all
 * over; a cine of TEST_ARCHIVE_FRAMES frames, 8 bit grey, frame k 20 * k; and a
 * structured report. */
const char *test_archive_get (void);

typedef gboolean (*TestCondition) (gpointer user_data);

/* Runs the default main context until @condition holds; FALSE after 60 s. */
gboolean test_wait_until (TestCondition condition, gpointer user_data);
/* Runs it for @ms milliseconds. */
void test_run_for (guint ms);

G_END_DECLS
