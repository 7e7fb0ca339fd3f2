/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Series over DICOMweb in an index: see remote.h. */

#include "folder/remote.h"

#include "dicomweb/location.h"
#include "dicomweb/webseries.h"
#include "folder/record.h"

static VitrailFileRecord *
new_record (const char *path)
{
  const VitrailWalkFile file = { .path = path, .mtime_ns = -1 };

  return vitrail_file_record_new (&file);
}

GPtrArray *
vitrail_remote_records_read (const char *location, GCancellable *cancellable)
{
  GPtrArray *records = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_file_record_free);
  g_autofree char *name = vitrail_web_location_dup_public (location);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailWebLocation) series =
      vitrail_web_location_parse_series (location, &error);
  g_autoptr (GPtrArray) instances =
      series != NULL ? vitrail_web_series_open (series, cancellable, &error)
                     : NULL;

  for (guint i = 0; instances != NULL && i < instances->len; i++) {
    VitrailInstance *instance = g_ptr_array_index (instances, i);
    VitrailFileRecord *record =
        new_record (vitrail_instance_get_name (instance));
    vitrail_file_record_take (record, vitrail_instance_get_data_set (instance),
                              vitrail_instance_get_transfer_syntax (instance));
    g_ptr_array_add (records, record);
  }
  if (instances == NULL) {
    VitrailFileRecord *record = new_record (name);
    vitrail_file_record_refuse (record, error);
    g_ptr_array_add (records, record);
  }
  return records;
}
