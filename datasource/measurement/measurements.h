/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMeasurements: all that was measured in a study, with steps that can be
 * undone, which one is selected, and the one that a hand is drawing. Programs
 * that edit do so on one thread; reading is safe on any. */

#pragma once

#include "measurement/measurement.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_MEASUREMENTS (vitrail_measurements_get_type ())
G_DECLARE_FINAL_TYPE (VitrailMeasurements,
                      vitrail_measurements,
                      VITRAIL,
                      MEASUREMENTS,
                      GObject)

/**
 * VitrailMeasurements::changed:
 *
 * Anything of it. On the thread that changed it, with no lock held.
 */

VitrailMeasurements *vitrail_measurements_new (void);

/**
 * vitrail_measurements_ref_all:
 *
 * Returns: (transfer full) (element-type VitrailMeasurement): in the order in
 *   which they were made; never changes
 */
GPtrArray *vitrail_measurements_ref_all (VitrailMeasurements *self);
guint vitrail_measurements_get_n (VitrailMeasurements *self);

/* Stands for the one of its uid, or comes behind the last. @is_step: a person
 * did it, and can undo it. */
void vitrail_measurements_put (VitrailMeasurements *self,
                               VitrailMeasurement *measurement,
                               gboolean is_step);
void vitrail_measurements_remove (VitrailMeasurements *self, const char *uid);
/* Forgets all, steps too: another study. */
void vitrail_measurements_clear (VitrailMeasurements *self);

/* FALSE where there is no step. */
gboolean vitrail_measurements_undo (VitrailMeasurements *self);
gboolean vitrail_measurements_redo (VitrailMeasurements *self);

/* Which one stands out; NULL: none. */
void vitrail_measurements_select (VitrailMeasurements *self, const char *uid);
/**
 * vitrail_measurements_ref_selected:
 *
 * Returns: (transfer full) (nullable):
 */
VitrailMeasurement *
vitrail_measurements_ref_selected (VitrailMeasurements *self);

/* @draft: (nullable): what is being drawn; it is no step. */
void vitrail_measurements_set_draft (VitrailMeasurements *self,
                                     VitrailMeasurement *draft);
/**
 * vitrail_measurements_ref_draft:
 *
 * Returns: (transfer full) (nullable):
 */
VitrailMeasurement *vitrail_measurements_ref_draft (VitrailMeasurements *self);

/* Whether steps were done since it was said that all is saved. */
gboolean vitrail_measurements_is_dirty (VitrailMeasurements *self);
void vitrail_measurements_set_saved (VitrailMeasurements *self);

G_END_DECLS
