/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailViewport: one place of the layout: a display set, where in it, and how
 * it is shown. Owns two pipelines with a feed between (elements/sink/feed.h):
 * content (dicomfilesrc ! dcmdecode ! feedsink, or slidesrc ! feedsink)
 * and view (feedsrc ! viewtransform ! dcmwindow ! tail, or feedsrc ! wsitiler
 * mode=view ! tail). The tail is the face's.
 *
 * Lives in the thread-default main context that made it. All setters return at
 * once. Signals, in that context:
 *   "shown": another picture went to the tail (once for any number of them)
 *   "changed": display set, position, view, presentation, playing or error
 *   "crosshairs": the hand with the crosshairs: VitrailHandPhase as a guint,
 *     and two doubles, the pixel of the viewport that it is at
 *   "told": a text: why what a hand has asked for is not done */

#pragma once

#include "displayset.h"
#include "pixel/view.h"
#include "shown.h"

#include <gst/gst.h>

G_BEGIN_DECLS

#define VITRAIL_TYPE_VIEWPORT (vitrail_viewport_get_type ())
G_DECLARE_FINAL_TYPE (VitrailViewport,
                      vitrail_viewport,
                      VITRAIL,
                      VIEWPORT,
                      GObject)

typedef enum {
  VITRAIL_HAND_PRESS,
  VITRAIL_HAND_MOVE,
  VITRAIL_HAND_RELEASE,
} VitrailHandPhase;

/**
 * vitrail_viewport_new:
 * @tail: (nullable): the sink, floating or not; NULL: a fakesink. Its sync, qos
 *   and async are switched off
 */
VitrailViewport *vitrail_viewport_new (GstElement *tail);
/* Replaces the tail (a face attaches to a headless viewport). */
void vitrail_viewport_set_tail (VitrailViewport *self, GstElement *tail);
/**
 * vitrail_viewport_get_tail:
 *
 * Returns: (transfer none) (nullable):
 */
GstElement *vitrail_viewport_get_tail (VitrailViewport *self);

/**
 * vitrail_viewport_show:
 * @source: (nullable): whose
 * @display_set: (nullable): NULL shows nothing
 *
 * Shows @display_set of @source from its first image (a stack: the middle one).
 * View and presentation start from their defaults: nothing that was set for one
 * display set is applied to another.
 */
void vitrail_viewport_show (VitrailViewport *self,
                            VitrailDataSource *source,
                            VitrailDisplaySet *display_set);
/**
 * vitrail_viewport_get_display_set:
 *
 * Returns: (transfer none) (nullable):
 */
VitrailDisplaySet *vitrail_viewport_get_display_set (VitrailViewport *self);

/* Position in the display set, from 1; clamped. 0 when there is nothing. */
void vitrail_viewport_set_position (VitrailViewport *self, guint position);
guint vitrail_viewport_get_position (VitrailViewport *self);
guint vitrail_viewport_get_n_positions (VitrailViewport *self);

void vitrail_viewport_set_view (VitrailViewport *self, const VitrailView *view);
/**
 * vitrail_viewport_get_view:
 * @view: (out caller-allocates): as it is
 */
void vitrail_viewport_get_view (VitrailViewport *self, VitrailView *view);
void
vitrail_viewport_set_presentation (VitrailViewport *self,
                                   const VitrailPresentation *presentation);
/**
 * vitrail_viewport_get_presentation:
 * @presentation: (out caller-allocates): as it is
 */
void vitrail_viewport_get_presentation (VitrailViewport *self,
                                        VitrailPresentation *presentation);
/* Back to the defaults of both, and of a slide's look. */
void vitrail_viewport_reset (VitrailViewport *self);
/* Of the pictures, in device pixels. */
void
vitrail_viewport_set_size (VitrailViewport *self, guint width, guint height);

/* Planes and bodies of a volume over time: all that show it are at one of its
 * points in time. How many there are; 0: not known yet, or nothing such is
 * shown. */
guint vitrail_viewport_get_n_times (VitrailViewport *self);
/* As asked for, from 1; 0: what is made of several. */
guint vitrail_viewport_get_time (VitrailViewport *self);
/* Beyond the ends: the first, or the last. */
void vitrail_viewport_set_time (VitrailViewport *self, guint time);

/* What playing goes through, from 1: points in time where there are several,
 * else positions. */
guint vitrail_viewport_get_n_steps (VitrailViewport *self);
guint vitrail_viewport_get_step (VitrailViewport *self);
void vitrail_viewport_set_step (VitrailViewport *self, guint step);

/* Cine: plays steps at the rate the data asks for (24 a second where it
 * does not say) times @speed, 1/8 to 8. */
void vitrail_viewport_set_playing (VitrailViewport *self, gboolean playing);
gboolean vitrail_viewport_get_playing (VitrailViewport *self);
void vitrail_viewport_set_speed (VitrailViewport *self, double speed);
double vitrail_viewport_get_speed (VitrailViewport *self);
/* Images a second at the current position, @speed included. */
double vitrail_viewport_get_rate (VitrailViewport *self);

/* Plays from @first to @last (from 1; 0: the end) round and round, until
 * another display set is shown; at first what Start Trim and Stop Trim say. */
void vitrail_viewport_set_loop (VitrailViewport *self, guint first, guint last);
void
vitrail_viewport_get_loop (VitrailViewport *self, guint *first, guint *last);
void vitrail_viewport_set_backwards (VitrailViewport *self, gboolean backwards);
gboolean vitrail_viewport_get_backwards (VitrailViewport *self);
/* To and fro instead of round and round; at first as Preferred Playback
 * Sequencing says. */
void vitrail_viewport_set_sweeping (VitrailViewport *self, gboolean sweeping);
gboolean vitrail_viewport_get_sweeping (VitrailViewport *self);

/* What the left button does with the tail's GstNavigation events: one of
 * vitrail_tool_list (). Unknown names are ignored. */
void vitrail_viewport_set_tool (VitrailViewport *self, const char *tool);
const char *vitrail_viewport_get_tool (VitrailViewport *self);

/**
 * vitrail_viewport_get_shown: (skip)
 *
 * What the picture on the screen now says of itself: copied from the meta of
 * the buffer shown last. Not valid before the first, nor once another display
 * set has been asked for.
 */
void
vitrail_viewport_get_shown (VitrailViewport *self, VitrailShownState *state);
/* The shown picture's position in the display set; 0 when there is none. */
guint vitrail_viewport_get_shown_position (VitrailViewport *self);

/**
 * VitrailViewportGeometry:
 * @image_width, @image_height: of the frame, or of the slide's finest level
 * @aspect: as in vitrail_view_get_affine ()
 * @width, @height: of the viewport
 *
 * What is needed to say where things lie.
 */
typedef struct {
  guint image_width;
  guint image_height;
  double aspect;
  guint width;
  guint height;
} VitrailViewportGeometry;

/**
 * vitrail_viewport_get_geometry:
 * @geometry: (out caller-allocates): where things lie
 *
 * Returns: FALSE while there is no picture
 */
gboolean vitrail_viewport_get_geometry (VitrailViewport *self,
                                        VitrailViewportGeometry *geometry);

/**
 * vitrail_viewport_get_error:
 *
 * Returns: (nullable): why there is no picture, for a person; NULL when there
 *   is one or nothing was asked for
 */
const char *vitrail_viewport_get_error (VitrailViewport *self);

/* What a person has to know of how it is shown or why it is not, until
 * something else is shown or another loop is set. NULL: nothing. */
void vitrail_viewport_set_note (VitrailViewport *self, const char *note);
/**
 * vitrail_viewport_get_note:
 *
 * Returns: (nullable):
 */
const char *vitrail_viewport_get_note (VitrailViewport *self);

/* What planes through a volume show: of so many millimetres, 0 to 1000, the
 * VitrailSlab. FALSE: none are shown, or a number is not in range. */
gboolean
vitrail_viewport_set_slab (VitrailViewport *self, double thickness, guint slab);
void vitrail_viewport_get_slab (VitrailViewport *self,
                                double *thickness,
                                guint *slab);

G_END_DECLS
