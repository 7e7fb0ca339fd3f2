/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDisplaySet: what one viewport can show: the images of a series in
 * their order (a stack), one multi-frame object (a cine), or a slide. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_DISPLAY_SET_STACK,
  VITRAIL_DISPLAY_SET_CINE,
  VITRAIL_DISPLAY_SET_SLIDE,
  VITRAIL_DISPLAY_SET_UNSUPPORTED,
} VitrailDisplaySetKind;

typedef struct {
  char *sop_instance_uid;
  guint frame; /* from 1 */
} VitrailImageRef;

typedef struct {
  gint ref_count;
  VitrailDisplaySetKind kind;
  char *series_instance_uid;
  char *modality;
  char *label;    /* what a person reads: description, else modality + number */
  char *reason;   /* why UNSUPPORTED */
  GArray *images; /* VitrailImageRef, sorted */
  char *slide_id; /* SLIDE */
} VitrailDisplaySet;

#define VITRAIL_TYPE_DISPLAY_SET (vitrail_display_set_get_type ())
GType vitrail_display_set_get_type (void);
VitrailDisplaySet *vitrail_display_set_ref (VitrailDisplaySet *self);
void vitrail_display_set_unref (VitrailDisplaySet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailDisplaySet, vitrail_display_set_unref)

/* Splits @instances (instance-level answers of one series, at least the
 * attributes that sorting needs) into display sets: (element-type
 * VitrailDisplaySet). Stack order: position along the normal, else Instance
 * Number. */
GPtrArray *vitrail_display_sets_new (GPtrArray *instances);

G_END_DECLS
