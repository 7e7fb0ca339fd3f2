/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSession: the state of reading: source, studies, display sets, layout,
 * viewports, active tool. Plain state and commands by name; no GTK, no HTTP;
 * runs headless. Lives in the main context that made it; faces listen to its
 * signals and send it commands and input. Saved and restored as JSON.
 *
 * Signals: "studies-changed", "display-sets-changed" (also when another study
 * is opened), "layout-changed" (viewports came or went), "changed" (anything
 * else: active viewport, tool, busy, error), "told" (a text: what a person has
 * to know: why something that was asked for is not done). */

#pragma once

#include "source.h"
#include "viewport.h"

G_BEGIN_DECLS

/* measurement/measurements.h is not installed. */
typedef struct _VitrailMeasurements VitrailMeasurements;

#define VITRAIL_TYPE_SESSION (vitrail_session_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSession,
                      vitrail_session,
                      VITRAIL,
                      SESSION,
                      GObject)

VitrailSession *vitrail_session_new (void);

/* Opens a file or folder; emits "studies-changed" as it is read. The only study
 * of a source is opened at once. */
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
/**
 * vitrail_session_get_source:
 *
 * Returns: (transfer none) (nullable):
 */
VitrailDataSource *vitrail_session_get_source (VitrailSession *self);

/**
 * vitrail_session_get_studies:
 *
 * Returns: (transfer none) (element-type VitrailDataSet): study-level answers
 *   of the source, and slides that are no DICOM objects as studies of their own
 */
GPtrArray *vitrail_session_get_studies (VitrailSession *self);
/**
 * vitrail_session_get_study:
 *
 * Returns: (nullable): StudyInstanceUID of the open study
 */
const char *vitrail_session_get_study (VitrailSession *self);
/**
 * vitrail_session_get_display_sets:
 *
 * Returns: (transfer none) (element-type VitrailDisplaySet): of the open study
 */
GPtrArray *vitrail_session_get_display_sets (VitrailSession *self);
/**
 * vitrail_session_find_display_set:
 *
 * Returns: (transfer none) (nullable):
 */
VitrailDisplaySet *
vitrail_session_find_display_set (VitrailSession *self, const char *id);

/* Something is being read; the last error, for a person, or NULL. */
gboolean vitrail_session_get_busy (VitrailSession *self);
const char *vitrail_session_get_error (VitrailSession *self);
const char *vitrail_session_get_location (VitrailSession *self);

/**
 * vitrail_session_get_measurements: (skip)
 *
 * Returns: (transfer none): of the open study
 */
VitrailMeasurements *vitrail_session_get_measurements (VitrailSession *self);

/* Opens a study: its display sets come with "display-sets-changed", and the
 * first one is shown. */
void vitrail_session_open_study (VitrailSession *self, const char *study_uid);

#define VITRAIL_SESSION_MAX_SIDE 4

/* Layout: @rows x @columns viewports, at most 4 x 4. */
void
vitrail_session_set_layout (VitrailSession *self, guint rows, guint columns);
/**
 * vitrail_session_get_layout:
 * @rows: (out) (optional): its rows
 * @columns: (out) (optional): its columns
 */
void
vitrail_session_get_layout (VitrailSession *self, guint *rows, guint *columns);
guint vitrail_session_get_n_viewports (VitrailSession *self);
/**
 * vitrail_session_get_viewport:
 *
 * Returns: (transfer none) (nullable): NULL beyond the layout
 */
VitrailViewport *
vitrail_session_get_viewport (VitrailSession *self, guint index);
guint vitrail_session_get_active (VitrailSession *self);
void vitrail_session_set_active (VitrailSession *self, guint index);
/**
 * vitrail_session_get_active_viewport:
 *
 * Returns: (transfer none):
 */
VitrailViewport *vitrail_session_get_active_viewport (VitrailSession *self);
/* One-up: only the active viewport is to be seen; the layout stays. */
void vitrail_session_set_one_up (VitrailSession *self, gboolean one_up);
gboolean vitrail_session_get_one_up (VitrailSession *self);

/* The active tool, of vitrail_tool_list (); the same in all viewports. FALSE
 * for an unknown name. */
gboolean vitrail_session_set_tool (VitrailSession *self, const char *tool);
const char *vitrail_session_get_tool (VitrailSession *self);

/* Whether the slides of all viewports move, turn and zoom as one; how they lie
 * to one another is kept. */
void vitrail_session_set_sync (VitrailSession *self, gboolean sync);
gboolean vitrail_session_get_sync (VitrailSession *self);

/* Whether the cines of all viewports play, stop and go to images as one
 * (cinesync.h). */
void vitrail_session_set_cine_sync (VitrailSession *self, gboolean sync);
gboolean vitrail_session_get_cine_sync (VitrailSession *self);

/* Whether small pictures of the active viewport's cine are to be seen; at first
 * they are not. */
void vitrail_session_set_clip_strip (VitrailSession *self, gboolean shows);
gboolean vitrail_session_get_clip_strip (VitrailSession *self);

/**
 * vitrail_session_run:
 * @argument: (nullable): (floating or not) of the command's type; NULL where it
 *   takes none
 *
 * Runs the command @name ("invert", "reset", "cine-toggle", "next-image",
 * "set-tool", "open-study", ...; docs/commands.md) on the active viewport or
 * the session. VITRAIL_ERROR_NOT_FOUND: no such command;
 * VITRAIL_ERROR_UNSUPPORTED: not with this argument.
 */
gboolean vitrail_session_run (VitrailSession *self,
                              const char *name,
                              GVariant *argument,
                              GError **error);
/**
 * vitrail_session_act:
 *
 * As vitrail_session_run (); why it is not done is told.
 */
void vitrail_session_act (VitrailSession *self,
                          const char *name,
                          GVariant *argument);
/**
 * vitrail_session_list_commands:
 *
 * Returns: (transfer none) (array zero-terminated=1): all command names
 */
const char *const *vitrail_session_list_commands (void);
/**
 * vitrail_session_get_command_type:
 *
 * Returns: (nullable): the GVariant type string of a command's argument, NULL
 *   for none or unknown
 */
const char *vitrail_session_get_command_type (const char *name);
/* One line that says what it does. */
const char *vitrail_session_get_command_summary (const char *name);

/* The whole state as JSON, and back: layout and tool at once, what is in the
 * viewports as the location and the study have been read. */
char *vitrail_session_to_json (VitrailSession *self);
gboolean vitrail_session_from_json (VitrailSession *self,
                                    const char *json,
                                    GError **error);

/* Shows nothing any more, stops all pipelines; before the last reference. */
void vitrail_session_close (VitrailSession *self);

G_END_DECLS
