/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which planes of a volume, as properties: what elements that draw planes have
 * in common. */

#pragma once

#include "pixel/state.h"
#include "volume/curve.h"

G_BEGIN_DECLS

/**
 * VitrailMprWish:
 * @mpr: the first picture
 * @n_frames: pictures of each volume
 * @step: millimetres from one of them to the next
 * @turn_step: degrees from one of them to the next
 * @path: (nullable): a curved reformat along it in the place of a plane, turned
 *   about it by @mpr's turn
 * @up: its across
 *
 * All that can be asked for.
 */
typedef struct {
  VitrailMpr mpr;
  guint n_frames;
  double step;
  double turn_step;
  const char *path;
  double up[3];
} VitrailMprWish;

#define VITRAIL_TYPE_MPR (vitrail_mpr_get_type ())
/* Of the property "plane": a VitrailMpr. */
GType vitrail_mpr_get_type (void);

/* The number of an element's first property of its own. */
#define VITRAIL_MPR_WISH_N_PROPS (VITRAIL_STATE_PROP_WHOLE + 26)

/* Of a VitrailMprWish. */
extern const VitrailStateSpec vitrail_mpr_wish_spec;

/* "plane", "orientation", "thickness", ...: numbers below
 * VITRAIL_MPR_WISH_N_PROPS, for vitrail_state_set_property (). */
void vitrail_mpr_wish_install (GObjectClass *klass);
/* "path", "up-x", "up-y", "up-z", of an element that draws along paths. */
void vitrail_mpr_wish_install_path (GObjectClass *klass);
/* FALSE where a plane is wanted. */
gboolean vitrail_mpr_wish_get_curve (const VitrailMprWish *self,
                                     VitrailCurveWish *curve);
/* Nearest, linear, cubic: of a property "interpolation". */
GType vitrail_reslicing_get_type (void);

G_END_DECLS
