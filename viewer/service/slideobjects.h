/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Objects of the archive that are of a slide: annotations, segmentations,
 * parametric maps. Workers only. */

#pragma once

#include "request.h"
#include "slides.h"

G_BEGIN_DECLS

/**
 * VitrailSlideObject:
 * @uid: SOP Instance UID
 * @sop_class: one of those that were asked for
 * @label: Content Label, UTF-8; or NULL
 * @path: of the file
 */
typedef struct {
  char *uid;
  const char *sop_class;
  char *label;
  char *path;
} VitrailSlideObject;

/* Those of @sop_classes (NULL-terminated, static) in @slide's study that refer
 * to its series: (element-type VitrailSlideObject) */
GPtrArray *vitrail_slide_objects_list (const VitrailRequest *request,
                                       const VitrailOpenSlide *slide,
                                       const char *const *sop_classes);

G_END_DECLS
