/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the focal planes of an NDPI slide share, and its tiles. Internal to the
 * reader. */

#pragma once

#include "slide/facettable.h"
#include "slide/ndpiindex.h"

#include <pthread.h>

G_BEGIN_DECLS

/** VitrailNdpiShared: constant after opening, but what says otherwise. */
typedef struct {
  gatomicrefcount ref_count;
  char *path;
  char *id;
  char *name;
  VitrailNdpiIndex *index;
  GArray *grids;      /* VitrailSlideLevel */
  GArray *properties; /* VitrailSlideProperty, ended by NULL */
  char *date;
  VitrailFacetTable facets;
  /*< private >*/
  pthread_mutex_t lock;
  pthread_cond_t cut;
  GQueue groups; /* tiles, the last used first; guarded by lock */
} VitrailNdpiShared;

VitrailNdpiShared *vitrail_ndpi_shared_open (const char *path, GError **error);
VitrailNdpiShared *vitrail_ndpi_shared_ref (VitrailNdpiShared *self);
void vitrail_ndpi_shared_unref (VitrailNdpiShared *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailNdpiShared, vitrail_ndpi_shared_unref)

const VitrailSlideLevel *
vitrail_ndpi_shared_get_grid (const VitrailNdpiShared *self, guint level);
/* A tile as a JPEG stream; @place: focal plane and level. */
GBytes *vitrail_ndpi_shared_ref_tile (VitrailNdpiShared *self,
                                      const guint place[2],
                                      guint column,
                                      guint row,
                                      GError **error);
guint64 vitrail_ndpi_shared_get_size_bytes (const VitrailNdpiShared *self);

G_END_DECLS
