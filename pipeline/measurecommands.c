/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for measurements: those of the open study. Where no measurement is
 * selected, the last one is meant. */

#include "commands.h"
#include "measuring.h"
#include "measuringfiles.h"

/* (transfer full) (nullable) */
static VitrailMeasurement *
ref_meant (VitrailMeasurements *all)
{
  VitrailMeasurement *selected = vitrail_measurements_ref_selected (all);
  g_autoptr (GPtrArray) list = vitrail_measurements_ref_all (all);

  if (selected != NULL || list->len == 0)
    return selected;
  return vitrail_measurement_ref (list->pdata[list->len - 1]);
}

static gboolean
run_select (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailMeasurements *all = vitrail_viewport_get_measurements (viewport);
  g_autoptr (GPtrArray) list = vitrail_measurements_ref_all (all);
  const guint number = g_variant_get_uint32 (argument);

  if (number > list->len)
    return FALSE;
  const VitrailMeasurement *one = number > 0 ? list->pdata[number - 1] : NULL;
  vitrail_measurements_select (all, one != NULL ? one->uid : NULL);
  return TRUE;
}

static gboolean
run_delete (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailMeasurements *all = vitrail_viewport_get_measurements (viewport);
  g_autoptr (VitrailMeasurement) one = ref_meant (all);

  if (one != NULL)
    vitrail_measurements_remove (all, one->uid);
  return TRUE;
}

/* @changed: (transfer full) (nullable): NULL: the argument makes no sense. */
static gboolean
put (VitrailMeasurements *all, VitrailMeasurement *changed)
{
  g_autoptr (VitrailMeasurement) owned = changed;

  if (owned != NULL)
    vitrail_measurements_put (all, owned, TRUE);
  return owned != NULL;
}

static gboolean
run_name (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  VitrailMeasurements *all = vitrail_viewport_get_measurements (viewport);
  g_autoptr (VitrailMeasurement) one = ref_meant (all);

  return one == NULL ||
         put (all, vitrail_measurement_with_label (
                       one, g_variant_get_string (argument, NULL)));
}

static gboolean
run_role (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  VitrailMeasurements *all = vitrail_viewport_get_measurements (viewport);
  g_autoptr (VitrailMeasurement) one = ref_meant (all);

  return one == NULL ||
         put (all, vitrail_measurement_with_role (
                       one, vitrail_measure_role_find (
                                g_variant_get_string (argument, NULL))));
}

static gboolean
run_frames (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailMeasurements *all = vitrail_viewport_get_measurements (viewport);
  g_autoptr (VitrailMeasurement) one = ref_meant (all);
  guint first = 0;
  guint last = 0;

  g_variant_get (argument, "(uu)", &first, &last);
  return one == NULL ||
         put (all, vitrail_measurement_with_frames (one, first, last));
}

static gboolean
run_undo (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  vitrail_drawing_cancel (viewport);
  vitrail_measurements_undo (vitrail_viewport_get_measurements (viewport));
  return TRUE;
}

static gboolean
run_redo (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  vitrail_drawing_cancel (viewport);
  vitrail_measurements_redo (vitrail_viewport_get_measurements (viewport));
  return TRUE;
}

static gboolean
run_save (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  vitrail_measuring_save (session, VITRAIL_REPORT_IMAGING);
  return TRUE;
}

static gboolean
run_save_echo (VitrailSession *session,
               VitrailViewport *viewport,
               GVariant *argument)
{
  vitrail_measuring_save (session, VITRAIL_REPORT_ECHO);
  return TRUE;
}

/* clang-format off */
const VitrailSessionCommand vitrail_measure_commands[] = {
  { "select-measurement", "u", "Selects the measurement with this number, from 1; 0: none", run_select },
  { "delete-measurement", NULL, "Deletes the selected measurement, else the last", run_delete },
  { "name-measurement", "s", "Names it", run_name },
  { "measurement-role", "s", "What a chamber is: a4c-ed, a4c-es, a2c-ed, a2c-es; empty: none", run_role },
  { "measurement-frames", "(uu)", "The first and the last frame that it holds for", run_frames },
  { "undo-measurement", NULL, "Takes the last change of measurements back", run_undo },
  { "redo-measurement", NULL, "Does it again", run_redo },
  { "save-measurements", NULL, "Saves all as a structured report (TID 1500) where the study comes from", run_save },
  { "save-echo-report", NULL, "The same as an echo report (TID 5300)", run_save_echo },
  { .name = NULL },
};
/* clang-format on */
