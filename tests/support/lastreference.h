/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* That an object ends, where a thread of GStreamer's own may hold it a moment
 * longer. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Takes the caller's last reference to @object away and asserts that the
 * object ends. A bin that went on to the next state by itself is held by
 * the thread of GStreamer's pool that asked it to, until that thread has
 * returned: after gst_element_set_state (bin, GST_STATE_NULL) too, and all that
 * the bin holds with it. Hence a wait, bounded at 30 seconds. */
void test_assert_ends (gpointer object);

G_END_DECLS
