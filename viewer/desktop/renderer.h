/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which of GTK's renderers draws the window. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the machine has something that draws for the processor: a render node
 * in @devices ("/dev/dri"), or NVIDIA's own beside it. */
gboolean vitrail_renderer_has_device (const char *devices);

/* Before GTK starts: where OpenGL is software, Cairo draws the window, which
 * takes half of what llvmpipe takes for a video. Whoever has set GSK_RENDERER
 * has chosen. */
void vitrail_renderer_choose (void);

G_END_DECLS
