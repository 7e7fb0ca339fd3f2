/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ECG pages: see ecg.h. */

#include "waveform/ecg.h"

#include "waveform/ecgnotes.h"
#include "waveform/ecgstrips.h"
#include "waveform/intervals.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#define LEFT        25.0
#define TOP         30.0
#define WIDTH       250.0
#define HEIGHT      165.0
#define PULSE       5.0 /* mm that the calibration pulse is wide */
#define LETTER      3.5
#define SMALL       2.6 /* of what is measured */
#define MEASURED    3.9 /* it stands so much above the grid */
#define N_LEADS     12
#define MOST_FITTED (1u << 20) /* samples that a scale is chosen by */
#define MAX_ROWS    64u
#define ROOM        16.0 /* at most, between a lead's name and its line */
#define BEYOND      10.0 /* that traces may leave the grid by */
#define COLUMN      0.05 /* no finer than this is drawn */
#define PLACES      5.0  /* above the end of a row: where they are marked */
#define SWING_S     30.0 /* seconds that filters have before and behind */

static const char *const leads[N_LEADS] = { "I",   "II",  "III", "aVR",
                                            "aVL", "aVF", "V1",  "V2",
                                            "V3",  "V4",  "V5",  "V6" };
/* CID 3001: the number that ends their codes. */
static const guint lead_codes[N_LEADS] = { 1, 2, 61, 62, 63, 64,
                                           3, 4, 5,  6,  7,  8 };

typedef VitrailEcgStrip Strip;

/* By the number that ends "5.6.3-9-62" (SCPECG) and "2:62" (MDC). */
static const char *
find_code (const char *code)
{
  if (code == NULL ||
      (!g_str_has_prefix (code, "5.6.3-9-") && !g_str_has_prefix (code, "2:")))
    return NULL;
  const char *end = code + (*code == '2' ? 2 : 8);
  const guint64 number = g_ascii_strtoull (end, NULL, 10);
  for (guint i = 0; i < N_LEADS; i++) {
    if (lead_codes[i] == number)
      return leads[i];
  }
  return NULL;
}

const char *
vitrail_ecg_get_lead (const VitrailWaveformChannel *channel)
{
  const char *found = find_code (channel->code);
  const char *label = channel->label;

  if (found != NULL)
    return found;
  if (g_ascii_strncasecmp (label, "lead ", 5) == 0)
    label += 5;
  const gsize length = strcspn (label, " (");
  for (guint i = 0; i < N_LEADS; i++) {
    if (strlen (leads[i]) == length &&
        g_ascii_strncasecmp (label, leads[i], length) == 0)
      return leads[i];
  }
  return NULL;
}

gboolean
vitrail_ecg_layout_parse (const char *text, VitrailEcgLayout *layout)
{
  static const char *const names[] = { "3x4", "3x4+1", "6x2", "12x1" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (text, names[i]) == 0) {
      *layout = (VitrailEcgLayout) i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
vitrail_ecg_look_is_valid (const VitrailEcgLook *self)
{
  return self->speed >= 0.1 && self->speed <= 1000 && self->gain >= 0.1 &&
         self->gain <= 1000 && vitrail_wave_filter_is_valid (&self->filter);
}

/* --- paper --- */

static void
draw_lines (cairo_t *cr, double step, double width)
{
  const int across = (int) (WIDTH / step);
  const int down = (int) (HEIGHT / step);

  for (int i = 0; i <= across; i++) {
    cairo_move_to (cr, LEFT + i * step, TOP);
    cairo_rel_line_to (cr, 0, HEIGHT);
  }
  for (int i = 0; i <= down; i++) {
    cairo_move_to (cr, LEFT, TOP + i * step);
    cairo_rel_line_to (cr, WIDTH, 0);
  }
  cairo_set_line_width (cr, width);
  cairo_stroke (cr);
}

static void
draw_grid (cairo_t *cr)
{
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 1, 0.82, 0.82);
  draw_lines (cr, 1, 0.1);
  cairo_set_source_rgb (cr, 0.94, 0.55, 0.55);
  draw_lines (cr, 5, 0.2);
}

/* --- traces --- */

double
vitrail_ecg_get_height (const VitrailWaveformChannel *channel, double gain)
{
  static const struct {
    const char *unit;
    double millivolts;
  } units[] = { { "mV", 1 }, { "uV", 1e-3 }, { "V", 1e3 }, { "nV", 1e-6 } };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    if (strcmp (channel->unit, units[i].unit) == 0)
      return gain * units[i].millivolts;
  }
  return 0;
}

/* How what is no voltage is drawn: the same on all pages of a group.
 * @middle: value that the line stands for
 * @height: mm of one unit
 * @bar: units that the bar before the row is high; 0: there is none */
typedef struct {
  double middle;
  double height;
  double bar;
} Scale;

/* The highest of 1, 2, 5, 10, ... that is no more than @most. */
static double
round_down (double most)
{
  const double ten = pow (10, floor (log10 (most)));

  if (most >= 5 * ten)
    return 5 * ten;
  return most >= 2 * ten ? 2 * ten : ten;
}

/* All values within a row, below its name; 1:1 where they are one. */
static Scale
fit (const Strip *strip)
{
  const guint n = MIN (strip->group->n_samples, MOST_FITTED);
  g_autofree float *values = g_try_new (float, n);
  const double room = fmax (8, 0.72 * strip->step);
  double low = INFINITY;
  double high = -INFINITY;

  if (values == NULL)
    return (Scale){ 0, 1, 0 };
  vitrail_waveform_group_get_values (strip->group, strip->channel, 0, n,
                                     values);
  for (guint i = 0; i < n; i++) {
    low = fmin (low, values[i]);
    high = fmax (high, values[i]);
  }
  if (!(high > low))
    return (Scale){ high >= low ? low : 0, 1, 0 };
  const double bar = round_down ((high - low) / 2);
  return (Scale){ (low + high) / 2, room / (high - low), bar };
}

/* The pen of one trace, and the lowest and highest value of the column that it
 * is in: however many samples fall into one, its peaks are drawn. */
typedef struct {
  cairo_t *cr;
  double x;
  double low;
  double high;
  gboolean down;
} Pen;

static void
pen_flush (Pen *self)
{
  if (self->high < self->low)
    return;
  if (!self->down)
    cairo_move_to (self->cr, self->x, self->low);
  cairo_line_to (self->cr, self->x, self->low);
  if (self->high > self->low)
    cairo_line_to (self->cr, self->x, self->high);
  self->down = TRUE;
  self->low = INFINITY;
  self->high = -INFINITY;
}

static void
pen_move (Pen *self, double x, double y)
{
  if (x - self->x >= COLUMN)
    pen_flush (self);
  if (isnan (y)) {
    pen_flush (self);
    self->down = FALSE;
    return;
  }
  if (self->high < self->low)
    self->x = x;
  self->low = fmin (self->low, y);
  self->high = fmax (self->high, y);
}

static void
stroke_values (cairo_t *cr,
               const Strip *strip,
               const VitrailEcgLook *look,
               const float *values,
               guint n)
{
  const VitrailWaveformChannel *channel =
      &strip->group->channels[strip->channel];
  Pen pen = { cr, strip->x, INFINITY, -INFINITY, FALSE };
  Scale scale = { 0, vitrail_ecg_get_height (channel, look->gain), 0 };

  if (scale.height <= 0)
    scale = fit (strip);
  for (guint i = 0; i < n; i++)
    pen_move (&pen, strip->x + i / strip->group->rate_hz * look->speed,
              strip->y - (values[i] - scale.middle) * scale.height);
  pen_flush (&pen);
  cairo_stroke (cr);
}

/* @n values from @from on, filtered; @read: owns them. A filter swings in
 * before, as far as there is something. NULL: no memory. */
static const float *
get_values (const Strip *strip,
            const VitrailEcgLook *look,
            guint from,
            guint n,
            float **read)
{
  const VitrailWaveformGroup *group = strip->group;
  const double swing = vitrail_wave_filter_is_on (&look->filter)
                           ? ceil (SWING_S * group->rate_hz)
                           : 0;
  const guint before = (guint) fmin (from, swing);
  const guint behind = (guint) fmin (group->n_samples - from - n, swing);
  const guint all = before + n + behind;

  *read = g_try_new (float, all);
  if (*read == NULL)
    return NULL;
  vitrail_waveform_group_get_values (group, strip->channel, from - before, all,
                                     *read);
  return vitrail_wave_filter_run (&look->filter, group->rate_hz, *read, all)
             ? *read + before
             : NULL;
}

static gboolean
draw_strip (cairo_t *cr, const Strip *strip, const VitrailEcgLook *look)
{
  const double rate = strip->group->rate_hz;
  const VitrailWaveformChannel *channel =
      &strip->group->channels[strip->channel];
  const double first = round ((strip->start - channel->delay_s) * rate);
  const double wanted = strip->width / look->speed * rate + 1;

  if (first >= strip->group->n_samples || first + wanted <= 0)
    return TRUE;
  Strip shown = *strip;
  const guint from = (guint) fmax (first, 0);
  const guint n = (guint) fmin (fmin (wanted, first + wanted),
                                strip->group->n_samples - from);
  shown.x += (from - first) / rate * look->speed;
  g_autofree float *read = NULL;
  const float *values = get_values (strip, look, from, n, &read);
  if (values == NULL)
    return FALSE;
  cairo_save (cr);
  cairo_rectangle (cr, strip->x, TOP - BEYOND, strip->width,
                   HEIGHT + 2 * BEYOND);
  cairo_clip (cr);
  stroke_values (cr, &shown, look, values, n);
  cairo_restore (cr);
  const char *lead = vitrail_ecg_get_lead (channel);
  const gboolean fills = vitrail_ecg_get_height (channel, 1) <= 0;
  const double above = fills ? strip->step / 2 - 0.5 : strip->room;
  vitrail_ecg_draw_text (cr, strip->x + 1, strip->y - above, LETTER,
                         lead != NULL ? lead : channel->label);
  return TRUE;
}

/* One millivolt, before the row. */
static void
draw_pulse (cairo_t *cr, double y, double gain)
{
  cairo_move_to (cr, LEFT - 2 * PULSE, y);
  cairo_rel_line_to (cr, PULSE / 2, 0);
  cairo_rel_line_to (cr, 0, -gain);
  cairo_rel_line_to (cr, PULSE, 0);
  cairo_rel_line_to (cr, 0, gain);
  cairo_rel_line_to (cr, PULSE / 2, 0);
  cairo_stroke (cr);
}

/* "mm[Hg]" is how UCUM says it. */
static char *
dup_unit (const char *unit)
{
  GString *text = g_string_new (unit);

  g_string_replace (text, "[", "", 0);
  g_string_replace (text, "]", "", 0);
  return g_string_free (text, FALSE);
}

/* What is no voltage: a bar between two round values, before the row. */
static void
draw_bar (cairo_t *cr, const Strip *strip)
{
  const Scale scale = fit (strip);
  const char *unit = strip->group->channels[strip->channel].unit;

  if (scale.bar <= 0)
    return;
  const double low = floor (scale.middle / scale.bar) * scale.bar + 0.0;
  const double bottom = strip->y - (low - scale.middle) * scale.height;
  const double top = bottom - scale.bar * scale.height;
  g_autofree char *name = dup_unit (unit);
  g_autofree char *from = g_strdup_printf ("%g", low);
  g_autofree char *to = g_strdup_printf ("%g", low + scale.bar);
  cairo_move_to (cr, LEFT - 1, bottom);
  cairo_rel_line_to (cr, -2, 0);
  cairo_line_to (cr, LEFT - 3, top);
  cairo_rel_line_to (cr, 2, 0);
  cairo_stroke (cr);
  vitrail_ecg_draw_text (cr, LEFT - 15, bottom - SMALL * 0.7, SMALL, from);
  vitrail_ecg_draw_text (cr, LEFT - 15, top - SMALL * 0.7, SMALL, to);
  vitrail_ecg_draw_text (cr, LEFT - 15, (top + bottom) / 2 - SMALL * 0.7, SMALL,
                         *name != '\0' ? name : "stored");
}

/* --- layouts --- */

/* Where the twelve leads are among the channels; FALSE when one is missing. */
static gboolean
find_leads (const VitrailWaveformGroup *group, guint places[N_LEADS])
{
  guint found = 0;

  for (guint lead = 0; lead < N_LEADS; lead++) {
    for (guint i = 0; i < MIN (group->n_channels, MAX_ROWS); i++) {
      const char *name = vitrail_ecg_get_lead (&group->channels[i]);
      if (name != NULL && strcmp (name, leads[lead]) == 0) {
        places[lead] = i;
        found++;
        break;
      }
    }
  }
  return found == N_LEADS;
}

/* Those of all channels are marked in the last row. */
static void
mark_places (cairo_t *cr,
             const VitrailWaveform *waveform,
             const Strip *strip,
             const VitrailEcgLook *look)
{
  const VitrailEcgSpan span = {
    .group = look->group,
    .channel = strip->channel,
    .for_all = strip->ends,
    .x = strip->x,
    .y = strip->y + strip->step / 2 - PLACES,
    .width = strip->width,
    .start = strip->start,
    .speed = look->speed,
  };

  vitrail_ecg_draw_places (cr, waveform, &span);
}

guint
vitrail_ecg_lay_out (const VitrailWaveformGroup *group,
                     const VitrailEcgLook *look,
                     Strip strips[VITRAIL_ECG_MOST_STRIPS])
{
  static const guint columns_of[] = { 4, 4, 2, 1 };
  guint places[N_LEADS];
  const gboolean standard = find_leads (group, places);
  const guint columns = standard ? columns_of[look->layout] : 1;
  const guint n = standard ? N_LEADS : MIN (group->n_channels, MAX_ROWS);
  const guint rows = n / columns;
  const gboolean rhythm = standard && look->layout == VITRAIL_ECG_3X4_1;
  const double step = HEIGHT / (rows + (rhythm ? 1 : 0));
  const double width = WIDTH / columns;

  for (guint i = 0; i < n; i++) {
    const guint column = i / rows;
    strips[i] = (Strip){
      .group = group,
      .channel = standard ? places[i] : i,
      .x = LEFT + column * width,
      .y = TOP + (i % rows + 0.5) * step,
      .width = width,
      .start = look->start + column * width / look->speed,
      .room = fmin (step * 0.45, ROOM),
      .step = step,
      .begins = i < rows,
      .ends = !rhythm && i % rows == rows - 1,
    };
  }
  if (!rhythm)
    return n;
  strips[n] = strips[1];
  strips[n].y = TOP + (rows + 0.5) * step;
  strips[n].width = WIDTH;
  strips[n].ends = TRUE;
  return n + 1;
}

static gboolean
draw_strips (cairo_t *cr,
             const VitrailWaveform *waveform,
             const VitrailEcgLook *look)
{
  const VitrailWaveformGroup *group = waveform->groups->pdata[look->group];
  Strip strips[VITRAIL_ECG_MOST_STRIPS];
  const guint n = vitrail_ecg_lay_out (group, look, strips);

  for (guint i = 0; i < n; i++) {
    const VitrailWaveformChannel *channel = &group->channels[strips[i].channel];
    if (strips[i].begins && vitrail_ecg_get_height (channel, look->gain) > 0)
      draw_pulse (cr, strips[i].y, look->gain);
    else if (strips[i].begins)
      draw_bar (cr, &strips[i]);
    if (!draw_strip (cr, &strips[i], look))
      return FALSE;
    mark_places (cr, waveform, &strips[i], look);
  }
  vitrail_ecg_draw_caliper (cr, look, strips, n);
  return TRUE;
}

static void
describe_filter (GString *text, const VitrailWaveFilter *filter)
{
  if (!vitrail_wave_filter_is_on (filter))
    return;
  g_string_append (text, "   shown with");
  if (filter->high_pass_hz > 0)
    g_string_append_printf (text, "   high-pass %g Hz", filter->high_pass_hz);
  if (filter->low_pass_hz > 0)
    g_string_append_printf (text, "   low-pass %g Hz", filter->low_pass_hz);
  if (filter->notch_hz > 0)
    g_string_append_printf (text, "   notch %g Hz", filter->notch_hz);
}

/* Millivolts are nothing to a pressure or a sound. */
static gboolean
has_voltage (const VitrailWaveformGroup *group)
{
  for (guint i = 0; i < group->n_channels; i++) {
    if (vitrail_ecg_get_height (&group->channels[i], 1) > 0)
      return TRUE;
  }
  return FALSE;
}

static char *
describe_scale (const VitrailWaveformGroup *group, const VitrailEcgLook *look)
{
  const VitrailWaveformChannel *channel = &group->channels[0];
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%g mm/s", look->speed);
  if (has_voltage (group))
    g_string_append_printf (text, "   %g mm/mV", look->gain);
  if (isfinite (channel->low_hz) || isfinite (channel->high_hz))
    g_string_append (text, "   recorded with");
  if (isfinite (channel->low_hz))
    g_string_append_printf (text, "   high-pass %g Hz", channel->low_hz);
  if (isfinite (channel->high_hz))
    g_string_append_printf (text, "   low-pass %g Hz", channel->high_hz);
  if (isfinite (channel->notch_hz))
    g_string_append_printf (text, "   notch %g Hz", channel->notch_hz);
  describe_filter (text, &look->filter);
  return g_string_free (text, FALSE);
}

char *
vitrail_ecg_dup_measured (const VitrailWaveform *waveform, guint group)
{
  VitrailIntervals intervals;
  guint leads_of[VITRAIL_BEATS_MOST_LEADS];

  if (group >= waveform->groups->len ||
      vitrail_beats_find_leads (waveform->groups->pdata[group], leads_of) == 0)
    return NULL;
  (void) vitrail_intervals_measure (waveform, group, &intervals);
  if (intervals.beats.why_not != NULL)
    return g_strdup_printf ("Rate not measured, because %s",
                            intervals.beats.why_not);
  g_autofree char *text = vitrail_intervals_to_text (&intervals);
  return g_strdup_printf ("Measured: %.0f /min, RR %.0f ms, %s",
                          intervals.beats.rate, 1000 * intervals.beats.rr_s,
                          text);
}

gboolean
vitrail_ecg_draw (cairo_t *cr,
                  const VitrailWaveform *waveform,
                  const VitrailEcgLook *look)
{
  if (look->group >= waveform->groups->len || !(look->speed > 0))
    return FALSE;
  const VitrailWaveformGroup *group = waveform->groups->pdata[look->group];
  g_autofree char *scale = describe_scale (group, look);
  draw_grid (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_set_line_width (cr, 0.25);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (look->title != NULL)
    vitrail_ecg_draw_text (cr, LEFT, TOP - 2.5 * LETTER, LETTER, look->title);
  if (look->measured != NULL)
    vitrail_ecg_draw_text (cr, LEFT, TOP - MEASURED, SMALL, look->measured);
  vitrail_ecg_draw_text (cr, LEFT, TOP + HEIGHT + 6, LETTER, scale);
  vitrail_ecg_draw_findings (cr, waveform, look->group, LEFT, TOP - LETTER);
  return draw_strips (cr, waveform, look);
}

/* Cairo's whole numbers lie between pixels, those of the affine are pixels'
 * centres. FALSE where nothing of the page could be seen. */
static gboolean
place_by_affine (cairo_t *cr, const double to_page[6])
{
  const double *a = to_page;
  cairo_matrix_t matrix;

  cairo_matrix_init (&matrix, a[0] / 10, a[3] / 10, a[1] / 10, a[4] / 10,
                     (a[2] - (a[0] + a[1]) / 2 + 0.5) / 10,
                     (a[5] - (a[3] + a[4]) / 2 + 0.5) / 10);
  if (cairo_matrix_invert (&matrix) != CAIRO_STATUS_SUCCESS)
    return FALSE;
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_paint (cr);
  cairo_set_matrix (cr, &matrix);
  cairo_rectangle (cr, 0, 0, VITRAIL_ECG_WIDTH, VITRAIL_ECG_HEIGHT);
  cairo_clip (cr);
  return TRUE;
}

static void
place_whole (cairo_t *cr, guint width, guint height)
{
  const double scale =
      fmin (width / VITRAIL_ECG_WIDTH, height / VITRAIL_ECG_HEIGHT);

  cairo_translate (cr, (width - scale * VITRAIL_ECG_WIDTH) / 2,
                   (height - scale * VITRAIL_ECG_HEIGHT) / 2);
  cairo_scale (cr, scale, scale);
}

gboolean
vitrail_ecg_paint (const VitrailWaveform *waveform,
                   const VitrailEcgLook *look,
                   const VitrailEcgPicture *picture)
{
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
      picture->pixels, CAIRO_FORMAT_ARGB32, (int) picture->width,
      (int) picture->height, (int) picture->stride);
  cairo_t *cr = cairo_create (surface);
  gboolean drawn = TRUE;

  if (picture->to_page == NULL)
    place_whole (cr, picture->width, picture->height);
  else
    drawn = place_by_affine (cr, picture->to_page);
  drawn = drawn && vitrail_ecg_draw (cr, waveform, look) &&
          cairo_status (cr) == CAIRO_STATUS_SUCCESS;
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  cairo_surface_destroy (surface);
  return drawn;
}

double
vitrail_ecg_get_length (const VitrailWaveform *waveform, guint group)
{
  if (group >= waveform->groups->len)
    return 0;
  const VitrailWaveformGroup *self = waveform->groups->pdata[group];
  return self->n_samples / self->rate_hz;
}

double
vitrail_ecg_get_page (const VitrailEcgLook *look)
{
  return WIDTH / look->speed;
}
