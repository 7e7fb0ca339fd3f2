/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GeoJSON to annotations: see geojson.h. One pass over the text, no tree; a
 * geometry whose type comes after its coordinates is gone through twice. */

#include "annotation/annotationbuilder.h"
#include "annotation/annotationset-private.h"
#include "annotation/geojson.h"
#include "annotation/geojsonreader-private.h"
#include "error.h"
#include "limits.h"
#include "mapping.h"

#include <math.h>
#include <string.h>

/* --- properties --- */

static gboolean
read_color (VitrailGeoJsonReader *self, GError **error)
{
  guint32 rgb;

  if (!vitrail_geojson_take_color (&self->lexer, &rgb))
    return vitrail_geojson_fail (self, "expected a colour", error);
  vitrail_annotation_builder_set_color (self->builder, rgb);
  return TRUE;
}

static gboolean
add_measurement (VitrailGeoJsonReader *self,
                 const char *name,
                 double value,
                 GError **error)
{
  const char *unit = g_hash_table_lookup (self->units, name);
  GError *fault = NULL;

  if (vitrail_annotation_builder_add_measurement (
          self->builder, name, unit != NULL ? unit : "", value, &fault))
    return TRUE;
  return vitrail_geojson_tolerate (self, fault, error);
}

/* {name: number, ...} */
static gboolean
read_measurement (VitrailGeoJsonReader *self, const char *key, GError **error)
{
  double value;

  /* QuPath writes what is no number as a string: "NaN". */
  if (vitrail_json_lexer_peek (&self->lexer) == '"' ||
      g_ascii_isalpha (vitrail_json_lexer_peek (&self->lexer)))
    return vitrail_geojson_skip (self, error);
  return vitrail_geojson_read_number (self, &value, error) &&
         add_measurement (self, key, value, error);
}

static gboolean
read_named_measurement (VitrailGeoJsonReader *self, guint index, GError **error)
{
  g_autofree char *name = NULL;
  double value;

  if (!vitrail_geojson_take_named_number (&self->lexer, &name, &value))
    return vitrail_geojson_fail (self, "expected a measurement", error);
  return name == NULL || add_measurement (self, name, value, error);
}

/* [{"name": ..., "value": ...}, ...], as older ones are. */
static gboolean
read_measurement_list (VitrailGeoJsonReader *self, GError **error)
{
  return vitrail_geojson_read_list (self, "a list", read_named_measurement,
                                    error);
}

static gboolean
read_measurements (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_json_lexer_take_word (&self->lexer, "null"))
    return TRUE;
  if (vitrail_json_lexer_peek (&self->lexer) == '[')
    return read_measurement_list (self, error);
  return vitrail_geojson_read_object (self, read_measurement, error);
}

static gboolean
read_class (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_geojson_class_take (&self->feature.class, &self->lexer))
    return TRUE;
  return vitrail_geojson_fail (self, "expected a classification", error);
}

static gboolean
read_shape (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_geojson_class_take_shape (&self->feature.class, &self->lexer))
    return TRUE;
  return vitrail_geojson_fail (self, "expected {\"shape\": ..., \"axes\": ...}",
                               error);
}

static gboolean
read_property (VitrailGeoJsonReader *self, const char *key, GError **error)
{
  if (strcmp (key, "name") == 0)
    return vitrail_geojson_read_text (self, VITRAIL_ANNOTATION_NAME, error);
  if (strcmp (key, "note") == 0)
    return vitrail_geojson_read_text (self, VITRAIL_ANNOTATION_NOTE, error);
  if (strcmp (key, "color") == 0)
    return read_color (self, error);
  if (strcmp (key, "classification") == 0)
    return read_class (self, error);
  if (strcmp (key, "measurements") == 0)
    return read_measurements (self, error);
  if (strcmp (key, "vitrail") == 0)
    return read_shape (self, error);
  return vitrail_geojson_keep_extra (self, VITRAIL_ANNOTATION_EXTRA_PROPERTIES,
                                     key, error);
}

static gboolean
read_properties (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_json_lexer_take_word (&self->lexer, "null"))
    return TRUE;
  return vitrail_geojson_read_object (self, read_property, error);
}

/* --- features --- */

static void
start_feature (VitrailGeoJsonReader *self)
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
replace_points (VitrailGeoJsonReader *self,
                const double axes[8],
                GError **error)
{
  vitrail_annotation_builder_drop_points (self->builder);
  return vitrail_annotation_builder_add_points (self->builder, axes, 4,
                                                error) &&
         vitrail_annotation_builder_end_part (self->builder, FALSE, error);
}

/* What kind of shape the feature is: a polygon may stand for an ellipse. */
static gboolean
settle_kind (VitrailGeoJsonReader *self, VitrailShapeKind *kind, GError **error)
{
  const VitrailGeoJsonFeature *feature = &self->feature;
  double axes[8];

  *kind = vitrail_geometry_get_kind (feature->geometry);
  if (feature->geometry != VITRAIL_GEOMETRY_POLYGON)
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
set_extras (VitrailGeoJsonReader *self, GError **error)
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
add_shape (VitrailGeoJsonReader *self, GError **error)
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
leave_out (VitrailGeoJsonReader *self)
{
  self->n_left_out++;
  if (self->first_fault == NULL)
    self->first_fault = g_strdup_printf ("feature %u: %s", self->n_features,
                                         self->feature.fault);
}

static gboolean
end_feature (VitrailGeoJsonReader *self, GError **error)
{
  VitrailGeoJsonFeature *feature = &self->feature;
  GError *fault = NULL;

  self->n_features++;
  if (feature->fault == NULL && feature->geometry == VITRAIL_GEOMETRY_OTHER)
    feature->fault = g_strdup ("a geometry of a type that is not known");
  if (feature->fault == NULL && !feature->has_points)
    feature->fault = g_strdup ("no geometry");
  if (feature->fault == NULL && !add_shape (self, &fault) &&
      !vitrail_geojson_tolerate (self, fault, error))
    return FALSE;
  if (feature->fault != NULL)
    leave_out (self);
  start_feature (self);
  return TRUE;
}

static gboolean
read_feature_member (VitrailGeoJsonReader *self,
                     const char *key,
                     GError **error)
{
  if (strcmp (key, "type") == 0)
    return vitrail_geojson_skip (self, error);
  if (strcmp (key, "id") == 0)
    return vitrail_geojson_read_text (self, VITRAIL_ANNOTATION_ID, error);
  if (strcmp (key, "geometry") == 0)
    return vitrail_geojson_read_geometry (self, error);
  if (strcmp (key, "properties") == 0)
    return read_properties (self, error);
  if (strcmp (key, "bbox") == 0)
    return vitrail_geojson_skip (self, error);
  return vitrail_geojson_keep_extra (self, VITRAIL_ANNOTATION_EXTRA, key,
                                     error);
}

static gboolean
read_feature (VitrailGeoJsonReader *self, guint index, GError **error)
{
  return vitrail_geojson_read_object (self, read_feature_member, error) &&
         end_feature (self, error);
}

static gboolean
read_features (VitrailGeoJsonReader *self, GError **error)
{
  return vitrail_geojson_read_list (self, "a list of features", read_feature,
                                    error);
}

/* --- the whole --- */

static gboolean
read_groups (VitrailGeoJsonReader *self, GError **error)
{
  if (vitrail_geojson_class_take_groups (&self->lexer, self->builder,
                                         self->units))
    return TRUE;
  return vitrail_geojson_fail (self, "expected {\"groups\": [...]}", error);
}

/* Of a collection, or of one feature that stands alone. */
static gboolean
read_top_member (VitrailGeoJsonReader *self, const char *key, GError **error)
{
  if (strcmp (key, "features") == 0) {
    start_feature (self);
    return read_features (self, error);
  }
  if (strcmp (key, "vitrail") == 0)
    return read_groups (self, error);
  if (strcmp (key, "name") == 0 &&
      vitrail_json_lexer_peek (&self->lexer) == '"') {
    if (!vitrail_geojson_read_string (self, error))
      return FALSE;
    if (g_utf8_validate (self->lexer.string->str, -1, NULL))
      vitrail_annotation_builder_set_name (self->builder,
                                           self->lexer.string->str);
    return TRUE;
  }
  return read_feature_member (self, key, error);
}

static gboolean
read_all (VitrailGeoJsonReader *self, GError **error)
{
  VitrailJsonLexer *lexer = &self->lexer;
  static const char mark[] = "\xef\xbb\xbf";

  if (lexer->end - lexer->text >= 3 && memcmp (lexer->text, mark, 3) == 0)
    lexer->position += 3;
  start_feature (self);
  if (vitrail_json_lexer_peek (lexer) == '[') {
    if (!read_features (self, error))
      return FALSE;
  } else if (!vitrail_geojson_read_object (self, read_top_member, error))
    return FALSE;
  if (self->feature.has_points && !end_feature (self, error))
    return FALSE;
  if (vitrail_json_lexer_peek (lexer) != '\0' || lexer->position != lexer->end)
    return vitrail_geojson_fail (self, "text behind the end", error);
  return TRUE;
}

static void
reader_init (VitrailGeoJsonReader *self,
             const char *text,
             gsize length,
             const char *name)
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
reader_clear (VitrailGeoJsonReader *self)
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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailGeoJsonReader, reader_clear)

VitrailAnnotationSet *
vitrail_geojson_read (const char *text,
                      gsize length,
                      const char *name,
                      char **warning,
                      GError **error)
{
  g_auto (VitrailGeoJsonReader) reader;

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
