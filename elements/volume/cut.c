/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawn shapes become masks in the plane that they are seen in: see cut.h. A
 * mask has soft edges, so that rounding moves no sample from in to out. */

#include "volume/cut.h"

#include "error.h"
#include "volume/vector.h"

#include <string.h>

#define SIDE VITRAIL_RAYCAST_CUT_SIDE
/* Pixels about the shape, in which everything is outside. */
#define BORDER 3
/* Lines of a pixel, each of which counts how much of it is covered. */
#define LINES 4
/* Corners of one shape. */
#define MOST_CORNERS 10000

typedef struct {
  guint8 *kept;
  /* From millimetres to the mask's columns and rows. */
  double axes[2][4];
} Shape;

struct _VitrailCuts {
  guint n;
  Shape shapes[VITRAIL_RAYCAST_CUTS];
};

void
vitrail_cuts_free (VitrailCuts *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->shapes); i++)
    g_free (self->shapes[i].kept);
  g_free (self);
}

/* --- text --- */

static gboolean
fail (VitrailError code, const char *reason, GError **error)
{
  g_set_error_literal (error, VITRAIL_ERROR, (int) code, reason);
  return FALSE;
}

/* All numbers of @text; NULL where something else is there. */
static GArray *
read_numbers (const char *text)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (;;) {
    char *end = NULL;
    while (g_ascii_isspace (*text) || *text == ',')
      text++;
    if (*text == '\0')
      return g_steal_pointer (&numbers);
    const double number = g_ascii_strtod (text, &end);
    if (end == text || !isfinite (number) || fabs (number) > 1e9 ||
        numbers->len >= 3 * (MOST_CORNERS + 1))
      return NULL;
    g_array_append_val (numbers, number);
    text = end;
  }
}

/* --- masks --- */

/* Two directions at right angles to @away. */
static gboolean
find_plane (const double away[3], double right[3], double down[3])
{
  double ahead[3] = { away[0], away[1], away[2] };
  double other[3] = { 0 };
  guint least = 0;

  if (!vitrail_vector_normalize (ahead))
    return FALSE;
  for (guint a = 1; a < 3; a++)
    if (fabs (ahead[a]) < fabs (ahead[least]))
      least = a;
  other[least] = 1;
  vitrail_vector_cross (ahead, other, right);
  vitrail_vector_normalize (right);
  vitrail_vector_cross (ahead, right, down);
  return TRUE;
}

/* Columns and rows of the corners, so that the shape fills the mask. */
static void
place (Shape *self, const GArray *numbers, double (*corners)[2])
{
  const guint n = numbers->len / 3 - 1;
  const double *points = &g_array_index (numbers, double, 3);
  double low[2] = { INFINITY, INFINITY };
  double size = 1e-3;

  for (guint a = 0; a < 2; a++) {
    double high = -INFINITY;
    for (guint i = 0; i < n; i++) {
      corners[i][a] =
          vitrail_vector_dot (self->axes[a], points + (gsize) 3 * i);
      low[a] = MIN (low[a], corners[i][a]);
      high = MAX (high, corners[i][a]);
    }
    size = MAX (size, high - low[a]);
  }
  const double scale = (SIDE - 1 - 2 * BORDER) / size;
  for (guint a = 0; a < 2; a++) {
    for (guint i = 0; i < n; i++)
      corners[i][a] = (corners[i][a] - low[a]) * scale + BORDER;
    for (guint b = 0; b < 3; b++)
      self->axes[a][b] *= scale;
    self->axes[a][3] = BORDER - low[a] * scale;
  }
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a;
  const double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Where the outline crosses a line at @y; how often. */
static guint
find_crossings (const double (*corners)[2],
                guint n,
                double y,
                double *crossings)
{
  guint n_found = 0;

  for (guint i = 0; i < n; i++) {
    const double *a = corners[i];
    const double *b = corners[i + 1 < n ? i + 1 : 0];
    if ((a[1] <= y) == (b[1] <= y))
      continue;
    crossings[n_found++] = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
  }
  qsort (crossings, n_found, sizeof *crossings, compare);
  return n_found;
}

/* Pixel c is from c - 0.5 to c + 0.5. */
static void
cover (float *row, double from, double to)
{
  for (guint x = (guint) (from + 0.5); x <= (guint) (to + 0.5); x++)
    row[x] += (float) ((MIN (to, x + 0.5) - MAX (from, x - 0.5)) / LINES);
}

static gboolean
draw (Shape *self, const double (*corners)[2], guint n, gboolean is_outside)
{
  g_autofree double *crossings = g_new (double, n);

  self->kept = g_try_malloc0 (VITRAIL_RAYCAST_CUT_BYTES);
  if (self->kept == NULL)
    return FALSE;
  for (guint y = 0; y < SIDE; y++) {
    float row[SIDE] = { 0 };
    for (guint line = 0; line < LINES; line++) {
      const double at = y - 0.5 + (line + 0.5) / LINES;
      const guint n_found = find_crossings (corners, n, at, crossings);
      for (guint i = 0; i + 1 < n_found; i += 2)
        cover (row, crossings[i], crossings[i + 1]);
    }
    for (guint x = 0; x < SIDE; x++) {
      const float part = CLAMP (is_outside ? row[x] : 1 - row[x], 0, 1);
      self->kept[(gsize) y * SIDE + x] = (guint8) (part * 255 + 0.5F);
    }
  }
  return TRUE;
}

static gboolean
read_shape (Shape *self, const char *text, GError **error)
{
  const gboolean is_outside = g_str_has_prefix (text, "outside");

  if (!is_outside && !g_str_has_prefix (text, "inside"))
    return fail (VITRAIL_ERROR_MALFORMED,
                 "a shape says first whether \"inside\" or \"outside\" goes",
                 error);
  g_autoptr (GArray) numbers =
      read_numbers (text + strlen (is_outside ? "outside" : "inside"));
  if (numbers == NULL || numbers->len < 12 || numbers->len % 3 != 0)
    return fail (VITRAIL_ERROR_MALFORMED,
                 "a shape has a direction and at least three corners of three "
                 "numbers each",
                 error);
  if (!find_plane (&g_array_index (numbers, double, 0), self->axes[0],
                   self->axes[1]))
    return fail (VITRAIL_ERROR_MALFORMED, "a shape's direction is nothing",
                 error);
  const guint n = numbers->len / 3 - 1;
  g_autofree double (*corners)[2] = g_malloc_n (n, sizeof *corners);
  place (self, numbers, corners);
  return draw (self, (const double (*)[2]) corners, n, is_outside) ||
         fail (VITRAIL_ERROR_LIMIT, "no memory for a shape", error);
}

VitrailCuts *
vitrail_cuts_new (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ";", -1);
  g_autoptr (VitrailCuts) self = g_new0 (VitrailCuts, 1);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (*parts[i] == '\0')
      continue;
    if (self->n == VITRAIL_RAYCAST_CUTS) {
      fail (VITRAIL_ERROR_LIMIT, "more shapes than can be cut out", error);
      return NULL;
    }
    if (!read_shape (&self->shapes[self->n], parts[i], error))
      return NULL;
    self->n++;
  }
  return g_steal_pointer (&self);
}

/* --- rays --- */

void
vitrail_cuts_apply (const VitrailCuts *self,
                    const double matrix[16],
                    VitrailRaycast *cast)
{
  cast->n_cuts = self->n;
  for (guint i = 0; i < self->n; i++) {
    VitrailRaycastCut *cut = &cast->cuts[i];
    cut->kept = self->shapes[i].kept;
    for (guint a = 0; a < 2; a++) {
      const double *axis = self->shapes[i].axes[a];
      double column[3];
      for (guint b = 0; b < 3; b++) {
        vitrail_vector_get_column (matrix, b, column);
        cut->axes[a][b] = (float) vitrail_vector_dot (axis, column);
      }
      const double origin[3] = { matrix[3], matrix[7], matrix[11] };
      cut->axes[a][3] = (float) (vitrail_vector_dot (axis, origin) + axis[3]);
    }
  }
}

char *
vitrail_cut_describe (const double plane[12],
                      const double (*corners)[2],
                      guint n,
                      gboolean is_outside)
{
  const double right[3] = { plane[0], plane[4], plane[8] };
  const double down[3] = { plane[1], plane[5], plane[9] };
  g_autoptr (GString) text = g_string_new (is_outside ? "outside" : "inside");
  double numbers[3];

  vitrail_vector_cross (right, down, numbers);
  vitrail_vector_normalize (numbers);
  for (guint i = 0; i <= n; i++) {
    for (guint a = 0; i > 0 && a < 3; a++) {
      const double *row = &plane[(gsize) 4 * a];
      numbers[a] =
          row[0] * corners[i - 1][0] + row[1] * corners[i - 1][1] + row[3];
    }
    for (guint a = 0; a < 3; a++) {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_c (text, a == 0 && i > 0 ? ',' : ' ');
      g_string_append (text, g_ascii_formatd (number, sizeof number, "%.7g",
                                              numbers[a]));
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
