/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A slide over DICOMweb: the instances of a series, whose frames come over the
 * network, are a DICOM slide like those of files. It is named by the URL of the
 * series, or by that of one of its instances (dicomweb/location.h), which tells
 * the pyramid where there are several. */

#include "dicomweb/location.h"
#include "dicomweb/webseries.h"
#include "slide/dicomwsi.h"
#include "slide/slide.h"

#include <string.h>

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

static VitrailSlide *
dicomwebslide_open (const char *const *paths, GError **error)
{
  g_autoptr (VitrailWebLocation) location =
      vitrail_web_location_parse (paths[0], error);
  g_auto (VitrailWsiSeries) series = { 0 };

  if (location == NULL)
    return NULL;
  g_autoptr (GPtrArray) instances =
      vitrail_web_series_open (location, NULL, error);
  if (instances == NULL ||
      !vitrail_wsi_series_take (&series, instances,
                                find_first (instances, location->instance),
                                error))
    return NULL;
  return vitrail_dicom_wsi_new (&series, error);
}

const VitrailSlideReader vitrail_slide_reader_dicomwebslide = {
  .name = "dicomwebslide",
  .probe = vitrail_web_location_is,
  .open = dicomwebslide_open,
};
