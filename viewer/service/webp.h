/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures as WebP files. */

#pragma once

#include "pixel/present.h"

G_BEGIN_DECLS

/* Grey or RGB, up to 16,383 pixels a side. @quality: 1 to 100, of lossy WebP;
 * 0: nothing is lost. */
GBytes *
vitrail_webp_encode (const VitrailImage *image, int quality, GError **error);

G_END_DECLS
