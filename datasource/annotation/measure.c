/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Length and area: see measure.h. */

#include "annotation/measure.h"

#include "measurement/shapes.h"

#include <math.h>
#include <string.h>

/* --- lines --- */

/* Adds the length of a part and answers twice its area, with a sign. */
static double
add_part (const VitrailShapeArrays *arrays,
          size_t part,
          const double scale[2],
          gboolean is_closed,
          double *length)
{
  const size_t first = arrays->points[part];
  const size_t end = arrays->points[part + 1];
  VitrailOutline outline = { 0 };

  for (size_t i = first; i < end + is_closed; i++) {
    double at[2];
    vitrail_shape_arrays_get_point (arrays, i < end ? i : first, at);
    vitrail_outline_add (&outline, at, scale);
  }
  *length += outline.length;
  return outline.area2;
}

static void
measure_parts (const VitrailShapeArrays *arrays,
               guint index,
               const double scale[2],
               VitrailShapeSize *size)
{
  for (size_t i = arrays->parts[index]; i < arrays->parts[index + 1]; i++) {
    const double area =
        fabs (add_part (arrays, i, scale, size->is_closed, &size->length)) / 2;
    if (!size->is_closed)
      continue;
    const gboolean is_hole = arrays->holes != NULL && arrays->holes[i] != 0;
    size->area += is_hole ? -area : area;
  }
}

/* --- ellipses --- */

static void
measure_ellipse (const VitrailShapeArrays *arrays,
                 guint index,
                 const double scale[2],
                 VitrailShapeSize *size)
{
  const size_t first = arrays->points[arrays->parts[index]];
  VitrailEllipseSize ellipse;
  double axes[8];

  for (size_t i = 0; i < 4; i++)
    vitrail_shape_arrays_get_point (arrays, first + i, &axes[2 * i]);
  vitrail_ellipse_measure (axes, scale, &ellipse);
  size->area = ellipse.area;
  size->length = ellipse.perimeter;
}

gboolean
vitrail_annotation_set_measure (const VitrailAnnotationSet *self,
                                guint index,
                                double mpp_x,
                                double mpp_y,
                                VitrailShapeSize *size)
{
  const VitrailShapeArrays *arrays = vitrail_annotation_set_get_arrays (self);
  double scale[2] = { 1, 1 };

  memset (size, 0, sizeof *size);
  if (index >= arrays->n_shapes)
    return FALSE;
  const VitrailShapeKind kind = (VitrailShapeKind) arrays->kinds[index];
  size->is_closed =
      kind != VITRAIL_SHAPE_POINTS && kind != VITRAIL_SHAPE_POLYLINE;
  size->is_calibrated = mpp_x > 0 && mpp_y > 0;
  if (size->is_calibrated) {
    scale[0] = mpp_x / 1000;
    scale[1] = mpp_y / 1000;
  }
  if (kind == VITRAIL_SHAPE_ELLIPSE)
    measure_ellipse (arrays, index, scale, size);
  else if (kind != VITRAIL_SHAPE_POINTS)
    measure_parts (arrays, index, scale, size);
  return TRUE;
}

/* --- words --- */

static void
append (GString *text, double value, const char *unit)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  const char *format = value >= 1000 ? "%.0f" : "%.4g";

  g_ascii_formatd (number, sizeof number, format, value);
  g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", number,
                          unit);
}

char *
vitrail_shape_size_to_string (const VitrailShapeSize *self)
{
  GString *text = g_string_new (NULL);
  const double small_mm = 0.1;
  const double small_mm2 = 0.01;

  if (!self->is_calibrated) {
    if (self->length > 0)
      append (text, self->length, "px");
    if (self->is_closed)
      append (text, self->area, "px2");
    return g_string_free (text, FALSE);
  }
  if (self->length > 0 && self->length < small_mm)
    append (text, self->length * 1e3, "um");
  else if (self->length > 0)
    append (text, self->length, "mm");
  if (self->is_closed && self->area < small_mm2)
    append (text, self->area * 1e6, "um2");
  else if (self->is_closed)
    append (text, self->area, "mm2");
  return g_string_free (text, FALSE);
}
