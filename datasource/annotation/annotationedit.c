/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotation sets made from others: what a person's edits do. */

#include "annotation/annotationbuilder.h"
#include "annotation/annotationset-private.h"
#include "error.h"
#include "limits.h"

#include <string.h>

/* --- copying from one set to another --- */

gboolean
vitrail_annotation_builder_copy_part (VitrailAnnotationBuilder *self,
                                      const VitrailAnnotationSet *set,
                                      guint index,
                                      guint part,
                                      GError **error)
{
  const VitrailShapeArrays *arrays = &set->store->arrays;
  const size_t at = (size_t) arrays->parts[index] + part;

  for (size_t i = arrays->points[at]; i < arrays->points[at + 1]; i++) {
    double xy[2];
    vitrail_shape_arrays_get_point (arrays, i, xy);
    if (!vitrail_annotation_builder_add_points (self, xy, 1, error))
      return FALSE;
  }
  return vitrail_annotation_builder_end_part (
      self, arrays->holes != NULL && arrays->holes[at] != 0, error);
}

gboolean
vitrail_annotation_builder_copy_texts (VitrailAnnotationBuilder *self,
                                       const VitrailAnnotationSet *set,
                                       guint index,
                                       GError **error)
{
  const uint32_t *colors = set->store->arrays.colors;

  if (colors != NULL && colors[index] != 0)
    vitrail_annotation_builder_set_color (self, colors[index] & 0xffffffu);
  for (guint i = 0; i < VITRAIL_N_ANNOTATION_TEXTS; i++) {
    const char *text = vitrail_text_column_get (&set->store->texts[i], index);
    if (text != NULL && !vitrail_annotation_builder_set_text (
                            self, i, text, strlen (text), error))
      return FALSE;
  }
  return TRUE;
}

gboolean
vitrail_annotation_builder_copy_measurements (VitrailAnnotationBuilder *self,
                                              const VitrailAnnotationSet *set,
                                              guint index,
                                              GError **error)
{
  const char *name;
  const char *unit;
  double value;

  for (guint i = 0;
       vitrail_annotation_set_get_measurement (set, index, i, &name, &unit,
                                               &value);
       i++)
    if (!vitrail_annotation_builder_add_measurement (self, name, unit, value,
                                                     error))
      return FALSE;
  return TRUE;
}

static gboolean
copy_parts (VitrailAnnotationBuilder *self,
            const VitrailAnnotationSet *set,
            guint index,
            GError **error)
{
  const uint32_t *parts = set->store->arrays.parts;
  const guint n_parts = parts[index + 1] - parts[index];

  for (guint i = 0; i < n_parts; i++)
    if (!vitrail_annotation_builder_copy_part (self, set, index, i, error))
      return FALSE;
  return TRUE;
}

gboolean
vitrail_annotation_builder_copy_shape (VitrailAnnotationBuilder *self,
                                       const VitrailAnnotationSet *set,
                                       guint index,
                                       guint group,
                                       GError **error)
{
  const VitrailShapeKind kind =
      (VitrailShapeKind) set->store->arrays.kinds[index];

  return copy_parts (self, set, index, error) &&
         vitrail_annotation_builder_copy_texts (self, set, index, error) &&
         vitrail_annotation_builder_copy_measurements (self, set, index,
                                                       error) &&
         vitrail_annotation_builder_end_shape (self, kind, group, error);
}

/* --- edits --- */

static gboolean
check_index (const VitrailAnnotationSet *self, guint index, GError **error)
{
  if (index < self->store->arrays.n_shapes)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               "annotations \"%s\": no shape %u", self->name, index);
  return FALSE;
}

/* A builder with the groups of @self and its shapes from @first to before
 * @end. */
static gboolean
copy_range (VitrailAnnotationBuilder *builder,
            const VitrailAnnotationSet *self,
            guint first,
            guint end,
            GError **error)
{
  for (guint i = first; i < end; i++)
    if (!vitrail_annotation_builder_copy_shape (
            builder, self, i, self->store->arrays.groups[i], error))
      return FALSE;
  return TRUE;
}

static VitrailAnnotationBuilder *
new_builder (const VitrailAnnotationSet *self)
{
  VitrailAnnotationBuilder *builder =
      vitrail_annotation_builder_new (self->name);

  for (guint i = 0; i < self->groups->len; i++)
    vitrail_annotation_builder_add_group (builder,
                                          g_ptr_array_index (self->groups, i));
  return builder;
}

static gboolean
add_part (VitrailAnnotationBuilder *builder,
          const double *xy,
          guint n_numbers,
          gboolean is_hole,
          GError **error)
{
  return vitrail_annotation_builder_add_points (builder, xy, n_numbers / 2,
                                                error) &&
         vitrail_annotation_builder_end_part (builder, is_hole, error);
}

VitrailAnnotationSet *
vitrail_annotation_set_with_shape (VitrailAnnotationSet *self,
                                   VitrailShapeKind kind,
                                   guint group,
                                   const double *xy,
                                   guint n_numbers,
                                   GError **error)
{
  g_autoptr (VitrailAnnotationBuilder) builder = new_builder (self);
  g_autofree char *id = g_uuid_string_random ();

  /* Nobody has classified anything yet. */
  if (group == 0 && self->groups->len == 0)
    vitrail_annotation_builder_find_group (builder, "",
                                           VITRAIL_ANNOTATION_COLOR);
  if (!copy_range (builder, self, 0, self->store->arrays.n_shapes, error) ||
      !add_part (builder, xy, n_numbers, FALSE, error) ||
      !vitrail_annotation_builder_set_text (builder, VITRAIL_ANNOTATION_ID, id,
                                            strlen (id), error) ||
      !vitrail_annotation_builder_end_shape (builder, kind, group, error))
    return NULL;
  return vitrail_annotation_builder_end (g_steal_pointer (&builder), error);
}

/* Shape @index again, part @part of it with other points. */
static gboolean
copy_changed (VitrailAnnotationBuilder *builder,
              const VitrailAnnotationSet *self,
              guint index,
              guint part,
              const double *xy,
              guint n_numbers,
              GError **error)
{
  const VitrailShapeArrays *arrays = &self->store->arrays;
  const guint n_parts = arrays->parts[index + 1] - arrays->parts[index];

  for (guint i = 0; i < n_parts; i++) {
    const gboolean done =
        i == part
            ? add_part (builder, xy, n_numbers,
                        vitrail_annotation_set_is_hole (self, index, i), error)
            : vitrail_annotation_builder_copy_part (builder, self, index, i,
                                                    error);
    if (!done)
      return FALSE;
  }
  return vitrail_annotation_builder_copy_texts (builder, self, index, error) &&
         vitrail_annotation_builder_end_shape (
             builder, (VitrailShapeKind) arrays->kinds[index],
             arrays->groups[index], error);
}

VitrailAnnotationSet *
vitrail_annotation_set_with_points (VitrailAnnotationSet *self,
                                    guint index,
                                    guint part,
                                    const double *xy,
                                    guint n_numbers,
                                    GError **error)
{
  const guint n_shapes = self->store->arrays.n_shapes;

  if (!check_index (self, index, error))
    return NULL;
  g_autoptr (VitrailAnnotationBuilder) builder = new_builder (self);
  if (!copy_range (builder, self, 0, index, error) ||
      !copy_changed (builder, self, index, part, xy, n_numbers, error) ||
      !copy_range (builder, self, index + 1, n_shapes, error))
    return NULL;
  return vitrail_annotation_builder_end (g_steal_pointer (&builder), error);
}

VitrailAnnotationSet *
vitrail_annotation_set_with_text (VitrailAnnotationSet *self,
                                  guint index,
                                  VitrailAnnotationText text,
                                  const char *value,
                                  GError **error)
{
  const VitrailShapeArrays *arrays = &self->store->arrays;

  if (!check_index (self, index, error))
    return NULL;
  if ((guint) text >= VITRAIL_ANNOTATION_EXTRA)
    return vitrail_annotation_set_ref (self);
  g_autoptr (VitrailAnnotationBuilder) builder = new_builder (self);
  if (!copy_range (builder, self, 0, index, error) ||
      !copy_parts (builder, self, index, error) ||
      !vitrail_annotation_builder_copy_texts (builder, self, index, error) ||
      !vitrail_annotation_builder_set_text (
          builder, text, value, value != NULL ? strlen (value) : 0, error) ||
      !vitrail_annotation_builder_copy_measurements (builder, self, index,
                                                     error) ||
      !vitrail_annotation_builder_end_shape (
          builder, (VitrailShapeKind) arrays->kinds[index],
          arrays->groups[index], error) ||
      !copy_range (builder, self, index + 1, arrays->n_shapes, error))
    return NULL;
  return vitrail_annotation_builder_end (g_steal_pointer (&builder), error);
}

VitrailAnnotationSet *
vitrail_annotation_set_with_shape_group (VitrailAnnotationSet *self,
                                         guint index,
                                         guint group,
                                         GError **error)
{
  if (!check_index (self, index, error))
    return NULL;
  g_autoptr (VitrailAnnotationBuilder) builder = new_builder (self);
  if (!copy_range (builder, self, 0, index, error) ||
      !vitrail_annotation_builder_copy_shape (builder, self, index, group,
                                              error) ||
      !copy_range (builder, self, index + 1, self->store->arrays.n_shapes,
                   error))
    return NULL;
  return vitrail_annotation_builder_end (g_steal_pointer (&builder), error);
}

VitrailAnnotationSet *
vitrail_annotation_set_without (VitrailAnnotationSet *self,
                                guint index,
                                GError **error)
{
  if (!check_index (self, index, error))
    return NULL;
  g_autoptr (VitrailAnnotationBuilder) builder = new_builder (self);
  if (!copy_range (builder, self, 0, index, error) ||
      !copy_range (builder, self, index + 1, self->store->arrays.n_shapes,
                   error))
    return NULL;
  return vitrail_annotation_builder_end (g_steal_pointer (&builder), error);
}

static void
free_group (gpointer group)
{
  vitrail_annotation_group_free (group);
}

static GPtrArray *
copy_groups (const VitrailAnnotationSet *self)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (free_group);

  for (guint i = 0; i < self->groups->len; i++)
    g_ptr_array_add (groups, vitrail_annotation_group_copy (
                                 g_ptr_array_index (self->groups, i)));
  return groups;
}

static VitrailAnnotationSet *
new_sharing (const VitrailAnnotationSet *self,
             const char *name,
             GPtrArray *groups)
{
  g_atomic_int_inc (&self->store->ref_count);
  return vitrail_annotation_set_new_take (name, groups, self->store);
}

VitrailAnnotationSet *
vitrail_annotation_set_with_group (VitrailAnnotationSet *self,
                                   guint index,
                                   const VitrailAnnotationGroup *group,
                                   GError **error)
{
  if (index > self->groups->len || index >= VITRAIL_LIMIT_ANNOTATION_GROUPS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "annotations \"%s\": no group %u", self->name, index);
    return NULL;
  }
  GPtrArray *groups = copy_groups (self);
  if (index < groups->len)
    g_ptr_array_remove_index (groups, index);
  g_ptr_array_insert (groups, (gint) index,
                      vitrail_annotation_group_copy (group));
  return new_sharing (self, self->name, groups);
}

VitrailAnnotationSet *
vitrail_annotation_set_with_name (VitrailAnnotationSet *self, const char *name)
{
  return new_sharing (self, name, copy_groups (self));
}

VitrailAnnotationSet *
vitrail_annotation_set_new (const char *name)
{
  /* Nothing in it that could fail. */
  return vitrail_annotation_builder_end (vitrail_annotation_builder_new (name),
                                         NULL);
}
