/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Paths through a volume, laid straight: see curve.h. */

#include "volume/curve.h"

#include "error.h"
#include "limits.h"
#include "parallel.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* Points nearer than this are one, in millimetres. */
#define SAME 1e-6
/* Chords between two columns, by which the length of the path is measured. */
#define CHORDS 8
/* Of the whole path at most. */
#define MAX_CHORDS (4u * 1024 * 1024)
/* A direction that leaves less of itself at right angles to the path is none
 * there: it is carried along instead. */
#define MIN_ACROSS 0.05
/* Columns that one core draws at a time. */
#define BAND 16

/* --- points --- */

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s is no path",
               what);
  return FALSE;
}

/* "x y z" to the end of the text. */
static gboolean
parse_point (const char *text, double point[3])
{
  char *end = NULL;

  for (guint n = 0; n < 3; n++) {
    point[n] = g_ascii_strtod (text, &end);
    if (end == text || !(fabs (point[n]) <= VITRAIL_LIMIT_COORDINATE))
      return FALSE;
    text = end;
  }
  while (g_ascii_isspace (*text))
    text++;
  return *text == '\0';
}

static double
get_distance (const double a[3], const double b[3])
{
  const double way[3] = { b[0] - a[0], b[1] - a[1], b[2] - a[2] };

  return sqrt (vitrail_vector_dot (way, way));
}

static const double *
get_point (const GArray *points, guint index)
{
  return &g_array_index (points, double, (gsize) 3 * index);
}

/* FALSE where @text is no point; one at the place of the last is none more. */
static gboolean
add_point (GArray *points, const char *text)
{
  const guint n = points->len / 3;
  double point[3];

  if (n == VITRAIL_CURVE_POINTS || !parse_point (text, point))
    return FALSE;
  if (n == 0 || get_distance (get_point (points, n - 1), point) > SAME)
    g_array_append_vals (points, point, 3);
  return TRUE;
}

GArray *
vitrail_curve_parse (const char *path, GError **error)
{
  const char *text = path != NULL ? path : "nothing";
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (GStrv) texts = g_strsplit (text, ";", VITRAIL_CURVE_POINTS + 2);
  const guint n = g_strv_length (texts);
  /* A last ";" is no point. */
  const gboolean has_rest = n > 1 && *g_strstrip (texts[n - 1]) == '\0';
  gboolean is_path = TRUE;

  for (guint i = 0; is_path && i < n - has_rest; i++)
    is_path = add_point (points, texts[i]);
  if (!is_path || points->len < 6) {
    fail (error, text);
    return NULL;
  }
  return g_steal_pointer (&points);
}

/* --- the smooth path --- */

/* Between points 1 and 2 of four: centripetal Catmull-Rom, by Barry and
 * Goldman's pyramid. @t: from 0 to 1. */
static void
interpolate (const double p[4][3], double t, double out[3])
{
  double knots[4] = { 0 };
  double a[3][3];
  double b[2][3];

  for (guint i = 1; i < 4; i++)
    knots[i] = knots[i - 1] + sqrt (get_distance (p[i - 1], p[i]));
  const double at = knots[1] + t * (knots[2] - knots[1]);
  for (guint i = 0; i < 3; i++) {
    const double share = (at - knots[i]) / (knots[i + 1] - knots[i]);
    for (guint n = 0; n < 3; n++)
      a[i][n] = p[i][n] + share * (p[i + 1][n] - p[i][n]);
  }
  for (guint i = 0; i < 2; i++) {
    const double share = (at - knots[i]) / (knots[i + 2] - knots[i]);
    for (guint n = 0; n < 3; n++)
      b[i][n] = a[i][n] + share * (a[i + 1][n] - a[i][n]);
  }
  for (guint n = 0; n < 3; n++)
    out[n] = b[0][n] + t * (b[1][n] - b[0][n]);
}

/* The point beyond @end: @second, the one behind @next, mirrored between those
 * two, which lies on the circle through all three; NULL: straight on. */
static void
go_beyond (const double end[3],
           const double next[3],
           const double *second,
           double out[3])
{
  const double way[3] = { end[0] - next[0], end[1] - next[1],
                          end[2] - next[2] };
  double part = 0;

  for (guint n = 0; second != NULL && n < 3; n++)
    part += (second[n] - (end[n] + next[n]) / 2) * way[n];
  const double share = 2 * part / vitrail_vector_dot (way, way);
  for (guint n = 0; n < 3; n++)
    out[n] = second != NULL ? second[n] - share * way[n] : end[n] + way[n];
}

/* The four about the piece from @index on; beyond the ends the path bends on
 * as it came. */
static void
get_four (const GArray *points, guint index, double four[4][3])
{
  const guint n = points->len / 3;

  for (guint i = 0; i < 4; i++) {
    const int wanted = (int) (index + i) - 1;
    const guint at = (guint) CLAMP (wanted, 0, (int) n - 1);
    memcpy (four[i], get_point (points, at), sizeof four[i]);
  }
  if (index == 0)
    go_beyond (four[1], four[2], n > 2 ? four[3] : NULL, four[0]);
  if (index + 2 == n)
    go_beyond (four[2], four[1], n > 2 ? four[0] : NULL, four[3]);
}

/* The path as chords: points, and the way to each. */
typedef struct {
  GArray *points; /* of double, three each */
  GArray *ways;   /* of double, millimetres from the first */
} Chords;

static void
chords_clear (Chords *self)
{
  g_clear_pointer (&self->points, g_array_unref);
  g_clear_pointer (&self->ways, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chords, chords_clear)

static void
add_chord (Chords *self, const double point[3])
{
  const guint n = self->ways->len;
  double way = 0;

  if (n > 0)
    way = g_array_index (self->ways, double, n - 1) +
          get_distance (get_point (self->points, n - 1), point);
  g_array_append_vals (self->points, point, 3);
  g_array_append_val (self->ways, way);
}

static gboolean
make_chords (Chords *self, const GArray *points, double spacing, GError **error)
{
  const guint n_pieces = points->len / 3 - 1;
  double four[4][3];

  self->points = g_array_new (FALSE, FALSE, sizeof (double));
  self->ways = g_array_new (FALSE, FALSE, sizeof (double));
  add_chord (self, get_point (points, 0));
  for (guint i = 0; i < n_pieces; i++) {
    get_four (points, i, four);
    const double wanted =
        ceil (get_distance (four[1], four[2]) / spacing * CHORDS);
    if (!(wanted + self->ways->len < MAX_CHORDS)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                   "the path is too long for pixels of %g mm", spacing);
      return FALSE;
    }
    const guint n = MAX ((guint) wanted, CHORDS);
    for (guint k = 1; k <= n; k++) {
      double point[3];
      interpolate (four, (double) k / n, point);
      add_chord (self, point);
    }
  }
  return TRUE;
}

/* --- columns --- */

/* The place @way millimetres along, and the direction there; @hint: a chord at
 * or before it. */
static void
find_place (const Chords *self,
            double way,
            guint *hint,
            VitrailCurveColumn *column)
{
  const double *ways = (const double *) (gpointer) self->ways->data;

  while (*hint + 2 < self->ways->len && ways[*hint + 1] < way)
    (*hint)++;
  const double *a = get_point (self->points, *hint);
  const double *b = get_point (self->points, *hint + 1);
  const double length = ways[*hint + 1] - ways[*hint];
  const double share = length > 0 ? (way - ways[*hint]) / length : 0;
  for (guint n = 0; n < 3; n++) {
    column->at[n] = a[n] + share * (b[n] - a[n]);
    column->along[n] = b[n] - a[n];
  }
}

/* The part of @direction at right angles to @along, and how much that is. */
static double
get_across (const double direction[3], const double along[3], double out[3])
{
  const double part = vitrail_vector_dot (direction, along);

  for (guint n = 0; n < 3; n++)
    out[n] = direction[n] - part * along[n];
  return sqrt (vitrail_vector_dot (out, out));
}

/* Any direction at right angles to @along. */
static void
choose_up (const double along[3], double up[3])
{
  guint least = 0;
  double axis[3] = { 0 };

  for (guint n = 1; n < 3; n++)
    if (fabs (along[n]) < fabs (along[least]))
      least = n;
  axis[least] = 1;
  get_across (axis, along, up);
}

/* @before: the column before, or NULL. */
static void
set_up (const double across[3],
        const VitrailCurveColumn *before,
        VitrailCurveColumn *column)
{
  double direction[3] = { across[0], across[1], across[2] };
  const gboolean is_one = vitrail_vector_normalize (direction);

  if (is_one && get_across (direction, column->along, column->up) >= MIN_ACROSS)
    return;
  if (before == NULL ||
      get_across (before->up, column->along, column->up) < MIN_ACROSS)
    choose_up (column->along, column->up);
}

static GArray *
fail_walk (GError **error, const char *what, double spacing)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "%s for pixels of %g mm", what, spacing);
  return NULL;
}

GArray *
vitrail_curve_walk (const VitrailCurveWish *self,
                    double spacing,
                    GError **error)
{
  g_autoptr (GArray) points = vitrail_curve_parse (self->path, error);
  g_auto (Chords) chords = { NULL, NULL };
  guint hint = 0;

  if (points == NULL || !make_chords (&chords, points, spacing, error))
    return NULL;
  const double length =
      g_array_index (chords.ways, double, chords.ways->len - 1);
  const double n = floor (length / spacing + 1e-6) + 1;
  if (!(n >= 1 && n <= VITRAIL_LIMIT_SIDE))
    return fail_walk (error, "the path is too long", spacing);
  g_autoptr (GArray) columns =
      g_array_new (FALSE, TRUE, sizeof (VitrailCurveColumn));
  g_array_set_size (columns, (guint) n);
  VitrailCurveColumn *column = (VitrailCurveColumn *) (gpointer) columns->data;
  for (guint i = 0; i < columns->len; i++) {
    find_place (&chords, i * spacing, &hint, &column[i]);
    if (!vitrail_vector_normalize (column[i].along))
      return fail_walk (error, "the path has no direction", spacing);
    set_up (self->across, i > 0 ? &column[i - 1] : NULL, &column[i]);
    vitrail_vector_normalize (column[i].up);
  }
  for (guint i = 0; i < columns->len; i++) {
    double side[3];
    vitrail_vector_cross (column[i].along, column[i].up, side);
    vitrail_vector_turn (column[i].up, side, self->angle);
  }
  return g_steal_pointer (&columns);
}

/* --- pictures --- */

/* A column as a picture that is one pixel high and runs downwards. */
static gboolean
place_column (const VitrailCurveWish *wish,
              const VitrailVolumeInfo *info,
              const VitrailCurveColumn *column,
              VitrailMprPicture *picture,
              GError **error)
{
  VitrailMpr mpr = { .orientation = VITRAIL_MPR_OBLIQUE,
                     .has_center = TRUE,
                     .thickness = wish->thickness,
                     .slab = wish->slab,
                     .interpolation = wish->interpolation,
                     .spacing = wish->spacing,
                     .width = wish->height,
                     .height = 1 };

  for (guint n = 0; n < 3; n++) {
    mpr.right[n] = -column->up[n];
    mpr.down[n] = column->along[n];
    mpr.center[n] = column->at[n];
  }
  return vitrail_mpr_place (&mpr, info, picture, error);
}

static gboolean
check_size (const VitrailCurvePicture *self, GError **error)
{
  if ((guint64) self->columns->len * self->wish.height <= VITRAIL_LIMIT_PIXELS)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "pixels of %g mm make a picture beyond the limit",
               self->wish.spacing);
  return FALSE;
}

gboolean
vitrail_curve_place (const VitrailCurveWish *self,
                     const VitrailVolumeInfo *info,
                     VitrailCurvePicture *picture,
                     GError **error)
{
  VitrailMprPicture finest;
  const VitrailMpr any = { .orientation = VITRAIL_MPR_ACQUISITION,
                           .spacing = self->spacing,
                           .width = 1,
                           .height = 1 };

  memset (picture, 0, sizeof *picture);
  picture->wish = *self;
  if (!vitrail_mpr_place (&any, info, &finest, error))
    return FALSE;
  picture->wish.spacing = finest.spacing;
  picture->columns = vitrail_curve_walk (self, finest.spacing, error);
  if (picture->columns == NULL ||
      !place_column (&picture->wish, info,
                     &g_array_index (picture->columns, VitrailCurveColumn, 0),
                     &picture->first, error))
    return FALSE;
  picture->wish.height = picture->first.width;
  return check_size (picture, error);
}

void
vitrail_curve_picture_clear (VitrailCurvePicture *self)
{
  g_clear_pointer (&self->columns, g_array_unref);
}

typedef struct {
  VitrailVolume *volume;
  const VitrailCurvePicture *picture;
  const void *voxels;
  gsize pixel;     /* bytes */
  guint8 *columns; /* one after the other */
} Drawing;

/* One whose voxels are in memory. */
static void
draw_columns (guint index, gpointer data)
{
  const Drawing *self = data;
  const VitrailCurvePicture *picture = self->picture;
  const guint end = MIN ((index + 1) * BAND, picture->columns->len);
  const gsize stride = picture->wish.height * self->pixel;

  for (guint i = index * BAND; i < end; i++) {
    VitrailMprPicture column;
    if (!place_column (&picture->wish, vitrail_volume_get_info (self->volume),
                       &g_array_index (picture->columns, VitrailCurveColumn, i),
                       &column, NULL))
      continue;
    column.reslice.voxels = self->voxels;
    vitrail_reslice_lines (&column.reslice, 0, 1, column.width,
                           self->columns + i * stride, stride);
  }
}

static gboolean
draw_from_disk (const Drawing *self, GError **error)
{
  const VitrailCurvePicture *picture = self->picture;
  const gsize stride = picture->wish.height * self->pixel;

  for (guint i = 0; i < picture->columns->len; i++) {
    VitrailMprPicture column;
    if (!place_column (&picture->wish, vitrail_volume_get_info (self->volume),
                       &g_array_index (picture->columns, VitrailCurveColumn, i),
                       &column, error) ||
        !vitrail_mpr_draw (self->volume, &column, self->columns + i * stride,
                           error))
      return FALSE;
  }
  return TRUE;
}

/* Columns become lines. */
static void
transpose (const Drawing *self, guint8 *out)
{
  const guint width = self->picture->columns->len;
  const guint height = self->picture->wish.height;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      memcpy (out + ((gsize) y * width + x) * self->pixel,
              self->columns + ((gsize) x * height + y) * self->pixel,
              self->pixel);
}

gboolean
vitrail_curve_draw (VitrailVolume *volume,
                    const VitrailCurvePicture *picture,
                    void *out,
                    GError **error)
{
  const gsize pixel =
      vitrail_reslice_is_float (&picture->first.reslice) ? 4 : 2;
  const guint width = picture->columns->len;
  /* A column that cannot be drawn is black. */
  g_autofree guint8 *columns =
      g_try_malloc0 ((gsize) width * picture->wish.height * pixel);
  Drawing drawing = { volume, picture, vitrail_volume_get_voxels (volume),
                      pixel, columns };

  if (columns == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a picture");
    return FALSE;
  }
  if (drawing.voxels != NULL)
    vitrail_parallel_run ((width + BAND - 1) / BAND, draw_columns, &drawing,
                          NULL, NULL);
  else if (!draw_from_disk (&drawing, error))
    return FALSE;
  transpose (&drawing, out);
  return TRUE;
}
