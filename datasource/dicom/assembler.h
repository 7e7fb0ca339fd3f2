/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Puts a data set together from a stream of elements and items, whoever makes
 * the stream: the parser, the builder, DICOM JSON. Internal to
 * datasource/dicom.
 *
 * One data set with all its nested items is a store of two arrays: elements,
 * those of one item side by side, and items, those of one sequence side by
 * side. Items count no references of their own: a reference to one is a
 * reference to the store. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

typedef struct _VitrailStore VitrailStore;

/**
 * VitrailDataSet:
 * @store: what it shares with all items around and below it
 * @character_set: in force here, never NULL
 * @first, @n_elements: its part of the store's elements
 */
struct _VitrailDataSet {
  VitrailStore *store;
  const char *character_set;
  uint32_t first;
  uint32_t n_elements;
};

struct _VitrailStore {
  gatomicrefcount ref_count;
  VitrailElement *elements;
  VitrailDataSet *items;
  GArray *kept;    /* what values point into, or NULL */
  GPtrArray *uris; /* BulkDataURIs by number - 1, or NULL */
  size_t size_bytes;
  VitrailDataSet root;
};

typedef struct _VitrailAssembler VitrailAssembler;

VitrailAssembler *vitrail_assembler_new (void);
void vitrail_assembler_free (VitrailAssembler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailAssembler, vitrail_assembler_free)

/* What holds where no attribute says otherwise; static. */
void vitrail_assembler_set_character_set (VitrailAssembler *self,
                                          const char *character_set);

/* Frees @data by @destroy together with the data set: a GBytes, another data
 * set, memory of its own. */
void vitrail_assembler_keep (VitrailAssembler *self,
                             gpointer data,
                             GDestroyNotify destroy);
/* Adds an attribute to the innermost open item (else to the data set). Out of
 * order is sorted, of two with one tag the last stays; both are counted. FALSE
 * when out of memory. */
gboolean
vitrail_assembler_add (VitrailAssembler *self, const VitrailElement *element);
/* Opens a sequence inside the innermost item, an item inside the sequence. No
 * more than VITRAIL_LIMIT_DEPTH sequences: FALSE. */
gboolean vitrail_assembler_begin_sequence (VitrailAssembler *self,
                                           const VitrailElement *element);
void vitrail_assembler_begin_item (VitrailAssembler *self);
gboolean vitrail_assembler_end_item (VitrailAssembler *self);
gboolean vitrail_assembler_end_sequence (VitrailAssembler *self);

/* Keeps @uri and returns its number, from 1, for first_item of an element whose
 * value it stands for. */
uint32_t vitrail_assembler_add_uri (VitrailAssembler *self, const char *uri);

/* The last tag that came out of order, 0 if none. */
VitrailTag vitrail_assembler_get_disorder (const VitrailAssembler *self);

/* A tag that came twice in what has ended, 0 if none. */
VitrailTag vitrail_assembler_get_twice (const VitrailAssembler *self);

/* Ends all that is open. NULL when out of memory. */
VitrailDataSet *vitrail_assembler_end (VitrailAssembler *self);

G_END_DECLS
