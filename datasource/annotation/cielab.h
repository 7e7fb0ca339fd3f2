/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recommended Display CIELab Value (PS3.3 C.10.7.1.1) to sRGB and back. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* @lab: L* 0 to 100, a* and b* -128 to 127, each over 0 to 65535. Colours that
 * sRGB does not have are cut. Answers 0xRRGGBB. */
guint32 vitrail_cielab_to_rgb (const uint16_t lab[3]);
void vitrail_cielab_from_rgb (guint32 rgb, uint16_t lab[3]);

G_END_DECLS
