/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What all viewports of a session showed before something else was laid out,
 * and the way back to it. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

typedef struct _VitrailLayoutBefore VitrailLayoutBefore;

/* As it is now. */
VitrailLayoutBefore *vitrail_layout_before_new (VitrailSession *session);
void vitrail_layout_before_free (VitrailLayoutBefore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailLayoutBefore, vitrail_layout_before_free)
void vitrail_layout_before_restore (const VitrailLayoutBefore *self,
                                    VitrailSession *session);
/* (transfer full) (nullable): what was active then. */
VitrailDisplaySet *
vitrail_layout_before_ref_active (const VitrailLayoutBefore *self);

G_END_DECLS
