/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationKeeper: reads the annotations of a slide from the store and
 * saves them there by itself a moment after each change, on another thread.
 * What could not be saved is tried again, less and less often. Where somebody
 * else has saved a set of the same name meanwhile, both are kept: this one
 * under the next free name, which the error says.
 *
 * Lives in the main context that made it. */

#pragma once

#include "annotation/annotations.h"

G_BEGIN_DECLS

typedef struct _VitrailAnnotationKeeper VitrailAnnotationKeeper;

/**
 * vitrail_annotation_keeper_new:
 * @owner: referred to while something is being read or written
 * @slide: its id
 * @changed: called with @owner when the annotations, the error or whether they
 *   are ready are another now
 */
VitrailAnnotationKeeper *
vitrail_annotation_keeper_new (GObject *owner,
                               const char *slide,
                               void (*changed) (gpointer owner));
/* Waits until all is saved, or cannot be. */
void vitrail_annotation_keeper_free (VitrailAnnotationKeeper *self);

/* (transfer none) */
VitrailAnnotations *
vitrail_annotation_keeper_get_annotations (VitrailAnnotationKeeper *self);
/* Whether what was kept has been read. */
gboolean vitrail_annotation_keeper_is_ready (VitrailAnnotationKeeper *self);
/* Why something could not be read or saved last; NULL when it could. */
const char *vitrail_annotation_keeper_get_error (VitrailAnnotationKeeper *self);
void vitrail_annotation_keeper_set_error (VitrailAnnotationKeeper *self,
                                          const char *message);
/* (transfer full): @name, else "@name 2" and so on: the first that no set of
 * the slide has, here or on the disk. */
char *vitrail_annotation_keeper_dup_free_name (VitrailAnnotationKeeper *self,
                                               const char *name);

/* Begins to save what is not saved yet, without waiting. */
void vitrail_annotation_keeper_save (VitrailAnnotationKeeper *self);
/* The same, and waits for it. */
void vitrail_annotation_keeper_flush (VitrailAnnotationKeeper *self);

G_END_DECLS
