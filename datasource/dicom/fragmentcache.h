/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a walk over the fragments of a large file found, kept on the disk: the
 * walk touches every frame, and a slide without an offset table has a hundred
 * thousand. Internal to datasource/dicom. */

#pragma once

#include "dicom/fragments.h"
#include "diskcache.h"

G_BEGIN_DECLS

/**
 * VitrailFragmentScan:
 * @n_frames: what vitrail_fragments_group () was asked for
 * @fragments, @starts: of vitrail_fragments_scan () and _group ()
 */
typedef struct {
  size_t n_frames;
  GArray *fragments;
  GArray *starts;
} VitrailFragmentScan;

/* A scan as bytes. */
GBytes *vitrail_fragments_pack (const VitrailFragments *self,
                                const VitrailFragmentScan *scan);
/* And back: FALSE where @packed does not fit the data or @scan's n_frames, as
 * far as can be told without a look at all of it. Whoever reads a fragment asks
 * vitrail_fragments_confirm () first. */
gboolean vitrail_fragments_unpack (const VitrailFragments *self,
                                   GBytes *packed,
                                   VitrailFragmentScan *scan);
/* Whether there is an item that holds @fragment and nothing else. */
gboolean vitrail_fragments_confirm (const VitrailFragments *self,
                                    const VitrailFragment *fragment);

/* The same in the disk cache, of the file at @path. What is small is not worth
 * it: recall () is FALSE, keep () does nothing. */
gboolean vitrail_fragments_recall (const VitrailFragments *self,
                                   const char *path,
                                   const VitrailDiskCacheStamp *stamp,
                                   VitrailFragmentScan *scan);
void vitrail_fragments_keep (const VitrailFragments *self,
                             const char *path,
                             const VitrailDiskCacheStamp *stamp,
                             const VitrailFragmentScan *scan);

G_END_DECLS
