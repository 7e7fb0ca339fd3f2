/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The small parts of GeoJSON that are objects of their own: classifications,
 * groups, colours, and what tells an ellipse from the polygon that stands for
 * it. */

#pragma once

#include "annotation/annotationbuilder.h"
#include "dicom/jsonlexer.h"

G_BEGIN_DECLS

/**
 * VitrailGeoJsonClass: what a feature says of its class and kind.
 * @name: of the classification; NULL: none
 * @rgb: of the classification, where @has_color
 * @kind: what the polygon stands for
 * @axes: of an ellipse, where @has_axes
 */
typedef struct {
  char *name;
  guint32 rgb;
  gboolean has_color;
  VitrailShapeKind kind;
  double axes[8];
  gboolean has_axes;
} VitrailGeoJsonClass;

void vitrail_geojson_class_clear (VitrailGeoJsonClass *self);

/* All of these take one value and answer FALSE where it is another. */

/* "classification": null or an object. */
gboolean
vitrail_geojson_class_take (VitrailGeoJsonClass *self, VitrailJsonLexer *lexer);
/* "vitrail" of a feature's properties: {"shape": "ellipse", "axes": [...]}. */
gboolean vitrail_geojson_class_take_shape (VitrailGeoJsonClass *self,
                                           VitrailJsonLexer *lexer);
/* "vitrail" of a collection: {"groups": [...], "units": {...}}. @units: name of
 * a measurement to its unit, both owned. */
gboolean vitrail_geojson_class_take_groups (VitrailJsonLexer *lexer,
                                            VitrailAnnotationBuilder *builder,
                                            GHashTable *units);
/* [r, g, b], or a number as Java packs it. */
gboolean vitrail_geojson_take_color (VitrailJsonLexer *lexer, guint32 *rgb);
/* {"name": ..., "value": ...}; @name is NULL where the value is no number. */
gboolean vitrail_geojson_take_named_number (VitrailJsonLexer *lexer,
                                            char **name,
                                            double *value);

/* The axes of the ellipse that a polygon of these @bounds stands for; FALSE
 * where it stands for none, or has been changed since. @fills: it is known to
 * fill its bounds. */
gboolean vitrail_geojson_class_find_axes (const VitrailGeoJsonClass *self,
                                          const double bounds[4],
                                          gboolean fills,
                                          double axes[8]);

G_END_DECLS
