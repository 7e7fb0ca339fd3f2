/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every command of the session as a GAction of the same name and parameter, so
 * that buttons, menus and keys name commands ("session.invert"). "set-tool" has
 * the tool as its state. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

GActionGroup *vitrail_session_actions_new (VitrailSession *session);

G_END_DECLS
