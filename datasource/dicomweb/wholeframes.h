/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The frames of an instance that is fetched whole, where a server has no frames
 * of it: fetched once, by one thread, however many want however many of its
 * frames. Any thread but the client's. */

#pragma once

#include "dicom/part10.h"
#include "dicomweb/location.h"
#include "instance.h"

G_BEGIN_DECLS

typedef struct _VitrailWholeFrames VitrailWholeFrames;

/* Of the instance @uid of @series, stored as @transfer_syntax; @name: for
 * people. */
VitrailWholeFrames *vitrail_whole_frames_new (const VitrailWebLocation *series,
                                              const char *uid,
                                              const char *transfer_syntax,
                                              const char *name);
void vitrail_whole_frames_unref (VitrailWholeFrames *self);

/* It has come already. */
void vitrail_whole_frames_take (VitrailWholeFrames *self, VitrailPart10 *file);

/* @frame, where the instance has come; else NULL. */
GBytes *vitrail_whole_frames_find (VitrailWholeFrames *self, guint frame);

/* The same; fetches it: may block. */
GBytes *vitrail_whole_frames_load (VitrailWholeFrames *self,
                                   guint frame,
                                   GCancellable *cancellable,
                                   GError **error);

/* The same, and returns at once. @ready is called once, on another thread, or
 * here where @cancellable is cancelled. When all who wait are cancelled, so is
 * the request. */
void vitrail_whole_frames_start (VitrailWholeFrames *self,
                                 guint frame,
                                 GCancellable *cancellable,
                                 VitrailStoredReady ready,
                                 gpointer user_data);

G_END_DECLS
