/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What wsitiler is asked for, as numbers, and what follows from them: which
 * pixels of level 0 a picture shows, and which tiles a region touches. */

#pragma once

#include "pixel/view.h"
#include "slide/slideview.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_TILER_MODE_VIEW,
  VITRAIL_TILER_MODE_TILES,
  VITRAIL_TILER_MODE_REGION,
} VitrailTilerMode;

/* No millimetres. */
#define VITRAIL_TILER_UNSET (-1e9)

/**
 * VitrailTilerSettings:
 * @level: of tiles and regions
 * @region: x, y, width, height in pixels of the level; width 0: all of it
 * @x, @y: centre of the view in level 0 pixels; negative: the middle
 * @x_mm, @y_mm: instead of @x and @y where both are above VITRAIL_TILER_UNSET:
 *   millimetres of the slide's own coordinates (vitrail_slide_get_plane ())
 * @downsample: level 0 pixels on one of the view; 0: by magnification, or fit
 * @magnification: what an objective shows; 0: not set
 * @rotation: degrees clockwise
 * @view: instead of the numbers, where @has_view
 * @look: how the slide is shown (slide/look.h), owned; NULL: as it is
 */
typedef struct {
  VitrailTilerMode mode;
  guint level;
  gint64 region[4];
  double x;
  double y;
  double x_mm;
  double y_mm;
  double downsample;
  double magnification;
  double rotation;
  gboolean has_view;
  VitrailView view;
  char *look;
} VitrailTilerSettings;

/* Sets @view's affine and interpolation; its size must be set before. */
void vitrail_tiler_set_affine (const VitrailTilerSettings *self,
                               VitrailSlide *slide,
                               VitrailSlideView *view);

/* The affine from a picture whose first pixel is @corner of @level to pixels of
 * level 0. */
void vitrail_tiler_get_level_affine (VitrailSlide *slide,
                                     const VitrailSlideLevel *level,
                                     const gint64 corner[2],
                                     double affine[6]);

/* Which tiles the region touches: columns and rows from @first to before
 * @end. */
void vitrail_tiler_find_tiles (const VitrailTilerSettings *self,
                               const VitrailSlideLevel *level,
                               guint first[2],
                               guint end[2]);

G_END_DECLS
