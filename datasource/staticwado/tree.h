/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of a static archive (github.com/RadicalImaging/Static-DICOMWeb):
 *
 *   studies/index.json.gz
 *   studies/UID/series/index.json.gz
 *   studies/UID/series/UID/metadata.gz
 *   studies/UID/series/UID/instances/UID/frames/1
 *
 * What can be both a file and a folder in a URL is named index; what is
 * compressed ends with .gz. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

/* The answers that the folder @path (relative, "studies") of the archive at
 * @root stands for: (element-type VitrailDataSet). VITRAIL_ERROR_NOT_FOUND
 * where there are none. */
GPtrArray *
vitrail_static_tree_list (const char *root, const char *path, GError **error);
/* The metadata of a series. */
GPtrArray *vitrail_static_tree_read_metadata (const char *root,
                                              const char *study,
                                              const char *series,
                                              GError **error);

#define VITRAIL_TYPE_STATIC_INSTANCE (vitrail_static_instance_get_type ())
G_DECLARE_FINAL_TYPE (VitrailStaticInstance,
                      vitrail_static_instance,
                      VITRAIL,
                      STATIC_INSTANCE,
                      VitrailInstance)

/* @data_set: of the metadata; its three UIDs are UIDs. */
VitrailInstance *vitrail_static_instance_new (const char *root,
                                              VitrailDataSet *data_set,
                                              GError **error);

G_END_DECLS
