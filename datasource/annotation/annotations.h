/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotations: what is drawn on one slide: annotation sets by name, with
 * steps that can be undone. Programs that edit do so on one thread; reading is
 * safe on any. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_ANNOTATIONS (vitrail_annotations_get_type ())
G_DECLARE_FINAL_TYPE (VitrailAnnotations,
                      vitrail_annotations,
                      VITRAIL,
                      ANNOTATIONS,
                      GObject)

/**
 * VitrailAnnotations::changed:
 *
 * Any set is another now, or what is selected. On the thread that changed it,
 * with no lock held.
 */

VitrailAnnotations *vitrail_annotations_new (void);

guint vitrail_annotations_get_n_sets (VitrailAnnotations *self);
/**
 * vitrail_annotations_ref_set:
 *
 * Sets in the order in which they came.
 *
 * Returns: (transfer full) (nullable): NULL beyond the last
 */
VitrailAnnotationSet *
vitrail_annotations_ref_set (VitrailAnnotations *self, guint index);
/**
 * vitrail_annotations_ref_named:
 *
 * Returns: (transfer full) (nullable): NULL where there is none of this name
 */
VitrailAnnotationSet *
vitrail_annotations_ref_named (VitrailAnnotations *self, const char *name);
/**
 * vitrail_annotations_put:
 * @set: stands for the one that had its name, or comes behind the last
 * @step: (nullable): what a person did ("Draw polygon"); NULL: nothing that
 *   could be undone (a set that was loaded, a group that was hidden)
 */
void vitrail_annotations_put (VitrailAnnotations *self,
                              VitrailAnnotationSet *set,
                              const char *step);
/**
 * vitrail_annotations_remove:
 * @step: (nullable): as above
 */
void vitrail_annotations_remove (VitrailAnnotations *self,
                                 const char *name,
                                 const char *step);

/* The last step, or the one that was undone last; FALSE where there is none.
 * Nothing is selected then. */
gboolean vitrail_annotations_undo (VitrailAnnotations *self);
gboolean vitrail_annotations_redo (VitrailAnnotations *self);
/**
 * vitrail_annotations_dup_undo_step:
 *
 * Returns: (transfer full) (nullable): what undo () would undo
 */
char *vitrail_annotations_dup_undo_step (VitrailAnnotations *self);
/**
 * vitrail_annotations_dup_redo_step:
 *
 * Returns: (transfer full) (nullable): what redo () would do again
 */
char *vitrail_annotations_dup_redo_step (VitrailAnnotations *self);

/* Which shape of which set stands out; @name NULL: none. */
void vitrail_annotations_select (VitrailAnnotations *self,
                                 const char *name,
                                 guint shape);
/**
 * vitrail_annotations_get_selected:
 * @name: (out) (transfer full) (optional) (nullable): of the set
 * @shape: (out): of that set
 *
 * Returns: FALSE where nothing is selected
 */
gboolean vitrail_annotations_get_selected (VitrailAnnotations *self,
                                           char **name,
                                           guint *shape);

G_END_DECLS
