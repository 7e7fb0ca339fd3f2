/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for the grey levels and colours of the active viewport. */

#include "commands.h"
#include "pixel/colormap.h"
#include "tools.h"
#include "viewportslide.h"

#include <math.h>
#include <string.h>

/* Windows of the keys 1 to 4 for CT, in the order of the OHIF viewer: center,
 * width in HU. Elsewhere the windows that the data bring along. */
static const double ct_windows[][2] = {
  { 40, 400 },    /* soft tissue */
  { -600, 1500 }, /* lung */
  { 90, 150 },    /* liver */
  { 480, 2500 },  /* bone */
};

/* What the same keys do on a slide. */
static const double magnifications[] = { 1, 2.5, 5, 10, 20, 40 };

static gboolean
run_invert (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.invert = !presentation.invert;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_colormap (VitrailSession *session,
              VitrailViewport *viewport,
              GVariant *argument)
{
  VitrailPresentation presentation;
  const char *name =
      vitrail_colormap_find_name (g_variant_get_string (argument, NULL));
  if (name == NULL)
    return FALSE;
  vitrail_viewport_get_presentation (viewport, &presentation);
  /* The first one of the list is no colours. */
  presentation.colormap = name == vitrail_colormap_list ()[0] ? NULL : name;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_overlays_toggle (VitrailSession *session,
                     VitrailViewport *viewport,
                     GVariant *argument)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.hide_overlays = !presentation.hide_overlays;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_shutter_toggle (VitrailSession *session,
                    VitrailViewport *viewport,
                    GVariant *argument)
{
  VitrailPresentation presentation;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.hide_shutter = !presentation.hide_shutter;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

/* The data's own: VOI LUTs, then windows, from 1; FALSE beyond the last. */
static gboolean
set_voi (VitrailViewport *viewport, const VitrailFrameInfo *info, guint number)
{
  VitrailPresentation presentation;
  if (number < 1 || number > vitrail_frame_info_get_n_voi (info))
    return FALSE;
  vitrail_viewport_get_presentation (viewport, &presentation);
  presentation.has_window = FALSE;
  presentation.voi = number - 1;
  vitrail_viewport_set_presentation (viewport, &presentation);
  return TRUE;
}

static gboolean
run_voi (VitrailSession *session, VitrailViewport *viewport, GVariant *argument)
{
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  return shown.info != NULL &&
         set_voi (viewport, shown.info, g_variant_get_uint32 (argument));
}

static void
set_window (VitrailViewport *viewport, double center, double width)
{
  VitrailPresentation presentation;
  if (!vitrail_viewport_find_window (viewport, &presentation))
    return; /* colour, or nothing shown */
  presentation.window_center = center;
  presentation.window_width = width;
  vitrail_viewport_set_presentation (viewport, &presentation);
}

static gboolean
run_set_window (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  double center = 0;
  double width = 0;
  g_variant_get (argument, "(dd)", &center, &width);
  if (!(width > 0))
    return FALSE;
  set_window (viewport, center, width);
  return TRUE;
}

/* Parts of the width: the same step of brightness in every window. */
static gboolean
run_change_window (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  VitrailPresentation presentation;
  double shift = 0;
  double factor = 1;
  g_variant_get (argument, "(dd)", &shift, &factor);
  if (!isfinite (shift) || !isfinite (factor) || !(factor > 0))
    return FALSE;
  if (!vitrail_viewport_find_window (viewport, &presentation))
    return TRUE; /* colour, or nothing shown */
  double width = presentation.window_width * factor;
  /* PS3.3 C.11.2.1.2: LINEAR needs a width of at least 1. */
  if (presentation.function == VITRAIL_VOI_LINEAR)
    width = fmax (width, 1.0);
  set_window (viewport,
              presentation.window_center + shift * presentation.window_width,
              width);
  return TRUE;
}

static gboolean
run_window_preset (VitrailSession *session,
                   VitrailViewport *viewport,
                   GVariant *argument)
{
  guint number = g_variant_get_uint32 (argument);
  gboolean is_slide = vitrail_viewport_is_slide (viewport);
  if (number < 1 || number > (is_slide ? G_N_ELEMENTS (magnifications)
                                       : G_N_ELEMENTS (ct_windows)))
    return FALSE;
  if (is_slide) {
    vitrail_viewport_set_magnification (viewport, magnifications[number - 1]);
    return TRUE;
  }
  g_auto (VitrailShownState) shown = { 0 };
  vitrail_viewport_get_shown (viewport, &shown);
  if (shown.info == NULL)
    return TRUE;
  if (strcmp (shown.info->modality, "CT") == 0)
    set_window (viewport, ct_windows[number - 1][0], ct_windows[number - 1][1]);
  else
    set_voi (viewport, shown.info, number);
  return TRUE;
}

/* clang-format off */
const VitrailSessionCommand vitrail_presentation_commands[] = {
  { "invert", NULL, "Black becomes white", run_invert },
  { "colormap", "s", "Shows grey levels in the colours of this name; Grayscale: in none", run_colormap },
  { "overlays-toggle", NULL, "Hides the overlay planes of the data, or shows them again", run_overlays_toggle },
  { "toggle-shutter", NULL, "Shows what the display shutter covers, or covers it again", run_shutter_toggle },
  { "voi", "u", "The data's own VOI LUT or window with this number, from 1", run_voi },
  { "set-window", "(dd)", "Window centre and width, in values after the modality LUT", run_set_window },
  { "change-window", "(dd)", "Moves the window's centre by a part of its width, multiplies its width", run_change_window },
  { "window-preset", "u", "Window 1 to 4: for CT soft tissue, lung, liver, bone; else the data's own; on a slide 1x, 2.5x, 5x, 10x, 20x, 40x for 1 to 6", run_window_preset },
  { .name = NULL },
};
/* clang-format on */
