/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCineSync: the cines of a session's viewports play as one. Play, stop,
 * steps, scrubbing, speed and direction in one of them are the same in all, and
 * all show what is as far into the loop as in the others, in parts of its
 * images: beside each other, loops of different lengths begin and end together.
 *
 * One clock, that of the cine with the most images in its loop, of several the
 * first, plays at that one's rate; the place of the others follows from its
 * place each time, so that nothing drifts. Loops stay each viewport's own:
 * where each is one beat, all run from beat to beat. Outside of a loop, places
 * are parts of the whole cine. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

typedef struct _VitrailCineSync VitrailCineSync;

/* From now on, the others as the active viewport or, where that shows no cine,
 * the first cine. @session must outlive it. */
VitrailCineSync *vitrail_cine_sync_new (VitrailSession *session);
/* What plays goes on playing, each by its own clock. */
void vitrail_cine_sync_free (VitrailCineSync *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailCineSync, vitrail_cine_sync_free)

G_END_DECLS
