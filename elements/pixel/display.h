/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDisplay: what pictures are made for: how its grey levels were measured
 * (gsdf.h) and its ICC profile (icc.h). */

#pragma once

#include "pixel/gsdf.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VitrailDisplay:
 * @calibration: or NULL: grey levels go as they are
 * @profile: or NULL: sRGB
 * @keeps_colors: colours go as they are stored
 * @black_point: with black point compensation
 *
 * Immutable and kept for the life of the process: there are few, and pictures
 * refer to them from any thread.
 */
typedef struct _VitrailDisplay VitrailDisplay;

struct _VitrailDisplay {
  const VitrailCalibration *calibration;
  GBytes *profile;
  gboolean keeps_colors;
  gboolean black_point;
};

/* What a VitrailDisplay is made from; all zero is the default. */
typedef struct {
  const char *calibration; /* a file, vitrail_calibration_new (); or NULL, "" */
  const char *profile;     /* an ICC file; NULL, "": sRGB; "none" */
  gboolean black_point;
} VitrailDisplayFiles;

/**
 * vitrail_display_find:
 * @display: (out) (nullable): NULL for the default one
 *
 * The display that is described by the contents of @files, which are read.
 * Errors name the file.
 */
gboolean vitrail_display_find (const VitrailDisplayFiles *files,
                               const VitrailDisplay **display,
                               GError **error);

/* What pictures are made for whose presentation does not say: set by a program
 * when it starts. NULL at first: sRGB, not calibrated. */
void vitrail_display_set_default (const VitrailDisplay *display);
const VitrailDisplay *vitrail_display_get_default (void);

G_END_DECLS
