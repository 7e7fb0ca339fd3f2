/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Videos for tests, of which every frame carries its number: videos.py. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Has videos.py make @what into the scratch folder. */
void test_videos_make (const char *what);

/* The number, from 1, that an RGB picture shows. */
guint test_videos_read_number (const guint8 *data, gsize stride);

G_END_DECLS
