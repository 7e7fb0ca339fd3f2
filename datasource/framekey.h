/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which frame of which instance, how small: what the frame store finds its
 * frames by. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailFrameKey:
 * @serial: of the instance
 * @frame: from 1
 * @reduce: how often both sides are halved
 */
typedef struct {
  guint64 serial;
  guint frame;
  guint reduce;
} VitrailFrameKey;

/* GHashFunc and GEqualFunc. */
guint vitrail_frame_key_hash (gconstpointer pointer);
gboolean vitrail_frame_key_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
