/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See timecurves.h. */

#include "timecurves.h"

#include <math.h>

/* Pixels of a plot, and of its border. */
#define WIDTH  640.0
#define HEIGHT 400.0
#define BORDER 60.0

VitrailTimeCurves
vitrail_time_curves_of (const VitrailVolumePlan *plan)
{
  const gboolean is_one = plan->n_times < 2;

  return (VitrailTimeCurves){
    .n_times = plan->n_times,
    .times = plan->times,
    .name = is_one ? "time" : vitrail_place_key_get_name (plan->time_key),
    .unit = vitrail_place_key_get_unit (plan->time_key),
  };
}

double
vitrail_time_curves_get_time (const VitrailTimeCurves *self, guint time)
{
  return isfinite (self->times[time]) ? self->times[time] : time + 1.0;
}

guint32
vitrail_time_curves_get_color (guint region)
{
  static const guint32 colors[] = { 0x1f77b4, 0xd62728, 0x2ca02c,
                                    0x9467bd, 0xff7f0e, 0x17becf };

  return colors[region % G_N_ELEMENTS (colors)];
}

static void
append_number (GString *text, const char *format, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (number))
    g_string_append (text,
                     g_ascii_formatd (buffer, sizeof buffer, format, number));
}

char *
vitrail_time_curves_to_csv (const VitrailTimeCurves *self)
{
  const guint n_times = self->n_times;
  GString *csv = g_string_new ("frame,");

  g_string_append (csv, self->name);
  for (guint r = 0; r < self->n_regions; r++)
    g_string_append_printf (csv, ",region %u", r + 1);
  g_string_append_c (csv, '\n');
  for (guint time = 0; time < n_times; time++) {
    g_string_append_printf (csv, "%u,", time + 1);
    append_number (csv, "%.15g", vitrail_time_curves_get_time (self, time));
    for (guint r = 0; r < self->n_regions; r++) {
      g_string_append_c (csv, ',');
      append_number (csv, "%.9g", self->means[(gsize) r * n_times + time]);
    }
    g_string_append_c (csv, '\n');
  }
  return g_string_free (csv, FALSE);
}

void
vitrail_time_curves_find_range (const double *numbers, gsize n, double range[2])
{
  range[0] = INFINITY;
  range[1] = -INFINITY;
  for (gsize i = 0; i < n; i++) {
    if (!isfinite (numbers[i]))
      continue;
    range[0] = MIN (range[0], numbers[i]);
    range[1] = MAX (range[1], numbers[i]);
  }
  if (!(range[0] < range[1])) {
    range[0] = isfinite (range[0]) ? range[0] - 1 : 0;
    range[1] = range[0] + 2;
  }
}

static double
place (const double range[2], double number, double from, double to)
{
  return from + (number - range[0]) / (range[1] - range[0]) * (to - from);
}

static void
append_line (GString *svg,
             const VitrailTimeCurves *self,
             guint region,
             const double across[2],
             const double up[2])
{
  const guint n_times = self->n_times;

  g_string_append_printf (
      svg,
      "<polyline fill=\"none\" stroke=\"#%06x\" stroke-width=\"2\" points=\"",
      vitrail_time_curves_get_color (region));
  for (guint time = 0; time < n_times; time++) {
    const double mean = self->means[(gsize) region * n_times + time];
    if (!isfinite (mean))
      continue;
    append_number (svg, "%.2f",
                   place (across, vitrail_time_curves_get_time (self, time),
                          BORDER, WIDTH - BORDER));
    g_string_append_c (svg, ',');
    append_number (svg, "%.2f", place (up, mean, HEIGHT - BORDER, BORDER));
    g_string_append_c (svg, ' ');
  }
  g_string_append (svg, "\"/>\n");
}

static void
append_label (GString *svg, double x, double y, const char *anchor, double what)
{
  g_string_append_printf (svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">",
                          (int) x, (int) y, anchor);
  append_number (svg, "%.6g", what);
  g_string_append (svg, "</text>\n");
}

char *
vitrail_time_curves_to_svg (const VitrailTimeCurves *self)
{
  const guint n_times = self->n_times;
  g_autofree double *times = g_new (double, n_times);
  double across[2];
  double up[2];
  GString *svg = g_string_new (NULL);

  for (guint time = 0; time < n_times; time++)
    times[time] = vitrail_time_curves_get_time (self, time);
  vitrail_time_curves_find_range (times, n_times, across);
  vitrail_time_curves_find_range (self->means,
                                  (gsize) n_times * self->n_regions, up);
  g_string_append_printf (
      svg,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
      "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"black\"/>\n",
      (int) WIDTH, (int) HEIGHT, (int) BORDER, (int) BORDER,
      (int) (HEIGHT - BORDER), (int) (WIDTH - BORDER));
  append_label (svg, BORDER - 5, HEIGHT - BORDER, "end", up[0]);
  append_label (svg, BORDER - 5, BORDER, "end", up[1]);
  append_label (svg, BORDER, HEIGHT - BORDER + 18, "middle", across[0]);
  append_label (svg, WIDTH - BORDER, HEIGHT - BORDER + 18, "middle", across[1]);
  g_string_append_printf (
      svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s %s</text>\n",
      (int) (WIDTH / 2), (int) (HEIGHT - BORDER + 36), self->name, self->unit);
  for (guint r = 0; r < self->n_regions; r++)
    append_line (svg, self, r, across, up);
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}
