/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDicomizedInstance: one of the instances that a slide becomes, as any
 * other instance: frames are the slide's tiles, made when they are asked for.
 */

#pragma once

#include "instance.h"
#include "slide/dicomize.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_DICOMIZED_INSTANCE (vitrail_dicomized_instance_get_type ())
G_DECLARE_FINAL_TYPE (VitrailDicomizedInstance,
                      vitrail_dicomized_instance,
                      VITRAIL,
                      DICOMIZED_INSTANCE,
                      VitrailInstance)

/* The instance of @dicomized with @sop_instance_uid. @path is where the slide
 * lies. VITRAIL_ERROR_NOT_FOUND: it has none such. */
VitrailInstance *vitrail_dicomized_instance_new (VitrailDicomized *dicomized,
                                                 const char *path,
                                                 const char *sop_instance_uid,
                                                 GError **error);

/* What it is one of, and which: for who writes it whole. Borrowed. */
VitrailDicomized *
vitrail_dicomized_instance_get_dicomized (VitrailDicomizedInstance *self);
guint vitrail_dicomized_instance_get_index (VitrailDicomizedInstance *self);

G_END_DECLS
