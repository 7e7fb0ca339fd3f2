/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OpenGL without a window: the process's one context, as long as anybody uses
 * it. */

#pragma once

#include <gst/gl/gl.h>

G_BEGIN_DECLS

/* @is_software_too: a renderer in software will do as well. NULL with
 * VITRAIL_ERROR_UNSUPPORTED where there is none that does. */
GstGLContext *
vitrail_gl_context_acquire (gboolean is_software_too, GError **error);

G_END_DECLS
