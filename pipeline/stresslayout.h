/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The cines of a stress echo side by side: the stages of one view, or the views
 * of one stage. They play as one (cinesync.h), each one beat from its first R
 * wave on. A stage or view of which there is no cine keeps its empty place. */

#pragma once

#include "session.h"
#include "stressgrid.h"

G_BEGIN_DECLS

typedef struct _VitrailStressLayout VitrailStressLayout;

/* Lays the open study out along @axis, as soon as the headers of its cines have
 * been read; where it is laid out so already, what was shown before is shown
 * again. That a study is no stress echo, and what is left out of it, is told.
 * FALSE: there is no cine. */
gboolean
vitrail_session_lay_out_stress (VitrailSession *self, VitrailStressAxis axis);

/* The next view or stage (@step 1) or the one before (-1). FALSE: there is
 * none, or nothing is laid out. */
gboolean vitrail_session_step_stress (VitrailSession *self, int step);

/* Forgets what is laid out and what is being read for it. */
void vitrail_session_clear_stress (VitrailSession *self);

G_END_DECLS
