/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GeoJSON to annotations: see geojson.h. One pass over the text, no tree; a
 * geometry whose type comes after its coordinates is gone through twice. */

#include "annotation/annotationbuilder.h"
#include "annotation/annotationset-private.h"
#include "annotation/geojson.h"
#include "annotation/geojsonclass.h"
#include "annotation/jsonnumber.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"

#include <math.h>
#include <string.h>

typedef enum {
  GEOMETRY_NONE,
  GEOMETRY_POINT,
  GEOMETRY_MULTI_POINT,
  GEOMETRY_LINE,
  GEOMETRY_MULTI_LINE,
  GEOMETRY_POLYGON,
  GEOMETRY_MULTI_POLYGON,
  GEOMETRY_OTHER,
} Geometry;

/* How deep positions lie in the coordinates, and what they make. */
static const struct {
  const char *name;
  guint depth;
  VitrailShapeKind kind;
} geometries[] = {
  [GEOMETRY_NONE] = { "", 0, VITRAIL_SHAPE_POINTS },
  [GEOMETRY_POINT] = { "Point", 1, VITRAIL_SHAPE_POINTS },
  [GEOMETRY_MULTI_POINT] = { "MultiPoint", 2, VITRAIL_SHAPE_POINTS },
  [GEOMETRY_LINE] = { "LineString", 2, VITRAIL_SHAPE_POLYLINE },
  [GEOMETRY_MULTI_LINE] = { "MultiLineString", 3, VITRAIL_SHAPE_POLYLINE },
  [GEOMETRY_POLYGON] = { "Polygon", 3, VITRAIL_SHAPE_POLYGON },
  [GEOMETRY_MULTI_POLYGON] = { "MultiPolygon", 4, VITRAIL_SHAPE_POLYGON },
  [GEOMETRY_OTHER] = { "", 0, VITRAIL_SHAPE_POINTS },
};

/* What is known of the feature that is being read. */
typedef struct {
  Geometry geometry;
  const char *coordinates; /* to come back to; or NULL */
  gboolean has_points;
  double bounds[4];
  gboolean is_ellipse; /* QuPath says so: fills its bounds */
  VitrailGeoJsonClass class;
  char *fault; /* why it is left out; or NULL */
} Feature;

typedef struct {
  VitrailJsonLexer lexer;
  const char *name;
  VitrailAnnotationBuilder *builder;
  GArray *part; /* double: points of a part that is being read */
  GString *extras[3];
  GHashTable *units; /* of measurements, by name */
  Feature feature;
  guint n_features;
  guint n_left_out;
  char *first_fault;
} Reader;

/* Reads one member whose key, owned by the lexer until then, has been taken. */
typedef gboolean (*ReadMember) (Reader *self, const char *key, GError **error);

/* --- errors --- */

static gboolean
fail (Reader *self, const char *what, GError **error)
{
  const VitrailJsonLexer *lexer = &self->lexer;
  guint line = 1;

  for (const char *c = lexer->text; c < lexer->position; c++)
    line += *c == '\n';
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: line %u, byte %" G_GSIZE_FORMAT ": %s", self->name, line,
               (gsize) (lexer->position - lexer->text), what);
  return FALSE;
}

/* Bad numbers cost one feature, limits the whole text. */
static gboolean
tolerate (Reader *self, GError *fault, GError **error)
{
  if (g_error_matches (fault, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT)) {
    g_propagate_prefixed_error (error, fault, "%s: ", self->name);
    return FALSE;
  }
  if (self->feature.fault == NULL)
    self->feature.fault = g_strdup (fault->message);
  g_error_free (fault);
  return TRUE;
}

/* --- JSON --- */

static gboolean
skip (Reader *self, GError **error)
{
  if (vitrail_json_lexer_skip (&self->lexer, VITRAIL_LIMIT_DEPTH))
    return TRUE;
  return fail (self, "expected a value", error);
}

static gboolean
read_object (Reader *self, ReadMember read, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (!vitrail_json_lexer_take (lexer, '{'))
    return fail (self, "expected an object", error);
  if (vitrail_json_lexer_take (lexer, '}'))
    return TRUE;
  do {
    if (!vitrail_json_lexer_take_string (lexer))
      return fail (self, "expected a key", error);
    g_autofree char *key = g_strdup (lexer->string->str);
    if (!vitrail_json_lexer_take (lexer, ':'))
      return fail (self, "expected ':'", error);
    vitrail_json_lexer_peek (lexer);
    if (!read (self, key, error))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, '}'))
    return fail (self, "expected ',' or '}'", error);
  return TRUE;
}

static gboolean
read_string (Reader *self, GError **error)
{
  if (vitrail_json_lexer_take_string (&self->lexer))
    return TRUE;
  return fail (self, "expected a string", error);
}

static gboolean
read_number (Reader *self, double *value, GError **error)
{
  vitrail_json_lexer_peek (&self->lexer);
  if (vitrail_json_number_take (&self->lexer.position, self->lexer.end, value))
    return TRUE;
  return fail (self, "expected a number", error);
}

/* A member that means nothing here is kept as it is. */
static gboolean
keep_extra (Reader *self, guint which, const char *key, GError **error)
{
  GString *extra = self->extras[which - VITRAIL_ANNOTATION_EXTRA];
  const char *start = self->lexer.position;

  if (!skip (self, error))
    return FALSE;
  if (extra->len > 0)
    g_string_append_c (extra, ',');
  vitrail_geojson_append_string (extra, key);
  g_string_append_c (extra, ':');
  g_string_append_len (extra, start, self->lexer.position - start);
  return TRUE;
}

/* Into the shape's @text; numbers as they are written. */
static gboolean
read_text (Reader *self, guint text, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  GError *fault = NULL;

  if (vitrail_json_lexer_take_word (lexer, "null"))
    return TRUE;
  if (vitrail_json_lexer_peek (lexer) != '"'
          ? !vitrail_json_lexer_take_number (lexer)
          : !vitrail_json_lexer_take_string (lexer))
    return fail (self, "expected a string", error);
  if (vitrail_annotation_builder_set_text (
          self->builder, text, lexer->string->str, lexer->string->len, &fault))
    return TRUE;
  return tolerate (self, fault, error);
}

/* --- coordinates --- */

static void
include (Feature *feature, const double xy[2])
{
  feature->bounds[0] = MIN (feature->bounds[0], xy[0]);
  feature->bounds[1] = MIN (feature->bounds[1], xy[1]);
  feature->bounds[2] = MAX (feature->bounds[2], xy[0]);
  feature->bounds[3] = MAX (feature->bounds[3], xy[1]);
}

/* x, y, and what comes behind them. */
static gboolean
read_position (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  double xy[2];
  double more;

  if (!vitrail_json_lexer_take (lexer, '['))
    return fail (self, "expected a position", error);
  if (!read_number (self, &xy[0], error))
    return FALSE;
  if (!vitrail_json_lexer_take (lexer, ','))
    return fail (self, "expected ','", error);
  if (!read_number (self, &xy[1], error))
    return FALSE;
  while (vitrail_json_lexer_take (lexer, ','))
    if (!read_number (self, &more, error))
      return FALSE;
  if (!vitrail_json_lexer_take (lexer, ']'))
    return fail (self, "expected ']'", error);
  include (&self->feature, xy);
  g_array_append_vals (self->part, xy, 2);
  return TRUE;
}

static gboolean
is_same (double a, double b)
{
  return !(a < b) && !(a > b);
}

/* Polygons repeat their first point at the end: ours do not. */
static void
open_ring (GArray *part)
{
  const double *xy = (const double *) part->data;
  const guint n = part->len;

  if (n > 2 && is_same (xy[0], xy[n - 2]) && is_same (xy[1], xy[n - 1]))
    g_array_set_size (part, n - 2);
}

static gboolean
end_part (Reader *self, gboolean is_hole, GError **error)
{
  GError *fault = NULL;

  if (geometries[self->feature.geometry].kind == VITRAIL_SHAPE_POLYGON)
    open_ring (self->part);
  if (vitrail_annotation_builder_add_points (self->builder,
                                             (const double *) self->part->data,
                                             self->part->len / 2, &fault) &&
      vitrail_annotation_builder_end_part (self->builder, is_hole, &fault))
    return TRUE;
  return tolerate (self, fault, error);
}

static gboolean
read_part (Reader *self, gboolean is_hole, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  g_array_set_size (self->part, 0);
  if (!vitrail_json_lexer_take (lexer, '['))
    return fail (self, "expected a list of positions", error);
  if (!vitrail_json_lexer_take (lexer, ']')) {
    do {
      if (!read_position (self, error))
        return FALSE;
    } while (vitrail_json_lexer_take (lexer, ','));
    if (!vitrail_json_lexer_take (lexer, ']'))
      return fail (self, "expected ',' or ']'", error);
  }
  return end_part (self, is_hole, error);
}

static gboolean
read_parts (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  const gboolean has_holes =
      geometries[self->feature.geometry].kind == VITRAIL_SHAPE_POLYGON;
  guint n = 0;

  if (!vitrail_json_lexer_take (lexer, '['))
    return fail (self, "expected a list", error);
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    if (!read_part (self, has_holes && n > 0, error))
      return FALSE;
    n++;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, ']'))
    return fail (self, "expected ',' or ']'", error);
  return TRUE;
}

static gboolean
read_polygons (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (!vitrail_json_lexer_take (lexer, '['))
    return fail (self, "expected a list", error);
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    if (!read_parts (self, error))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, ']'))
    return fail (self, "expected ',' or ']'", error);
  return TRUE;
}

static gboolean
read_coordinates (Reader *self, GError **error)
{
  /* A geometry that comes twice, or coordinates that do: the last ones. */
  vitrail_annotation_builder_drop_points (self->builder);
  self->feature.has_points = TRUE;
  self->feature.bounds[0] = self->feature.bounds[1] = INFINITY;
  self->feature.bounds[2] = self->feature.bounds[3] = -INFINITY;
  g_array_set_size (self->part, 0);
  switch (geometries[self->feature.geometry].depth) {
  case 1:
    return read_position (self, error) && end_part (self, FALSE, error);
  case 2:
    return read_part (self, FALSE, error);
  case 3:
    return read_parts (self, error);
  default:
    return read_polygons (self, error);
  }
}

/* --- geometry --- */

static gboolean
read_geometry_type (Reader *self, GError **error)
{
  if (!read_string (self, error))
    return FALSE;
  self->feature.geometry = GEOMETRY_OTHER;
  for (guint i = GEOMETRY_POINT; i < GEOMETRY_OTHER; i++)
    if (strcmp (geometries[i].name, self->lexer.string->str) == 0)
      self->feature.geometry = (Geometry) i;
  return TRUE;
}

static gboolean
read_geometry_member (Reader *self, const char *key, GError **error)
{
  Feature *feature = &self->feature;

  if (strcmp (key, "type") == 0)
    return read_geometry_type (self, error);
  if (strcmp (key, "coordinates") == 0) {
    feature->coordinates = self->lexer.position;
    if (geometries[feature->geometry].depth == 0)
      return skip (self, error);
    return read_coordinates (self, error);
  }
  if (strcmp (key, "isEllipse") == 0 &&
      vitrail_json_lexer_take_word (&self->lexer, "true"))
  {
    feature->is_ellipse = TRUE;
    return TRUE;
  }
  /* Bounds of what may be edited. */
  if (strcmp (key, "bbox") == 0 || strcmp (key, "isEllipse") == 0)
    return skip (self, error);
  return keep_extra (self, VITRAIL_ANNOTATION_EXTRA_GEOMETRY, key, error);
}

/* Coordinates that came before their type. */
static gboolean
come_back (Reader *self, GError **error)
{
  const char *position = self->lexer.position;

  self->lexer.position = self->feature.coordinates;
  if (!read_coordinates (self, error))
    return FALSE;
  self->lexer.position = position;
  return TRUE;
}

static gboolean
read_geometry (Reader *self, GError **error)
{
  Feature *feature = &self->feature;

  feature->geometry = GEOMETRY_NONE;
  feature->coordinates = NULL;
  feature->has_points = FALSE;
  if (vitrail_json_lexer_take_word (&self->lexer, "null"))
    return TRUE;
  if (!read_object (self, read_geometry_member, error))
    return FALSE;
  if (feature->has_points || feature->coordinates == NULL ||
      geometries[feature->geometry].depth == 0)
    return TRUE;
  return come_back (self, error);
}

/* --- properties --- */

static gboolean
read_color (Reader *self, GError **error)
{
  guint32 rgb;

  if (!vitrail_geojson_take_color (&self->lexer, &rgb))
    return fail (self, "expected a colour", error);
  vitrail_annotation_builder_set_color (self->builder, rgb);
  return TRUE;
}

static gboolean
add_measurement (Reader *self, const char *name, double value, GError **error)
{
  const char *unit = g_hash_table_lookup (self->units, name);
  GError *fault = NULL;

  if (vitrail_annotation_builder_add_measurement (
          self->builder, name, unit != NULL ? unit : "", value, &fault))
    return TRUE;
  return tolerate (self, fault, error);
}

/* {name: number, ...} */
static gboolean
read_measurement (Reader *self, const char *key, GError **error)
{
  double value;

  /* QuPath writes what is no number as a string: "NaN". */
  if (vitrail_json_lexer_peek (&self->lexer) == '"' ||
      g_ascii_isalpha (vitrail_json_lexer_peek (&self->lexer)))
    return skip (self, error);
  return read_number (self, &value, error) &&
         add_measurement (self, key, value, error);
}

/* [{"name": ..., "value": ...}, ...], as older ones are. */
static gboolean
read_measurement_list (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  g_autofree char *name = NULL;
  double value;

  vitrail_json_lexer_take (lexer, '[');
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    g_clear_pointer (&name, g_free);
    if (!vitrail_geojson_take_named_number (lexer, &name, &value))
      return fail (self, "expected a measurement", error);
    if (name != NULL && !add_measurement (self, name, value, error))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, ']'))
    return fail (self, "expected ',' or ']'", error);
  return TRUE;
}

static gboolean
read_measurements (Reader *self, GError **error)
{
  if (vitrail_json_lexer_take_word (&self->lexer, "null"))
    return TRUE;
  if (vitrail_json_lexer_peek (&self->lexer) == '[')
    return read_measurement_list (self, error);
  return read_object (self, read_measurement, error);
}

static gboolean
read_class (Reader *self, GError **error)
{
  if (vitrail_geojson_class_take (&self->feature.class, &self->lexer))
    return TRUE;
  return fail (self, "expected a classification", error);
}

static gboolean
read_shape (Reader *self, GError **error)
{
  if (vitrail_geojson_class_take_shape (&self->feature.class, &self->lexer))
    return TRUE;
  return fail (self, "expected {\"shape\": ..., \"axes\": ...}", error);
}

static gboolean
read_property (Reader *self, const char *key, GError **error)
{
  if (strcmp (key, "name") == 0)
    return read_text (self, VITRAIL_ANNOTATION_NAME, error);
  if (strcmp (key, "note") == 0)
    return read_text (self, VITRAIL_ANNOTATION_NOTE, error);
  if (strcmp (key, "color") == 0)
    return read_color (self, error);
  if (strcmp (key, "classification") == 0)
    return read_class (self, error);
  if (strcmp (key, "measurements") == 0)
    return read_measurements (self, error);
  if (strcmp (key, "vitrail") == 0)
    return read_shape (self, error);
  return keep_extra (self, VITRAIL_ANNOTATION_EXTRA_PROPERTIES, key, error);
}

static gboolean
read_properties (Reader *self, GError **error)
{
  if (vitrail_json_lexer_take_word (&self->lexer, "null"))
    return TRUE;
  return read_object (self, read_property, error);
}

/* --- features --- */

static void
start_feature (Reader *self)
{
  vitrail_annotation_builder_drop_shape (self->builder);
  vitrail_geojson_class_clear (&self->feature.class);
  g_free (self->feature.fault);
  memset (&self->feature, 0, sizeof self->feature);
  for (guint i = 0; i < G_N_ELEMENTS (self->extras); i++)
    g_string_truncate (self->extras[i], 0);
}

/* Instead of the polygon that stands for it. */
static gboolean
replace_points (Reader *self, const double axes[8], GError **error)
{
  vitrail_annotation_builder_drop_points (self->builder);
  return vitrail_annotation_builder_add_points (self->builder, axes, 4,
                                                error) &&
         vitrail_annotation_builder_end_part (self->builder, FALSE, error);
}

/* What kind of shape the feature is: a polygon may stand for an ellipse. */
static gboolean
settle_kind (Reader *self, VitrailShapeKind *kind, GError **error)
{
  const Feature *feature = &self->feature;
  double axes[8];

  *kind = geometries[feature->geometry].kind;
  if (feature->geometry != GEOMETRY_POLYGON)
    return TRUE;
  if (vitrail_geojson_class_find_axes (&feature->class, feature->bounds,
                                       feature->is_ellipse, axes))
  {
    *kind = VITRAIL_SHAPE_ELLIPSE;
    return replace_points (self, axes, error);
  }
  if (feature->class.kind == VITRAIL_SHAPE_RECTANGLE &&
      self->part->len == 8) /* its last, and only, part */
    *kind = VITRAIL_SHAPE_RECTANGLE;
  return TRUE;
}

static gboolean
set_extras (Reader *self, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->extras); i++)
    if (!vitrail_annotation_builder_set_text (self->builder,
                                              VITRAIL_ANNOTATION_EXTRA + i,
                                              self->extras[i]->str,
                                              self->extras[i]->len, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_shape (Reader *self, GError **error)
{
  const VitrailGeoJsonClass *class = &self->feature.class;
  VitrailShapeKind kind;

  if (!settle_kind (self, &kind, error) || !set_extras (self, error))
    return FALSE;
  const guint group = vitrail_annotation_builder_find_group (
      self->builder, class->name,
      class->has_color ? class->rgb : VITRAIL_ANNOTATION_COLOR);
  return vitrail_annotation_builder_end_shape (self->builder, kind, group,
                                               error);
}

static void
leave_out (Reader *self)
{
  self->n_left_out++;
  if (self->first_fault == NULL)
    self->first_fault = g_strdup_printf ("feature %u: %s", self->n_features,
                                         self->feature.fault);
}

static gboolean
end_feature (Reader *self, GError **error)
{
  Feature *feature = &self->feature;
  GError *fault = NULL;

  self->n_features++;
  if (feature->fault == NULL && feature->geometry == GEOMETRY_OTHER)
    feature->fault = g_strdup ("a geometry of a type that is not known");
  if (feature->fault == NULL && !feature->has_points)
    feature->fault = g_strdup ("no geometry");
  if (feature->fault == NULL && !add_shape (self, &fault) &&
      !tolerate (self, fault, error))
    return FALSE;
  if (feature->fault != NULL)
    leave_out (self);
  start_feature (self);
  return TRUE;
}

static gboolean
read_feature_member (Reader *self, const char *key, GError **error)
{
  if (strcmp (key, "type") == 0)
    return skip (self, error);
  if (strcmp (key, "id") == 0)
    return read_text (self, VITRAIL_ANNOTATION_ID, error);
  if (strcmp (key, "geometry") == 0)
    return read_geometry (self, error);
  if (strcmp (key, "properties") == 0)
    return read_properties (self, error);
  if (strcmp (key, "bbox") == 0)
    return skip (self, error);
  return keep_extra (self, VITRAIL_ANNOTATION_EXTRA, key, error);
}

static gboolean
read_features (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (!vitrail_json_lexer_take (lexer, '['))
    return fail (self, "expected a list of features", error);
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    if (!read_object (self, read_feature_member, error) ||
        !end_feature (self, error))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, ']'))
    return fail (self, "expected ',' or ']'", error);
  return TRUE;
}

/* --- the whole --- */

static gboolean
read_groups (Reader *self, GError **error)
{
  if (vitrail_geojson_class_take_groups (&self->lexer, self->builder,
                                         self->units))
    return TRUE;
  return fail (self, "expected {\"groups\": [...]}", error);
}

/* Of a collection, or of one feature that stands alone. */
static gboolean
read_top_member (Reader *self, const char *key, GError **error)
{
  if (strcmp (key, "features") == 0) {
    start_feature (self);
    return read_features (self, error);
  }
  if (strcmp (key, "vitrail") == 0)
    return read_groups (self, error);
  if (strcmp (key, "name") == 0 &&
      vitrail_json_lexer_peek (&self->lexer) == '"') {
    if (!read_string (self, error))
      return FALSE;
    if (g_utf8_validate (self->lexer.string->str, -1, NULL))
      vitrail_annotation_builder_set_name (self->builder,
                                           self->lexer.string->str);
    return TRUE;
  }
  return read_feature_member (self, key, error);
}

static gboolean
read_all (Reader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  static const char mark[] = "\xef\xbb\xbf";

  if (lexer->end - lexer->text >= 3 && memcmp (lexer->text, mark, 3) == 0)
    lexer->position += 3;
  start_feature (self);
  if (vitrail_json_lexer_peek (lexer) == '[') {
    if (!read_features (self, error))
      return FALSE;
  } else if (!read_object (self, read_top_member, error))
    return FALSE;
  if (self->feature.has_points && !end_feature (self, error))
    return FALSE;
  if (vitrail_json_lexer_peek (lexer) != '\0' || lexer->position != lexer->end)
    return fail (self, "text behind the end", error);
  return TRUE;
}

static void
reader_init (Reader *self, const char *text, gsize length, const char *name)
{
  memset (self, 0, sizeof *self);
  vitrail_json_lexer_init (&self->lexer, text, length);
  self->name = name;
  self->builder = vitrail_annotation_builder_new (name);
  self->part = g_array_new (FALSE, FALSE, sizeof (double));
  self->units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->extras); i++)
    self->extras[i] = g_string_new (NULL);
}

static void
reader_clear (Reader *self)
{
  vitrail_json_lexer_clear (&self->lexer);
  vitrail_annotation_builder_free (self->builder);
  g_array_unref (self->part);
  g_hash_table_unref (self->units);
  for (guint i = 0; i < G_N_ELEMENTS (self->extras); i++)
    g_string_free (self->extras[i], TRUE);
  vitrail_geojson_class_clear (&self->feature.class);
  g_free (self->feature.fault);
  g_free (self->first_fault);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

VitrailAnnotationSet *
vitrail_geojson_read (const char *text,
                      gsize length,
                      const char *name,
                      char **warning,
                      GError **error)
{
  g_auto (Reader) reader;

  if (warning != NULL)
    *warning = NULL;
  reader_init (&reader, text, length, name);
  if (length > VITRAIL_LIMIT_GEOJSON_BYTES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: more than %llu bytes", name, VITRAIL_LIMIT_GEOJSON_BYTES);
    return NULL;
  }
  if (!read_all (&reader, error))
    return NULL;
  if (warning != NULL && reader.n_left_out > 0)
    *warning = g_strdup_printf ("%s: %u of %u features left out: %s", name,
                                reader.n_left_out, reader.n_features,
                                reader.first_fault);
  return vitrail_annotation_builder_end (g_steal_pointer (&reader.builder),
                                         error);
}

VitrailAnnotationSet *
vitrail_geojson_load (const char *path, char **warning, GError **error)
{
  g_autoptr (GBytes) bytes = vitrail_map_file (path, error);
  gsize length;

  if (warning != NULL)
    *warning = NULL;
  if (bytes == NULL)
    return NULL;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_utf8_make_valid (base, -1);
  return vitrail_geojson_read (text, length, name, warning, error);
}
