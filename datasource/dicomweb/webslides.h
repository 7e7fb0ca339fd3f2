/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The slides of an archive over DICOMweb, as they become known. Any thread. */

#pragma once

#include "dicomweb/location.h"
#include "source.h"

G_BEGIN_DECLS

typedef struct _VitrailWebSlides VitrailWebSlides;

/* @location is borrowed. */
VitrailWebSlides *vitrail_web_slides_new (const VitrailWebLocation *location);
void vitrail_web_slides_free (VitrailWebSlides *self);

/* Takes the slides out of answers at series level. */
void vitrail_web_slides_take_answers (VitrailWebSlides *self,
                                      const GPtrArray *answers);
/* Takes those of one series, whose metadata are @data_sets: it may hold several
 * pyramids. */
void vitrail_web_slides_take_series (VitrailWebSlides *self,
                                     const VitrailWebLocation *series,
                                     const GPtrArray *data_sets);
void vitrail_web_slides_forget (VitrailWebSlides *self);

/* (element-type VitrailSlideEntry) */
GPtrArray *vitrail_web_slides_list (VitrailWebSlides *self);

G_END_DECLS
