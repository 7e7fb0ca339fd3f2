/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for volumes over time: points in time, and curves of regions. */

#include "commands.h"
#include "session-private.h"
#include "timeregions.h"
#include "viewport-private.h"

#include <string.h>

/* --- points in time --- */

/* @step: points in time forward. */
static gboolean
step_time (VitrailViewport *viewport, GVariant *argument, int step)
{
  const gint64 time = (gint64) vitrail_viewport_get_time (viewport) + step;

  vitrail_viewport_set_time (viewport, (guint) MAX (time, 1));
  return TRUE;
}

static gboolean
run_go_to_time (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  vitrail_viewport_set_time (viewport, g_variant_get_uint32 (argument));
  return TRUE;
}

/* Those that are played. */
static char *
list_times (VitrailViewport *viewport)
{
  guint first = 0;
  guint last = 0;

  vitrail_viewport_get_loop (viewport, &first, &last);
  return g_strdup_printf ("%u-%u", first, last);
}

static gboolean
run_combine_times (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  const char *word = NULL;
  const char *given = NULL;
  VitrailTimesOperation operation = VITRAIL_TIMES_SUM;
  g_autoptr (GError) error = NULL;

  g_variant_get (argument, "(&s&s)", &word, &given);
  g_autofree char *times =
      given[0] != '\0' ? g_strdup (given) : list_times (viewport);
  return (vitrail_times_operation_from_text (word, &operation, &error) &&
          vitrail_viewport_combine_times (viewport, operation, times,
                                          &error)) ||
         vitrail_session_refuse (session, error->message);
}

/* --- regions --- */

static gboolean
run_add_region (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  g_autoptr (GError) error = NULL;
  VitrailBall ball;

  g_variant_get (argument, "(dddd)", &ball.center[0], &ball.center[1],
                 &ball.center[2], &ball.radius);
  return vitrail_session_add_region (session, viewport, &ball, &error) ||
         vitrail_session_refuse (session, error->message);
}

static gboolean
run_clear_regions (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  vitrail_session_clear_regions (session);
  return TRUE;
}

static gboolean
run_save_curves (VitrailSession *session,
                 VitrailViewport *viewport,
                 GVariant *argument)
{
  const VitrailTimeCurves *curves = vitrail_session_get_time_curves (session);
  const char *path = g_variant_get_string (argument, NULL);
  g_autoptr (GError) error = NULL;

  if (curves == NULL)
    return vitrail_session_refuse (session, "There are no curves over time");
  g_autofree char *text = g_str_has_suffix (path, ".svg")
                              ? vitrail_time_curves_to_svg (curves)
                              : vitrail_time_curves_to_csv (curves);
  return g_file_set_contents (path, text, -1, &error) ||
         vitrail_session_refuse (session, error->message);
}

/* clang-format off */
const VitrailSessionCommand vitrail_time_commands[] = {
  { "next-time", NULL, "A volume over time: the next point in time", .vary = step_time, .detail = 1 },
  { "previous-time", NULL, "The point in time before", .vary = step_time, .detail = -1 },
  { "go-to-time", "u", "The point in time with this number, from 1", run_go_to_time },
  { "combine-times", "(ss)", "Shows the sum, mean, maximum or subtract (the first less the others) of points in time: 1,3-5; empty: those that are played", run_combine_times },
  { "add-region", "(dddd)", "A ball whose mean is followed over time: centre and radius in millimetres", run_add_region },
  { "clear-regions", NULL, "No such ball", run_clear_regions },
  { "save-curves", "s", "Their means over time as a file: CSV, or SVG where its name ends so", run_save_curves },
  { .name = NULL },
};
/* clang-format on */
