/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailRuler: what the pixels of one frame are worth: by its ultrasound
 * regions, else by its pixel spacing; of any modality. Immutable, counted. */

#pragma once

#include "frameinfo.h"
#include "measurement/regions.h"

G_BEGIN_DECLS

typedef struct _VitrailRuler VitrailRuler;

VitrailRuler *vitrail_ruler_new (VitrailFrameInfo *info);
VitrailRuler *vitrail_ruler_ref (VitrailRuler *self);
void vitrail_ruler_unref (VitrailRuler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailRuler, vitrail_ruler_unref)

const VitrailFrameInfo *vitrail_ruler_get_info (const VitrailRuler *self);
/* (element-type VitrailUsRegion) */
const GArray *vitrail_ruler_get_regions (const VitrailRuler *self);

/**
 * VitrailScaleKind: what x and y are.
 * @VITRAIL_SCALE_PIXELS: nothing is known
 * @VITRAIL_SCALE_PLANE: millimetres
 * @VITRAIL_SCALE_M_MODE: seconds, and millimetres of depth
 * @VITRAIL_SCALE_SPECTRUM: seconds, and cm/s
 */
typedef enum {
  VITRAIL_SCALE_PIXELS,
  VITRAIL_SCALE_PLANE,
  VITRAIL_SCALE_M_MODE,
  VITRAIL_SCALE_SPECTRUM,
} VitrailScaleKind;

/**
 * VitrailScale:
 * @per_pixel: in x and y, with the sign of the direction; 1 for PIXELS
 * @has_origin: whether values, and not only differences, are known
 * @origin: pixel that is worth 0
 * @region: number of the region that says so; 0: the frame
 * @name: "ultrasound region 2 (PW spectrum)", "Pixel Spacing"; "" for PIXELS
 * @reason: why nothing is known; NULL where something is
 */
typedef struct {
  VitrailScaleKind kind;
  double per_pixel[2];
  gboolean has_origin[2];
  double origin[2];
  guint region;
  char *name;
  char *reason;
} VitrailScale;

void vitrail_scale_clear (VitrailScale *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailScale, vitrail_scale_clear)

/**
 * vitrail_ruler_find:
 * @xy: (array length=2*n_points): in pixels (see regions.h)
 * @scale: (out caller-allocates): what holds for all of them
 *
 * Points of one measurement have one region (C.8.5.5.1.3): of those that hold
 * all of them, a calibrated one goes before others, one of high priority before
 * those of low, a smaller one before larger ones.
 */
void vitrail_ruler_find (const VitrailRuler *self,
                         const double *xy,
                         guint n_points,
                         VitrailScale *scale);

G_END_DECLS
