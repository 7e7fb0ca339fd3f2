/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tables of commands behind vitrail_session_run (): everything that a key,
 * a button, a mode or a remote face can ask for. To add one: one row in its
 * family's file, its line in docs/commands.md and its test. */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/**
 * VitrailSessionCommand: one row.
 * @name: what it is called
 * @type: GVariant type string of the argument; NULL: none
 * @summary: one line
 * @run: @viewport is the active one; FALSE: the argument makes no sense,
 *   or vitrail_session_refuse () says why
 * @vary: instead of @run, for rows that differ by a number only
 * @detail: that number, @vary says of what
 */
typedef struct {
  const char *name;
  const char *type;
  const char *summary;
  gboolean (*run) (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument);
  gboolean (*vary) (VitrailViewport *viewport, GVariant *argument, int detail);
  int detail;
} VitrailSessionCommand;

/* The families; each ends with a row without a name. */
extern const VitrailSessionCommand vitrail_session_commands[];
extern const VitrailSessionCommand vitrail_view_commands[];
extern const VitrailSessionCommand vitrail_presentation_commands[];
extern const VitrailSessionCommand vitrail_volume_commands[];
extern const VitrailSessionCommand vitrail_time_commands[];
extern const VitrailSessionCommand vitrail_path_commands[];
extern const VitrailSessionCommand vitrail_fusion_commands[];
extern const VitrailSessionCommand vitrail_mask_commands[];
extern const VitrailSessionCommand vitrail_waveform_commands[];
extern const VitrailSessionCommand vitrail_slide_commands[];
extern const VitrailSessionCommand vitrail_annotation_commands[];
extern const VitrailSessionCommand vitrail_measure_commands[];
extern const VitrailSessionCommand vitrail_stress_commands[];

G_END_DECLS
