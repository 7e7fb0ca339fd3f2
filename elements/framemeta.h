/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFrameMeta: on every image buffer of ours. Says what the picture is and
 * where in the patient (or on the slide) each pixel lies, so that overlays,
 * probes and measurements work on any buffer behind any transform. */

#pragma once

#include "frameinfo.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VitrailFrameMetaFlags:
 * @VITRAIL_FRAME_META_LOSSY: went through lossy compression somewhere
 * @VITRAIL_FRAME_META_INCOMPLETE: more will come (PREVIEW drawn from what was
 *   there)
 * @VITRAIL_FRAME_META_CORRUPT: a blank stands for a frame that did not decode
 */
typedef enum {
  VITRAIL_FRAME_META_LOSSY = 1 << 0,
  VITRAIL_FRAME_META_INCOMPLETE = 1 << 1,
  VITRAIL_FRAME_META_CORRUPT = 1 << 2,
} VitrailFrameMetaFlags;

/* VitrailQuality: what a feed asks of the renderers behind it. FULL also where
 * there is no feed. */
typedef enum {
  VITRAIL_QUALITY_FULL,
  VITRAIL_QUALITY_PREVIEW,
} VitrailQuality;

/**
 * VitrailFrameMeta:
 * @info: the frame; shared, immutable. NULL for a slide view
 * @plane: as in VitrailFrameInfo, for this buffer's pixels
 * @to_frame: affine (see below) from this buffer's pixels to those of the frame
 *   as it was decoded
 * @frame_width, @frame_height: its size: what falls outside is no part of the
 *   picture. 0: not known, all of the buffer is
 * @range: lowest and highest sample of the whole frame, padding left out; set
 *   by whoever changes geometry where neither data nor presentation give a
 *   window
 * @window_center, @window_width: what was applied, in values after the modality
 *   LUT; set by dcmwindow where @has_window
 * @reason: why the frame did not decode, with CORRUPT; NULL where the source
 *   does not tell
 * @warning: what the code stream contradicts in its header, and has won; NULL
 *   mostly
 * @overlays: planes that were embedded in the samples as coded, in pixels of
 * the frame; or NULL
 * @generation: of the feed that pushed the buffer, 0 without one
 */
typedef struct {
  GstMeta meta;
  VitrailFrameInfo *info;
  double plane[12];
  gboolean has_plane;
  double to_frame[6];
  guint frame_width;
  guint frame_height;
  double range[2];
  gboolean has_range;
  gboolean has_window;
  double window_center;
  double window_width;
  guint generation;
  VitrailQuality quality;
  VitrailFrameMetaFlags flags;
  char *reason;
  char *warning;
  VitrailOverlays *overlays;
  /*< private >*/
  gint *pulse; /* atomic: what feedsrc counts; a g_atomic_rc_box */
  gint pulse_at_push;
} VitrailFrameMeta;

/* The type of the transform that maps output to input pixels: data is a
 * const double[6] {a, b, c, d, e, f}: in.x = a * out.x + b * out.y + c, in.y =
 * d * out.x + e * out.y + f, all at pixel centres. */
#define VITRAIL_META_TRANSFORM_AFFINE "vitrail-affine"

GType vitrail_frame_meta_api_get_type (void);
#define VITRAIL_FRAME_META_API_TYPE (vitrail_frame_meta_api_get_type ())
const GstMetaInfo *vitrail_frame_meta_get_info (void);

/**
 * vitrail_buffer_add_frame_meta:
 * @info: (nullable): referenced; plane and lossy flag are its
 *
 * Returns: (transfer none):
 */
VitrailFrameMeta *
vitrail_buffer_add_frame_meta (GstBuffer *buffer, VitrailFrameInfo *info);
/**
 * vitrail_buffer_get_frame_meta:
 *
 * Returns: (transfer none) (nullable):
 */
VitrailFrameMeta *vitrail_buffer_get_frame_meta (GstBuffer *buffer);

/* @frame has been decoded: what it is instead of what its header says. */
void
vitrail_frame_meta_adapt (VitrailFrameMeta *self, const VitrailFrame *frame);
/* @reason: (nullable): copied */
void vitrail_frame_meta_set_reason (VitrailFrameMeta *self, const char *reason);

/* For whoever changes geometry: its input was @width x @height pixels. Only the
 * first one's is kept. */
void vitrail_frame_meta_set_frame_size (VitrailFrameMeta *self,
                                        guint width,
                                        guint height);

/* TRUE when the feedsrc that pushed this buffer has a newer one by now, or was
 * asked to push again: what is being rendered from it will not be looked at.
 * FALSE without a feed. */
gboolean vitrail_frame_meta_is_stale (const VitrailFrameMeta *self);

#ifndef __GI_SCANNER__ /* for C only */
/* For feedsrc: @pulse is a g_atomic_rc_box whose value changes when what has
 * been pushed becomes stale; the meta takes a reference. */
void vitrail_frame_meta_set_pulse (VitrailFrameMeta *self, gint *pulse);

/* Copies @src's meta to @dst, plane and to_frame mapped by the affine (see
 * above; NULL: unchanged). */
void vitrail_buffer_copy_frame_meta (GstBuffer *dst,
                                     GstBuffer *src,
                                     const double affine[6]);

/* plane of out = plane of in composed with the affine. */
void vitrail_plane_transform (const double plane[12],
                              const double affine[6],
                              double out[12]);
/* Millimetres of pixel (x, y). */
void vitrail_plane_map (const double plane[12],
                        double x,
                        double y,
                        double millimetres[3]);
/* The other way: the nearest point of the plane to a place. */
void vitrail_plane_to_pixel (const double plane[12],
                             const double millimetres[3],
                             double pixel[2]);
#endif

G_END_DECLS
