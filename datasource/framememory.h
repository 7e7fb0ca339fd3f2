/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Memory for decoded pixels. What is let go of is used again for the next frame
 * of that size: a page that a process gets has to be cleared first, which for
 * video takes longer than decoding. Safe on any thread. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @size bytes with any content, at *@data as long as nobody else has a
 * reference; NULL where there is no memory. */
GBytes *vitrail_frame_memory_new (gsize size, guint8 **data);

G_END_DECLS
