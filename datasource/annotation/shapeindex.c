/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The spatial index: see shapeindex.h. */

#include "annotation/shapeindex.h"

#include "annotation/annotationset-private.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#define FAN VITRAIL_SHAPE_INDEX_FAN

/* --- making it --- */

/* Where (x, y), of 16 bits each, comes along a Hilbert curve. */
static uint32_t
get_hilbert (uint32_t x, uint32_t y)
{
  uint32_t distance = 0;

  for (uint32_t s = 1u << 15; s > 0; s >>= 1) {
    const uint32_t right = (x & s) != 0;
    const uint32_t low = (y & s) != 0;
    distance += s * s * ((3 * right) ^ low);
    if (low == 0) { /* turn the quadrant */
      const uint32_t kept = right ? 0xffffu - x : x;
      x = right ? 0xffffu - y : y;
      y = kept;
    }
  }
  return distance;
}

static void
include (VitrailShapeBox *box, const VitrailShapeBox *other)
{
  for (guint i = 0; i < 2; i++) {
    box->side[i] = MIN (box->side[i], other->side[i]);
    box->side[2 + i] = MAX (box->side[2 + i], other->side[2 + i]);
  }
}

static const VitrailShapeBox empty_box = { { INFINITY, INFINITY, -INFINITY,
                                             -INFINITY } };

/* Around @bounds, however they are rounded. */
static VitrailShapeBox
make_box (const double bounds[4])
{
  VitrailShapeBox box;

  for (guint i = 0; i < 4; i++) {
    const float side = (float) bounds[i];
    const gboolean is_inside =
        i < 2 ? (double) side > bounds[i] : (double) side < bounds[i];
    box.side[i] =
        is_inside ? nextafterf (side, i < 2 ? -INFINITY : INFINITY) : side;
  }
  return box;
}

typedef struct {
  uint32_t key;
  uint32_t shape;
} Entry;

static uint32_t
scale (float low, float high, float from, float to)
{
  const double middle = ((double) low + (double) high) / 2;
  const double range = (double) to - (double) from;

  if (!(range > 0))
    return 0;
  return (uint32_t) (CLAMP ((middle - (double) from) / range, 0.0, 1.0) *
                     65535.0);
}

/* Entries in the order of their keys, by bytes; @spare has the same size. */
static void
sort_entries (Entry *entries, Entry *spare, size_t n)
{
  for (guint shift = 0; shift < 32; shift += 8) {
    size_t starts[257] = { 0 };
    for (size_t i = 0; i < n; i++)
      starts[(entries[i].key >> shift & 0xff) + 1]++;
    for (guint i = 1; i < 257; i++)
      starts[i] += starts[i - 1];
    for (size_t i = 0; i < n; i++)
      spare[starts[entries[i].key >> shift & 0xff]++] = entries[i];
    Entry *swap = entries;
    entries = spare;
    spare = swap;
  }
}

static VitrailShapeBox
get_shape_box (const VitrailShapeArrays *arrays, size_t shape)
{
  double bounds[4];

  vitrail_shape_arrays_get_bounds (arrays, shape, bounds);
  return make_box (bounds);
}

/* Leaves along the curve. */
static void
fill_leaves (VitrailShapeIndex *self,
             const VitrailShapeArrays *arrays,
             Entry *entries)
{
  const size_t n = arrays->n_shapes;
  VitrailShapeBox all = empty_box;

  for (size_t i = 0; i < n; i++) {
    self->boxes[i] = get_shape_box (arrays, i);
    include (&all, &self->boxes[i]);
  }
  for (size_t i = 0; i < n; i++) {
    const float *side = self->boxes[i].side;
    entries[i].shape = (uint32_t) i;
    entries[i].key =
        get_hilbert (scale (side[0], side[2], all.side[0], all.side[2]),
                     scale (side[1], side[3], all.side[1], all.side[3]));
  }
  sort_entries (entries, entries + n, n);
  for (size_t i = 0; i < n; i++) {
    self->shapes[i] = entries[i].shape;
    self->boxes[i] = get_shape_box (arrays, entries[i].shape);
  }
}

static void
fill_nodes (VitrailShapeIndex *self)
{
  for (guint level = 1; level < self->n_levels; level++) {
    const guint below = self->levels[level - 1];
    const guint n_below = self->levels[level] - below;
    const guint n = self->levels[level + 1] - self->levels[level];
    for (guint i = 0; i < n; i++) {
      VitrailShapeBox *box = &self->boxes[self->levels[level] + i];
      const guint end = MIN ((i + 1) * FAN, n_below);
      *box = empty_box;
      for (guint child = i * FAN; child < end; child++)
        include (box, &self->boxes[below + child]);
    }
  }
}

static void
set_levels (VitrailShapeIndex *self, guint n_shapes)
{
  guint n = n_shapes;

  while (n > 0) {
    self->levels[self->n_levels + 1] = self->levels[self->n_levels] + n;
    self->n_levels++;
    n = n > 1 ? (n + FAN - 1) / FAN : 0;
  }
}

static void
shape_index_free (gpointer data)
{
  VitrailShapeIndex *self = data;

  g_free (self->boxes);
  g_free (self->shapes);
  g_free (self);
}

static VitrailShapeIndex *
shape_index_new (const VitrailShapeArrays *arrays)
{
  VitrailShapeIndex *self = g_new0 (VitrailShapeIndex, 1);
  const size_t n = arrays->n_shapes;

  set_levels (self, arrays->n_shapes);
  g_autofree Entry *entries = g_try_new (Entry, 2 * n + 1);
  self->boxes =
      g_try_new (VitrailShapeBox, (gsize) self->levels[self->n_levels] + 1);
  self->shapes = g_try_new (uint32_t, n + 1);
  if (entries == NULL || self->boxes == NULL || self->shapes == NULL) {
    shape_index_free (self);
    return NULL;
  }
  fill_leaves (self, arrays, entries);
  fill_nodes (self);
  return self;
}

const VitrailShapeIndex *
vitrail_annotation_set_get_index (const VitrailAnnotationSet *set)
{
  /* One is made at a time: whoever asks for the same one waits for it. */
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  VitrailShapeStore *store = set->store;
  VitrailShapeIndex *index = g_atomic_pointer_get (&store->index);

  if (index != NULL)
    return index;
  pthread_mutex_lock (&lock);
  index = g_atomic_pointer_get (&store->index);
  if (index == NULL) {
    index = shape_index_new (&store->arrays);
    store->free_index = shape_index_free;
    g_atomic_pointer_set (&store->index, index);
  }
  pthread_mutex_unlock (&lock);
  return index;
}

/* --- going through it --- */

void
vitrail_shape_cursor_init (VitrailShapeCursor *self,
                           const VitrailShapeIndex *index,
                           const double bounds[4],
                           double least)
{
  memset (self, 0, sizeof *self);
  self->index = index;
  self->wanted = make_box (bounds);
  self->least = (float) least;
  self->is_done = index == NULL || index->n_levels == 0;
  self->level = self->is_done ? 0 : index->n_levels - 1;
}

static inline gboolean
touches (const VitrailShapeBox *a, const VitrailShapeBox *b)
{
  return a->side[0] <= b->side[2] && a->side[1] <= b->side[3] &&
         a->side[2] >= b->side[0] && a->side[3] >= b->side[1];
}

/* To the next node that is not below this one. */
static inline void
advance (VitrailShapeCursor *self)
{
  const VitrailShapeIndex *index = self->index;

  self->node++;
  while (
      self->level + 1 < index->n_levels &&
      (self->node % FAN == 0 || self->node == index->levels[self->level + 1] -
                                                  index->levels[self->level]))
  {
    self->node = (self->node - 1) / FAN + 1;
    self->level++;
  }
  self->is_done = self->level + 1 == index->n_levels && self->node > 0;
}

static void
give (VitrailShapeCursor *self, const VitrailShapeBox *box)
{
  const size_t span = (size_t) 1 << (4 * self->level);
  const size_t n_leaves = self->index->levels[1];

  self->box = box;
  self->first = (guint) (self->node * span);
  self->n = (guint) MIN (span, n_leaves - self->first);
}

gboolean
vitrail_shape_cursor_next (VitrailShapeCursor *self)
{
  while (!self->is_done) {
    const VitrailShapeBox *box =
        &self->index->boxes[self->index->levels[self->level] + self->node];
    if (!touches (box, &self->wanted)) {
      advance (self);
      continue;
    }
    if (self->level == 0 || (box->side[2] - box->side[0] < self->least &&
                             box->side[3] - box->side[1] < self->least))
    {
      give (self, box);
      advance (self);
      return TRUE;
    }
    self->level--;
    self->node *= FAN;
  }
  return FALSE;
}

/* --- what lies under a pointer --- */

typedef struct {
  double x;
  double y;
  double distance; /* to the nearest outline so far */
  double area;     /* of the smallest box around so far */
  guint nearest;
  guint around;
} Search;

static double
get_distance (const double from[2], const double to[2], double x, double y)
{
  const double dx = to[0] - from[0];
  const double dy = to[1] - from[1];
  const double length = dx * dx + dy * dy;
  const double along =
      length > 0
          ? CLAMP (((x - from[0]) * dx + (y - from[1]) * dy) / length, 0.0, 1.0)
          : 0.0;

  return hypot (from[0] + along * dx - x, from[1] + along * dy - y);
}

/* One edge: nearer than all before, and whether it turns inside to outside. */
static gboolean
look_at_edge (Search *search,
              const double from[2],
              const double to[2],
              guint shape)
{
  const double distance = get_distance (from, to, search->x, search->y);

  if (distance < search->distance) {
    search->distance = distance;
    search->nearest = shape;
  }
  return (from[1] > search->y) != (to[1] > search->y) &&
         search->x < from[0] + (search->y - from[1]) / (to[1] - from[1]) *
                                   (to[0] - from[0]);
}

/* Whether the place is inside of the part, by the even-odd rule. */
static gboolean
look_at_part (Search *search,
              const double *xy,
              guint n_points,
              VitrailShapeKind kind,
              guint shape)
{
  const gboolean is_closed =
      kind != VITRAIL_SHAPE_POINTS && kind != VITRAIL_SHAPE_POLYLINE;
  gboolean is_inside = FALSE;

  for (guint i = 0; i < n_points; i++) {
    const double *from = xy + 2 * (size_t) i;
    guint next = i + 1 < n_points ? i + 1 : 0;
    if (kind == VITRAIL_SHAPE_POINTS || (next == 0 && !is_closed))
      next = i;
    is_inside ^= look_at_edge (search, from, xy + 2 * (size_t) next, shape);
  }
  return is_inside && is_closed;
}

static void
look_at_shape (Search *search, const VitrailAnnotationSet *set, guint index)
{
  VitrailShape shape;
  gboolean is_inside = FALSE;

  vitrail_annotation_set_get_shape (set, index, &shape);
  for (guint part = 0; part < shape.n_parts; part++) {
    guint n_points;
    g_autofree double *xy =
        vitrail_annotation_set_dup_outline (set, index, part, &n_points);
    is_inside ^= look_at_part (search, xy, n_points, shape.kind, index);
  }
  const double area =
      (shape.bounds[2] - shape.bounds[0]) * (shape.bounds[3] - shape.bounds[1]);
  if (is_inside && area < search->area) {
    search->area = area;
    search->around = index;
  }
}

static gboolean
is_visible (const VitrailAnnotationSet *set, guint shape)
{
  const VitrailAnnotationGroup *group =
      vitrail_annotation_set_get_group (set, set->store->arrays.groups[shape]);

  return group != NULL && group->visible;
}

gboolean
vitrail_annotation_set_find_shape (const VitrailAnnotationSet *self,
                                   double x,
                                   double y,
                                   double reach,
                                   guint *shape)
{
  const VitrailShapeIndex *index = vitrail_annotation_set_get_index (self);
  const double bounds[4] = { x - reach, y - reach, x + reach, y + reach };
  Search search = { .x = x, .y = y, .distance = INFINITY, .area = INFINITY };
  VitrailShapeCursor cursor;

  search.nearest = search.around = G_MAXUINT;
  vitrail_shape_cursor_init (&cursor, index, bounds, 0);
  while (vitrail_shape_cursor_next (&cursor)) {
    const guint found = index->shapes[cursor.first];
    if (is_visible (self, found))
      look_at_shape (&search, self, found);
  }
  *shape = search.distance <= reach ? search.nearest : search.around;
  return *shape != G_MAXUINT;
}
