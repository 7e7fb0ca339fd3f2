/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the files of this folder share of an annotation set. */

#pragma once

#include "annotation/annotationset.h"

G_BEGIN_DECLS

/* Texts that GeoJSON's readers keep so that writing gives them back: members
 * that mean nothing here, as JSON, of a feature, of its properties and of its
 * geometry. Behind VitrailAnnotationText. */
enum {
  VITRAIL_ANNOTATION_EXTRA = VITRAIL_ANNOTATION_NOTE + 1,
  VITRAIL_ANNOTATION_EXTRA_PROPERTIES,
  VITRAIL_ANNOTATION_EXTRA_GEOMETRY,
  VITRAIL_N_ANNOTATION_TEXTS,
};

/* A colour of a shape's own: any bit above 0xRRGGBB. */
#define VITRAIL_OWN_COLOR 0xff000000u

/**
 * VitrailTextColumn: one text a shape.
 * @offsets: into @arena, 0 for none; NULL where no shape has any
 */
typedef struct {
  uint32_t *offsets;
  char *arena;
  size_t arena_bytes;
} VitrailTextColumn;

typedef struct {
  char *name;
  char *unit;
} VitrailMeasure;

typedef struct {
  uint32_t measure;
  double value;
} VitrailMeasured;

typedef struct _VitrailShapeIndex VitrailShapeIndex;

/* VitrailShapeStore: the shapes, which sets that differ in their groups share.
 */
typedef struct {
  gint ref_count;
  guint64 serial;
  guint64 size_bytes;
  VitrailShapeArrays arrays;
  GPtrArray *owned; /* what arrays point to */
  VitrailTextColumn texts[VITRAIL_N_ANNOTATION_TEXTS];
  uint32_t *first_measured; /* n_shapes + 1, or NULL: none */
  VitrailMeasured *measured;
  GPtrArray *measures; /* (element-type VitrailMeasure) */
  gpointer index;      /* VitrailShapeIndex, made at first use; atomic */
  GDestroyNotify free_index;
} VitrailShapeStore;

struct _VitrailAnnotationSet {
  gint ref_count;
  guint64 serial;
  char *name;
  GPtrArray *groups; /* (element-type VitrailAnnotationGroup) */
  VitrailShapeStore *store;
};

void vitrail_measure_free (gpointer measure);
void vitrail_shape_store_free (VitrailShapeStore *self);
/* (transfer full) of @store and @groups. */
VitrailAnnotationSet *
vitrail_annotation_set_new_take (const char *name,
                                 GPtrArray *groups,
                                 VitrailShapeStore *store);
const char *
vitrail_text_column_get (const VitrailTextColumn *self, size_t index);

G_END_DECLS
