/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bulk Simple Annotations to annotation sets: see ann.h. */

#include "annotation/ann.h"
#include "annotation/annotationbuilder.h"
#include "annotation/annplace.h"
#include "annotation/cielab.h"
#include "error.h"
#include "limits.h"

#include <math.h>
#include <string.h>

#define SOP_CLASS         VITRAIL_TAG (0x0008, 0x0016)
#define CODE_VALUE        VITRAIL_TAG (0x0008, 0x0100)
#define CODE_SCHEME       VITRAIL_TAG (0x0008, 0x0102)
#define CODE_MEANING      VITRAIL_TAG (0x0008, 0x0104)
#define MEASUREMENT_UNITS VITRAIL_TAG (0x0040, 0x08ea)
#define CONCEPT_NAME      VITRAIL_TAG (0x0040, 0xa043)
#define DISPLAY_CIELAB    VITRAIL_TAG (0x0062, 0x000d)
#define POINTS_SINGLE     VITRAIL_TAG (0x0066, 0x0016)
#define POINTS_DOUBLE     VITRAIL_TAG (0x0066, 0x0022)
#define POINT_INDEX_LIST  VITRAIL_TAG (0x0066, 0x0040)
#define MEASUREMENTS      VITRAIL_TAG (0x0066, 0x0121)
#define FLOAT_VALUES      VITRAIL_TAG (0x0066, 0x0125)
#define VALUES_SEQUENCE   VITRAIL_TAG (0x0066, 0x0132)
#define GROUPS            VITRAIL_TAG (0x006a, 0x0002)
#define GROUP_LABEL       VITRAIL_TAG (0x006a, 0x0005)
#define CATEGORY_CODE     VITRAIL_TAG (0x006a, 0x0009)
#define TYPE_CODE         VITRAIL_TAG (0x006a, 0x000a)
#define N_ANNOTATIONS     VITRAIL_TAG (0x006a, 0x000c)
#define COMMON_Z          VITRAIL_TAG (0x006a, 0x0010)
#define ANNOTATION_INDEX  VITRAIL_TAG (0x006a, 0x0011)
#define GRAPHIC_TYPE      VITRAIL_TAG (0x0070, 0x0023)
#define CONTENT_LABEL     VITRAIL_TAG (0x0070, 0x0080)

/* Points that are mapped at a time. */
#define CHUNK 256u

/* Colours of groups that recommend none. */
static const guint32 colors[] = { 0xe6194b, 0x3cb44b, 0x4363d8, 0xf58231,
                                  0x911eb4, 0x42d4f4, 0xf032e6, 0xbfef45 };

/* A list of numbers as it lies in the file. */
typedef struct {
  const VitrailElement *element;
  gboolean is_double;
  size_t n;
} Numbers;

/* A group that is being read.
 * @n_shapes: how many it says or is found to have
 * @shapes: which of the builder each became; G_MAXUINT: none */
typedef struct {
  const VitrailDataSet *item;
  VitrailShapeKind kind;
  Numbers points;
  Numbers starts; /* of polylines and polygons */
  guint n_values; /* of a point */
  guint number;   /* in the set */
  size_t n_shapes;
  uint32_t *shapes;
} Group;

typedef struct {
  const char *name;
  VitrailAnnotationBuilder *builder;
  VitrailAnnPlace place;
  guint n_groups; /* seen so far */
  guint n_left_out;
  char *first_fault;
} Reader;

/* --- numbers --- */

static Numbers
find_numbers (const VitrailDataSet *data_set, VitrailTag tag, size_t bytes)
{
  const VitrailElement *element = vitrail_data_set_find (data_set, tag);
  Numbers numbers = { .element = element, .is_double = bytes == 8 };

  if (element != NULL)
    numbers.n = element->length / bytes;
  return numbers;
}

static uint32_t
get_u32 (const Numbers *self, size_t index)
{
  uint32_t value;

  memcpy (&value, self->element->value + 4 * index, sizeof value);
  return self->element->big_endian ? GUINT32_FROM_BE (value)
                                   : GUINT32_FROM_LE (value);
}

static double
get_number (const Numbers *self, size_t index)
{
  if (!self->is_double) {
    const uint32_t bits = get_u32 (self, index);
    float single;
    memcpy (&single, &bits, sizeof single);
    return (double) single;
  }
  uint64_t bits;
  double value;
  memcpy (&bits, self->element->value + 8 * index, sizeof bits);
  bits = self->element->big_endian ? GUINT64_FROM_BE (bits)
                                   : GUINT64_FROM_LE (bits);
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* --- faults --- */

static void
leave_out (Reader *self, const char *what)
{
  self->n_left_out++;
  if (self->first_fault == NULL)
    self->first_fault = g_strdup_printf ("group %u: %s", self->n_groups, what);
}

/* FALSE for what ends the reading. */
static gboolean
tolerate (Reader *self, GError *fault, GError **error)
{
  if (g_error_matches (fault, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT)) {
    g_propagate_prefixed_error (error, fault, "%s: ", self->name);
    return FALSE;
  }
  leave_out (self, fault->message);
  g_error_free (fault);
  return TRUE;
}

/* --- shapes --- */

/* Points @first to before @end, as one shape. */
static gboolean
add_shape (Reader *self,
           const Group *group,
           size_t first,
           size_t end,
           GError **error)
{
  const double *m = self->place.affine;
  double xy[2 * CHUNK];

  while (first < end) {
    const size_t n = MIN (end - first, CHUNK);
    for (size_t i = 0; i < n; i++) {
      const size_t at = (first + i) * group->n_values;
      const double x = get_number (&group->points, at);
      const double y = get_number (&group->points, at + 1);
      xy[2 * i] = m[0] * x + m[1] * y + m[2];
      xy[2 * i + 1] = m[3] * x + m[4] * y + m[5];
    }
    if (!vitrail_annotation_builder_add_points (self->builder, xy, (guint) n,
                                                error))
      return FALSE;
    first += n;
  }
  return vitrail_annotation_builder_end_part (self->builder, FALSE, error) &&
         vitrail_annotation_builder_end_shape (self->builder, group->kind,
                                               group->number, error);
}

static gboolean
add_one (Reader *self,
         Group *group,
         size_t shape,
         const size_t range[2],
         GError **error)
{
  GError *fault = NULL;

  group->shapes[shape] =
      vitrail_annotation_builder_get_n_shapes (self->builder);
  if (add_shape (self, group, range[0], range[1], &fault))
    return TRUE;
  vitrail_annotation_builder_drop_shape (self->builder);
  group->shapes[shape] = G_MAXUINT32;
  return tolerate (self, fault, error);
}

/* Where shape @shape begins among the points: the list counts values from 1
 * (PS3.3 C.37.1.2). FALSE where that is no point. */
static gboolean
get_start (const Group *group, size_t shape, size_t *point)
{
  const size_t n_points = group->points.n / group->n_values;

  if (shape == group->n_shapes) {
    *point = n_points;
    return TRUE;
  }
  const size_t value = get_u32 (&group->starts, shape);
  *point = (value - 1) / group->n_values;
  return value >= 1 && (value - 1) % group->n_values == 0 && *point < n_points;
}

static gboolean
add_lines (Reader *self, Group *group, GError **error)
{
  for (size_t i = 0; i < group->n_shapes; i++) {
    size_t range[2];
    group->shapes[i] = G_MAXUINT32;
    if (!get_start (group, i, &range[0]) ||
        !get_start (group, i + 1, &range[1]) || range[1] <= range[0])
    {
      leave_out (self, "LongPrimitivePointIndexList: not the first value of a "
                       "point, or not ascending");
      continue;
    }
    if (!add_one (self, group, i, range, error))
      return FALSE;
  }
  return TRUE;
}

/* Shapes that all have as many points. */
static gboolean
add_fixed (Reader *self, Group *group, size_t n_points, GError **error)
{
  for (size_t i = 0; i < group->n_shapes; i++) {
    const size_t range[2] = { i * n_points, (i + 1) * n_points };
    if (!add_one (self, group, i, range, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
has_list (const Group *group)
{
  return group->kind == VITRAIL_SHAPE_POLYLINE ||
         group->kind == VITRAIL_SHAPE_POLYGON;
}

static gboolean
add_shapes (Reader *self, Group *group, GError **error)
{
  if (has_list (group))
    return add_lines (self, group, error);
  return add_fixed (self, group, group->kind == VITRAIL_SHAPE_POINTS ? 1 : 4,
                    error);
}

/* --- measurements --- */

static char *
dup_code (const VitrailDataSet *data_set, VitrailTag sequence, VitrailTag tag)
{
  return vitrail_data_set_dup_string (
      vitrail_data_set_get_item (data_set, sequence, 0), tag, 0);
}

/* One kind of measurement: a value for each shape, or for those in a list. */
static gboolean
add_measurement (Reader *self,
                 const Group *group,
                 const VitrailDataSet *item,
                 GError **error)
{
  const VitrailDataSet *values =
      vitrail_data_set_get_item (item, VALUES_SEQUENCE, 0);
  const Numbers numbers = find_numbers (values, FLOAT_VALUES, 4);
  const Numbers list = find_numbers (values, ANNOTATION_INDEX, 4);
  g_autofree char *name = dup_code (item, CONCEPT_NAME, CODE_MEANING);
  g_autofree char *unit = dup_code (item, MEASUREMENT_UNITS, CODE_VALUE);
  const size_t n = list.element != NULL ? MIN (numbers.n, list.n) : numbers.n;

  for (size_t i = 0; name != NULL && i < n; i++) {
    const size_t annotation =
        list.element != NULL ? (size_t) get_u32 (&list, i) - 1 : i;
    if (annotation >= group->n_shapes ||
        group->shapes[annotation] == G_MAXUINT32)
      continue;
    if (!vitrail_annotation_builder_measure (self->builder,
                                             group->shapes[annotation], name,
                                             unit != NULL ? unit : "",
                                             get_number (&numbers, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_measurements (Reader *self, const Group *group, GError **error)
{
  const guint n = vitrail_data_set_get_n_items (group->item, MEASUREMENTS);

  for (guint i = 0; i < n; i++)
    if (!add_measurement (
            self, group,
            vitrail_data_set_get_item (group->item, MEASUREMENTS, i), error))
      return FALSE;
  return TRUE;
}

/* --- groups --- */

static void
read_code (VitrailAnnotationCode *code,
           const VitrailDataSet *item,
           VitrailTag sequence)
{
  code->value = dup_code (item, sequence, CODE_VALUE);
  code->scheme = dup_code (item, sequence, CODE_SCHEME);
  code->meaning = dup_code (item, sequence, CODE_MEANING);
}

static guint32
read_color (const Reader *self, const VitrailDataSet *item)
{
  double values[3];
  uint16_t lab[3];

  if (!vitrail_data_set_get_doubles (item, DISPLAY_CIELAB, values, 3))
    return colors[(self->n_groups - 1) % G_N_ELEMENTS (colors)];
  for (guint i = 0; i < 3; i++)
    lab[i] = (uint16_t) CLAMP (values[i], 0.0, 65535.0);
  return vitrail_cielab_to_rgb (lab);
}

static guint
add_group (Reader *self, const VitrailDataSet *item)
{
  g_autofree char *label = vitrail_data_set_dup_string (item, GROUP_LABEL, 0);
  g_autoptr (VitrailAnnotationGroup) group =
      vitrail_annotation_group_new (label, read_color (self, item));

  read_code (&group->category, item, CATEGORY_CODE);
  read_code (&group->type, item, TYPE_CODE);
  return vitrail_annotation_builder_add_group (self->builder, group);
}

static gboolean
read_kind (const VitrailDataSet *item, VitrailShapeKind *kind)
{
  static const char *const names[VITRAIL_N_SHAPE_KINDS] = {
    "POINT", "POLYLINE", "POLYGON", "RECTANGLE", "ELLIPSE",
  };

  for (guint i = 0; i < VITRAIL_N_SHAPE_KINDS; i++)
    if (vitrail_data_set_text_is (item, GRAPHIC_TYPE, 0, names[i])) {
      *kind = (VitrailShapeKind) i;
      return TRUE;
    }
  return FALSE;
}

/* What the group consists of; the fault, or NULL. */
static const char *
read_layout (const Reader *self, Group *group)
{
  const VitrailDataSet *item = group->item;

  if (!read_kind (item, &group->kind))
    return "GraphicType: none that is known";
  group->points = find_numbers (item, POINTS_DOUBLE, 8);
  if (group->points.element == NULL)
    group->points = find_numbers (item, POINTS_SINGLE, 4);
  if (group->points.n == 0)
    return "PointCoordinatesData: missing";
  group->n_values =
      self->place.is_3d && !vitrail_data_set_has (item, COMMON_Z) ? 3 : 2;
  const size_t n_points = group->points.n / group->n_values;
  group->starts = find_numbers (item, POINT_INDEX_LIST, 4);
  if (has_list (group)) {
    if (group->starts.n == 0)
      return "LongPrimitivePointIndexList: missing";
    group->n_shapes = group->starts.n;
  } else {
    group->n_shapes =
        group->kind == VITRAIL_SHAPE_POINTS ? n_points : n_points / 4;
  }
  if (group->n_shapes > VITRAIL_LIMIT_ANNOTATION_SHAPES)
    return "too many annotations";
  return NULL;
}

static void
check_count (Reader *self, const Group *group)
{
  const int64_t stated =
      vitrail_data_set_get_int_or (group->item, N_ANNOTATIONS,
                                   (int64_t) group->n_shapes);

  if (stated != (int64_t) group->n_shapes)
    leave_out (self, "NumberOfAnnotations: not what the coordinates are of");
}

static gboolean
read_group (Reader *self, const VitrailDataSet *item, GError **error)
{
  Group group = { .item = item };

  self->n_groups++;
  const char *fault = read_layout (self, &group);
  if (fault != NULL) {
    leave_out (self, fault);
    return TRUE;
  }
  check_count (self, &group);
  group.number = add_group (self, item);
  g_autofree uint32_t *shapes = g_try_new (uint32_t, group.n_shapes + 1);
  if (shapes == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: not enough memory", self->name);
    return FALSE;
  }
  group.shapes = shapes;
  return add_shapes (self, &group, error) &&
         add_measurements (self, &group, error);
}

/* --- the whole --- */

static gboolean
read_groups (Reader *self, const VitrailDataSet *data_set, GError **error)
{
  const guint n = vitrail_data_set_get_n_items (data_set, GROUPS);

  for (guint i = 0; i < n; i++)
    if (!read_group (self, vitrail_data_set_get_item (data_set, GROUPS, i),
                     error))
      return FALSE;
  return TRUE;
}

static char *
make_warning (const Reader *self, const char *assumption)
{
  if (self->n_left_out == 0)
    return assumption != NULL
               ? g_strdup_printf ("%s: %s", self->name, assumption)
               : NULL;
  return g_strdup_printf ("%s: %u faults, the first: %s", self->name,
                          self->n_left_out, self->first_fault);
}

VitrailAnnotationSet *
vitrail_ann_read (VitrailDataSet *data_set,
                  const char *name,
                  VitrailSlide *slide,
                  const VitrailDataSet *image,
                  char **warning,
                  GError **error)
{
  g_autofree char *label =
      vitrail_data_set_dup_string (data_set, CONTENT_LABEL, 0);
  Reader reader = { .name = name };
  const char *assumption;

  if (warning != NULL)
    *warning = NULL;
  if (!vitrail_data_set_text_is (data_set, SOP_CLASS, 0, VITRAIL_ANN_SOP_CLASS))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: no Microscopy Bulk Simple Annotations", name);
    return NULL;
  }
  if (!vitrail_ann_place_init (&reader.place, data_set, name, slide, image,
                               &assumption, error))
    return NULL;
  g_autoptr (VitrailAnnotationBuilder) builder =
      vitrail_annotation_builder_new (label != NULL ? label : name);
  reader.builder = builder;
  const gboolean done = read_groups (&reader, data_set, error);
  if (done && warning != NULL)
    *warning = make_warning (&reader, assumption);
  g_free (reader.first_fault);
  return done ? vitrail_annotation_builder_end (g_steal_pointer (&builder),
                                                error)
              : NULL;
}
