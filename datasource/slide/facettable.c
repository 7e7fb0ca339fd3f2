/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facets by their number: see facettable.h. */

#include "slide/facettable.h"

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
vitrail_facet_table_init (VitrailFacetTable *self)
{
  pthread_mutex_init (&self->lock, NULL);
  self->facets = g_hash_table_new_full (NULL, NULL, NULL, weak_ref_free);
}

void
vitrail_facet_table_clear (VitrailFacetTable *self)
{
  g_hash_table_unref (self->facets);
  pthread_mutex_destroy (&self->lock);
}

VitrailSlide *
vitrail_facet_table_ref (VitrailFacetTable *self,
                         guint number,
                         VitrailFacetMake make,
                         gpointer shared)
{
  gpointer key = GUINT_TO_POINTER (number);

  pthread_mutex_lock (&self->lock);
  GWeakRef *weak = g_hash_table_lookup (self->facets, key);
  if (weak == NULL) {
    weak = g_new0 (GWeakRef, 1);
    g_weak_ref_init (weak, NULL);
    g_hash_table_insert (self->facets, key, weak);
  }
  VitrailSlide *facet = g_weak_ref_get (weak);
  if (facet == NULL) {
    facet = make (shared, number);
    g_weak_ref_set (weak, facet);
  }
  pthread_mutex_unlock (&self->lock);
  return facet;
}
