/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailClipStrip: small pictures of the active cine, spread over its frames,
 * where they are wanted (property "unfolded"). The one nearest to what is shown
 * is marked; a click or a drag goes to a frame. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_CLIP_STRIP (vitrail_clip_strip_get_type ())
G_DECLARE_FINAL_TYPE (VitrailClipStrip,
                      vitrail_clip_strip,
                      VITRAIL,
                      CLIP_STRIP,
                      GtkWidget)

void vitrail_clip_strip_set_session (VitrailClipStrip *self,
                                     VitrailSession *session);

G_END_DECLS
