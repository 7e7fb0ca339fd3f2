/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The levels of a DICOM slide out of the instances that hold them: several for
 * one level where it is a concatenation (PS3.3 C.7.6.16.2.2.4), or where each
 * has its own optical paths, focal planes or tiles. */

#pragma once

#include "instance.h"
#include "slide/tileindex.h"

G_BEGIN_DECLS

/**
 * VitrailWsiLevel:
 * @parts: (element-type VitrailInstance): by VitrailTileRef.part
 */
typedef struct {
  VitrailSlideLevel geometry;
  GPtrArray *parts;
  VitrailTileIndex *index;
} VitrailWsiLevel;

/**
 * VitrailWsiPyramid:
 * @levels: (element-type VitrailWsiLevel), finest first
 * @paths: (element-type VitrailWsiPath), at least one
 * @planes_um: (element-type double): heights of the focal planes, ascending
 */
typedef struct {
  GPtrArray *levels;
  GPtrArray *paths;
  GArray *planes_um;
} VitrailWsiPyramid;

/* @instances: (element-type VitrailInstance). One that cannot be a part is left
 * out with a message, unless it is @needed, or all are. Without any there are
 * no levels, and that is no error. @self is zeroed. */
gboolean vitrail_wsi_pyramid_read (VitrailWsiPyramid *self,
                                   const GPtrArray *instances,
                                   const VitrailInstance *needed,
                                   GError **error);
void vitrail_wsi_pyramid_clear (VitrailWsiPyramid *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailWsiPyramid, vitrail_wsi_pyramid_clear)

G_END_DECLS
