/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotations as GeoJSON (RFC 7946) the way QuPath writes and reads them: a
 * FeatureCollection whose features have properties.classification {name,
 * color}, name, color, measurements, and coordinates in pixels of level 0.
 * docs/annotations.md says what else is there. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

#define VITRAIL_GEOJSON_TYPE "application/geo+json"

/**
 * vitrail_geojson_read:
 * @text: (array length=length): UTF-8; need not end with a NUL
 * @length: bytes
 * @name: names the text in errors and, where it has no name of its own, the set
 * @warning: (out) (optional) (nullable): how many features were left out and
 *   why the first of them was; NULL when none was
 *
 * A FeatureCollection, one Feature or an array of them. Features without
 * geometry and those whose points make no shape are left out.
 *
 * VITRAIL_ERROR_MALFORMED with line and byte where the text is no such JSON,
 * VITRAIL_ERROR_LIMIT beyond limits.h.
 *
 * Returns: (transfer full): the set
 */
VitrailAnnotationSet *vitrail_geojson_read (const char *text,
                                            gsize length,
                                            const char *name,
                                            char **warning,
                                            GError **error);
/**
 * vitrail_geojson_load:
 * @path: a file, which is mapped
 * @warning: (out) (optional) (nullable): as above
 *
 * Returns: (transfer full): the set, named as the file where it has no name
 */
VitrailAnnotationSet *
vitrail_geojson_load (const char *path, char **warning, GError **error);

/**
 * vitrail_geojson_to_bytes:
 *
 * All of @self: what vitrail_geojson_read () makes the same set of.
 *
 * Returns: (transfer full): UTF-8
 */
GBytes *vitrail_geojson_to_bytes (VitrailAnnotationSet *self, GError **error);

#ifndef __GI_SCANNER__ /* for C only */

/**
 * VitrailGeoJsonChoice:
 * @bounds: least x, least y, greatest x, greatest y: only shapes that touch
 *   it; NULL: all
 * @least_px: shapes whose sides are all shorter become points in their middle
 * @most: shapes at most; of more, every n-th; 0: all
 * @decimals: of coordinates; -1: exactly
 * @is_plain: only what drawing needs: no measurements, notes, extra members
 *
 * What is written of a set.
 */
typedef struct {
  const double *bounds;
  double least_px;
  guint most;
  int decimals;
  gboolean is_plain;
} VitrailGeoJsonChoice;

#  define VITRAIL_GEOJSON_ALL \
    {                         \
      .decimals = -1          \
    }

/* Takes a piece of the text. FALSE ends the writing. */
typedef gboolean (*VitrailGeoJsonWrite) (gpointer user_data,
                                         const char *text,
                                         gsize length,
                                         GError **error);

/* Piece by piece, as much as 128 KiB at once. */
gboolean vitrail_geojson_write (const VitrailAnnotationSet *self,
                                const VitrailGeoJsonChoice *choice,
                                VitrailGeoJsonWrite write,
                                gpointer user_data,
                                GError **error);

#endif

G_END_DECLS
