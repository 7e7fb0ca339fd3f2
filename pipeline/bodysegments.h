/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A segmentation of a volume in the bodies of a session: each of its segments
 * has its own colour there. Segmentations are objects of the open study that
 * are of the volume's frame of reference, or that a registration leads to. */

#pragma once

#include "session.h"
#include "volume/renderlabels.h"

G_BEGIN_DECLS

/**
 * VitrailBodySegmentsStatus:
 * @title: what the object calls itself, borrowed
 * @labels: its segments, borrowed
 * @number, @n: it is the @number'th of @n of this volume
 */
typedef struct {
  const char *title;
  const VitrailLabels *labels;
  guint number;
  guint n;
} VitrailBodySegmentsStatus;

typedef struct _VitrailBodySegments VitrailBodySegments;
void vitrail_body_segments_free (VitrailBodySegments *self);

/* Begins to read the next segmentation of the active body; after the last one
 * none is shown. That there is none of this volume is told, with why. FALSE: no
 * body is active. */
gboolean vitrail_session_next_segments (VitrailSession *self);
/* FALSE: none is shown. */
gboolean vitrail_session_get_segments (VitrailSession *self,
                                       VitrailBodySegmentsStatus *status);
void vitrail_session_clear_segments (VitrailSession *self);
/* Bodies have begun to be shown, or are so no longer. */
void vitrail_session_update_segments (VitrailSession *self);

G_END_DECLS
