/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whole instances over a network: see wholeinstance.h. */

#include "dicomweb/wholeinstance.h"

#include "dicomweb/client.h"
#include "dicomweb/webfile.h"
#include "error.h"

#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)

gboolean
vitrail_whole_instance_may_help (const GError *error)
{
  static const int codes[] = { 400, 404, 405, 406, 410, 415, 500, 501 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, VITRAIL_WEB_ERROR, codes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_of (const VitrailPart10 *file, const char *uid)
{
  return vitrail_data_set_text_is (vitrail_part10_get_data_set (file),
                                   TAG_SOP_INSTANCE, 0, uid);
}

/* One way to ask for the instance @uid. */
typedef struct {
  const VitrailWebLocation *location;
  const char *uid;
  const char *url;
  const char *accept;
  const char *authorization;
} Way;

static VitrailPart10 *
fetch (const Way *way, GCancellable *cancellable, GError **error)
{
  g_autoptr (VitrailPart10) file =
      vitrail_web_file_read (way->url, way->accept, way->authorization,
                             cancellable, error);

  if (file == NULL || is_of (file, way->uid))
    return g_steal_pointer (&file);
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: the server answers another instance than %s",
               way->location->name, way->uid);
  return NULL;
}

/* Where services have WADO-URI: beside the root of the others. */
static char *
make_uri_root (const VitrailWebLocation *location)
{
  const char *end = strrchr (location->root_url, '/');
  const gsize origin = strlen (location->origin);
  const gsize length = (gsize) (end - location->root_url);

  if (location->options->uri_url != NULL)
    return g_strdup (location->options->uri_url);
  return g_strdup_printf ("%.*s/wado", (int) MAX (length, origin),
                          location->root_url);
}

static char *
make_uri (const VitrailWebLocation *location, const char *uid)
{
  g_autofree char *root = make_uri_root (location);

  return g_strdup_printf (
      "%s?requestType=WADO&studyUID=%s&seriesUID=%s&objectUID=%s&"
      "contentType=application/dicom&transferSyntax=*",
      root, location->study, location->series, uid);
}

VitrailPart10 *
vitrail_whole_instance_fetch (const VitrailWebLocation *location,
                              const char *uid,
                              GCancellable *cancellable,
                              GError **error)
{
  const guint first = location->options->prefers_uri ? 1 : 0;
  g_autofree char *url =
      g_strdup_printf ("%s/instances/%s", location->series_url, uid);
  g_autofree char *uri = make_uri (location, uid);
  g_autofree char *uri_authorization =
      vitrail_web_location_dup_authorization (uri);
  const Way ways[] = {
    { location, uid, url,
      "multipart/related; type=\"application/dicom\"; transfer-syntax=*",
      location->authorization },
    { location, uid, uri, "application/dicom", uri_authorization },
  };
  g_autoptr (GError) failed = NULL;
  VitrailPart10 *file = fetch (&ways[first], cancellable, &failed);

  if (file != NULL)
    return file;
  if (vitrail_whole_instance_may_help (failed))
    return fetch (&ways[1 - first], cancellable, error);
  g_propagate_error (error, g_steal_pointer (&failed));
  return NULL;
}
