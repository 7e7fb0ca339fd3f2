/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideSync: the slides of a session's viewports move as one. How they
 * lay to one another when it began is kept: a step of so many micrometres, a
 * turn and a change of magnification in one of them is the same in the others.
 * Begins anew when other slides are shown. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

typedef struct _VitrailSlideSync VitrailSlideSync;

/* @session must outlive it. */
VitrailSlideSync *vitrail_slide_sync_new (VitrailSession *session);
void vitrail_slide_sync_free (VitrailSlideSync *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailSlideSync, vitrail_slide_sync_free)

G_END_DECLS
