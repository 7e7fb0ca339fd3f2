/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Making annotation sets: see annotationbuilder.h. Memory grows by what has
 * come, never by what a file announces. */

#include "annotation/annotationbuilder.h"

#include "annotation/annotationbuilder-private.h"
#include "error.h"
#include "limits.h"

#include <math.h>
#include <string.h>

/* Different texts of one kind that are looked for before a text is kept again:
 * extra members are mostly the same for all shapes. */
#define MAX_INTERNED 4096

/* --- memory --- */

static gboolean
fail_memory (GError **error)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "annotations: not enough memory");
  return FALSE;
}

static gboolean
fail_limit (GError **error, const char *what, guint64 limit)
{
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "annotations: more than %" G_GUINT64_FORMAT " %s", limit, what);
  return FALSE;
}

static guint
count_points (const VitrailAnnotationBuilder *self)
{
  return (guint) (self->xy.size / (2 * sizeof (double)));
}

/* Parts that were ended, those of the shape that is not ended included. */
static guint
count_parts (const VitrailAnnotationBuilder *self)
{
  return (guint) (self->holes.size);
}

/* --- groups and measures --- */

/* What groups and measures are found by: how both of them begin. */
typedef struct {
  const char *label;
  guint32 rgb;
} GroupKey;

typedef struct {
  const char *name;
  const char *unit;
} MeasureKey;

static guint
hash_group (gconstpointer key)
{
  const GroupKey *group = key;
  return g_str_hash (group->label) ^ (group->rgb * 2654435761u);
}

static gboolean
equal_group (gconstpointer a, gconstpointer b)
{
  const GroupKey *left = a;
  const GroupKey *right = b;
  return left->rgb == right->rgb && strcmp (left->label, right->label) == 0;
}

static guint
hash_measure (gconstpointer key)
{
  const MeasureKey *measure = key;
  return g_str_hash (measure->name) ^ (g_str_hash (measure->unit) << 1);
}

static gboolean
equal_measure (gconstpointer a, gconstpointer b)
{
  const MeasureKey *left = a;
  const MeasureKey *right = b;
  return strcmp (left->name, right->name) == 0 &&
         strcmp (left->unit, right->unit) == 0;
}

static void
free_group (gpointer group)
{
  vitrail_annotation_group_free (group);
}

VitrailAnnotationBuilder *
vitrail_annotation_builder_new (const char *name)
{
  VitrailAnnotationBuilder *self = g_new0 (VitrailAnnotationBuilder, 1);

  self->name = g_strdup (name);
  self->groups = g_ptr_array_new_with_free_func (free_group);
  self->group_numbers = g_hash_table_new (hash_group, equal_group);
  self->measures = g_ptr_array_new_with_free_func (vitrail_measure_free);
  self->measure_numbers = g_hash_table_new (hash_measure, equal_measure);
  return self;
}

void
vitrail_annotation_builder_free (VitrailAnnotationBuilder *self)
{
  if (self == NULL)
    return;
  Buffer *buffers[] = {
    &self->kinds,  &self->shape_groups, &self->colors, &self->parts,
    &self->points, &self->holes,        &self->xy,     &self->triples,
  };
  for (guint i = 0; i < G_N_ELEMENTS (buffers); i++)
    g_free (buffers[i]->data);
  for (guint i = 0; i < VITRAIL_N_ANNOTATION_TEXTS; i++) {
    g_free (self->texts[i].offsets.data);
    g_free (self->texts[i].arena.data);
    g_clear_pointer (&self->texts[i].interned, g_hash_table_unref);
  }
  g_hash_table_unref (self->group_numbers);
  g_hash_table_unref (self->measure_numbers);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->measures, g_ptr_array_unref);
  g_free (self->name);
  g_free (self);
}

void
vitrail_annotation_builder_set_name (VitrailAnnotationBuilder *self,
                                     const char *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
}

guint
vitrail_annotation_builder_get_n_groups (const VitrailAnnotationBuilder *self)
{
  return self->groups->len;
}

guint
vitrail_annotation_builder_get_n_shapes (const VitrailAnnotationBuilder *self)
{
  return self->n_shapes;
}

guint
vitrail_annotation_builder_add_group (VitrailAnnotationBuilder *self,
                                      const VitrailAnnotationGroup *group)
{
  if (self->groups->len >= VITRAIL_LIMIT_ANNOTATION_GROUPS)
    return self->groups->len - 1;
  VitrailAnnotationGroup *copy = vitrail_annotation_group_copy (group);
  g_ptr_array_add (self->groups, copy);
  if (!g_hash_table_contains (self->group_numbers, copy))
    g_hash_table_insert (self->group_numbers, copy,
                         GUINT_TO_POINTER (self->groups->len));
  return self->groups->len - 1;
}

guint
vitrail_annotation_builder_find_group (VitrailAnnotationBuilder *self,
                                       const char *label,
                                       guint32 rgb)
{
  const GroupKey wanted = { label != NULL ? label : "", rgb & 0xffffffu };
  const guint number =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->group_numbers, &wanted));

  if (number > 0)
    return number - 1;
  g_autoptr (VitrailAnnotationGroup) group =
      vitrail_annotation_group_new (label, rgb);
  return vitrail_annotation_builder_add_group (self, group);
}

/* G_MAXUINT where the name is none. */
static guint
find_measure (VitrailAnnotationBuilder *self,
              const char *name,
              const char *unit)
{
  const MeasureKey wanted = { name, unit };
  const guint number =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->measure_numbers, &wanted));

  if (number > 0)
    return number - 1;
  if (!g_utf8_validate (name, -1, NULL) || !g_utf8_validate (unit, -1, NULL))
    return G_MAXUINT;
  VitrailMeasure *measure = g_new (VitrailMeasure, 1);
  measure->name = g_strdup (name);
  measure->unit = g_strdup (unit);
  g_ptr_array_add (self->measures, measure);
  g_hash_table_insert (self->measure_numbers, measure,
                       GUINT_TO_POINTER (self->measures->len));
  return self->measures->len - 1;
}

/* --- one shape --- */

static gboolean
check_coordinates (const double *xy, guint n_points, GError **error)
{
  for (size_t i = 0; i < 2 * (size_t) n_points; i++)
    if (!(fabs (xy[i]) <= VITRAIL_LIMIT_COORDINATE)) {
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                   "annotations: coordinate %g is no place on a slide", xy[i]);
      return FALSE;
    }
  return TRUE;
}

gboolean
vitrail_annotation_builder_add_points (VitrailAnnotationBuilder *self,
                                       const double *xy,
                                       guint n_points,
                                       GError **error)
{
  if (n_points > VITRAIL_LIMIT_ANNOTATION_POINTS - count_points (self))
    return fail_limit (error, "points", VITRAIL_LIMIT_ANNOTATION_POINTS);
  if (!check_coordinates (xy, n_points, error))
    return FALSE;
  if (!buffer_append (&self->xy, xy, (size_t) n_points * 2 * sizeof *xy))
    return fail_memory (error);
  return TRUE;
}

gboolean
vitrail_annotation_builder_end_part (VitrailAnnotationBuilder *self,
                                     gboolean is_hole,
                                     GError **error)
{
  const uint8_t hole = is_hole != FALSE;

  if (!buffer_append_u32 (&self->points, count_points (self)) ||
      !buffer_append (&self->holes, &hole, 1))
    return fail_memory (error);
  return TRUE;
}

/* The offset of @value in the arena; 0 when there is no room. */
static uint32_t
text_keep (TextBuffer *self, const char *value, gsize length)
{
  const char nul = '\0';

  if (self->arena.size == 0 && !buffer_append (&self->arena, &nul, 1))
    return 0;
  if (length >= VITRAIL_LIMIT_ANNOTATION_TEXT - self->arena.size)
    return 0;
  const uint32_t offset = (uint32_t) self->arena.size;
  char *place = buffer_extend (&self->arena, length + 1);
  if (place == NULL)
    return 0;
  memcpy (place, value, length);
  place[length] = '\0';
  return offset;
}

/* The same for texts that come again and again. */
static uint32_t
text_intern (TextBuffer *self, const char *value, gsize length)
{
  if (self->interned == NULL)
    self->interned =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *key = g_strndup (value, length);
  uint32_t offset =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->interned, key));
  if (offset != 0)
    return offset;
  offset = text_keep (self, value, length);
  if (offset != 0 && g_hash_table_size (self->interned) < MAX_INTERNED)
    g_hash_table_insert (self->interned, g_steal_pointer (&key),
                         GUINT_TO_POINTER (offset));
  return offset;
}

gboolean
vitrail_annotation_builder_set_text (VitrailAnnotationBuilder *self,
                                     guint text,
                                     const char *value,
                                     gsize length,
                                     GError **error)
{
  TextBuffer *buffer = &self->texts[text];

  buffer->pending = 0;
  if (value == NULL || length == 0)
    return TRUE;
  if (memchr (value, '\0', length) != NULL ||
      !g_utf8_validate (value, (gssize) length, NULL))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "annotations: a text that is not UTF-8");
    return FALSE;
  }
  buffer->pending = text >= VITRAIL_ANNOTATION_EXTRA
                        ? text_intern (buffer, value, length)
                        : text_keep (buffer, value, length);
  if (buffer->pending == 0)
    return fail_limit (error, "bytes of text", VITRAIL_LIMIT_ANNOTATION_TEXT);
  return TRUE;
}

void
vitrail_annotation_builder_set_color (VitrailAnnotationBuilder *self,
                                      guint32 rgb)
{
  self->pending_color = rgb | VITRAIL_OWN_COLOR;
}

gboolean
vitrail_annotation_builder_measure (VitrailAnnotationBuilder *self,
                                    guint shape,
                                    const char *name,
                                    const char *unit,
                                    double value,
                                    GError **error)
{
  if (self->triples.size / sizeof (Triple) >=
      VITRAIL_LIMIT_ANNOTATION_MEASUREMENTS)
    return fail_limit (error, "measurements",
                       VITRAIL_LIMIT_ANNOTATION_MEASUREMENTS);
  const Triple triple = { shape, find_measure (self, name, unit), value };
  if (triple.measure == G_MAXUINT) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "annotations: a measurement whose name is not UTF-8");
    return FALSE;
  }
  if (!buffer_append (&self->triples, &triple, sizeof triple))
    return fail_memory (error);
  if (shape < self->n_shapes)
    self->n_triples = self->triples.size / sizeof (Triple);
  return TRUE;
}

gboolean
vitrail_annotation_builder_add_measurement (VitrailAnnotationBuilder *self,
                                            const char *name,
                                            const char *unit,
                                            double value,
                                            GError **error)
{
  return vitrail_annotation_builder_measure (self, self->n_shapes, name, unit,
                                             value, error);
}

void
vitrail_annotation_builder_drop_points (VitrailAnnotationBuilder *self)
{
  self->xy.size = 2 * sizeof (double) * (size_t) self->n_points;
  self->points.size = sizeof (uint32_t) * (size_t) self->n_parts;
  self->holes.size = self->n_parts;
}

void
vitrail_annotation_builder_drop_shape (VitrailAnnotationBuilder *self)
{
  vitrail_annotation_builder_drop_points (self);
  self->triples.size = self->n_triples * sizeof (Triple);
  self->pending_color = 0;
  for (guint i = 0; i < VITRAIL_N_ANNOTATION_TEXTS; i++)
    self->texts[i].pending = 0;
}

/* --- the end of a shape --- */

static gboolean
is_fixed (VitrailShapeKind kind)
{
  return kind == VITRAIL_SHAPE_RECTANGLE || kind == VITRAIL_SHAPE_ELLIPSE;
}

/* Why one part, of @n points, is none of a shape of @kind. */
static const char *
find_part_fault (VitrailShapeKind kind,
                 guint n,
                 gboolean is_hole,
                 gboolean is_first)
{
  static const guint least[VITRAIL_N_SHAPE_KINDS] = { 1, 2, 3, 4, 4 };

  if (n < least[kind] || (is_fixed (kind) && n != least[kind]))
    return "too few or too many points for the shape";
  if (is_hole && (kind != VITRAIL_SHAPE_POLYGON || is_first))
    return "a hole in nothing";
  return NULL;
}

static const char *
find_fault (const VitrailAnnotationBuilder *self, VitrailShapeKind kind)
{
  const uint32_t *ends = self->points.data;
  const uint8_t *holes = self->holes.data;
  const guint n_parts = count_parts (self);
  const char *fault = NULL;
  guint start = self->n_points;

  if ((guint) kind >= VITRAIL_N_SHAPE_KINDS || n_parts <= self->n_parts)
    return "a shape without points";
  if (count_points (self) != ends[n_parts - 1])
    return "points behind the last part";
  if (n_parts - self->n_parts > 1 &&
      (is_fixed (kind) || kind == VITRAIL_SHAPE_POINTS))
    return "a shape of several parts that has only one";
  for (guint i = self->n_parts; i < n_parts && fault == NULL; i++) {
    fault =
        find_part_fault (kind, ends[i] - start, holes[i], i == self->n_parts);
    start = ends[i];
  }
  return fault;
}

static gboolean
append_texts (VitrailAnnotationBuilder *self)
{
  for (guint i = 0; i < VITRAIL_N_ANNOTATION_TEXTS; i++) {
    TextBuffer *text = &self->texts[i];
    const size_t before = sizeof (uint32_t) * (size_t) self->n_shapes;
    if (text->pending == 0 && text->offsets.size == 0)
      continue;
    if (text->offsets.size < before) { /* the first shape that has one */
      void *place = buffer_extend (&text->offsets, before - text->offsets.size);
      if (place == NULL)
        return FALSE;
      memset (text->offsets.data, 0, before);
    }
    if (!buffer_append_u32 (&text->offsets, text->pending))
      return FALSE;
  }
  return TRUE;
}

static gboolean
append_shape (VitrailAnnotationBuilder *self,
              VitrailShapeKind kind,
              guint group)
{
  const uint8_t byte = (uint8_t) kind;

  return buffer_append (&self->kinds, &byte, 1) &&
         buffer_append_u32 (&self->shape_groups, group) &&
         buffer_append_u32 (&self->colors, self->pending_color) &&
         buffer_append_u32 (&self->parts, count_parts (self)) &&
         append_texts (self);
}

gboolean
vitrail_annotation_builder_end_shape (VitrailAnnotationBuilder *self,
                                      VitrailShapeKind kind,
                                      guint group,
                                      GError **error)
{
  const char *fault = find_fault (self, kind);

  if (fault == NULL && group >= self->groups->len)
    fault = "a shape of no group";
  if (fault != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "annotations: %s", fault);
    vitrail_annotation_builder_drop_shape (self);
    return FALSE;
  }
  if (self->n_shapes >= VITRAIL_LIMIT_ANNOTATION_SHAPES) {
    vitrail_annotation_builder_drop_shape (self);
    return fail_limit (error, "shapes", VITRAIL_LIMIT_ANNOTATION_SHAPES);
  }
  if (!append_shape (self, kind, group))
    return fail_memory (error);
  self->has_colors |= self->pending_color != 0;
  self->has_holes |= memchr ((uint8_t *) self->holes.data + self->n_parts, 1,
                             count_parts (self) - self->n_parts) != NULL;
  self->n_shapes++;
  self->n_parts = count_parts (self);
  self->n_points = count_points (self);
  self->n_triples = self->triples.size / sizeof (Triple);
  vitrail_annotation_builder_drop_shape (self);
  return TRUE;
}
