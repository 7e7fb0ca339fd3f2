/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which planes of a volume, as properties: what elements that draw planes have
 * in common. */

#pragma once

#include "pixel/state.h"
#include "volume/mpr.h"

G_BEGIN_DECLS

/**
 * VitrailMprWish:
 * @mpr: the first picture
 * @n_frames: pictures of each volume
 * @step: millimetres from one of them to the next
 * @turn_step: degrees from one of them to the next
 *
 * All that can be asked for.
 */
typedef struct {
  VitrailMpr mpr;
  guint n_frames;
  double step;
  double turn_step;
} VitrailMprWish;

#define VITRAIL_TYPE_MPR (vitrail_mpr_get_type ())
/* Of the property "plane": a VitrailMpr. */
GType vitrail_mpr_get_type (void);

/* The number of an element's first property of its own. */
#define VITRAIL_MPR_WISH_N_PROPS (VITRAIL_STATE_PROP_WHOLE + 22)

/* Of a VitrailMprWish. */
extern const VitrailStateSpec vitrail_mpr_wish_spec;

/* "plane", "orientation", "thickness", ...: numbers below
 * VITRAIL_MPR_WISH_N_PROPS, for vitrail_state_set_property (). */
void vitrail_mpr_wish_install (GObjectClass *klass);
/* Nearest, linear, cubic: of a property "interpolation". */
GType vitrail_reslicing_get_type (void);

G_END_DECLS
