/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Display shutters: reading them, and which pixels they leave. The work is
 * bounded by the size of the frame and by VITRAIL_SHUTTER_VERTICES. */

#include "shutter.h"

#include "annotation/cielab.h"

#include <math.h>
#include <string.h>

#define TAG_SHAPE    VITRAIL_TAG (0x0018, 0x1600)
#define TAG_LEFT     VITRAIL_TAG (0x0018, 0x1602)
#define TAG_RIGHT    VITRAIL_TAG (0x0018, 0x1604)
#define TAG_UPPER    VITRAIL_TAG (0x0018, 0x1606)
#define TAG_LOWER    VITRAIL_TAG (0x0018, 0x1608)
#define TAG_CENTER   VITRAIL_TAG (0x0018, 0x1610)
#define TAG_RADIUS   VITRAIL_TAG (0x0018, 0x1612)
#define TAG_VERTICES VITRAIL_TAG (0x0018, 0x1620)
#define TAG_VALUE    VITRAIL_TAG (0x0018, 0x1622)
#define TAG_CIELAB   VITRAIL_TAG (0x0018, 0x1624)

#define MOST_SHAPES 3
/* Numbers beyond are no places: with these all sums stay exact. */
#define FARTHEST (1 << 24)

/* --- reading --- */

static gboolean
get_place (const VitrailDataSet *group, VitrailTag tag, guint index, int *place)
{
  double value = 0;

  if (!vitrail_data_set_get_double (group, tag, index, &value) ||
      !(fabs (value) <= FARTHEST))
    return FALSE;
  *place = (int) lrint (value);
  return TRUE;
}

static gboolean
has_shape (const VitrailDataSet *group, const char *shape)
{
  for (guint i = 0; i < MOST_SHAPES; i++)
    if (vitrail_data_set_text_is (group, TAG_SHAPE, i, shape))
      return TRUE;
  return FALSE;
}

static void
read_rectangle (VitrailShutter *self, const VitrailDataSet *group)
{
  static const VitrailTag tags[] = { TAG_LEFT, TAG_RIGHT, TAG_UPPER,
                                     TAG_LOWER };
  int *edges = self->rectangle;

  for (guint i = 0; i < 4; i++) {
    if (!get_place (group, tags[i], 0, &edges[i]))
      return;
    edges[i]--;
  }
  self->has_rectangle = edges[0] <= edges[1] && edges[2] <= edges[3];
}

static void
read_circle (VitrailShutter *self, const VitrailDataSet *group)
{
  /* Row, then column. */
  if (!get_place (group, TAG_CENTER, 0, &self->center[1]) ||
      !get_place (group, TAG_CENTER, 1, &self->center[0]) ||
      !get_place (group, TAG_RADIUS, 0, &self->radius))
    return;
  self->center[0]--;
  self->center[1]--;
  self->has_circle = self->radius > 0;
}

static void
read_polygon (VitrailShutter *self, const VitrailDataSet *group)
{
  const guint n = vitrail_data_set_get_n_values (group, TAG_VERTICES) / 2;

  if (n < 3 || n > VITRAIL_SHUTTER_VERTICES)
    return;
  self->vertices = g_malloc (n * sizeof *self->vertices);
  for (guint i = 0; i < n; i++) {
    int *vertex = self->vertices[i];
    if (!get_place (group, TAG_VERTICES, 2 * i, &vertex[1]) ||
        !get_place (group, TAG_VERTICES, 2 * i + 1, &vertex[0]))
      return;
    vertex[0]--;
    vertex[1]--;
  }
  self->n_vertices = n;
}

static void
read_values (VitrailShutter *self, const VitrailDataSet *group)
{
  double values[3];
  uint16_t lab[3];

  if (vitrail_data_set_get_double (group, TAG_VALUE, 0, values))
    self->gray = (guint) CLAMP (values[0], 0, 65535);
  self->has_rgb = vitrail_data_set_get_doubles (group, TAG_CIELAB, values, 3);
  for (guint i = 0; i < 3 && self->has_rgb; i++)
    lab[i] = (uint16_t) CLAMP (values[i], 0, 65535);
  if (!self->has_rgb)
    return;
  self->rgb = vitrail_cielab_to_rgb (lab);
  if (!vitrail_data_set_has (group, TAG_VALUE))
    self->gray =
        257 * ((299 * (self->rgb >> 16 & 0xff) + 587 * (self->rgb >> 8 & 0xff) +
                114 * (self->rgb & 0xff) + 500) /
               1000);
}

static const VitrailOverlayPlane *
find_bitmap (const VitrailOverlays *overlays)
{
  for (guint i = 0; overlays != NULL && i < overlays->n_planes; i++)
    if (overlays->planes[i].is_shutter)
      return &overlays->planes[i];
  return NULL;
}

VitrailShutter *
vitrail_shutter_new (const VitrailDataSet *group,
                     const VitrailOverlays *overlays,
                     guint width,
                     guint height,
                     double aspect)
{
  if (group == NULL || !vitrail_data_set_has (group, TAG_SHAPE))
    return NULL;
  VitrailShutter *self = g_new0 (VitrailShutter, 1);
  self->width = width;
  self->height = height;
  self->aspect = isfinite (aspect) && aspect > 0 ? aspect : 1;
  if (has_shape (group, "RECTANGULAR"))
    read_rectangle (self, group);
  if (has_shape (group, "CIRCULAR"))
    read_circle (self, group);
  if (has_shape (group, "POLYGONAL"))
    read_polygon (self, group);
  self->bitmap = find_bitmap (overlays);
  read_values (self, group);
  if (!self->has_rectangle && !self->has_circle && self->n_vertices == 0 &&
      self->bitmap == NULL)
    g_clear_pointer (&self, vitrail_shutter_free);
  return self;
}

void
vitrail_shutter_free (VitrailShutter *self)
{
  g_free (self->vertices);
  g_free (self);
}

/* --- which pixels --- */

/* What is seen of one row: first and last column of each, in any order. */
typedef struct {
  guint n;
  gint64 ends[2 * VITRAIL_SHUTTER_VERTICES][2];
} Spans;

static void
add_span (Spans *spans, gint64 first, gint64 last)
{
  if (first > last)
    return;
  spans->ends[spans->n][0] = first;
  spans->ends[spans->n++][1] = last;
}

static gint64
divide_down (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

/* The part of @row that the edge from @a to @b lies on, where it is a pixel. */
static void
add_edge (Spans *spans, const int *a, const int *b, int row)
{
  if (a[1] > b[1]) {
    const int *other = a;
    a = b;
    b = other;
  }
  if (row < a[1] || row > b[1])
    return;
  if (a[1] == b[1]) {
    add_span (spans, MIN (a[0], b[0]), MAX (a[0], b[0]));
    return;
  }
  const gint64 rise = b[1] - a[1];
  const gint64 run = (gint64) (row - a[1]) * (b[0] - a[0]);
  if (run % rise == 0)
    add_span (spans, a[0] + run / rise, a[0] + run / rise);
}

/* Where an edge crosses @row: between pixels, or on one. */
typedef struct {
  double at;
  gint64 first; /* column at or right of it */
  gint64 last;  /* at or left of it */
} Crossing;

static int
compare_crossings (gconstpointer a, gconstpointer b)
{
  const double one = ((const Crossing *) a)->at;
  const double other = ((const Crossing *) b)->at;

  return (one > other) - (one < other);
}

static gboolean
find_crossing (const int *a, const int *b, int row, Crossing *crossing)
{
  if ((a[1] <= row) == (b[1] <= row))
    return FALSE;
  const gint64 sign = b[1] > a[1] ? 1 : -1;
  const gint64 rise = sign * (b[1] - a[1]);
  const gint64 run = sign * (gint64) (row - a[1]) * (b[0] - a[0]);
  crossing->at = a[0] + (double) run / (double) rise;
  crossing->last = a[0] + divide_down (run, rise);
  crossing->first = a[0] - divide_down (-run, rise);
  return TRUE;
}

static void
polygon_row (const VitrailShutter *self, int row, Spans *spans)
{
  Crossing crossings[VITRAIL_SHUTTER_VERTICES];
  const guint n = self->n_vertices;
  guint found = 0;

  for (guint i = 0; i < n; i++) {
    const int *a = self->vertices[i];
    const int *b = self->vertices[(i + 1) % n];
    add_edge (spans, a, b, row);
    if (find_crossing (a, b, row, &crossings[found]))
      found++;
  }
  qsort (crossings, found, sizeof *crossings, compare_crossings);
  for (guint i = 0; i + 1 < found; i += 2)
    add_span (spans, crossings[i].first, crossings[i + 1].last);
}

static void
circle_row (const VitrailShutter *self, int row, Spans *spans)
{
  const double down = (row - self->center[1]) * self->aspect;
  const double radius = self->radius;
  const double half = radius * radius - down * down;

  if (half < 0)
    return;
  const int reach = (int) floor (sqrt (half) + 1e-9);
  add_span (spans, self->center[0] - reach, self->center[0] + reach);
}

static void
rectangle_row (const VitrailShutter *self, int row, Spans *spans)
{
  if (row >= self->rectangle[2] && row <= self->rectangle[3])
    add_span (spans, self->rectangle[0], self->rectangle[1]);
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const gint64 one = *(const gint64 *) a;
  const gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

/* Bits @from up to and without @to. */
static void
clear_bits (uint8_t *bits, size_t from, size_t to)
{
  while (from < to) {
    if (from % 8 == 0 && to - from >= 8) {
      memset (bits + from / 8, 0, (to - from) / 8);
      from = to - to % 8;
      continue;
    }
    bits[from / 8] &= (uint8_t) ~(1u << (from % 8));
    from++;
  }
}

/* All but @spans is covered. */
static void
leave (Spans *spans, uint8_t *row, guint width)
{
  gint64 done = 0;

  qsort (spans->ends, spans->n, sizeof *spans->ends, compare_spans);
  for (guint i = 0; i < spans->n && done < width; i++) {
    const gint64 first = CLAMP (spans->ends[i][0], 0, (gint64) width);
    if (first > done)
      clear_bits (row, (size_t) done, (size_t) first);
    done = MAX (done, spans->ends[i][1] + 1);
  }
  if (done < width)
    clear_bits (row, (size_t) done, width);
  spans->n = 0;
}

static void
cover_bits (const VitrailShutter *self, int y, uint8_t *row)
{
  const VitrailOverlayPlane *plane = self->bitmap;
  const int v = y - plane->row;

  if (v < plane->box[1] || v > plane->box[3])
    return;
  const int first = MAX (plane->box[0] + plane->column, 0);
  const int last = MIN (plane->box[2] + plane->column, (int) self->width - 1);
  for (int x = first; x <= last; x++)
    if (vitrail_overlay_plane_get (plane, x - plane->column, v))
      row[x / 8] &= (uint8_t) ~(1u << (x % 8));
}

static void
cover_row (const VitrailShutter *self, int y, Spans *spans, uint8_t *row)
{
  if (self->has_rectangle) {
    rectangle_row (self, y, spans);
    leave (spans, row, self->width);
  }
  if (self->has_circle) {
    circle_row (self, y, spans);
    leave (spans, row, self->width);
  }
  if (self->n_vertices > 0) {
    polygon_row (self, y, spans);
    leave (spans, row, self->width);
  }
  if (self->bitmap != NULL)
    cover_bits (self, y, row);
}

static gboolean
is_any_seen (const uint8_t *mask, size_t stride, guint width, guint height)
{
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if ((mask[y * stride + x / 8] >> (x % 8) & 1) != 0)
        return TRUE;
  return FALSE;
}

uint8_t *
vitrail_shutter_make_mask (const VitrailShutter *self, size_t *stride)
{
  *stride = ((size_t) self->width + 7) / 8;
  g_autofree uint8_t *mask = g_try_malloc (MAX (*stride * self->height, 1));
  g_autofree Spans *spans = g_try_new (Spans, 1);

  if (mask == NULL || spans == NULL)
    return NULL;
  memset (mask, 0xff, *stride * self->height);
  spans->n = 0;
  for (guint y = 0; y < self->height; y++)
    cover_row (self, (int) y, spans, mask + y * *stride);
  if (!is_any_seen (mask, *stride, self->width, self->height))
    return NULL;
  return g_steal_pointer (&mask);
}
