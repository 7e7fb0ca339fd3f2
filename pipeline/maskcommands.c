/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for angiograms: their masks. */

#include "commands.h"
#include "viewportmask.h"

static gboolean
run_toggle (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  vitrail_viewport_set_subtraction (
      viewport, !vitrail_viewport_get_subtraction (viewport));
  return TRUE;
}

static gboolean
run_shift (VitrailSession *session,
           VitrailViewport *viewport,
           GVariant *argument)
{
  double down = 0;
  double right = 0;

  g_variant_get (argument, "(dd)", &down, &right);
  return vitrail_viewport_shift_mask (viewport, down, right);
}

/* clang-format off */
const VitrailSessionCommand vitrail_mask_commands[] = {
  { "toggle-subtraction", NULL, "Subtracts the masks of an angiogram, or shows it as it is", run_toggle },
  { "shift-mask", "(dd)", "Moves the mask of an angiogram down and right by so many pixels", run_shift },
  { .name = NULL },
};
/* clang-format on */
