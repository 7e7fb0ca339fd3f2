/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The order in which the images of a stack are shown: by position along their
 * common normal (PS3.3 C.7.6.2.1.1), else by Instance Number. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

/**
 * VitrailStackKey: what one image is sorted by.
 * @data: the caller's
 */
typedef struct {
  gpointer data;
  /*< private >*/
  int64_t number;
  char *sop_instance_uid;
  gboolean has_plane;
  double position[3];
  double normal[3];
  double distance;
} VitrailStackKey;

/* Reads the attributes; keeps nothing of @image. */
void vitrail_stack_key_init (VitrailStackKey *self,
                             VitrailDataSet *image,
                             gpointer data);
void vitrail_stack_key_clear (VitrailStackKey *self);

void vitrail_stack_sort (VitrailStackKey *keys, size_t n_keys);

G_END_DECLS
