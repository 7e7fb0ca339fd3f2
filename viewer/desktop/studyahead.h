/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The series beside the one that is looked at, fetched before somebody shows
 * them, where they come over a network (pipeline/studyprefetch.h). */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* Follows the active viewport of @session until what it returns is freed. */
GObject *vitrail_study_ahead_new (VitrailSession *session);

G_END_DECLS
