/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailView says how an image lies in the viewport; VitrailPresentation how
 * its values become grey levels. Both are boxed values, set at once. */

#pragma once

#include "frameinfo.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_INTERPOLATION_LINEAR, /* nearest for palettes, always */
  VITRAIL_INTERPOLATION_NEAREST,
} VitrailInterpolation;

#define VITRAIL_TYPE_INTERPOLATION (vitrail_interpolation_get_type ())
GType vitrail_interpolation_get_type (void);
#define VITRAIL_TYPE_VOI_FUNCTION (vitrail_voi_function_get_type ())
GType vitrail_voi_function_get_type (void);

/**
 * VitrailView:
 * @zoom: relative to fit: 1 shows the whole image, 2 twice as large
 * @pan_x, @pan_y: the image point, as a fraction of its width and height, that
 *   lies in the viewport's centre; 0.5, 0.5 is the image's centre
 * @rotation: degrees clockwise
 * @flip_horizontal, @flip_vertical: before the rotation
 */
typedef struct {
  double zoom;
  double pan_x;
  double pan_y;
  double rotation;
  gboolean flip_horizontal;
  gboolean flip_vertical;
  VitrailInterpolation interpolation;
} VitrailView;

#define VITRAIL_VIEW_INIT               \
  {                                     \
    1.0, 0.5, 0.5, 0.0, FALSE, FALSE, 0 \
  }

#define VITRAIL_TYPE_VIEW (vitrail_view_get_type ())
GType vitrail_view_get_type (void);
VitrailView *vitrail_view_copy (const VitrailView *self);
void vitrail_view_free (VitrailView *self);
gboolean vitrail_view_equal (const VitrailView *a, const VitrailView *b);

#ifndef __GI_SCANNER__ /* for C only */
/* The affine of framemeta.h from viewport pixels (@width x @height) to image
 * pixels. @aspect: height over width of one image pixel (row spacing over
 * column spacing); 1 for square ones. */
void vitrail_view_get_affine (const VitrailView *self,
                              guint image_width,
                              guint image_height,
                              double aspect,
                              guint width,
                              guint height,
                              double affine[6]);
#endif

/* Height over width of one pixel of @info's frames: row spacing over column
 * spacing, else Pixel Aspect Ratio; 1 where unknown. */
double vitrail_frame_info_get_aspect (const VitrailFrameInfo *info);

#ifndef __GI_SCANNER__ /* for C only */
/* out = outer after inner: (x, y) goes through @inner first. */
void vitrail_affine_compose (const double outer[6],
                             const double inner[6],
                             double out[6]);
#endif

/* Viewport pixels per image pixel (horizontally) for a zoom of 1. */
double vitrail_view_get_fit_scale (const VitrailView *self,
                                   guint image_width,
                                   guint image_height,
                                   double aspect,
                                   guint width,
                                   guint height);

typedef struct _VitrailDisplay VitrailDisplay;

/**
 * VitrailPresentation:
 * @has_window: @window_center and @window_width hold; else the data's first
 *   window, else the full range of the values
 * @function: only with @has_window; else the data's
 * @invert: on top of what the data asks for
 * @voi: without @has_window: which of the data's own, 0 the default: its VOI
 *   LUTs come first, then its windows; beyond the last: the default
 * @colormap: name of a colormap for grey pictures (pixel/colormap.h), NULL for
 *   grey; copies are interned
 * @hide_overlays: leave the planes of groups 60xx out
 * @hide_shutter: show what the display shutter covers
 * @display: what the picture is made for (pixel/display.h), kept for the life
 * of the process; NULL: the default one
 */
typedef struct {
  gboolean has_window;
  double window_center;
  double window_width;
  VitrailVoiFunction function;
  gboolean invert;
  guint voi;
  const char *colormap;
  gboolean hide_overlays;
  gboolean hide_shutter;
  const VitrailDisplay *display;
} VitrailPresentation;

#define VITRAIL_PRESENTATION_INIT                          \
  {                                                        \
    FALSE, 0.0, 0.0, 0, FALSE, 0, NULL, FALSE, FALSE, NULL \
  }

#define VITRAIL_TYPE_PRESENTATION (vitrail_presentation_get_type ())
GType vitrail_presentation_get_type (void);
VitrailPresentation *
vitrail_presentation_copy (const VitrailPresentation *self);
void vitrail_presentation_free (VitrailPresentation *self);
gboolean vitrail_presentation_equal (const VitrailPresentation *a,
                                     const VitrailPresentation *b);

G_END_DECLS
