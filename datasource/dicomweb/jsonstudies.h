/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The studies that a DICOM JSON document of OHIF names:
 *
 *   {"studies": [{..., "series": [{..., "instances": [
 *     {"metadata": {...}, "url": "dicomweb:https://.../1.dcm"}]}]}]}
 *
 * What stands for a study or a series holds for all of its instances, whose own
 * metadata go before it. */

#pragma once

#include "dicom/dataset.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VitrailJsonStudies: constant once made.
 * @data_sets: (element-type VitrailDataSet): one of each instance
 * @urls: SOP Instance UID -> what its "url" says
 */
typedef struct {
  gint ref_count; /* atomic */
  GPtrArray *data_sets;
  GHashTable *urls;
} VitrailJsonStudies;

/* @name stands for the text in errors. Instances without UIDs or a "url" are
 * left out with a message, and of several with one UID all but the first, as
 * of frames that are named one by one. */
VitrailJsonStudies *
vitrail_json_studies_read (GBytes *json, const char *name, GError **error);
VitrailJsonStudies *vitrail_json_studies_ref (VitrailJsonStudies *self);
void vitrail_json_studies_unref (VitrailJsonStudies *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailJsonStudies, vitrail_json_studies_unref)

G_END_DECLS
