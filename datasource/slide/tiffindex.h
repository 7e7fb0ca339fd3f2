/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the JPEG tiles of a TIFF file lie (TIFF 6.0 sections 2 and 22, BigTIFF,
 * Technical Note 2), so that they can be handed out as they are stored. Only
 * that: what the pictures mean is said by who reads the slide. */

#pragma once

#include "slide/slide.h"

G_BEGIN_DECLS

typedef struct _VitrailTiffIndex VitrailTiffIndex;

/* A directory of @self; borrowed. */
typedef struct _VitrailTiffDirectory VitrailTiffDirectory;

/* Maps @path and reads its chain of directories. NULL when it is no TIFF file,
 * or is broken: then there is nothing to hand out. */
VitrailTiffIndex *vitrail_tiff_index_open (const char *path);
/* The same for the bytes of a file. */
VitrailTiffIndex *vitrail_tiff_index_new (GBytes *file);
void vitrail_tiff_index_free (VitrailTiffIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailTiffIndex, vitrail_tiff_index_free)

/* The directory whose picture has @level's size and grid and is coded as JPEG
 * of 8 bits and three interleaved samples; NULL when there is none. */
const VitrailTiffDirectory *
vitrail_tiff_index_find (const VitrailTiffIndex *self,
                         const VitrailSlideLevel *level);

/* Whether a tiled picture is coded in a way that loses: JPEG, JPEG 2000 as
 * these files use it, WebP. */
gboolean vitrail_tiff_index_is_lossy (const VitrailTiffIndex *self);

/* The tile as a JPEG stream of its own: tables merged, colour model stated.
 * NULL when it is absent or says of itself what it is (then it may contradict
 * its directory). */
GBytes *vitrail_tiff_index_ref_tile (const VitrailTiffIndex *self,
                                     const VitrailTiffDirectory *directory,
                                     guint column,
                                     guint row);

G_END_DECLS
