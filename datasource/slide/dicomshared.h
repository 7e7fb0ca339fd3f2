/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the facets of one DICOM slide share: its pyramid, words and pictures.
 * Internal to the reader. */

#pragma once

#include "slide/dicomassociated.h"
#include "slide/dicomdescription.h"
#include "slide/dicompaths.h"
#include "slide/dicompyramid.h"
#include "slide/dicomseries.h"
#include "slide/facettable.h"

G_BEGIN_DECLS

/** VitrailWsiShared: constant after opening, but @told_missing and @facets. */
typedef struct {
  gatomicrefcount ref_count;
  char *id;
  VitrailWsiPyramid pyramid;
  VitrailWsiAssociated *associated;
  VitrailWsiDescription description;
  VitrailFrameInfo *frame_info; /* or NULL */
  gboolean is_lossy;
  gint told_missing; /* atomic: a promised frame that is not there was named */
  VitrailFacetTable facets;
} VitrailWsiShared;

/* Takes what it needs from @series. NULL: no slide, and @error says why. */
VitrailWsiShared *
vitrail_wsi_shared_new (VitrailWsiSeries *series, GError **error);
VitrailWsiShared *vitrail_wsi_shared_ref (VitrailWsiShared *self);
void vitrail_wsi_shared_unref (VitrailWsiShared *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailWsiShared, vitrail_wsi_shared_unref)

const VitrailWsiLevel *
vitrail_wsi_shared_get_level (const VitrailWsiShared *self, guint level);
guint vitrail_wsi_shared_get_n_planes (const VitrailWsiShared *self);
double
vitrail_wsi_shared_get_plane_um (const VitrailWsiShared *self, guint plane);
/* The plane that is in focus, as far as heights tell. */
guint vitrail_wsi_shared_find_middle_plane (const VitrailWsiShared *self);
guint64 vitrail_wsi_shared_get_size_bytes (const VitrailWsiShared *self);

G_END_DECLS
