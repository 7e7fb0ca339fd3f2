/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The DICOM files that make one slide: the VL Whole Slide Microscopy images
 * (PS3.3 A.32.8) of one series and one pyramid. */

#pragma once

#include "instance.h"

G_BEGIN_DECLS

/** VitrailWsiRole: Image Type value 3 (PS3.3 C.8.12.4.1.1). */
typedef enum {
  VITRAIL_WSI_VOLUME, /* a level, or a part of one */
  VITRAIL_WSI_LABEL,
  VITRAIL_WSI_OVERVIEW,
  VITRAIL_WSI_THUMBNAIL,
  VITRAIL_WSI_OTHER,
} VitrailWsiRole;

typedef struct {
  VitrailInstance *instance;
  VitrailWsiRole role;
} VitrailWsiPart;

/**
 * VitrailWsiSeries:
 * @parts: (element-type VitrailWsiPart), in the order of their paths; labels,
 *   overviews and thumbnails of other series behind those of this
 * @first: the instance that was asked for, one of the parts
 * @id: Series Instance UID, plus "." and the Pyramid UID where the files hold
 *   several pyramids
 */
typedef struct {
  GPtrArray *parts;
  VitrailInstance *first;
  char *id;
  /*< private >*/
  gboolean has_others; /* pyramids */
  GPtrArray *beside;   /* (element-type VitrailInstance), while it is made */
} VitrailWsiSeries;

/* Cheap: reads the first few thousand bytes. */
gboolean vitrail_wsi_probe (const char *path);

/* All instances of the pyramid that the first of @paths (NULL-terminated)
 * belongs to, among the others of @paths, or in its folder where it is the only
 * one; and what shows the same container in another series of the study beside
 * its pyramid. A file that cannot be read is left out with a message, unless it
 * is the first. */
gboolean vitrail_wsi_series_open (VitrailWsiSeries *self,
                                  const char *const *paths,
                                  GError **error);
/* The same of instances that are open, (element-type VitrailInstance), among
 * them @first, whose pyramid it is. */
gboolean vitrail_wsi_series_take (VitrailWsiSeries *self,
                                  const GPtrArray *instances,
                                  VitrailInstance *first,
                                  GError **error);
void vitrail_wsi_series_clear (VitrailWsiSeries *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailWsiSeries, vitrail_wsi_series_clear)

G_END_DECLS
