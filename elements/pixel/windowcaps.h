/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What dcmwindow can make of what, as caps. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What @input can become. A palette or colormap makes colour of grey samples,
 * which their caps do not say: both are possible. Colour stays colour. */
void
vitrail_window_caps_append_outputs (GstCaps *caps, const GstStructure *input);
/* What @output can be made of. */
void
vitrail_window_caps_append_inputs (GstCaps *caps, const GstStructure *output);
/* The first of @caps with @format, which it then has; NULL where none can. */
GstCaps *vitrail_window_caps_choose (const GstCaps *caps, const char *format);

G_END_DECLS
