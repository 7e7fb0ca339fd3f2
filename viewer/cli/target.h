/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What `vitrail render` shows: one frame, or one slide, of a file or folder. */

#pragma once

#include "instance.h"
#include "slide/slide.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_TARGET_ANY, /* frames if there are any, else a slide */
  VITRAIL_TARGET_STACK,
  VITRAIL_TARGET_SLIDE,
} VitrailTargetKind;

/**
 * VitrailTarget: either @instance with @frame (from 1), or @slide.
 */
typedef struct {
  VitrailInstance *instance;
  guint frame;
  VitrailSlide *slide;
} VitrailTarget;

/**
 * vitrail_target_find:
 * @location: a file, a folder or a file:// URI
 * @kind: what to look for
 * @series: a SeriesInstanceUID, or a slide's id; NULL for the first there is
 * @position: from 1: the frame of a file, the image of a series in the order
 *   of its stack
 */
gboolean vitrail_target_find (VitrailTarget *self,
                              const char *location,
                              VitrailTargetKind kind,
                              const char *series,
                              guint position,
                              GError **error);
void vitrail_target_clear (VitrailTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailTarget, vitrail_target_clear)

G_END_DECLS
