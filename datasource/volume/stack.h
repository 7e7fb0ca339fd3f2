/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parallel slices of one kind in the order of their positions, and those at one
 * position in the order of time: the step between places and plans. */

#pragma once

#include "volume/place.h"

G_BEGIN_DECLS

/**
 * VitrailStack:
 * @places: all there are, borrowed
 * @members: (element-type guint): the numbers of those in the stack
 * @starts: (element-type guint): where in @members each position begins, and
 *   their number at the end
 * @normal: of all of them
 * @n_times: points in time; @time_key: what tells them apart
 * @times: (element-type guint): for each of @members which, or
 *   VITRAIL_SLICE_NONE: it is one too many at its position
 */
typedef struct {
  const VitrailPlace *places;
  GArray *members;
  GArray *starts;
  double normal[3];
  guint n_times;
  VitrailPlaceKey time_key;
  GArray *times;
} VitrailStack;

VitrailStack *vitrail_stack_new (const VitrailPlace *places);
void vitrail_stack_free (VitrailStack *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStack, vitrail_stack_free)

/* Whether both may be slices of one volume, by all but their position. */
gboolean vitrail_stack_fit (const VitrailPlace *a, const VitrailPlace *b);

/* Once all members are there: sorts them, finds the positions. */
void vitrail_stack_sort_members (VitrailStack *self);
/* Then: gives each member its time. */
void vitrail_stack_find_times (VitrailStack *self);

guint vitrail_stack_get_n_positions (const VitrailStack *self);
/* Members at @position: the first, and how many. */
guint vitrail_stack_get_position (const VitrailStack *self,
                                  guint position,
                                  guint *first);
const VitrailPlace *
vitrail_stack_get_member (const VitrailStack *self, guint index);
/* Along the normal. */
double vitrail_stack_get_distance (const VitrailStack *self, guint index);

/* (element-type VitrailStack): one for each Image Type, where different ones
 * lie at one position; NULL where none do. */
GPtrArray *vitrail_stack_split_by_type (const VitrailStack *self);
/* One for each run of slices that lie closer to each other than to the others;
 * NULL where there is one run. */
GPtrArray *vitrail_stack_split_by_run (const VitrailStack *self);

G_END_DECLS
