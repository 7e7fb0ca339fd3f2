/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where each frame lies inside Pixel Data: native frames by arithmetic,
 * encapsulated ones through the extended or basic offset table, else by one
 * scan over the items (PS3.5 A.4; PS3.3 C.7.6.3.1.8 for the extended one). */

#pragma once

#include "dicom/dataset.h"
#include "diskcache.h"

G_BEGIN_DECLS

typedef struct _VitrailFrameIndex VitrailFrameIndex;

#define VITRAIL_TYPE_FRAME_INDEX (vitrail_frame_index_get_type ())
GType vitrail_frame_index_get_type (void);

/* @data_set read with VITRAIL_READ_ALL or _HEADER
 * and _PIXELS. @name stands for the file in
 * errors. Fails when there is no pixel data, or it is too short for even one
 * frame; fewer frames than Number of Frames is not an error, but counted by
 * vitrail_frame_index_get_n_frames (). The fragments of a video transfer syntax
 * are one stream, and so one frame. */
VitrailFrameIndex *vitrail_frame_index_new (VitrailDataSet *data_set,
                                            const char *transfer_syntax,
                                            const char *name,
                                            GError **error);
#ifndef __GI_SCANNER__ /* for C only */
/* The same for the file at the path @name: where its fragments have to be
 * walked, what was found is kept in the disk cache for as long as @stamp stays
 * (NULL: not kept). */
VitrailFrameIndex *
vitrail_frame_index_new_kept (VitrailDataSet *data_set,
                              const char *transfer_syntax,
                              const char *name,
                              const VitrailDiskCacheStamp *stamp,
                              GError **error);
#endif
VitrailFrameIndex *vitrail_frame_index_ref (VitrailFrameIndex *self);
void vitrail_frame_index_unref (VitrailFrameIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFrameIndex, vitrail_frame_index_unref)

/* Frames really there, and whether they are encapsulated. */
guint vitrail_frame_index_get_n_frames (const VitrailFrameIndex *self);
gboolean vitrail_frame_index_is_encapsulated (const VitrailFrameIndex *self);

/* Whether frames are found without a scan over the items, or that was made. */
gboolean vitrail_frame_index_is_ready (VitrailFrameIndex *self);

/* The bytes of @frame (from 1): a slice of the file where they lie together, a
 * joined copy where a frame has several fragments. A native 1-bit frame that
 * does not start on a byte comes shifted to bit 0. */
GBytes *vitrail_frame_index_ref_frame (const VitrailFrameIndex *self,
                                       guint frame,
                                       GError **error);

G_END_DECLS
