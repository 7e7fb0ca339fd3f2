/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPaintable: the picture that vitrailpaintablesink shows, for GTK. Any
 * thread hands over textures and never waits; they are shown when the main loop
 * comes round: each is drawn once if they come at the rate of the display, and
 * the newest ones of more. */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_PAINTABLE (vitrail_paintable_get_type ())
G_DECLARE_FINAL_TYPE (VitrailPaintable,
                      vitrail_paintable,
                      VITRAIL,
                      PAINTABLE,
                      GObject)

VitrailPaintable *vitrail_paintable_new (void);

/* Any thread. Shows @texture (transfer full) next; NULL: nothing. */
void vitrail_paintable_take (VitrailPaintable *self, GdkTexture *texture);

G_END_DECLS
