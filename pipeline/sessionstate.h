/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session's state as JSON, by way of its public interface. */

#pragma once

#include "session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* @kept: see slidekept.h. */
char *vitrail_session_state_write (VitrailSession *session, GHashTable *kept);
/* One JSON object of ours, or VITRAIL_ERROR_MALFORMED. */
JsonObject *vitrail_session_state_parse (const char *json, GError **error);
/* NULL where absent. */
const char *
vitrail_session_state_get_text (JsonObject *state, const char *name);
/* Layout, active viewport and tool. */
void
vitrail_session_state_apply_layout (VitrailSession *session, JsonObject *state);
/* What is in the viewports, as far as the open study has it. */
void vitrail_session_state_apply_viewports (VitrailSession *session,
                                            JsonObject *state);
/* What has been done with slides, shown or not. */
void vitrail_session_state_apply_slides (JsonObject *state, GHashTable *kept);

G_END_DECLS
