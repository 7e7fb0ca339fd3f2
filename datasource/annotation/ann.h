/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Microscopy Bulk Simple Annotations (PS3.3 A.87, C.37): points, lines,
 * polygons, rectangles and ellipses by the million in one DICOM object. */

#pragma once

#include "annotation/annotationset.h"
#include "dicom/dataset.h"
#include "slide/slide.h"

G_BEGIN_DECLS

#define VITRAIL_ANN_SOP_CLASS "1.2.840.10008.5.1.4.1.1.91.1"

/**
 * vitrail_ann_dup_image_uid:
 *
 * SOP Instance UID of the image that 2D coordinates are of.
 *
 * Returns: (transfer full) (nullable): NULL where the object does not say
 */
char *vitrail_ann_dup_image_uid (const VitrailDataSet *data_set);

/**
 * vitrail_ann_read:
 * @data_set: the object
 * @name: names it in errors
 * @slide: what it is drawn on: 3D coordinates are mapped through its plane, 2D
 *   ones scaled from @image's size to its
 * @image: (nullable): the image that 2D coordinates are of, any level; NULL:
 *   they are taken for level 0's
 * @warning: (out) (optional) (nullable): what was left out, or assumed
 *
 * One group of the set is one Annotation Group. A group that contradicts itself
 * is left out with a warning, as is a shape that is none.
 *
 * VITRAIL_ERROR_FORMAT: no such object; VITRAIL_ERROR_MALFORMED: nothing in it
 * can be placed on @slide.
 *
 * Returns: (transfer full): the set, named by Content Label
 */
VitrailAnnotationSet *vitrail_ann_read (VitrailDataSet *data_set,
                                        const char *name,
                                        VitrailSlide *slide,
                                        const VitrailDataSet *image,
                                        char **warning,
                                        GError **error);

/**
 * vitrail_ann_write:
 * @image: of the slide's level 0, whose patient and study the object gets and
 *   whose total pixel matrix its 2D coordinates are of
 * @warning: (out) (optional) (nullable): what the object cannot hold: holes of
 *   polygons
 *
 * One Annotation Group for each group and kind of shape; of shapes of several
 * parts each becomes an annotation. Names, notes and measurements are not
 * written. Ready for vitrail_write_part10 ().
 *
 * VITRAIL_ERROR_MALFORMED where @set is empty or @image no image of a slide.
 *
 * Returns: (transfer full): the object
 */
VitrailDataSet *vitrail_ann_write (const VitrailAnnotationSet *set,
                                   const VitrailDataSet *image,
                                   char **warning,
                                   GError **error);

G_END_DECLS
