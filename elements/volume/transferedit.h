/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Changes that a hand makes to a transfer function, point by point, and the
 * text that says them (vitrail_transfer_parse ()). Points stay in order: none
 * goes past the one next to it. */

#pragma once

#include "volume/transfer.h"

G_BEGIN_DECLS

/* Of which of its curves a point is. */
typedef enum {
  VITRAIL_TRANSFER_OPACITY,
  VITRAIL_TRANSFER_COLOR,
} VitrailTransferCurve;

guint vitrail_transfer_get_n_points (const VitrailTransfer *self,
                                     VitrailTransferCurve curve);
/* Where point @index, from 0, is. */
double vitrail_transfer_get_value (const VitrailTransfer *self,
                                   VitrailTransferCurve curve,
                                   guint index);

/**
 * vitrail_transfer_move_point:
 * @value: where to; as far as the points next to it let it
 * @least: how far it stays away from these
 */
void vitrail_transfer_move_point (VitrailTransfer *self,
                                  VitrailTransferCurve curve,
                                  guint index,
                                  double value,
                                  double least);
/* @opacity a millimetre: made 0 to 1. */
void vitrail_transfer_set_opacity (VitrailTransfer *self,
                                   guint index,
                                   double opacity);
/* @rgb: 0 to 1 each. */
void vitrail_transfer_set_color (VitrailTransfer *self,
                                 guint index,
                                 const double rgb[3]);

/* A point more, at which the curve is as it was. Returns its index; -1: there
 * are as many as there can be, or there is one just there. */
int vitrail_transfer_add_point (VitrailTransfer *self,
                                VitrailTransferCurve curve,
                                double value);
/* FALSE: it is the only one. */
gboolean vitrail_transfer_remove_point (VitrailTransfer *self,
                                        VitrailTransferCurve curve,
                                        guint index);

/* "CT-Bone;opacity=...": what vitrail_transfer_parse () makes the same of,
 * colours to the next of 256 steps; the name alone where nothing is different
 * from the preset. */
char *vitrail_transfer_dup_text (const VitrailTransfer *self);

G_END_DECLS
