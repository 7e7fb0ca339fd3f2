/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for cines that belong together: stages and views of a stress echo,
 * planes of an angiogram, side by side. */

#include "biplane.h"
#include "commands.h"
#include "session-private.h"
#include "stresslayout.h"

static gboolean
lay_out (VitrailSession *session, VitrailStressAxis axis)
{
  return vitrail_session_lay_out_stress (session, axis) ||
         vitrail_session_refuse (session, "This study has no cines");
}

static gboolean
run_stages (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  return lay_out (session, VITRAIL_STRESS_STAGE);
}

static gboolean
run_views (VitrailSession *session,
           VitrailViewport *viewport,
           GVariant *argument)
{
  return lay_out (session, VITRAIL_STRESS_VIEW);
}

static gboolean
step (VitrailSession *session, int step)
{
  return vitrail_session_step_stress (session, step) ||
         vitrail_session_refuse (session, step > 0 ? "No further view or stage"
                                                   : "No view or stage before");
}

static gboolean
run_next (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  return step (session, 1);
}

static gboolean
run_previous (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  return step (session, -1);
}

static gboolean
run_biplane (VitrailSession *session,
             VitrailViewport *viewport,
             GVariant *argument)
{
  return vitrail_session_toggle_biplane (session);
}

/* clang-format off */
const VitrailSessionCommand vitrail_stress_commands[] = {
  { "biplane", NULL, "The active angiogram beside its other plane, as one, or what was there before", run_biplane },
  { "stress-stages", NULL, "Stress echo: all stages of one view side by side, or what was there before", run_stages },
  { "stress-views", NULL, "Stress echo: all views of one stage side by side, or what was there before", run_views },
  { "next-stress", NULL, "The next view of these stages, or stage of these views", run_next },
  { "previous-stress", NULL, "The view or stage before", run_previous },
  { .name = NULL },
};
/* clang-format on */
