/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Notes on pages of waveforms: see ecgnotes.h. */

#include "waveform/ecgnotes.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#define MM_A_INCH 25.4
#define SMALL     2.6 /* letters */
#define LINE      3.8 /* from line to line */
#define TOP       3.0
#define VALUES_X  130.0 /* the first column of values, behind the left edge */
#define COLUMN    62.0
#define COLUMNS   2u
#define TICK      2.0
#define ROOM      7.0 /* mm that a name needs */

void
vitrail_ecg_draw_text (cairo_t *cr,
                       double x,
                       double y,
                       double height,
                       const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");

  pango_cairo_context_set_resolution (pango_layout_get_context (layout),
                                      MM_A_INCH);
  pango_font_description_set_absolute_size (font, height * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, valid, -1);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (font);
  g_object_unref (layout);
}

/* Of this group or of all. */
static gboolean
is_of (const VitrailWaveformAnnotation *one, guint group)
{
  return one->group == group || one->group == VITRAIL_WAVEFORM_ALL;
}

/* "QT Interval 368 ms"; NULL: it is no value of the whole. */
static char *
dup_value (const VitrailWaveformAnnotation *one)
{
  if (one->n_times > 0 || one->name == NULL || !isfinite (one->value))
    return NULL;
  return g_strdup_printf ("%s %g %s", one->name, one->value,
                          strcmp (one->unit, "deg") == 0 ? "°" : one->unit);
}

static const char *
get_statement (const VitrailWaveformAnnotation *one)
{
  return one->n_times == 0 && !isfinite (one->value) ? one->text : NULL;
}

void
vitrail_ecg_draw_findings (cairo_t *cr,
                           const VitrailWaveform *waveform,
                           guint group,
                           double left,
                           double bottom)
{
  const guint rows = (guint) ((bottom - TOP) / LINE);
  guint n_values = 0;
  guint n_statements = 0;

  for (guint i = 0; i < waveform->annotations->len; i++) {
    const VitrailWaveformAnnotation *one = waveform->annotations->pdata[i];
    if (!is_of (one, group))
      continue;
    g_autofree char *value = dup_value (one);
    const char *statement = get_statement (one);
    if (value != NULL && n_values < rows * COLUMNS) {
      const guint column = n_values / rows;
      vitrail_ecg_draw_text (cr, left + VALUES_X + column * COLUMN,
                             TOP + n_values % rows * LINE, SMALL, value);
      n_values++;
    } else if (statement != NULL && n_statements < rows / 2) {
      vitrail_ecg_draw_text (cr, left, TOP + n_statements * LINE, SMALL,
                             statement);
      n_statements++;
    }
  }
}

static gboolean
is_in (const VitrailWaveformAnnotation *one, const VitrailEcgSpan *span)
{
  if (!is_of (one, span->group))
    return FALSE;
  return one->channel == VITRAIL_WAVEFORM_ALL ? span->for_all
                                              : one->channel == span->channel;
}

/* Names are told once where they are many: the next needs room of its own. */
static void
draw_times (cairo_t *cr,
            const VitrailWaveformAnnotation *one,
            const VitrailEcgSpan *span,
            double *free_from)
{
  const char *name = one->text != NULL ? one->text : one->name;

  for (guint i = 0; i < one->n_times; i++) {
    const double x = (one->times_s[i] - span->start) * span->speed;
    if (!(x >= 0 && x <= span->width))
      continue;
    cairo_move_to (cr, span->x + x, span->y);
    cairo_rel_line_to (cr, 0, TICK);
    cairo_stroke (cr);
    if (name == NULL || x < *free_from)
      continue;
    vitrail_ecg_draw_text (cr, span->x + x, span->y + TICK, SMALL * 0.7, name);
    *free_from = x + fmax (ROOM, (double) g_utf8_strlen (name, -1));
  }
}

void
vitrail_ecg_draw_places (cairo_t *cr,
                         const VitrailWaveform *waveform,
                         const VitrailEcgSpan *span)
{
  double free_from = 0;

  cairo_save (cr);
  cairo_set_source_rgb (cr, 0.1, 0.3, 0.75);
  cairo_set_line_width (cr, 0.2);
  for (guint i = 0; i < waveform->annotations->len; i++) {
    const VitrailWaveformAnnotation *one = waveform->annotations->pdata[i];
    if (is_in (one, span))
      draw_times (cr, one, span, &free_from);
  }
  cairo_restore (cr);
}
