/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide over DICOMweb: the instances of a series, whose frames come over the
 * network, are a DICOM slide like those of files. It is named by the URL of the
 * series, or by that of one of its instances (dicomweb/location.h), which tells
 * the pyramid where there are several. */

#include "dicom/json.h"
#include "dicomweb/deadline.h"
#include "dicomweb/location.h"
#include "dicomweb/webseries.h"
#include "error.h"
#include "slide/dicomwsi.h"
#include "slide/slide.h"

#include <string.h>

/* All requests together, when a slide is opened. VITRAIL_DICOMWEB_OPEN_TIMEOUT
 * says otherwise. */
#define OPEN_SECONDS 60u
/* Values up to this length are part of the version. */
#define VERSION_INLINE_BYTES ((gsize) 1024 * 1024)

#define IMAGE_TYPE VITRAIL_TAG (0x0008, 0x0008)

/* The one that is named, else the first that is of a level. */
static VitrailInstance *
find_first (const GPtrArray *instances, const char *uid)
{
  VitrailInstance *first = NULL;

  for (guint i = 0; i < instances->len; i++) {
    VitrailInstance *instance = g_ptr_array_index (instances, i);
    const VitrailDataSet *data_set = vitrail_instance_get_data_set (instance);
    if (uid != NULL &&
        strcmp (vitrail_instance_get_sop_instance_uid (instance), uid) == 0)
      return instance;
    if (first == NULL &&
        vitrail_data_set_text_is (data_set, IMAGE_TYPE, 2, "VOLUME"))
      first = instance;
  }
  return first != NULL ? first : g_ptr_array_index (instances, 0);
}

/* A checksum of the metadata, profiles included. */
static char *
make_version (const GPtrArray *instances)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);

  for (guint i = 0; i < instances->len; i++) {
    g_autoptr (GString) json = g_string_new (NULL);
    vitrail_json_write (vitrail_instance_get_data_set (
                            g_ptr_array_index (instances, i)),
                        json, VERSION_INLINE_BYTES, NULL, NULL);
    g_checksum_update (sum, (const guchar *) json->str, (gssize) json->len);
  }
  return g_strdup (g_checksum_get_string (sum));
}

static guint
get_open_seconds (void)
{
  const char *text = g_getenv ("VITRAIL_DICOMWEB_OPEN_TIMEOUT");
  guint64 seconds = 0;

  return text != NULL &&
                 g_ascii_string_to_unsigned (text, 10, 1, 86400, &seconds, NULL)
             ? (guint) seconds
             : OPEN_SECONDS;
}

/* The instances, in time. */
static GPtrArray *
open_series (const VitrailWebLocation *location, GError **error)
{
  const guint seconds = get_open_seconds ();
  g_autoptr (VitrailDeadline) deadline = vitrail_deadline_new (seconds);
  g_autoptr (GError) failed = NULL;
  GPtrArray *instances = vitrail_web_series_open (
      location, vitrail_deadline_get_cancellable (deadline), &failed);

  if (g_error_matches (failed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
                 "%s: not opened within %u seconds", location->name, seconds);
  else if (failed != NULL)
    g_propagate_error (error, g_steal_pointer (&failed));
  return instances;
}

static VitrailSlide *
dicomwebslide_open (const char *const *paths, GError **error)
{
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_parse_series (paths[0], error);
  g_auto (VitrailWsiSeries) series = { 0 };

  if (location == NULL)
    return NULL;
  g_autoptr (GPtrArray) instances = open_series (location, error);
  if (instances == NULL ||
      !vitrail_wsi_series_take (&series, instances,
                                find_first (instances, location->instance),
                                error))
    return NULL;
  g_autofree char *version = make_version (instances);
  VitrailSlide *slide = vitrail_dicom_wsi_new (&series, error);
  if (slide != NULL)
    vitrail_slide_set_version (slide, version);
  return slide;
}

const VitrailSlideReader vitrail_slide_reader_dicomwebslide = {
  .name = "dicomwebslide",
  .probe = vitrail_web_location_is,
  .open = dicomwebslide_open,
};
