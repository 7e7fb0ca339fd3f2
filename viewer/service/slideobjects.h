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
 */
typedef struct {
  char *uid;
  const char *sop_class;
  char *label;
} VitrailSlideObject;

/* Those of @sop_classes (NULL-terminated, static) in @slide's study that refer
 * to its series: (element-type VitrailSlideObject) */
GPtrArray *vitrail_slide_objects_list (const VitrailRequest *request,
                                       const VitrailOpenSlide *slide,
                                       const char *const *sop_classes);

/* What changes with the content of object @uid, a few letters that go into
 * ETags. Opens it where it is on another server, which may take long.
 * VITRAIL_ERROR_NOT_FOUND. */
char *vitrail_slide_object_dup_tag (const VitrailRequest *request,
                                    const char *uid,
                                    GError **error);

G_END_DECLS
