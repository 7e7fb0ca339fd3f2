/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailClipBar: small pictures of the active viewport's cine, the one that is
 * nearest to what is shown marked. A click goes to a picture's frame, a drag
 * through all frames between. */

#pragma once

#include "session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_CLIP_BAR (vitrail_clip_bar_get_type ())
G_DECLARE_FINAL_TYPE (VitrailClipBar,
                      vitrail_clip_bar,
                      VITRAIL,
                      CLIP_BAR,
                      GtkWidget)

void
vitrail_clip_bar_set_session (VitrailClipBar *self, VitrailSession *session);

G_END_DECLS
