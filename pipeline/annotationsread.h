/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All annotation sets that are kept of a slide, read on another thread: there
 * may be millions of shapes. */

#pragma once

#include "annotation/store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* No content has this tag: what cannot be read is not written over. */
#define VITRAIL_TAG_UNREADABLE "unreadable"

/**
 * VitrailAnnotationsRead:
 * @sets: (element-type VitrailAnnotationSet)
 * @tags: (element-type utf8): of each; VITRAIL_TAG_UNREADABLE where some of it
 *   was left out, which is still in the file
 * @bad: (element-type utf8): names of those that cannot be read
 * @error: (nullable): why the last one of them was not, or not all of it
 */
typedef struct {
  GPtrArray *sets;
  GPtrArray *tags;
  GPtrArray *bad;
  char *error;
} VitrailAnnotationsRead;

void vitrail_annotations_read_async (VitrailAnnotationStore *store,
                                     const char *slide,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* (transfer none): lives as long as @result. */
const VitrailAnnotationsRead *
vitrail_annotations_read_finish (GAsyncResult *result);

G_END_DECLS
