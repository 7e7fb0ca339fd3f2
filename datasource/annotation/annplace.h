/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From the coordinates of an ANN object to pixels of a slide's level 0. */

#pragma once

#include "annotation/ann.h"

G_BEGIN_DECLS

/**
 * VitrailAnnPlace:
 * @is_3d: coordinates are slide millimetres, else pixels of the image
 * @affine: x' = affine[0] * x + affine[1] * y + affine[2], y' from 3 on
 */
typedef struct {
  gboolean is_3d;
  double affine[6];
} VitrailAnnPlace;

/* @assumption: (out): what had to be assumed, constant text, or NULL. */
gboolean vitrail_ann_place_init (VitrailAnnPlace *self,
                                 const VitrailDataSet *data_set,
                                 const char *name,
                                 VitrailSlide *slide,
                                 const VitrailDataSet *image,
                                 const char **assumption,
                                 GError **error);

G_END_DECLS
