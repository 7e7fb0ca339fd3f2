/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From what a builder holds to the set: nothing is copied that can be handed
 * on. */

#include "annotation/annotationbuilder-private.h"
#include "error.h"

/* From where each one ends to where each one begins: a zero in front. */
static const uint32_t *
take_starts (Buffer *ends, GPtrArray *owned)
{
  uint32_t *data;

  if (buffer_extend (ends, sizeof *data) == NULL)
    return NULL;
  data = ends->data;
  memmove (data + 1, data, ends->size - sizeof *data);
  data[0] = 0;
  return buffer_steal_to (ends, owned);
}

static gboolean
fits_single (const double *xy, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    /* Minus zero is no coordinate worth keeping apart. */
    const double difference = (double) (float) xy[i] - xy[i];
    if (difference < 0 || difference > 0)
      return FALSE;
  }
  return TRUE;
}

/* Half the memory where single precision loses nothing: in place. */
static void
take_coordinates (VitrailAnnotationBuilder *self, VitrailShapeStore *store)
{
  VitrailShapeArrays *arrays = &store->arrays;
  const size_t n = 2 * (size_t) arrays->n_points;
  double *xy = self->xy.data;

  if (!fits_single (xy, n)) {
    arrays->xy64 = buffer_steal_to (&self->xy, store->owned);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const float single = (float) xy[i];
    memcpy ((char *) xy + i * sizeof single, &single, sizeof single);
  }
  self->xy.size = n * sizeof (float);
  arrays->xy32 = buffer_steal_to (&self->xy, store->owned);
}

/* Measurements in the order of their shapes, as they came within one. */
static gboolean
take_measurements (VitrailAnnotationBuilder *self, VitrailShapeStore *store)
{
  const Triple *triples = self->triples.data;
  const size_t n_shapes = self->n_shapes;

  if (self->n_triples == 0)
    return TRUE;
  store->first_measured = g_try_new0 (uint32_t, n_shapes + 2);
  store->measured = g_try_new (VitrailMeasured, self->n_triples);
  if (store->first_measured == NULL || store->measured == NULL)
    return FALSE;
  /* Counted two places further on, so that placing them moves each to its
   * start. */
  for (size_t i = 0; i < self->n_triples; i++)
    store->first_measured[triples[i].shape + 2]++;
  for (size_t i = 2; i < n_shapes + 2; i++)
    store->first_measured[i] += store->first_measured[i - 1];
  for (size_t i = 0; i < self->n_triples; i++) {
    const uint32_t place = store->first_measured[triples[i].shape + 1]++;
    store->measured[place].measure = triples[i].measure;
    store->measured[place].value = triples[i].value;
  }
  return TRUE;
}

static void
take_texts (VitrailAnnotationBuilder *self, VitrailShapeStore *store)
{
  for (guint i = 0; i < VITRAIL_N_ANNOTATION_TEXTS; i++) {
    TextBuffer *text = &self->texts[i];
    VitrailTextColumn *column = &store->texts[i];
    if (text->offsets.size == 0)
      continue;
    column->arena_bytes = text->arena.size;
    store->size_bytes += text->arena.size + text->offsets.size;
    column->arena = buffer_steal (&text->arena);
    column->offsets = buffer_steal (&text->offsets);
  }
}

static gboolean
take_all (VitrailAnnotationBuilder *self, VitrailShapeStore *store)
{
  VitrailShapeArrays *arrays = &store->arrays;

  vitrail_annotation_builder_drop_shape (self);
  arrays->n_shapes = self->n_shapes;
  arrays->n_parts = self->n_parts;
  arrays->n_points = self->n_points;
  store->size_bytes = sizeof *store + 13ull * self->n_shapes +
                      5ull * self->n_parts +
                      self->n_triples * sizeof (VitrailMeasured);
  arrays->parts = take_starts (&self->parts, store->owned);
  arrays->points = take_starts (&self->points, store->owned);
  if (arrays->parts == NULL || arrays->points == NULL ||
      !take_measurements (self, store))
    return FALSE;
  arrays->kinds = buffer_steal_to (&self->kinds, store->owned);
  arrays->groups = buffer_steal_to (&self->shape_groups, store->owned);
  if (self->has_colors)
    arrays->colors = buffer_steal_to (&self->colors, store->owned);
  if (self->has_holes)
    arrays->holes = buffer_steal_to (&self->holes, store->owned);
  take_coordinates (self, store);
  take_texts (self, store);
  store->size_bytes += (arrays->xy32 != NULL ? 8ull : 16ull) * arrays->n_points;
  store->measures = g_steal_pointer (&self->measures);
  return TRUE;
}

VitrailAnnotationSet *
vitrail_annotation_builder_end (VitrailAnnotationBuilder *self, GError **error)
{
  g_autoptr (VitrailAnnotationBuilder) owned = self;
  VitrailShapeStore *store = g_new0 (VitrailShapeStore, 1);

  store->ref_count = 1;
  store->owned = g_ptr_array_new_with_free_func (g_free);
  if (!take_all (owned, store)) {
    vitrail_shape_store_free (store);
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "annotations: not enough memory");
    return NULL;
  }
  return vitrail_annotation_set_new_take (owned->name,
                                          g_steal_pointer (&owned->groups),
                                          store);
}
