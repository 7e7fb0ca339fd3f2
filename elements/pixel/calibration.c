/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A display's characteristics from their text form: see gsdf.h. */

#include "error.h"
#include "pixel/gsdf.h"

#include <math.h>
#include <string.h>

#define MAX_BYTES     ((size_t) 1024 * 1024)
#define MAX_LEVEL     65535
#define MAX_LUMINANCE 100000.0
#define LEVELS        VITRAIL_CALIBRATION_LEVELS

typedef struct {
  double level;
  double luminance;
  double slope; /* of the interpolation */
} Point;

typedef struct {
  const char *name;
  guint line;
  gint max; /* -1: not yet said */
  double ambient;
  GArray *points; /* of Point */
} Reader;

static gboolean G_GNUC_PRINTF (3, 4)
    fail (const Reader *reader, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (reader->line > 0)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: line %u: %s", reader->name, reader->line, text);
  else
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s",
                 reader->name, text);
  return FALSE;
}

/* All of @word is a number from 0 to @most. */
static gboolean
parse_number (const char *word, double most, double *number)
{
  char *end = NULL;

  *number = g_ascii_strtod (word, &end);
  return end != word && *end == '\0' && *number >= 0 && *number <= most;
}

static gboolean
read_keyword (Reader *reader,
              const char *keyword,
              const char *value,
              GError **error)
{
  double number = 0;

  if (g_str_equal (keyword, "lum"))
    return fail (reader, error,
                 "illumination: a printer or camera, not a monitor");
  if (!g_str_equal (keyword, "max") && !g_str_equal (keyword, "amb") &&
      !g_str_equal (keyword, "ord"))
    return fail (reader, error, "not a keyword or a level");
  if (g_str_equal (keyword, "max")) {
    if (!parse_number (value, MAX_LEVEL, &number) || number < 1 ||
        number != rint (number))
      return fail (reader, error, "max is 1 to %d", MAX_LEVEL);
    reader->max = (gint) number;
  } else if (!parse_number (value, MAX_LUMINANCE, &number)) {
    return fail (reader, error, "%s is not a number from 0", keyword);
  } else if (g_str_equal (keyword, "amb")) {
    reader->ambient = number;
  }
  return TRUE;
}

static gboolean
read_point (Reader *reader,
            const char *level,
            const char *luminance,
            GError **error)
{
  Point point = { 0 };

  if (reader->max < 0)
    return fail (reader, error, "max has to come before the levels");
  if (!parse_number (level, reader->max, &point.level) ||
      point.level != rint (point.level))
    return fail (reader, error, "the level is not a number from 0 to %d",
                 reader->max);
  if (!parse_number (luminance, MAX_LUMINANCE, &point.luminance))
    return fail (reader, error, "the luminance is not a number from 0 to %.0f",
                 MAX_LUMINANCE);
  if (reader->points->len > 0) {
    const Point *before =
        &g_array_index (reader->points, Point, reader->points->len - 1);
    if (point.level <= before->level)
      return fail (reader, error, "levels have to rise");
    if (point.luminance < before->luminance)
      return fail (reader, error,
                   "the luminance falls: optical density, or no display");
  }
  g_array_append_val (reader->points, point);
  return TRUE;
}

static gboolean
read_line (Reader *reader, char *line, GError **error)
{
  char *words[3] = { NULL, NULL, NULL };
  guint n = 0;
  char *rest = NULL;

  line[strcspn (line, "#")] = '\0';
  for (char *word = strtok_r (line, " \t\r", &rest); word != NULL && n < 3;
       word = strtok_r (NULL, " \t\r", &rest))
    words[n++] = word;
  if (n == 0)
    return TRUE;
  if (n != 2)
    return fail (reader, error, "not two words");
  return g_ascii_isalpha (words[0][0])
             ? read_keyword (reader, words[0], words[1], error)
             : read_point (reader, words[0], words[1], error);
}

static gboolean
read_lines (Reader *reader, const char *text, size_t length, GError **error)
{
  if (length > MAX_BYTES)
    return fail (reader, error, "larger than a description of a display");
  if (memchr (text, '\0', length) != NULL)
    return fail (reader, error, "not a text");
  g_autofree char *copy = g_strndup (text, length);
  char *next = copy;

  while (next != NULL) {
    char *line = next;
    next = strchr (line, '\n');
    if (next != NULL)
      *next++ = '\0';
    reader->line++;
    if (!read_line (reader, line, error))
      return FALSE;
  }
  reader->line = 0;
  return TRUE;
}

static gboolean
check_points (const Reader *reader, GError **error)
{
  const guint n = reader->points->len;

  if (n < 2)
    return fail (reader, error, "fewer than two levels");
  const Point *first = &g_array_index (reader->points, Point, 0);
  const Point *last = &g_array_index (reader->points, Point, n - 1);
  if (first->level != 0 || last->level != reader->max)
    return fail (reader, error, "levels are from %.0f to %.0f, not 0 to %d",
                 first->level, last->level, reader->max);
  if (!(last->luminance > first->luminance))
    return fail (reader, error, "all levels are equally bright");
  return TRUE;
}

static double
get_rise (const Point *a, const Point *b)
{
  return (b->luminance - a->luminance) / (b->level - a->level);
}

/* At an end: of the parabola through three points, as far as it rises. */
static double
get_end_slope (const Point *end, const Point *next, const Point *far)
{
  const double h0 = fabs (next->level - end->level);
  const double h1 = fabs (far->level - next->level);
  const double d0 = get_rise (end, next);
  const double d1 = get_rise (next, far);

  return CLAMP (((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1), 0, 3 * d0);
}

/* Slopes of a monotone cubic through the points: the weighted harmonic mean of
 * both sides (Fritsch and Butland). */
static void
find_slopes (Point *points, guint n)
{
  for (guint i = 1; i + 1 < n; i++) {
    const double h0 = points[i].level - points[i - 1].level;
    const double h1 = points[i + 1].level - points[i].level;
    const double d0 = get_rise (&points[i - 1], &points[i]);
    const double d1 = get_rise (&points[i], &points[i + 1]);
    if (d0 > 0 && d1 > 0)
      points[i].slope =
          3 * (h0 + h1) / ((2 * h1 + h0) / d0 + (h1 + 2 * h0) / d1);
  }
  if (n == 2) {
    points[0].slope = points[1].slope = get_rise (&points[0], &points[1]);
    return;
  }
  points[0].slope = get_end_slope (&points[0], &points[1], &points[2]);
  points[n - 1].slope =
      get_end_slope (&points[n - 1], &points[n - 2], &points[n - 3]);
}

static double
interpolate (const Point *a, const Point *b, double level)
{
  const double h = b->level - a->level;
  const double t = (level - a->level) / h;
  const double s = 1 - t;

  return a->luminance * s * s * (1 + 2 * t) +
         b->luminance * t * t * (3 - 2 * t) +
         h * s * t * (a->slope * s - b->slope * t);
}

static void
find_luminances (VitrailCalibration *self, const Reader *reader)
{
  Point *points = &g_array_index (reader->points, Point, 0);
  guint i = 1;

  find_slopes (points, reader->points->len);
  for (guint k = 0; k < LEVELS; k++) {
    const double level = (double) k * reader->max / (LEVELS - 1);
    while (points[i].level < level && i + 1 < reader->points->len)
      i++;
    const double luminance =
        reader->ambient + interpolate (&points[i - 1], &points[i], level);
    self->luminance[k] =
        k > 0 ? fmax (luminance, self->luminance[k - 1]) : luminance;
  }
}

/* The grey value whose target is @luminance, by bisection: to the last bit. */
static double
find_grey (const VitrailCalibration *self, double luminance)
{
  double low = 0;
  double high = 255;

  if (luminance <= vitrail_calibration_get_target (self, low))
    return low;
  if (luminance > vitrail_calibration_get_target (self, high))
    return INFINITY;
  for (;;) {
    const double middle = low / 2 + high / 2;
    if (middle <= low || middle >= high)
      return high;
    if (vitrail_calibration_get_target (self, middle) < luminance)
      low = middle;
    else
      high = middle;
  }
}

VitrailCalibration *
vitrail_calibration_new (const char *text,
                         size_t length,
                         const char *name,
                         GError **error)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  Reader reader = { .name = name, .max = -1, .points = points };

  if (!read_lines (&reader, text, length, error) ||
      !check_points (&reader, error))
    return NULL;
  VitrailCalibration *self = g_new0 (VitrailCalibration, 1);
  find_luminances (self, &reader);
  self->jnd[0] = vitrail_gsdf_get_jnd (self->luminance[0]);
  self->jnd[1] = vitrail_gsdf_get_jnd (self->luminance[LEVELS - 1]);
  if (self->jnd[1] - self->jnd[0] < 1) {
    fail (&reader, error, "no difference between black and white is seen");
    g_clear_pointer (&self, vitrail_calibration_free);
    return NULL;
  }
  for (guint k = 0; k + 1 < LEVELS; k++)
    self->steps[k] =
        find_grey (self, (self->luminance[k] + self->luminance[k + 1]) / 2);
  return self;
}

void
vitrail_calibration_free (VitrailCalibration *self)
{
  g_free (self);
}
