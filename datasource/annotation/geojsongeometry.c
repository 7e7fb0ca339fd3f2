/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The geometries of GeoJSON, and the JSON around them. */

#include "annotation/annotationset-private.h"
#include "annotation/geojsonreader-private.h"
#include "annotation/jsonnumber.h"
#include "dicom/jsontext.h"
#include "error.h"
#include "limits.h"

#include <math.h>
#include <string.h>

/* How deep positions lie in the coordinates, and what they make. */
static const struct {
  const char *name;
  guint depth;
  VitrailShapeKind kind;
} geometries[] = {
  [VITRAIL_GEOMETRY_NONE] = { "", 0, VITRAIL_SHAPE_POINTS },
  [VITRAIL_GEOMETRY_POINT] = { "Point", 1, VITRAIL_SHAPE_POINTS },
  [VITRAIL_GEOMETRY_MULTI_POINT] = { "MultiPoint", 2, VITRAIL_SHAPE_POINTS },
  [VITRAIL_GEOMETRY_LINE] = { "LineString", 2, VITRAIL_SHAPE_POLYLINE },
  [VITRAIL_GEOMETRY_MULTI_LINE] = { "MultiLineString", 3,
                                    VITRAIL_SHAPE_POLYLINE },
  [VITRAIL_GEOMETRY_POLYGON] = { "Polygon", 3, VITRAIL_SHAPE_POLYGON },
  [VITRAIL_GEOMETRY_MULTI_POLYGON] = { "MultiPolygon", 4,
                                       VITRAIL_SHAPE_POLYGON },
  [VITRAIL_GEOMETRY_OTHER] = { "", 0, VITRAIL_SHAPE_POINTS },
};

VitrailShapeKind
vitrail_geometry_get_kind (VitrailGeometry geometry)
{
  return geometries[geometry].kind;
}

/* --- errors --- */

gboolean
vitrail_geojson_fail (VitrailGeoJsonReader *self,
                      const char *what,
                      GError **error)
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
gboolean
vitrail_geojson_tolerate (VitrailGeoJsonReader *self,
                          GError *fault,
                          GError **error)
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

gboolean
vitrail_geojson_skip (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_json_lexer_skip (&self->lexer, VITRAIL_LIMIT_DEPTH))
    return TRUE;
  return vitrail_geojson_fail (self, "expected a value", error);
}

gboolean
vitrail_geojson_read_object (VitrailGeoJsonReader *self,
                             VitrailGeoJsonReadMember read,
                             GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;

  if (!vitrail_json_lexer_take (lexer, '{'))
    return vitrail_geojson_fail (self, "expected an object", error);
  if (vitrail_json_lexer_take (lexer, '}'))
    return TRUE;
  do {
    if (!vitrail_json_lexer_take_string (lexer))
      return vitrail_geojson_fail (self, "expected a key", error);
    g_autofree char *key = g_strdup (lexer->string->str);
    if (!vitrail_json_lexer_take (lexer, ':'))
      return vitrail_geojson_fail (self, "expected ':'", error);
    vitrail_json_lexer_peek (lexer);
    if (!read (self, key, error))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, '}'))
    return vitrail_geojson_fail (self, "expected ',' or '}'", error);
  return TRUE;
}

gboolean
vitrail_geojson_read_list (VitrailGeoJsonReader *self,
                           const char *what,
                           VitrailGeoJsonReadItem read,
                           GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  guint n = 0;

  if (!vitrail_json_lexer_take (lexer, '[')) {
    g_autofree char *wanted = g_strconcat ("expected ", what, NULL);
    return vitrail_geojson_fail (self, wanted, error);
  }
  if (vitrail_json_lexer_take (lexer, ']'))
    return TRUE;
  do {
    if (!read (self, n++, error))
      return FALSE;
  } while (vitrail_json_lexer_take (lexer, ','));
  if (!vitrail_json_lexer_take (lexer, ']'))
    return vitrail_geojson_fail (self, "expected ',' or ']'", error);
  return TRUE;
}

gboolean
vitrail_geojson_read_string (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_json_lexer_take_string (&self->lexer))
    return TRUE;
  return vitrail_geojson_fail (self, "expected a string", error);
}

gboolean
vitrail_geojson_read_number (VitrailGeoJsonReader *self,
                             double *value,
                             GError **error)
{
  vitrail_json_lexer_peek (&self->lexer);
  if (vitrail_json_number_take (&self->lexer.position, self->lexer.end, value))
    return TRUE;
  return vitrail_geojson_fail (self, "expected a number", error);
}

/* A member that means nothing here is kept as it is. */
gboolean
vitrail_geojson_keep_extra (VitrailGeoJsonReader *self,
                            guint which,
                            const char *key,
                            GError **error)
{
  GString *extra = self->extras[which - VITRAIL_ANNOTATION_EXTRA];
  const char *start = self->lexer.position;

  if (!vitrail_geojson_skip (self, error))
    return FALSE;
  if (extra->len > 0)
    g_string_append_c (extra, ',');
  vitrail_json_append_string (extra, key);
  g_string_append_c (extra, ':');
  g_string_append_len (extra, start, self->lexer.position - start);
  return TRUE;
}

/* Into the shape's @text; numbers as they are written. */
gboolean
vitrail_geojson_read_text (VitrailGeoJsonReader *self,
                           guint text,
                           GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  GError *fault = NULL;

  if (vitrail_json_lexer_take_word (lexer, "null"))
    return TRUE;
  if (vitrail_json_lexer_peek (lexer) != '"'
          ? !vitrail_json_lexer_take_number (lexer)
          : !vitrail_json_lexer_take_string (lexer))
    return vitrail_geojson_fail (self, "expected a string", error);
  if (vitrail_annotation_builder_set_text (
          self->builder, text, lexer->string->str, lexer->string->len, &fault))
    return TRUE;
  return vitrail_geojson_tolerate (self, fault, error);
}

/* --- coordinates --- */

static void
include (VitrailGeoJsonFeature *feature, const double xy[2])
{
  feature->bounds[0] = MIN (feature->bounds[0], xy[0]);
  feature->bounds[1] = MIN (feature->bounds[1], xy[1]);
  feature->bounds[2] = MAX (feature->bounds[2], xy[0]);
  feature->bounds[3] = MAX (feature->bounds[3], xy[1]);
}

/* x, y, and what comes behind them. */
static gboolean
read_position (VitrailGeoJsonReader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  double xy[2];
  double more;

  if (!vitrail_json_lexer_take (lexer, '['))
    return vitrail_geojson_fail (self, "expected a position", error);
  if (!vitrail_geojson_read_number (self, &xy[0], error))
    return FALSE;
  if (!vitrail_json_lexer_take (lexer, ','))
    return vitrail_geojson_fail (self, "expected ','", error);
  if (!vitrail_geojson_read_number (self, &xy[1], error))
    return FALSE;
  while (vitrail_json_lexer_take (lexer, ','))
    if (!vitrail_geojson_read_number (self, &more, error))
      return FALSE;
  if (!vitrail_json_lexer_take (lexer, ']'))
    return vitrail_geojson_fail (self, "expected ']'", error);
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
end_part (VitrailGeoJsonReader *self, gboolean is_hole, GError **error)
{
  GError *fault = NULL;

  if (geometries[self->feature.geometry].kind == VITRAIL_SHAPE_POLYGON)
    open_ring (self->part);
  if (vitrail_annotation_builder_add_points (self->builder,
                                             (const double *) self->part->data,
                                             self->part->len / 2, &fault) &&
      vitrail_annotation_builder_end_part (self->builder, is_hole, &fault))
    return TRUE;
  return vitrail_geojson_tolerate (self, fault, error);
}

static gboolean
read_part_position (VitrailGeoJsonReader *self, guint index, GError **error)
{
  return read_position (self, error);
}

static gboolean
read_part (VitrailGeoJsonReader *self, gboolean is_hole, GError **error)
{
  g_array_set_size (self->part, 0);
  return vitrail_geojson_read_list (self, "a list of positions",
                                    read_part_position, error) &&
         end_part (self, is_hole, error);
}

static gboolean
read_ring (VitrailGeoJsonReader *self, guint index, GError **error)
{
  const gboolean has_holes =
      geometries[self->feature.geometry].kind == VITRAIL_SHAPE_POLYGON;

  return read_part (self, has_holes && index > 0, error);
}

static gboolean
read_parts (VitrailGeoJsonReader *self, GError **error)
{
  return vitrail_geojson_read_list (self, "a list", read_ring, error);
}

static gboolean
read_polygon (VitrailGeoJsonReader *self, guint index, GError **error)
{
  return read_parts (self, error);
}

static gboolean
read_coordinates (VitrailGeoJsonReader *self, GError **error)
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
    return vitrail_geojson_read_list (self, "a list", read_polygon, error);
  }
}

/* --- geometry --- */

static gboolean
read_geometry_type (VitrailGeoJsonReader *self, GError **error)
{
  if (!vitrail_geojson_read_string (self, error))
    return FALSE;
  self->feature.geometry = VITRAIL_GEOMETRY_OTHER;
  for (guint i = VITRAIL_GEOMETRY_POINT; i < VITRAIL_GEOMETRY_OTHER; i++)
    if (strcmp (geometries[i].name, self->lexer.string->str) == 0)
      self->feature.geometry = (VitrailGeometry) i;
  return TRUE;
}

static gboolean
read_geometry_member (VitrailGeoJsonReader *self,
                      const char *key,
                      GError **error)
{
  VitrailGeoJsonFeature *feature = &self->feature;

  if (strcmp (key, "type") == 0)
    return read_geometry_type (self, error);
  if (strcmp (key, "coordinates") == 0) {
    feature->coordinates = self->lexer.position;
    if (geometries[feature->geometry].depth == 0)
      return vitrail_geojson_skip (self, error);
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
    return vitrail_geojson_skip (self, error);
  return vitrail_geojson_keep_extra (self, VITRAIL_ANNOTATION_EXTRA_GEOMETRY,
                                     key, error);
}

/* Coordinates that came before their type. */
static gboolean
come_back (VitrailGeoJsonReader *self, GError **error)
{
  const char *position = self->lexer.position;

  self->lexer.position = self->feature.coordinates;
  if (!read_coordinates (self, error))
    return FALSE;
  self->lexer.position = position;
  return TRUE;
}

gboolean
vitrail_geojson_read_geometry (VitrailGeoJsonReader *self, GError **error)
{
  VitrailGeoJsonFeature *feature = &self->feature;

  feature->geometry = VITRAIL_GEOMETRY_NONE;
  feature->coordinates = NULL;
  feature->has_points = FALSE;
  if (vitrail_json_lexer_take_word (&self->lexer, "null"))
    return TRUE;
  if (!vitrail_geojson_read_object (self, read_geometry_member, error))
    return FALSE;
  if (feature->has_points || feature->coordinates == NULL ||
      geometries[feature->geometry].depth == 0)
    return TRUE;
  return come_back (self, error);
}
