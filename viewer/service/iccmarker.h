/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ICC profiles in JPEG streams (ICC.1:2010 annex B.4): put into a stored tile
 * without touching a byte of it, so that whoever decodes it manages colours by
 * itself. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @profile as a run of APP2 markers. NULL where it is empty or takes more than
 * the 255 that there may be. */
GBytes *vitrail_icc_markers_new (GBytes *profile);

/* @jpeg with @markers behind SOI and a JFIF marker, as parts one after the
 * other that share the bytes of both: (element-type GBytes). NULL where @jpeg
 * is no JPEG stream, or holds a profile already. */
GPtrArray *vitrail_icc_markers_splice (GBytes *markers, GBytes *jpeg);

G_END_DECLS
