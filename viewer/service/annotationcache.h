/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationCache: annotation sets of slides as the service knows them:
 * those that were saved, and the Bulk Simple Annotations of the archive that
 * are of the slide. What was read is kept within the memory budget. Workers
 * only. */

#pragma once

#include "annotation/annotationset.h"
#include "request.h"
#include "slideobjects.h"
#include "slides.h"

G_BEGIN_DECLS

typedef struct _VitrailAnnotationCache VitrailAnnotationCache;

VitrailAnnotationCache *vitrail_annotation_cache_new (void);
void vitrail_annotation_cache_free (VitrailAnnotationCache *self);

/* Sets that are objects of the archive are named so, with their SOP Instance
 * UID behind it. */
#define VITRAIL_ANN_PREFIX "ann-"

/* Those that refer to @slide's series: (element-type VitrailSlideObject) */
GPtrArray *
vitrail_annotation_cache_list_objects (const VitrailRequest *request,
                                       const VitrailOpenSlide *slide);

#define VITRAIL_SET_TAG_SIZE 64

/* Set @name of @slide. @tag: of what it is now. VITRAIL_ERROR_NOT_FOUND. */
VitrailAnnotationSet *
vitrail_annotation_cache_ref_set (const VitrailRequest *request,
                                  const VitrailOpenSlide *slide,
                                  const char *name,
                                  char tag[VITRAIL_SET_TAG_SIZE],
                                  GError **error);

G_END_DECLS
