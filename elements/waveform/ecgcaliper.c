/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calipers on pages of waveforms: see ecg.h. */

#include "waveform/ecgnotes.h"
#include "waveform/ecgstrips.h"

#include <cairo.h>
#include <math.h>

#define LETTER     3.2
#define LETTER_W   1.7   /* of a letter, about */
#define LEAST_RR_S 0.199 /* a shorter one is no interval of beats */

static gboolean
is_voltage (const VitrailEcgStrip *strip)
{
  return vitrail_ecg_get_height (&strip->group->channels[strip->channel], 1) >
         0;
}

gboolean
vitrail_ecg_find_caliper (const VitrailWaveform *waveform,
                          const VitrailEcgLook *look,
                          const double from[2],
                          const double to[2],
                          VitrailEcgCaliper *caliper)
{
  VitrailEcgStrip strips[VITRAIL_ECG_MOST_STRIPS];

  if (look->group >= waveform->groups->len)
    return FALSE;
  const guint n =
      vitrail_ecg_lay_out (waveform->groups->pdata[look->group], look, strips);
  for (guint i = 0; i < n; i++) {
    const VitrailEcgStrip *strip = &strips[i];
    const double right = strip->x + strip->width;
    if (from[0] < strip->x || from[0] >= right ||
        fabs (from[1] - strip->y) > strip->step / 2)
      continue;
    const double end = CLAMP (to[0], strip->x, right);
    const double gain = is_voltage (strip) ? look->gain : INFINITY;
    *caliper = (VitrailEcgCaliper){
      .channel = strip->channel + 1,
      .from_s = strip->start + (from[0] - strip->x) / look->speed,
      .to_s = strip->start + (end - strip->x) / look->speed,
      .from_mv = (strip->y - from[1]) / gain,
      .to_mv = (strip->y - to[1]) / gain,
    };
    return TRUE;
  }
  return FALSE;
}

char *
vitrail_ecg_caliper_to_text (const VitrailEcgCaliper *self)
{
  const double time = fabs (self->to_s - self->from_s);
  const double height = self->to_mv - self->from_mv;
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%.0f ms", 1000 * time);
  if (time >= LEAST_RR_S)
    g_string_append_printf (text, "   %.0f /min", 60 / time);
  if (height != 0)
    g_string_append_printf (text, "   %+.2f mV", height);
  return g_string_free (text, FALSE);
}

/* Beside the lines, on white; to the left where there is no room. */
static void
draw_words (cairo_t *cr,
            const VitrailEcgCaliper *caliper,
            const VitrailEcgStrip *strip,
            double left,
            double right)
{
  g_autofree char *text = vitrail_ecg_caliper_to_text (caliper);
  const double width = LETTER_W * (double) g_utf8_strlen (text, -1);
  const double top = strip->y - strip->step / 2 + 1;
  const double most = strip->x + strip->width;
  double x = right + 1;

  if (x + width > most)
    x = left - 1 - width >= strip->x ? left - 1 - width : most - width;
  cairo_set_source_rgba (cr, 1, 1, 1, 0.85);
  cairo_rectangle (cr, x - 0.5, top, width, LETTER * 1.5);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0.25, 0.65);
  vitrail_ecg_draw_text (cr, x, top, LETTER, text);
}

static void
draw_one (cairo_t *cr, const VitrailEcgLook *look, const VitrailEcgStrip *strip)
{
  const VitrailEcgCaliper *caliper = &look->caliper;
  const double top = strip->y - strip->step / 2;
  const double a = strip->x + (caliper->from_s - strip->start) * look->speed;
  const double b = strip->x + (caliper->to_s - strip->start) * look->speed;
  const double low = strip->y - caliper->from_mv * look->gain;
  const double high = strip->y - caliper->to_mv * look->gain;

  if (fmax (a, b) < strip->x || fmin (a, b) > strip->x + strip->width)
    return;
  cairo_rectangle (cr, strip->x, top, strip->width, strip->step);
  cairo_clip (cr);
  cairo_set_source_rgba (cr, 0, 0.35, 0.85, 0.12);
  if (is_voltage (strip))
    cairo_rectangle (cr, a, low, b - a, high - low);
  else
    cairo_rectangle (cr, a, top, b - a, strip->step);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0.35, 0.85);
  cairo_set_line_width (cr, 0.25);
  for (guint i = 0; i < 2; i++) {
    cairo_move_to (cr, i == 0 ? a : b, top);
    cairo_rel_line_to (cr, 0, strip->step);
    if (!is_voltage (strip))
      continue;
    cairo_move_to (cr, a, i == 0 ? low : high);
    cairo_line_to (cr, b, i == 0 ? low : high);
  }
  cairo_stroke (cr);
  draw_words (cr, caliper, strip, fmin (a, b), fmax (a, b));
}

void
vitrail_ecg_draw_caliper (cairo_t *cr,
                          const VitrailEcgLook *look,
                          const VitrailEcgStrip *strips,
                          guint n_strips)
{
  for (guint i = 0; look->caliper.channel > 0 && i < n_strips; i++) {
    if (strips[i].channel + 1 != look->caliper.channel)
      continue;
    cairo_save (cr);
    draw_one (cr, look, &strips[i]);
    cairo_restore (cr);
  }
}
