/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands for waveforms: how their pages look. */

#include "commands.h"
#include "viewportwaveform.h"

static gboolean
run_layout (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (viewport, &look);
  return vitrail_ecg_layout_parse (g_variant_get_string (argument, NULL),
                                   &look.layout) &&
         vitrail_viewport_set_ecg (viewport, &look);
}

static gboolean
run_speed (VitrailSession *session,
           VitrailViewport *viewport,
           GVariant *argument)
{
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (viewport, &look);
  look.speed = g_variant_get_double (argument);
  return vitrail_viewport_set_ecg (viewport, &look);
}

static gboolean
run_gain (VitrailSession *session,
          VitrailViewport *viewport,
          GVariant *argument)
{
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (viewport, &look);
  look.gain = g_variant_get_double (argument);
  return vitrail_viewport_set_ecg (viewport, &look);
}

static gboolean
run_scale (VitrailSession *session,
           VitrailViewport *viewport,
           GVariant *argument)
{
  VitrailEcgLook look;
  double speed = 1;
  double gain = 1;

  g_variant_get (argument, "(dd)", &speed, &gain);
  vitrail_viewport_get_ecg (viewport, &look);
  look.speed *= speed;
  look.gain *= gain;
  return vitrail_viewport_set_ecg (viewport, &look);
}

static gboolean
run_filter (VitrailSession *session,
            VitrailViewport *viewport,
            GVariant *argument)
{
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (viewport, &look);
  g_variant_get (argument, "(ddd)", &look.filter.high_pass_hz,
                 &look.filter.low_pass_hz, &look.filter.notch_hz);
  return vitrail_viewport_set_ecg (viewport, &look);
}

static gboolean
run_group (VitrailSession *session,
           VitrailViewport *viewport,
           GVariant *argument)
{
  VitrailEcgLook look;
  const guint number = g_variant_get_uint32 (argument);

  vitrail_viewport_get_ecg (viewport, &look);
  look.group = number - 1;
  look.caliper = (VitrailEcgCaliper){ 0 };
  return number > 0 && vitrail_viewport_set_ecg (viewport, &look);
}

/* Times that are not finite or far away are none. */
static gboolean
is_caliper (const VitrailEcgCaliper *caliper)
{
  const double numbers[] = { caliper->from_s, caliper->to_s, caliper->from_mv,
                             caliper->to_mv };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    if (!(numbers[i] >= -1e6 && numbers[i] <= 1e6))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_caliper (VitrailSession *session,
             VitrailViewport *viewport,
             GVariant *argument)
{
  const VitrailWaveform *waveform = vitrail_viewport_get_waveform (viewport);
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (viewport, &look);
  VitrailEcgCaliper *caliper = &look.caliper;
  g_variant_get (argument, "(udddd)", &caliper->channel, &caliper->from_s,
                 &caliper->to_s, &caliper->from_mv, &caliper->to_mv);
  if (waveform == NULL || !is_caliper (caliper))
    return FALSE;
  const VitrailWaveformGroup *group = waveform->groups->pdata[look.group];
  return caliper->channel <= group->n_channels &&
         vitrail_viewport_set_ecg (viewport, &look);
}

static gboolean
run_no_caliper (VitrailSession *session,
                VitrailViewport *viewport,
                GVariant *argument)
{
  VitrailEcgLook look;

  vitrail_viewport_get_ecg (viewport, &look);
  look.caliper = (VitrailEcgCaliper){ 0 };
  return vitrail_viewport_set_ecg (viewport, &look);
}

/* clang-format off */
const VitrailSessionCommand vitrail_waveform_commands[] = {
  { "ecg-layout", "s", "Leads of a waveform: 3x4, 3x4+1, 6x2 or 12x1", run_layout },
  { "ecg-speed", "d", "Millimetres that stand for a second", run_speed },
  { "ecg-gain", "d", "Millimetres that stand for a millivolt", run_gain },
  { "ecg-scale", "(dd)", "Multiplies the millimetres of a second, and those of a millivolt", run_scale },
  { "ecg-filter", "(ddd)", "High-pass, low-pass and notch of a waveform in Hz; 0: no filter", run_filter },
  { "ecg-group", "u", "Which multiplex group of a waveform, from 1", run_group },
  { "ecg-caliper", "(udddd)", "Caliper on the channel with this number, from 1: from and to in seconds, from and to in mV", run_caliper },
  { "ecg-no-caliper", NULL, "Takes the caliper away", run_no_caliper },
  { .name = NULL },
};
/* clang-format on */
