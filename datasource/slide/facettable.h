/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The facets of one slide that somebody holds: one object for each, made when
 * it is asked for. For readers. */

#pragma once

#include "slide/slide.h"

#include <pthread.h>

G_BEGIN_DECLS

/** VitrailFacetTable: safe on any thread between init and clear. */
typedef struct {
  /*< private >*/
  pthread_mutex_t lock;
  GHashTable *facets; /* guarded by lock: number -> GWeakRef */
} VitrailFacetTable;

void vitrail_facet_table_init (VitrailFacetTable *self);
void vitrail_facet_table_clear (VitrailFacetTable *self);

/* A new facet @number of the slide that @shared is. */
typedef VitrailSlide *(*VitrailFacetMake) (gpointer shared, guint number);

/* The facet @number: the object that somebody holds, else what @make makes. */
VitrailSlide *vitrail_facet_table_ref (VitrailFacetTable *self,
                                       guint number,
                                       VitrailFacetMake make,
                                       gpointer shared);

G_END_DECLS
