/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session as tests open, command and close it. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/* (transfer full): of @location, whose first display set is on the screen. */
VitrailSession *test_session_open_images (const char *location);
/* The command must be done. (transfer floating): @argument */
void test_session_run (VitrailSession *session,
                       const char *name,
                       GVariant *argument);
/* It must be refused for this @reason; NULL: for any. */
void test_session_refuse (VitrailSession *session,
                          const char *name,
                          GVariant *argument,
                          const char *reason);
/* (transfer full): @session, which must end. */
void test_session_close (VitrailSession *session);
/* The viewport at @index, which must be there. */
VitrailViewport *
test_session_get_viewport (VitrailSession *session, guint index);

G_END_DECLS
