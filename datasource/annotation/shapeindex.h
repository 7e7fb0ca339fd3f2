/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailShapeIndex: which shapes of a set lie where: an R-tree packed along a
 * Hilbert curve, made once per set at first use: 21 bytes a shape. Read only
 * then, on any thread. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

/* Children of a node. */
#define VITRAIL_SHAPE_INDEX_FAN 16u
/* 16^6 is what limits.h allows. */
#define VITRAIL_SHAPE_INDEX_LEVELS 8

/* Least x, least y, greatest x, greatest y. */
typedef struct {
  float side[4];
} VitrailShapeBox;

/**
 * VitrailShapeIndex:
 * @n_levels: leaves are level 0, the last level is one node; 0 where there are
 *   no shapes
 * @levels: where in @boxes each level begins; one more for the end
 * @boxes: of all leaves and nodes; node n of a level holds children FAN * n and
 *   on of the level below
 * @shapes: which shape each leaf is
 */
typedef struct _VitrailShapeIndex {
  guint n_levels;
  guint levels[VITRAIL_SHAPE_INDEX_LEVELS + 1];
  VitrailShapeBox *boxes;
  uint32_t *shapes;
} VitrailShapeIndex;

/* The index of @set, owned by it; NULL where there is no memory for it. */
const VitrailShapeIndex *
vitrail_annotation_set_get_index (const VitrailAnnotationSet *set);

/**
 * VitrailShapeCursor: goes through what touches a box.
 * @first, @n: the leaves that were found: one, or all of a node that is smaller
 *   than asked for on both sides
 * @box: theirs
 */
typedef struct {
  guint first;
  guint n;
  const VitrailShapeBox *box;
  /*< private >*/
  const VitrailShapeIndex *index;
  VitrailShapeBox wanted;
  float least;
  guint level;
  guint node;
  gboolean is_done;
} VitrailShapeCursor;

/* @least: nodes smaller than this are not looked into; 0: all leaves. */
void vitrail_shape_cursor_init (VitrailShapeCursor *self,
                                const VitrailShapeIndex *index,
                                const double bounds[4],
                                double least);
/* FALSE at the end. */
gboolean vitrail_shape_cursor_next (VitrailShapeCursor *self);

/**
 * vitrail_annotation_set_find_shape:
 * @x, @y: in pixels of level 0
 * @reach: how far away an outline may be, in pixels of level 0
 * @shape: (out): the shape
 *
 * What lies under a pointer, of the groups that are visible: the shape whose
 * outline or point comes within @reach, the nearest first; else the smallest
 * one around the place.
 *
 * Returns: FALSE where there is none
 */
gboolean vitrail_annotation_set_find_shape (const VitrailAnnotationSet *self,
                                            double x,
                                            double y,
                                            double reach,
                                            guint *shape);

G_END_DECLS
