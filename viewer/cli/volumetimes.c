/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes over time: see volumetimes.h. */

#include "volumetimes.h"

#include "error.h"
#include "volume/region.h"

#include <math.h>
#include <string.h>

/* Pixels of a plot, and of its border. */
#define WIDTH  640.0
#define HEIGHT 400.0
#define BORDER 60.0

/* --- curves --- */

typedef struct {
  const VitrailVolumePlan *plan;
  guint n_regions;
  double *means; /* n_times of each region */
} Curves;

/* What it is by, or where that is not known its number. */
static double
get_time (const Curves *self, guint time)
{
  return isfinite (self->plan->times[time]) ? self->plan->times[time]
                                            : time + 1.0;
}

static gboolean
measure (VitrailVolumeTimes *times,
         const char *region,
         double *means,
         GError **error)
{
  g_autofree guint8 *mask = NULL;
  VitrailBall ball;

  if (region != NULL) {
    g_autoptr (VitrailVolume) first =
        vitrail_volume_times_ref_volume (times, 0, error);
    if (first == NULL)
      return FALSE;
    if (!vitrail_ball_from_text (region, &ball)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                   "%s is no region: X,Y,Z,RADIUS in millimetres", region);
      return FALSE;
    }
    mask =
        vitrail_ball_make_mask (&ball, vitrail_volume_get_info (first), error);
    if (mask == NULL)
      return FALSE;
  }
  return vitrail_volume_times_measure (times, mask, means, NULL, error);
}

static void
append_number (GString *text, const char *format, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (number))
    g_string_append (text,
                     g_ascii_formatd (buffer, sizeof buffer, format, number));
}

static char *
make_csv (const Curves *self)
{
  const guint n_times = self->plan->n_times;
  GString *csv = g_string_new ("frame,");

  g_string_append (csv, n_times > 1
                            ? vitrail_place_key_get_name (self->plan->time_key)
                            : "time");
  for (guint r = 0; r < self->n_regions; r++)
    g_string_append_printf (csv, ",region %u", r + 1);
  g_string_append_c (csv, '\n');
  for (guint time = 0; time < n_times; time++) {
    g_string_append_printf (csv, "%u,", time + 1);
    append_number (csv, "%.15g", get_time (self, time));
    for (guint r = 0; r < self->n_regions; r++) {
      g_string_append_c (csv, ',');
      append_number (csv, "%.9g", self->means[(gsize) r * n_times + time]);
    }
    g_string_append_c (csv, '\n');
  }
  return g_string_free (csv, FALSE);
}

/* Lowest and highest of @n numbers, never the same. */
static void
find_range (const double *numbers, gsize n, double range[2])
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
             const Curves *self,
             guint region,
             const double across[2],
             const double up[2])
{
  static const char *const colors[] = { "#1f77b4", "#d62728", "#2ca02c",
                                        "#9467bd", "#ff7f0e", "#17becf" };
  const guint n_times = self->plan->n_times;

  g_string_append_printf (
      svg, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
      colors[region % G_N_ELEMENTS (colors)]);
  for (guint time = 0; time < n_times; time++) {
    const double mean = self->means[(gsize) region * n_times + time];
    if (!isfinite (mean))
      continue;
    append_number (svg, "%.2f",
                   place (across, get_time (self, time), BORDER,
                          WIDTH - BORDER));
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

static char *
make_svg (const Curves *self)
{
  const guint n_times = self->plan->n_times;
  const char *unit = vitrail_place_key_get_unit (self->plan->time_key);
  double across[2];
  double up[2];
  GString *svg = g_string_new (NULL);

  find_range (self->plan->times, n_times > 1 ? n_times : 0, across);
  find_range (self->means, (gsize) n_times * self->n_regions, up);
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
      (int) (WIDTH / 2), (int) (HEIGHT - BORDER + 36),
      n_times > 1 ? vitrail_place_key_get_name (self->plan->time_key) : "time",
      unit);
  for (guint r = 0; r < self->n_regions; r++)
    append_line (svg, self, r, across, up);
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}

char *
vitrail_volume_curve_make (VitrailVolumeTimes *times,
                           const VitrailVolumePlan *plan,
                           const char *path,
                           char **regions,
                           GError **error)
{
  const guint n_regions = regions != NULL ? g_strv_length (regions) : 1;
  g_autofree double *means = g_new (double, (gsize) n_regions * plan->n_times);
  const Curves curves = { plan, n_regions, means };

  for (guint r = 0; r < n_regions; r++)
    if (!measure (times, regions != NULL ? regions[r] : NULL,
                  means + (gsize) r * plan->n_times, error))
      return NULL;
  return g_str_has_suffix (path, ".svg") ? make_svg (&curves)
                                         : make_csv (&curves);
}
