/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions that show slides, without a display: what their tests share. */

#pragma once

#include "sessiontest.h"

G_BEGIN_DECLS

/* Of each viewport. */
#define TEST_SESSION_WIDTH  400
#define TEST_SESSION_HEIGHT 300

/* Instead of gst_init () and g_test_init (): keeps away from the user's own
 * folders. */
void test_session_init (int *argc, char ***argv);
/* (transfer full): shows what is at @path. */
VitrailSession *test_session_open (const char *path);
void test_session_set_sizes (VitrailSession *session);
/* For test_wait_until (): whether all viewports show their slides. */
gboolean test_session_is_shown (gpointer session);

/* The same: whether a restored session has its viewports. */
gboolean test_session_has_layout (gpointer session);
/* Waits until the picture of the active viewport itself says that it was drawn
 * so. */
void test_session_expect_look (VitrailSession *session, const char *look);

/* A folder with two slides of 600 and 800 x 400 pixels: 0.5 micrometres a
 * pixel, 20x. */
const char *test_session_get_case (void);

G_END_DECLS
