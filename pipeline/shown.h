/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailShown: what the picture on the screen now says of itself, copied on
 * the streaming thread from the meta of each buffer that goes to the tail. */

#pragma once

#include "framemeta.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/**
 * VitrailShownState: one buffer's word.
 * @valid: there is a picture, and it belongs to what is to be shown
 * @info: NULL for a slide
 * @slide: what the picture is of; NULL for frames
 * @look: what it was drawn with (slide/look.h), or NULL
 * @plane, @to_frame: of the picture's pixels, as in VitrailFrameMeta
 * @reason: why there is a blank in place of a frame, or NULL
 * @warning: what the code stream contradicts in its header, or NULL
 * @window_center, @window_width: what was applied
 */
typedef struct {
  gboolean valid;
  VitrailFrameInfo *info;
  VitrailSlide *slide;
  char *look;
  gboolean has_plane;
  double plane[12];
  double to_frame[6];
  VitrailFrameMetaFlags flags;
  char *reason;
  char *warning;
  VitrailQuality quality;
  gboolean has_window;
  double window_center;
  double window_width;
} VitrailShownState;

void vitrail_shown_state_clear (VitrailShownState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailShownState, vitrail_shown_state_clear)

typedef struct _VitrailShown VitrailShown;
typedef void (*VitrailShownChanged) (gpointer user_data);

/* Watches the buffers that leave @pad. @changed is called in the thread-default
 * main context, once for any number of buffers, until vitrail_shown_free (). */
VitrailShown *vitrail_shown_new (GstPad *pad,
                                 VitrailShownChanged changed,
                                 gpointer user_data);
void vitrail_shown_free (VitrailShown *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailShown, vitrail_shown_free)

/* Forgets, and drops buffers of the generations up to @generation: pictures of
 * what was shown before. */
void vitrail_shown_reset (VitrailShown *self, guint generation);

void vitrail_shown_get (VitrailShown *self, VitrailShownState *state);

G_END_DECLS
