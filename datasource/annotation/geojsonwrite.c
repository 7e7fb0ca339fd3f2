/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotations to GeoJSON: see geojson.h. */

#include "annotation/annotationset-private.h"
#include "annotation/geojson.h"
#include "annotation/geojsonclass.h"
#include "annotation/jsonnumber.h"
#include "dicom/jsontext.h"
#include "error.h"
#include "limits.h"

#include <math.h>

/* What is collected before it is handed on. */
#define PIECE_BYTES ((gsize) 128 * 1024)

typedef struct {
  const VitrailAnnotationSet *set;
  const VitrailShapeArrays *arrays;
  const VitrailGeoJsonChoice *choice;
  GPtrArray *classes; /* each group's classification, as JSON; "" for none */
  GString *json;
} Writer;

/* --- small parts --- */

static void
append_color (GString *json, guint32 rgb)
{
  g_string_append_printf (json, "[%u,%u,%u]", rgb >> 16 & 0xff, rgb >> 8 & 0xff,
                          rgb & 0xff);
}

static void
append_number (GString *json, double value, int decimals)
{
  char text[VITRAIL_JSON_NUMBER_SIZE];
  const char *end = vitrail_json_number_write (text, value, decimals);

  g_string_append_len (json, text, end - text);
}

static void
append_position (GString *json, const double xy[2], int decimals)
{
  char text[2 * VITRAIL_JSON_NUMBER_SIZE + 3];
  char *c = text;

  *c++ = '[';
  c = vitrail_json_number_write (c, xy[0], decimals);
  *c++ = ',';
  c = vitrail_json_number_write (c, xy[1], decimals);
  *c++ = ']';
  g_string_append_len (json, text, c - text);
}

/* Behind @before (a comma or nothing). */
static void
append_member (GString *json,
               const char *before,
               const char *key,
               const char *text)
{
  g_string_append (json, before);
  vitrail_json_append_string (json, key);
  g_string_append_c (json, ':');
  vitrail_json_append_string (json, text);
}

static void
append_code (GString *json, const char *key, const VitrailAnnotationCode *code)
{
  if (code->value == NULL)
    return;
  g_string_append_printf (json, ",\"%s\":{", key);
  append_member (json, "", "value", code->value);
  if (code->scheme != NULL)
    append_member (json, ",", "scheme", code->scheme);
  if (code->meaning != NULL)
    append_member (json, ",", "meaning", code->meaning);
  g_string_append_c (json, '}');
}

static void
append_group (GString *json, const VitrailAnnotationGroup *group)
{
  g_string_append_c (json, '{');
  append_member (json, "", "label", group->label);
  g_string_append (json, ",\"color\":");
  append_color (json, group->rgb);
  g_string_append_printf (json, ",\"visible\":%s",
                          group->visible ? "true" : "false");
  append_code (json, "category", &group->category);
  append_code (json, "type", &group->type);
  g_string_append_c (json, '}');
}

/* Which measures any shape has; what was left out may have had others. */
static uint8_t *
find_used (const VitrailShapeStore *store)
{
  uint8_t *used = g_new0 (uint8_t, store->measures->len + 1);
  const size_t n = store->first_measured != NULL
                       ? store->first_measured[store->arrays.n_shapes]
                       : 0;

  for (size_t i = 0; i < n; i++)
    used[store->measured[i].measure] = 1;
  return used;
}

static void
append_units (GString *json, const VitrailShapeStore *store)
{
  const GPtrArray *measures = store->measures;
  g_autofree uint8_t *used = find_used (store);
  const char *before = "";

  g_string_append (json, ",\"units\":{");
  for (guint i = 0; i < measures->len; i++) {
    const VitrailMeasure *measure = g_ptr_array_index (measures, i);
    if (measure->unit[0] == '\0' || !used[i])
      continue;
    append_member (json, before, measure->name, measure->unit);
    before = ",";
  }
  g_string_append_c (json, '}');
}

static void
append_heading (const Writer *self)
{
  GString *json = self->json;
  const GPtrArray *groups = self->set->groups;

  g_string_append (json, "{\"type\":\"FeatureCollection\"");
  append_member (json, ",", "name", self->set->name);
  g_string_append (json, ",\"vitrail\":{\"groups\":[");
  for (guint i = 0; i < groups->len; i++) {
    g_string_append (json, i > 0 ? ",\n" : "\n");
    append_group (json, g_ptr_array_index (groups, i));
  }
  g_string_append_c (json, ']');
  append_units (json, self->set->store);
  g_string_append (json, "},\n\"features\":[");
}

/* --- geometry --- */

static void
append_part (const Writer *self, size_t part, gboolean is_ring)
{
  const size_t first = self->arrays->points[part];
  const size_t end = self->arrays->points[part + 1];
  double xy[2];

  g_string_append_c (self->json, '[');
  for (size_t i = first; i < end; i++) {
    if (i > first)
      g_string_append_c (self->json, ',');
    vitrail_shape_arrays_get_point (self->arrays, i, xy);
    append_position (self->json, xy, self->choice->decimals);
  }
  if (is_ring) {
    g_string_append_c (self->json, ',');
    vitrail_shape_arrays_get_point (self->arrays, first, xy);
    append_position (self->json, xy, self->choice->decimals);
  }
  g_string_append_c (self->json, ']');
}

static void
append_points (const Writer *self, size_t shape)
{
  const size_t part = self->arrays->parts[shape];
  const size_t first = self->arrays->points[part];
  double xy[2];

  if (self->arrays->points[part + 1] - first > 1) {
    g_string_append (self->json, "\"MultiPoint\",\"coordinates\":");
    append_part (self, part, FALSE);
    return;
  }
  g_string_append (self->json, "\"Point\",\"coordinates\":");
  vitrail_shape_arrays_get_point (self->arrays, first, xy);
  append_position (self->json, xy, self->choice->decimals);
}

static void
append_lines (const Writer *self, size_t shape)
{
  const size_t first = self->arrays->parts[shape];
  const size_t end = self->arrays->parts[shape + 1];

  if (end - first == 1) {
    g_string_append (self->json, "\"LineString\",\"coordinates\":");
    append_part (self, first, FALSE);
    return;
  }
  g_string_append (self->json, "\"MultiLineString\",\"coordinates\":[");
  for (size_t i = first; i < end; i++) {
    if (i > first)
      g_string_append_c (self->json, ',');
    append_part (self, i, FALSE);
  }
  g_string_append_c (self->json, ']');
}

static gboolean
is_hole (const Writer *self, size_t part)
{
  return self->arrays->holes != NULL && self->arrays->holes[part] != 0;
}

/* Several polygons when a part behind the first is no hole. */
static gboolean
is_multi_polygon (const Writer *self, size_t shape)
{
  const size_t end = self->arrays->parts[shape + 1];

  for (size_t i = (size_t) self->arrays->parts[shape] + 1; i < end; i++)
    if (!is_hole (self, i))
      return TRUE;
  return FALSE;
}

static void
append_polygons (const Writer *self, size_t shape)
{
  const gboolean is_multi = is_multi_polygon (self, shape);
  const size_t first = self->arrays->parts[shape];
  const size_t end = self->arrays->parts[shape + 1];

  g_string_append (self->json, is_multi ? "\"MultiPolygon\",\"coordinates\":[["
                                        : "\"Polygon\",\"coordinates\":[");
  for (size_t i = first; i < end; i++) {
    if (i > first)
      g_string_append (self->json, is_hole (self, i) ? "," : "],[");
    append_part (self, i, TRUE);
  }
  g_string_append (self->json, is_multi ? "]]" : "]");
}

static void
get_axes (const Writer *self, size_t shape, double axes[8])
{
  const size_t first = self->arrays->points[self->arrays->parts[shape]];

  for (size_t i = 0; i < 4; i++)
    vitrail_shape_arrays_get_point (self->arrays, first + i, &axes[2 * i]);
}

/* Whether both axes run along those of the picture, as QuPath's do. */
static gboolean
is_upright (const double axes[8])
{
  const double a[2] = { fabs (axes[2] - axes[0]), fabs (axes[3] - axes[1]) };
  const double b[2] = { fabs (axes[6] - axes[4]), fabs (axes[7] - axes[5]) };
  const double tiny = 1e-6;

  return (a[0] < tiny && b[1] < tiny) || (a[1] < tiny && b[0] < tiny);
}

static void
append_ellipse (const Writer *self, size_t shape)
{
  double axes[8];
  double xy[2 * VITRAIL_ELLIPSE_POINTS];

  get_axes (self, shape, axes);
  vitrail_ellipse_get_outline (axes, xy);
  g_string_append (self->json, "\"Polygon\",\"coordinates\":[[");
  /* Rounded: the axes say exactly what is meant. */
  for (size_t i = 0; i <= VITRAIL_ELLIPSE_POINTS; i++) {
    if (i > 0)
      g_string_append_c (self->json, ',');
    append_position (self->json, &xy[2 * (i % VITRAIL_ELLIPSE_POINTS)], 3);
  }
  g_string_append (self->json, "]]");
  if (is_upright (axes))
    g_string_append (self->json, ",\"isEllipse\":true");
}

static const char *
get_text (const Writer *self, size_t shape, guint text)
{
  return vitrail_text_column_get (&self->set->store->texts[text], shape);
}

static void
append_extra (const Writer *self, size_t shape, guint text)
{
  const char *extra = get_text (self, shape, text);

  if (extra == NULL || self->choice->is_plain)
    return;
  g_string_append_c (self->json, ',');
  g_string_append (self->json, extra);
}

static void
append_geometry (const Writer *self, size_t shape)
{
  static void (*const append[VITRAIL_N_SHAPE_KINDS]) (const Writer *,
                                                      size_t) = {
    [VITRAIL_SHAPE_POINTS] = append_points,
    [VITRAIL_SHAPE_POLYLINE] = append_lines,
    [VITRAIL_SHAPE_POLYGON] = append_polygons,
    [VITRAIL_SHAPE_RECTANGLE] = append_polygons,
    [VITRAIL_SHAPE_ELLIPSE] = append_ellipse,
  };

  g_string_append (self->json, "\"geometry\":{\"type\":");
  append[self->arrays->kinds[shape]](self, shape);
  append_extra (self, shape, VITRAIL_ANNOTATION_EXTRA_GEOMETRY);
  g_string_append_c (self->json, '}');
}

/* --- properties --- */

/* All begin with a comma. */
static void
append_kind (const Writer *self, size_t shape)
{
  const VitrailShapeKind kind = (VitrailShapeKind) self->arrays->kinds[shape];
  double axes[8];

  if (kind == VITRAIL_SHAPE_RECTANGLE)
    g_string_append (self->json, ",\"vitrail\":{\"shape\":\"rectangle\"}");
  if (kind != VITRAIL_SHAPE_ELLIPSE)
    return;
  get_axes (self, shape, axes);
  g_string_append (self->json,
                   ",\"vitrail\":{\"shape\":\"ellipse\",\"axes\":[");
  for (guint i = 0; i < 8; i++) {
    if (i > 0)
      g_string_append_c (self->json, ',');
    append_number (self->json, axes[i], self->choice->decimals);
  }
  g_string_append (self->json, "]}");
}

static void
append_measurements (const Writer *self, guint shape)
{
  const char *name;
  const char *before = "";
  double value;

  if (vitrail_annotation_set_get_n_measurements (self->set, shape) == 0)
    return;
  g_string_append (self->json, ",\"measurements\":{");
  for (guint i = 0;
       vitrail_annotation_set_get_measurement (self->set, shape, i, &name, NULL,
                                               &value);
       i++)
  {
    if (!isfinite (value))
      continue;
    g_string_append (self->json, before);
    vitrail_json_append_string (self->json, name);
    g_string_append_c (self->json, ':');
    append_number (self->json, value, -1);
    before = ",";
  }
  g_string_append_c (self->json, '}');
}

static void
append_properties (const Writer *self, guint shape)
{
  GString *json = self->json;
  const char *name = get_text (self, shape, VITRAIL_ANNOTATION_NAME);
  const char *note = get_text (self, shape, VITRAIL_ANNOTATION_NOTE);
  const uint32_t *colors = self->arrays->colors;

  g_string_append (json, ",\"properties\":{");
  const gsize start = json->len;
  if (name != NULL)
    append_member (json, ",", "name", name);
  if (note != NULL && !self->choice->is_plain)
    append_member (json, ",", "note", note);
  if (colors != NULL && colors[shape] != 0) {
    g_string_append (json, ",\"color\":");
    append_color (json, colors[shape]);
  }
  g_string_append (json, g_ptr_array_index (self->classes,
                                            self->arrays->groups[shape]));
  append_kind (self, shape);
  if (!self->choice->is_plain)
    append_measurements (self, shape);
  append_extra (self, shape, VITRAIL_ANNOTATION_EXTRA_PROPERTIES);
  if (json->len > start) /* no comma in front of the first */
    g_string_erase (json, (gssize) start, 1);
  g_string_append_c (json, '}');
}

/* --- features --- */

/* @middle: a point there instead of the shape; or NULL. */
static void
append_feature (const Writer *self, guint shape, const double middle[2])
{
  const char *id = get_text (self, shape, VITRAIL_ANNOTATION_ID);

  g_string_append (self->json, "{\"type\":\"Feature\",");
  if (id != NULL) {
    append_member (self->json, "", "id", id);
    g_string_append_c (self->json, ',');
  }
  if (middle != NULL) {
    g_string_append (self->json,
                     "\"geometry\":{\"type\":\"Point\",\"coordinates\":");
    append_position (self->json, middle, self->choice->decimals);
    g_string_append_c (self->json, '}');
  } else {
    append_geometry (self, shape);
  }
  append_properties (self, shape);
  append_extra (self, shape, VITRAIL_ANNOTATION_EXTRA);
  g_string_append_c (self->json, '}');
}

/* What its features say of each group, made once. */
static GPtrArray *
list_classes (const VitrailAnnotationSet *set)
{
  GPtrArray *classes = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < set->groups->len; i++) {
    const VitrailAnnotationGroup *group = g_ptr_array_index (set->groups, i);
    GString *json = g_string_new (NULL);
    const gboolean is_plain = group->rgb == VITRAIL_ANNOTATION_COLOR;
    if (group->label[0] != '\0' || !is_plain) {
      g_string_append (json, ",\"classification\":{");
      append_member (json, "", "name", group->label);
      g_string_append (json, ",\"color\":");
      append_color (json, group->rgb);
      g_string_append_c (json, '}');
    }
    g_ptr_array_add (classes, g_string_free (json, FALSE));
  }
  return classes;
}

/* @is_small: too small for more than a point. */
static gboolean
is_chosen (const Writer *self,
           guint shape,
           gboolean *is_small,
           double middle[2])
{
  const double *wanted = self->choice->bounds;
  double bounds[4];

  *is_small = FALSE;
  if (wanted == NULL && !(self->choice->least_px > 0))
    return TRUE;
  vitrail_shape_arrays_get_bounds (self->arrays, shape, bounds);
  if (wanted != NULL && (bounds[0] > wanted[2] || bounds[1] > wanted[3] ||
                         bounds[2] < wanted[0] || bounds[3] < wanted[1]))
    return FALSE;
  *is_small = self->arrays->kinds[shape] != VITRAIL_SHAPE_POINTS &&
              MAX (bounds[2] - bounds[0], bounds[3] - bounds[1]) <
                  self->choice->least_px;
  middle[0] = (bounds[0] + bounds[2]) / 2;
  middle[1] = (bounds[1] + bounds[3]) / 2;
  return TRUE;
}

/* Every which one of the chosen ones is written. */
static guint
find_step (const Writer *self)
{
  gboolean is_small;
  double middle[2];
  guint n = 0;

  if (self->choice->most == 0 || self->arrays->n_shapes <= self->choice->most)
    return 1;
  for (guint i = 0; i < self->arrays->n_shapes; i++)
    n += is_chosen (self, i, &is_small, middle);
  return MAX ((n + self->choice->most - 1) / self->choice->most, 1);
}

static gboolean
write_features (const Writer *self,
                VitrailGeoJsonWrite write,
                gpointer user_data,
                GError **error)
{
  const guint step = find_step (self);
  const char *before = "\n";
  guint n = 0;

  for (guint i = 0; i < self->arrays->n_shapes; i++) {
    gboolean is_small;
    double middle[2];
    if (!is_chosen (self, i, &is_small, middle) || n++ % step != 0)
      continue;
    g_string_append (self->json, before);
    append_feature (self, i, is_small ? middle : NULL);
    before = ",\n";
    if (self->json->len < PIECE_BYTES)
      continue;
    if (!write (user_data, self->json->str, self->json->len, error))
      return FALSE;
    g_string_truncate (self->json, 0);
  }
  return TRUE;
}

gboolean
vitrail_geojson_write (const VitrailAnnotationSet *self,
                       const VitrailGeoJsonChoice *choice,
                       VitrailGeoJsonWrite write,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (GPtrArray) classes = list_classes (self);
  g_autoptr (GString) json = g_string_sized_new (2 * PIECE_BYTES);
  const Writer writer = {
    .set = self,
    .arrays = &self->store->arrays,
    .choice = choice,
    .classes = classes,
    .json = json,
  };

  append_heading (&writer);
  if (!write_features (&writer, write, user_data, error))
    return FALSE;
  g_string_append (json, "]}\n");
  return write (user_data, json->str, json->len, error);
}

static gboolean
write_to_array (gpointer user_data,
                const char *text,
                gsize length,
                GError **error)
{
  const GByteArray *array = user_data;

  if (length > VITRAIL_LIMIT_GEOJSON_BYTES - array->len) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "GeoJSON: more than %llu bytes", VITRAIL_LIMIT_GEOJSON_BYTES);
    return FALSE;
  }
  g_byte_array_append (user_data, (const guint8 *) text, (guint) length);
  return TRUE;
}

GBytes *
vitrail_geojson_to_bytes (VitrailAnnotationSet *self, GError **error)
{
  const VitrailGeoJsonChoice all = VITRAIL_GEOJSON_ALL;
  g_autoptr (GByteArray) array = g_byte_array_new ();

  if (!vitrail_geojson_write (self, &all, write_to_array, array, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}
