/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files that read GeoJSON share. All readers take what comes next and
 * fail, with line and byte, where it is something else. */

#pragma once

#include "annotation/annotationbuilder.h"
#include "annotation/geojsonclass.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_GEOMETRY_NONE,
  VITRAIL_GEOMETRY_POINT,
  VITRAIL_GEOMETRY_MULTI_POINT,
  VITRAIL_GEOMETRY_LINE,
  VITRAIL_GEOMETRY_MULTI_LINE,
  VITRAIL_GEOMETRY_POLYGON,
  VITRAIL_GEOMETRY_MULTI_POLYGON,
  VITRAIL_GEOMETRY_OTHER,
} VitrailGeometry;

/* What is known of the feature that is being read. */
typedef struct {
  VitrailGeometry geometry;
  const char *coordinates; /* to come back to; or NULL */
  gboolean has_points;
  double bounds[4];
  gboolean is_ellipse; /* QuPath says so: fills its bounds */
  VitrailGeoJsonClass class;
  char *fault; /* why it is left out; or NULL */
} VitrailGeoJsonFeature;

typedef struct {
  VitrailJsonLexer lexer;
  const char *name;
  VitrailAnnotationBuilder *builder;
  GArray *part; /* double: points of a part that is being read */
  GString *extras[3];
  GHashTable *units; /* of measurements, by name */
  VitrailGeoJsonFeature feature;
  guint n_features;
  guint n_left_out;
  char *first_fault;
} VitrailGeoJsonReader;

/* Reads the value of member @key. */
typedef gboolean (*VitrailGeoJsonReadMember) (VitrailGeoJsonReader *self,
                                              const char *key,
                                              GError **error);

/* Reads item @index of a list. */
typedef gboolean (*VitrailGeoJsonReadItem) (VitrailGeoJsonReader *self,
                                            guint index,
                                            GError **error);

/* What positions of @geometry make. */
VitrailShapeKind vitrail_geometry_get_kind (VitrailGeometry geometry);

gboolean vitrail_geojson_fail (VitrailGeoJsonReader *self,
                               const char *what,
                               GError **error);
/* (transfer full) @fault: bad numbers cost one feature, limits the whole
 * text. */
gboolean vitrail_geojson_tolerate (VitrailGeoJsonReader *self,
                                   GError *fault,
                                   GError **error);
gboolean vitrail_geojson_skip (VitrailGeoJsonReader *self, GError **error);
gboolean vitrail_geojson_read_object (VitrailGeoJsonReader *self,
                                      VitrailGeoJsonReadMember read,
                                      GError **error);
/* @what: "a list of things", for when it is none. */
gboolean vitrail_geojson_read_list (VitrailGeoJsonReader *self,
                                    const char *what,
                                    VitrailGeoJsonReadItem read,
                                    GError **error);
gboolean
vitrail_geojson_read_string (VitrailGeoJsonReader *self, GError **error);
gboolean vitrail_geojson_read_number (VitrailGeoJsonReader *self,
                                      double *value,
                                      GError **error);
/* A member that means nothing here is kept as it is, as text @which. */
gboolean vitrail_geojson_keep_extra (VitrailGeoJsonReader *self,
                                     guint which,
                                     const char *key,
                                     GError **error);
gboolean vitrail_geojson_read_text (VitrailGeoJsonReader *self,
                                    guint text,
                                    GError **error);
gboolean
vitrail_geojson_read_geometry (VitrailGeoJsonReader *self, GError **error);

G_END_DECLS
