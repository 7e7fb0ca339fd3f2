/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an annotation set says: see annotationset.h. */

#include "annotation/annotationset.h"

#include "annotation/annotationset-private.h"

#include <math.h>
#include <string.h>

/* --- groups --- */

static void
copy_code (VitrailAnnotationCode *to, const VitrailAnnotationCode *from)
{
  to->value = g_strdup (from->value);
  to->scheme = g_strdup (from->scheme);
  to->meaning = g_strdup (from->meaning);
}

static void
clear_code (VitrailAnnotationCode *code)
{
  g_free (code->value);
  g_free (code->scheme);
  g_free (code->meaning);
}

VitrailAnnotationGroup *
vitrail_annotation_group_new (const char *label, guint32 rgb)
{
  VitrailAnnotationGroup *self = g_new0 (VitrailAnnotationGroup, 1);

  self->label = g_strdup (label != NULL ? label : "");
  self->rgb = rgb & 0xffffffu;
  self->visible = TRUE;
  return self;
}

VitrailAnnotationGroup *
vitrail_annotation_group_copy (const VitrailAnnotationGroup *self)
{
  VitrailAnnotationGroup *copy =
      vitrail_annotation_group_new (self->label, self->rgb);

  copy->visible = self->visible;
  copy_code (&copy->category, &self->category);
  copy_code (&copy->type, &self->type);
  return copy;
}

void
vitrail_annotation_group_free (VitrailAnnotationGroup *self)
{
  if (self == NULL)
    return;
  g_free (self->label);
  clear_code (&self->category);
  clear_code (&self->type);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (VitrailAnnotationGroup,
                     vitrail_annotation_group,
                     vitrail_annotation_group_copy,
                     vitrail_annotation_group_free)

/* --- shapes --- */

void
vitrail_measure_free (gpointer measure)
{
  VitrailMeasure *self = measure;

  g_free (self->name);
  g_free (self->unit);
  g_free (self);
}

void
vitrail_shape_store_free (VitrailShapeStore *self)
{
  if (self->index != NULL)
    self->free_index (self->index);
  g_ptr_array_unref (self->owned);
  for (guint i = 0; i < VITRAIL_N_ANNOTATION_TEXTS; i++) {
    g_free (self->texts[i].offsets);
    g_free (self->texts[i].arena);
  }
  g_free (self->first_measured);
  g_free (self->measured);
  g_clear_pointer (&self->measures, g_ptr_array_unref);
  g_free (self);
}

const char *
vitrail_text_column_get (const VitrailTextColumn *self, size_t index)
{
  if (self->offsets == NULL || self->offsets[index] == 0)
    return NULL;
  return self->arena + self->offsets[index];
}

void
vitrail_ellipse_get_outline (const double axes[8], double *xy)
{
  const double centre[2] = { (axes[0] + axes[2]) / 2, (axes[1] + axes[3]) / 2 };
  const double a[2] = { axes[0] - centre[0], axes[1] - centre[1] };
  const double b[2] = { (axes[4] - axes[6]) / 2, (axes[5] - axes[7]) / 2 };

  for (size_t i = 0; i < VITRAIL_ELLIPSE_POINTS; i++) {
    const double angle = 2 * G_PI * (double) i / VITRAIL_ELLIPSE_POINTS;
    const double c = cos (angle);
    const double s = sin (angle);
    xy[2 * i] = centre[0] + a[0] * c + b[0] * s;
    xy[2 * i + 1] = centre[1] + a[1] * c + b[1] * s;
  }
}

/* Bounds along one axis from both ends of both axes there. */
static void
get_extent (double a0, double a1, double b0, double b1, double extent[2])
{
  const double centre = (a0 + a1) / 2;
  const double reach = hypot ((a0 - a1) / 2, (b0 - b1) / 2);

  extent[0] = centre - reach;
  extent[1] = centre + reach;
}

static void
get_ellipse_bounds (const double axes[8], double bounds[4])
{
  double x[2];
  double y[2];

  get_extent (axes[0], axes[2], axes[4], axes[6], x);
  get_extent (axes[1], axes[3], axes[5], axes[7], y);
  bounds[0] = x[0];
  bounds[1] = y[0];
  bounds[2] = x[1];
  bounds[3] = y[1];
}

void
vitrail_shape_arrays_get_bounds (const VitrailShapeArrays *self,
                                 size_t index,
                                 double bounds[4])
{
  const size_t first = self->points[self->parts[index]];
  const size_t end = self->points[self->parts[index + 1]];
  double xy[2];

  if (self->kinds[index] == VITRAIL_SHAPE_ELLIPSE) {
    double axes[8] = { 0 };
    for (size_t i = 0; i < 4; i++)
      vitrail_shape_arrays_get_point (self, first + i, &axes[2 * i]);
    get_ellipse_bounds (axes, bounds);
    return;
  }
  bounds[0] = bounds[1] = INFINITY;
  bounds[2] = bounds[3] = -INFINITY;
  for (size_t i = first; i < end; i++) {
    vitrail_shape_arrays_get_point (self, i, xy);
    bounds[0] = MIN (bounds[0], xy[0]);
    bounds[1] = MIN (bounds[1], xy[1]);
    bounds[2] = MAX (bounds[2], xy[0]);
    bounds[3] = MAX (bounds[3], xy[1]);
  }
}

/* --- sets --- */

VitrailAnnotationSet *
vitrail_annotation_set_new_take (const char *name,
                                 GPtrArray *groups,
                                 VitrailShapeStore *store)
{
  static guint64 last_serial;
  VitrailAnnotationSet *self = g_new0 (VitrailAnnotationSet, 1);

  self->ref_count = 1;
  self->name = g_strdup (name != NULL ? name : "");
  self->groups = groups;
  self->store = store;
  self->serial = __atomic_add_fetch (&last_serial, 1, __ATOMIC_RELAXED);
  if (store->serial == 0)
    store->serial = self->serial;
  return self;
}

VitrailAnnotationSet *
vitrail_annotation_set_ref (VitrailAnnotationSet *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_annotation_set_unref (VitrailAnnotationSet *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (g_atomic_int_dec_and_test (&self->store->ref_count))
    vitrail_shape_store_free (self->store);
  g_ptr_array_unref (self->groups);
  g_free (self->name);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (VitrailAnnotationSet,
                     vitrail_annotation_set,
                     vitrail_annotation_set_ref,
                     vitrail_annotation_set_unref)

const char *
vitrail_annotation_set_get_name (const VitrailAnnotationSet *self)
{
  return self->name;
}

guint64
vitrail_annotation_set_get_serial (const VitrailAnnotationSet *self)
{
  return self->serial;
}

guint64
vitrail_annotation_set_get_shapes_serial (const VitrailAnnotationSet *self)
{
  return self->store->serial;
}

guint64
vitrail_annotation_set_get_size_bytes (const VitrailAnnotationSet *self)
{
  return sizeof *self + self->store->size_bytes;
}

const VitrailShapeArrays *
vitrail_annotation_set_get_arrays (const VitrailAnnotationSet *self)
{
  return &self->store->arrays;
}

guint
vitrail_annotation_set_get_n_groups (const VitrailAnnotationSet *self)
{
  return self->groups->len;
}

const VitrailAnnotationGroup *
vitrail_annotation_set_get_group (const VitrailAnnotationSet *self, guint group)
{
  return group < self->groups->len ? g_ptr_array_index (self->groups, group)
                                   : NULL;
}

guint
vitrail_annotation_set_find_group (const VitrailAnnotationSet *self,
                                   const char *label)
{
  guint i = 0;

  while (i < self->groups->len) {
    const VitrailAnnotationGroup *group = g_ptr_array_index (self->groups, i);
    if (strcmp (group->label, label) == 0)
      break;
    i++;
  }
  return i;
}

guint
vitrail_annotation_set_get_n_shapes (const VitrailAnnotationSet *self)
{
  return self->store->arrays.n_shapes;
}

static guint32
get_color (const VitrailAnnotationSet *self, guint index, guint group)
{
  const VitrailShapeArrays *arrays = &self->store->arrays;
  const VitrailAnnotationGroup *of =
      vitrail_annotation_set_get_group (self, group);

  if (arrays->colors != NULL && arrays->colors[index] != 0)
    return arrays->colors[index] & 0xffffffu;
  return of != NULL ? of->rgb : VITRAIL_ANNOTATION_COLOR;
}

gboolean
vitrail_annotation_set_get_shape (const VitrailAnnotationSet *self,
                                  guint index,
                                  VitrailShape *shape)
{
  const VitrailShapeArrays *arrays = &self->store->arrays;

  memset (shape, 0, sizeof *shape);
  if (index >= arrays->n_shapes)
    return FALSE;
  shape->kind = (VitrailShapeKind) arrays->kinds[index];
  shape->group = arrays->groups[index];
  shape->rgb = get_color (self, index, shape->group);
  shape->n_parts = arrays->parts[index + 1] - arrays->parts[index];
  shape->n_points = arrays->points[arrays->parts[index + 1]] -
                    arrays->points[arrays->parts[index]];
  vitrail_shape_arrays_get_bounds (arrays, index, shape->bounds);
  return TRUE;
}

/* FALSE: there is no such part. @first: its first point. */
static gboolean
find_part (const VitrailShapeArrays *arrays,
           guint index,
           guint part,
           guint *first,
           guint *n_points)
{
  *first = 0;
  *n_points = 0;
  if (index >= arrays->n_shapes ||
      part >= arrays->parts[index + 1] - arrays->parts[index])
    return FALSE;
  const guint at = arrays->parts[index] + part;
  *first = arrays->points[at];
  *n_points = arrays->points[at + 1] - *first;
  return TRUE;
}

guint
vitrail_annotation_set_get_n_points (const VitrailAnnotationSet *self,
                                     guint index,
                                     guint part)
{
  guint first;
  guint n_points;

  find_part (&self->store->arrays, index, part, &first, &n_points);
  return n_points;
}

gboolean
vitrail_annotation_set_is_hole (const VitrailAnnotationSet *self,
                                guint index,
                                guint part)
{
  const VitrailShapeArrays *arrays = &self->store->arrays;
  guint first;
  guint n_points;

  return arrays->holes != NULL &&
         find_part (arrays, index, part, &first, &n_points) &&
         arrays->holes[arrays->parts[index] + part] != 0;
}

gboolean
vitrail_annotation_set_get_point (const VitrailAnnotationSet *self,
                                  guint index,
                                  guint part,
                                  guint point,
                                  double *x,
                                  double *y)
{
  guint first;
  guint n_points;
  double xy[2] = { 0, 0 };

  const gboolean is_there =
      find_part (&self->store->arrays, index, part, &first, &n_points) &&
      point < n_points;
  if (is_there)
    vitrail_shape_arrays_get_point (&self->store->arrays,
                                    (size_t) first + point, xy);
  *x = xy[0];
  *y = xy[1];
  return is_there;
}

/* Of the ellipse whose points begin at @first. */
static double *
dup_ellipse (const VitrailShapeArrays *arrays, size_t first)
{
  double *outline = g_new (double, (size_t) 2 * VITRAIL_ELLIPSE_POINTS);
  double axes[8] = { 0 };

  for (size_t i = 0; i < 4; i++)
    vitrail_shape_arrays_get_point (arrays, first + i, &axes[2 * i]);
  vitrail_ellipse_get_outline (axes, outline);
  return outline;
}

double *
vitrail_annotation_set_dup_outline (const VitrailAnnotationSet *self,
                                    guint index,
                                    guint part,
                                    guint *n_points)
{
  const VitrailShapeArrays *arrays = &self->store->arrays;
  guint first;

  if (!find_part (arrays, index, part, &first, n_points))
    return NULL;
  if (arrays->kinds[index] == VITRAIL_SHAPE_ELLIPSE) {
    *n_points = VITRAIL_ELLIPSE_POINTS;
    return dup_ellipse (arrays, first);
  }
  double *xy = g_new (double, 2 * (size_t) *n_points);
  for (size_t i = 0; i < *n_points; i++)
    vitrail_shape_arrays_get_point (arrays, (size_t) first + i, &xy[2 * i]);
  return xy;
}

const char *
vitrail_annotation_set_get_text (const VitrailAnnotationSet *self,
                                 guint index,
                                 VitrailAnnotationText text)
{
  if (index >= self->store->arrays.n_shapes ||
      (guint) text >= VITRAIL_N_ANNOTATION_TEXTS)
    return NULL;
  return vitrail_text_column_get (&self->store->texts[text], index);
}

guint
vitrail_annotation_set_get_n_measurements (const VitrailAnnotationSet *self,
                                           guint index)
{
  const uint32_t *first = self->store->first_measured;

  if (first == NULL || index >= self->store->arrays.n_shapes)
    return 0;
  return first[index + 1] - first[index];
}

gboolean
vitrail_annotation_set_get_measurement (const VitrailAnnotationSet *self,
                                        guint index,
                                        guint measurement,
                                        const char **name,
                                        const char **unit,
                                        double *value)
{
  const VitrailShapeStore *store = self->store;

  *value = 0;
  if (measurement >= vitrail_annotation_set_get_n_measurements (self, index))
    return FALSE;
  const VitrailMeasured *measured =
      &store->measured[store->first_measured[index] + measurement];
  const VitrailMeasure *measure =
      g_ptr_array_index (store->measures, measured->measure);
  if (name != NULL)
    *name = measure->name;
  if (unit != NULL)
    *unit = measure->unit;
  *value = measured->value;
  return TRUE;
}
