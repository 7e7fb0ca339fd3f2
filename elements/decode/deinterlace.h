/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One picture out of two fields, which were taken at two moments: the lines of
 * the first are kept, those of the second where they fit between them. What
 * stands still keeps all its lines; what moves has no combs. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A plane of 8 bit samples, in place. @keep: 0 where the first field is the top
 * one, else 1. */
void vitrail_deinterlace_plane (guint8 *data,
                                gsize stride,
                                guint width,
                                guint height,
                                guint keep);

G_END_DECLS
