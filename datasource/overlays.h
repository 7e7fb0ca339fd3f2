/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailOverlays: the overlay planes of groups 60xx that lie over one frame
 * (PS3.3 C.9.2, C.9.3): one bit a pixel, immutable, shared by all who show it.
 *
 * Separate planes are in Overlay Data and come with the frame info; planes
 * embedded in unused bits of the samples (retired) exist only in samples as
 * coded and come with the decoded frame. */

#pragma once

#include "dicom/dataset.h"

G_BEGIN_DECLS

typedef struct _VitrailFrame VitrailFrame;

/* Groups 6000, 6002, ... 601E. */
#define VITRAIL_OVERLAY_GROUPS 16

/**
 * VitrailOverlayPlane:
 * @group: 0x6000 to 0x601e
 * @is_shutter: named by Shutter Overlay Group of a Bitmap Display Shutter
 *   (PS3.3 C.7.6.15): covers the image (shutter.h), is not drawn as an overlay
 * @is_roi: Overlay Type R: a region, whose outline is drawn; else G: graphics
 * @label, @description, @subtype: UTF-8, or NULL
 * @row, @column: the image pixel, from 0, under the plane's first pixel; may
 *   lie outside of the image
 * @rows, @columns: its size, which need not be the image's
 * @box: the smallest rectangle with all bits that are set, in pixels of the
 *   plane: left, top, right, bottom, inclusive; right < left: none is set
 */
typedef struct {
  guint group;
  gboolean is_shutter;
  gboolean is_roi;
  char *label;
  char *description;
  char *subtype;
  int row;
  int column;
  guint rows;
  guint columns;
  int box[4];
  /*< private >*/
  const uint8_t *data; /* bit 0 of a byte first, rows without a gap */
  guint64 first_bit;
  guint64 n_bits; /* what is there: rows * columns, or fewer */
  guint swap;     /* 1: pairs of bytes are swapped (big endian words) */
} VitrailOverlayPlane;

/**
 * VitrailOverlays:
 * @planes: (array length=n_planes): in order of their groups
 * @warning: what is wrong with planes that were left out or are incomplete,
 *   "NAME: ..."; or NULL
 */
typedef struct {
  guint n_planes;
  VitrailOverlayPlane *planes;
  char *warning;
  /*< private >*/
  gint ref_count;
  VitrailDataSet *data_set; /* or NULL; what separate planes point into */
  GPtrArray *owned;         /* the bits of embedded ones */
  size_t owned_bytes;
} VitrailOverlays;

#define VITRAIL_TYPE_OVERLAYS (vitrail_overlays_get_type ())
GType vitrail_overlays_get_type (void);

/**
 * vitrail_overlays_new_separate:
 * @frame: from 1
 * @name: of the file, for the warning
 *
 * The planes of Overlay Data that apply to @frame: all of those that do not
 * count their frames, else those that Image Frame Origin puts there. Bits are
 * not copied.
 *
 * Returns: (nullable): NULL where there is neither a plane nor a warning
 */
VitrailOverlays *vitrail_overlays_new_separate (VitrailDataSet *data_set,
                                                guint frame,
                                                const char *name);
/**
 * vitrail_overlays_new_embedded:
 * @frame: as coded, not reduced: else there are none
 *
 * The planes in those bits of @frame's samples that do not belong to the
 * values. They lie on the image pixel by pixel.
 *
 * Returns: (nullable): as above
 */
VitrailOverlays *vitrail_overlays_new_embedded (VitrailDataSet *data_set,
                                                const VitrailFrame *frame,
                                                const char *name);
VitrailOverlays *vitrail_overlays_ref (VitrailOverlays *self);
void vitrail_overlays_unref (VitrailOverlays *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailOverlays, vitrail_overlays_unref)
/* What it takes beside its data set. */
size_t vitrail_overlays_get_size_bytes (const VitrailOverlays *self);

/* The bit of column @x, row @y of the plane; FALSE outside. */
gboolean
vitrail_overlay_plane_get (const VitrailOverlayPlane *self, int x, int y);
/* Whether a bit is set in row @y from column @x0 to @x1, inclusive; all within
 * the plane. */
gboolean vitrail_overlay_plane_any (const VitrailOverlayPlane *self,
                                    int y,
                                    int x0,
                                    int x1);

G_END_DECLS
