/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailAnnotationJob: sets to be written to the store and files to be deleted
 * there, done on another thread: there may be millions of shapes. It shares
 * nothing with whoever asked for it until it is done. */

#pragma once

#include "annotation/store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _VitrailAnnotationJob VitrailAnnotationJob;

/**
 * VitrailAnnotationItem: one file.
 * @set: (nullable): what is written; NULL: the file is deleted
 * @name: of the set
 * @place: name of its file
 * @known: (nullable): tag of what must be there; NULL: nothing, or, where it is
 *   deleted, whatever is there
 * @done: afterwards: whether that was done
 * @conflict: something else is there than was expected
 * @tag: of what was written
 * @error: (nullable): why it was not done
 */
typedef struct {
  VitrailAnnotationSet *set;
  char *name;
  char *place;
  char *known;
  gboolean done;
  gboolean conflict;
  char tag[VITRAIL_ANNOTATION_TAG_SIZE];
  GError *error;
} VitrailAnnotationItem;

VitrailAnnotationJob *
vitrail_annotation_job_new (VitrailAnnotationStore *store, const char *slide);
void vitrail_annotation_job_unref (VitrailAnnotationJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAnnotationJob,
                               vitrail_annotation_job_unref)

/* @item: strings and set are copied or referred to. Before it is started. */
void vitrail_annotation_job_add (VitrailAnnotationJob *self,
                                 const VitrailAnnotationItem *item);
guint vitrail_annotation_job_get_n_items (const VitrailAnnotationJob *self);
/* Before it is started, or once it is done. */
const VitrailAnnotationItem *
vitrail_annotation_job_get_item (const VitrailAnnotationJob *self, guint index);

/* On another thread; @done_cb with @user_data in the thread-default context,
 * after which it is done. */
void vitrail_annotation_job_start (VitrailAnnotationJob *self,
                                   GAsyncReadyCallback done_cb,
                                   gpointer user_data);
/* Here and now, where it was not started. */
void vitrail_annotation_job_run (VitrailAnnotationJob *self);
/* Until it is done. */
void vitrail_annotation_job_wait (VitrailAnnotationJob *self);

G_END_DECLS
