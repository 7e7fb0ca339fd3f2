/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the finest image of a DICOM slide says of the whole slide. */

#pragma once

#include "instance.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/**
 * VitrailWsiDescription:
 * @name: Container Identifier, else Series Description, else the file's name
 * @mpp_um: micrometres per pixel, x then y
 * @plane: see vitrail_slide_get_plane ()
 * @properties: for vitrail_slide_list_properties ()
 */
typedef struct {
  char *name;
  gboolean has_mpp;
  double mpp_um[2];
  gboolean has_plane;
  double plane[12];
  VitrailSlideProperty *properties;
} VitrailWsiDescription;

/* @self is zeroed; @finest is @instance's level. */
void vitrail_wsi_description_read (VitrailWsiDescription *self,
                                   VitrailInstance *instance,
                                   const VitrailSlideLevel *finest);
void vitrail_wsi_description_clear (VitrailWsiDescription *self);

G_END_DECLS
