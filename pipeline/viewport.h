/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewport: one place of the layout: a display set, where in it, and how
 * it is shown. Owns two pipelines with a feed between (elements/sink/feed.h):
 * content (dicomfilesrc ! dcmdecode ! feedsink, or slidesrc ! feedsink)
 * and view (feedsrc ! viewtransform ! dcmwindow ! tail, or feedsrc ! wsitiler
 * mode=view ! tail). The tail is
 * the face's. All setters return at once. */

#pragma once

#include "displayset.h"
#include "pixel/view.h"

#include <gst/gst.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_VIEWPORT (vitrail_viewport_get_type ())
G_DECLARE_FINAL_TYPE (VitrailViewport,
                      vitrail_viewport,
                      VITRAIL,
                      VIEWPORT,
                      GObject)

/* @tail: the sink, sync=false qos=false, floating or not; NULL: a fakesink. */
VitrailViewport *vitrail_viewport_new (GstElement *tail);
/* Replaces the tail (a face attaches to a headless viewport). */
void vitrail_viewport_set_tail (VitrailViewport *self, GstElement *tail);
GstElement *vitrail_viewport_get_tail (VitrailViewport *self);

/* Shows @display_set of @source from its first image; NULL shows nothing. */
void vitrail_viewport_show (VitrailViewport *self,
                            VitrailDataSource *source,
                            VitrailDisplaySet *display_set);
VitrailDisplaySet *vitrail_viewport_get_display_set (VitrailViewport *self);

/* Position in the display set, from 1; clamped. */
void vitrail_viewport_set_position (VitrailViewport *self, guint position);
guint vitrail_viewport_get_position (VitrailViewport *self);
guint vitrail_viewport_get_n_positions (VitrailViewport *self);

void vitrail_viewport_set_view (VitrailViewport *self, const VitrailView *view);
void vitrail_viewport_get_view (VitrailViewport *self, VitrailView *view);
void
vitrail_viewport_set_presentation (VitrailViewport *self,
                                   const VitrailPresentation *presentation);
void vitrail_viewport_get_presentation (VitrailViewport *self,
                                        VitrailPresentation *presentation);
void
vitrail_viewport_set_size (VitrailViewport *self, guint width, guint height);

/* Cine: plays positions at the rate the data asks for times @speed. */
void vitrail_viewport_set_playing (VitrailViewport *self, gboolean playing);
gboolean vitrail_viewport_get_playing (VitrailViewport *self);

/* Input in viewport pixels, as the tail's GstNavigation events bring it. The
 * tool names: "window-level", "zoom", "pan", "scroll". */
void vitrail_viewport_set_tool (VitrailViewport *self, const char *tool);
void vitrail_viewport_reset (VitrailViewport *self);

/* What the picture on the screen now says of itself: copied from the meta of
 * the buffer shown last; NULL before the first. */
VitrailFrameInfo *vitrail_viewport_ref_shown_info (VitrailViewport *self);
gboolean
vitrail_viewport_get_shown_plane (VitrailViewport *self, double plane[12]);

G_END_DECLS
