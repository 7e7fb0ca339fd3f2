/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a series lies that is read over DICOMweb, as people write it:
 *
 *   dicomweb://host:port/dicom-web/studies/UID/series/UID
 *   dicomwebs://...  the same over TLS
 *
 * and behind either /instances/UID for one of its instances. What stands before
 * /studies is the service's root. A name and a password (name:password@host)
 * become the Authorization header of all requests to that origin from then on,
 * and are left out of everything else. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VitrailWebLocation:
 * @origin: "http://host:port": requests go nowhere else
 * @series_url: http or https, of the series
 * @name: of the series, as it is written, without name and password
 * @instance: SOP Instance UID, or NULL
 * @authorization: header, or NULL
 */
typedef struct {
  char *origin;
  char *series_url;
  char *name;
  char *study;
  char *series;
  char *instance;
  char *authorization;
} VitrailWebLocation;

/* Whether @location has one of the two schemes: by its form alone. */
gboolean vitrail_web_location_is (const char *location);

/* VITRAIL_ERROR_FORMAT names what is wrong with @location. */
VitrailWebLocation *
vitrail_web_location_parse (const char *location, GError **error);
void vitrail_web_location_free (VitrailWebLocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWebLocation, vitrail_web_location_free)

/* @uri without name and password, for messages. */
char *vitrail_web_location_dup_public (const char *uri);

/* Whether @uri has @origin, and no name and password of its own. */
gboolean vitrail_web_location_has_origin (const char *uri, const char *origin);

G_END_DECLS
