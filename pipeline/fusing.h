/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Another series over the planes of a session and in its bodies: which, how it
 * lies and how it looks. */

#pragma once

#include "session.h"
#include "volume/fusion.h"

G_BEGIN_DECLS

/**
 * VitrailFusingState:
 * @VITRAIL_FUSING_LOOKING: how it lies is being looked for
 * @VITRAIL_FUSING_REFUSED: nothing says it: an alignment may
 * @VITRAIL_FUSING_ALIGNING: it is being aligned
 * @VITRAIL_FUSING_READING: its volume is being read
 * @VITRAIL_FUSING_SHOWN: it is seen
 */
typedef enum {
  VITRAIL_FUSING_LOOKING,
  VITRAIL_FUSING_REFUSED,
  VITRAIL_FUSING_ALIGNING,
  VITRAIL_FUSING_READING,
  VITRAIL_FUSING_SHOWN,
} VitrailFusingState;

/**
 * VitrailFusingBy:
 * @VITRAIL_FUSING_BY_FRAME: one frame of reference
 * @VITRAIL_FUSING_BY_REGISTRATION: objects of the study say it
 * @VITRAIL_FUSING_BY_ALIGNMENT: the values of both: a person has to look at it
 * @VITRAIL_FUSING_BY_HAND: nothing but a person: the middles of both lie on
 * each other at first
 */
typedef enum {
  VITRAIL_FUSING_BY_FRAME,
  VITRAIL_FUSING_BY_REGISTRATION,
  VITRAIL_FUSING_BY_ALIGNMENT,
  VITRAIL_FUSING_BY_HAND,
} VitrailFusingBy;

/**
 * VitrailFusingStatus:
 * @lower, @upper: borrowed
 * @units: of the upper one's values; interned
 * @look: its window is set as soon as it is SHOWN
 * @reason: why REFUSED, borrowed; else NULL
 * @hand: how a person has moved and turned it besides, in the lower one's
 *   space, 4 x 4, row by row: rigid
 * @middle: of the lower volume, where it is SHOWN, in millimetres
 */
typedef struct {
  VitrailFusingState state;
  VitrailFusingBy by;
  const VitrailDisplaySet *lower;
  const VitrailDisplaySet *upper;
  const char *units;
  VitrailFusionLook look;
  const char *reason;
  double hand[16];
  double middle[3];
} VitrailFusingStatus;

typedef struct _VitrailFusing VitrailFusing;
void vitrail_fusing_free (VitrailFusing *self);

/* (transfer full): of the active viewport's planes or images; NULL where it
 * shows none. */
GPtrArray *vitrail_session_list_layers (VitrailSession *self);
/* Lays @set, or the likeliest of the study where it is NULL, over the planes of
 * the active viewport's series and into its bodies. FALSE: there are none, or
 * there is nothing to be laid over them. */
gboolean vitrail_session_fuse (VitrailSession *self, VitrailDisplaySet *set);
void vitrail_session_unfuse (VitrailSession *self);
/* FALSE: nothing is laid over anything. */
gboolean
vitrail_session_get_fusing (VitrailSession *self, VitrailFusingStatus *status);
gboolean vitrail_session_set_fusing_look (VitrailSession *self,
                                          const VitrailFusionLook *look);
/* Begins to align it by what one volume tells of the other. */
gboolean vitrail_session_align_layer (VitrailSession *self);
/* Shows it where nothing says how it lies, for a person to move it. TRUE where
 * it is seen already. */
gboolean vitrail_session_place_layer (VitrailSession *self);
/* As in VitrailFusingStatus. FALSE: it is not SHOWN. */
gboolean
vitrail_session_set_layer_hand (VitrailSession *self, const double hand[16]);
/* Planes have begun to be shown, or do so no longer. */
void vitrail_session_update_fusing (VitrailSession *self);

G_END_DECLS
