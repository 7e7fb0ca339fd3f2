/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is read over DICOMweb, as people write it: a whole archive, a study of
 * it, a series, or an instance:
 *
 *   dicomweb://host:port/dicom-web[/studies/UID[/series/UID[/instances/UID]]]
 *   dicomwebs://...  the same over TLS
 *   http://..., https://...  the same as either
 *
 * What stands before /studies is the service's root. A name and a password
 * (name:password@host) become the Authorization header of all requests to that
 * origin from then on, and are left out of everything else. */

#pragma once

#include "dicomweb/weboptions.h"

G_BEGIN_DECLS

/**
 * VitrailWebLocation:
 * @origin: "http://host:port": requests go nowhere else
 * @root_url: http or https, of the service; without a slash at its end
 * @root_name: the same as it is written, without name and password
 * @series_url: http or https, of the series; NULL where none is named
 * @name: of the archive, study or series that is named, as it is written,
 *   without name and password
 * @study, @series: UIDs, or NULL
 * @instance: SOP Instance UID, or NULL
 * @authorization: header, or NULL
 * @query_url: root of searches, which is @root_url unless @options say
 *   otherwise; @query_authorization: header for it, or NULL
 * @options: what is known of the archive; never NULL
 */
typedef struct {
  char *origin;
  char *root_url;
  char *root_name;
  char *series_url;
  char *name;
  char *study;
  char *series;
  char *instance;
  char *authorization;
  char *query_url;
  char *query_authorization;
  VitrailWebOptions *options;
} VitrailWebLocation;

/* Whether @location has one of the four schemes: by its form alone. */
gboolean vitrail_web_location_is (const char *location);

/* VITRAIL_ERROR_FORMAT names what is wrong with @location. */
VitrailWebLocation *
vitrail_web_location_parse (const char *location, GError **error);
/* The same, of a series or an instance only. */
VitrailWebLocation *
vitrail_web_location_parse_series (const char *location, GError **error);
/* A series of the archive at @self; both must be UIDs, else NULL. */
VitrailWebLocation *
vitrail_web_location_new_series (const VitrailWebLocation *self,
                                 const char *study,
                                 const char *series);
void vitrail_web_location_free (VitrailWebLocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWebLocation, vitrail_web_location_free)

/* Whether @text is a UID as it may stand in a URL. */
gboolean vitrail_web_location_is_uid (const char *text);

/* @uri without name and password, and without its query, which may name a
 * patient: for messages. */
char *vitrail_web_location_dup_public (const char *uri);

/* The header that is known for the origin of the http or https @uri: of a name
 * and a password that somebody wrote; or NULL. */
char *vitrail_web_location_dup_authorization (const char *uri);

/* Whether @uri has @origin, and no name and password of its own. */
gboolean vitrail_web_location_has_origin (const char *uri, const char *origin);

G_END_DECLS
