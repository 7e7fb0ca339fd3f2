/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSession: the state of reading: source, studies, display sets, layout,
 * viewports, active tool. Plain state and commands by name; no GTK, no HTTP;
 * runs headless. Lives in the main context that made it; faces listen to its
 * signals and send it commands and input. Saved and restored as JSON. */

#pragma once

#include "source.h"
#include "viewport.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_SESSION (vitrail_session_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSession,
                      vitrail_session,
                      VITRAIL,
                      SESSION,
                      GObject)

VitrailSession *vitrail_session_new (void);

/* Opens a file or folder; emits "studies-changed" as it is read. */
void vitrail_session_open_async (VitrailSession *self,
                                 const char *location,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean vitrail_session_open_finish (VitrailSession *self,
                                      GAsyncResult *result,
                                      GError **error);
/* A source made elsewhere instead of a location. */
void
vitrail_session_set_source (VitrailSession *self, VitrailDataSource *source);
VitrailDataSource *vitrail_session_get_source (VitrailSession *self);

/* (element-type VitrailDataSet): study-level answers of the source. */
GPtrArray *vitrail_session_get_studies (VitrailSession *self);
/* (element-type VitrailDisplaySet) of the open study. */
GPtrArray *vitrail_session_get_display_sets (VitrailSession *self);

/* Layout: @rows x @columns viewports, at most 4 x 4. */
void
vitrail_session_set_layout (VitrailSession *self, guint rows, guint columns);
void
vitrail_session_get_layout (VitrailSession *self, guint *rows, guint *columns);
guint vitrail_session_get_n_viewports (VitrailSession *self);
VitrailViewport *
vitrail_session_get_viewport (VitrailSession *self, guint index);
guint vitrail_session_get_active (VitrailSession *self);

/* Runs the command @name ("invert", "reset", "cine-toggle", "next-image",
 * "set-tool", "open-study", ...; docs/commands.md) on the active viewport or
 * the session. @argument may be NULL, its type is the command's. */
gboolean vitrail_session_run (VitrailSession *self,
                              const char *name,
                              GVariant *argument,
                              GError **error);
/* All command names, NULL-terminated. */
const char *const *vitrail_session_list_commands (void);

/* The whole state as JSON, and back. */
char *vitrail_session_to_json (VitrailSession *self);
gboolean vitrail_session_from_json (VitrailSession *self,
                                    const char *json,
                                    GError **error);

G_END_DECLS
