/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One input of fusionmix: a volume, and how its layer looks. */

#pragma once

#include "pixel/state.h"
#include "volume/fusion.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_FUSION_PAD (vitrail_fusion_pad_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFusionPad,
                      vitrail_fusion_pad,
                      VITRAIL,
                      FUSION_PAD,
                      GstPad)

/**
 * VitrailFusionWish:
 * @matrix: (nullable): 16 numbers in text, interned: from the layer's space to
 *   the first layer's, instead of any registration
 */
typedef struct {
  VitrailFusionLook look;
  const char *matrix;
} VitrailFusionWish;

/**
 * VitrailFusionPad:
 * @buffer: (nullable): what came last; the element's lock
 * @at_end: nothing more comes; the element's lock
 */
struct _VitrailFusionPad {
  GstPad parent_instance;

  GstBuffer *buffer;
  gboolean at_end;

  /*< private >*/
  VitrailState state;
  VitrailFusionWish wish; /* state.lock */
};

/* As it is now. */
void
vitrail_fusion_pad_get_wish (VitrailFusionPad *self, VitrailFusionWish *wish);

/* How @volume lies in the space of @first: as @text says, 16 numbers, or as
 * their frames of reference do, and @registrations where those differ. */
gboolean vitrail_fusion_find_matrix (GPtrArray *registrations,
                                     const char *text,
                                     VitrailVolume *first,
                                     VitrailVolume *volume,
                                     double matrix[16],
                                     GError **error);

G_END_DECLS
