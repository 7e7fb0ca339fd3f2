/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pictures of a volume as a body: what is kept from one to the next (blocks,
 * tables, and voxels where the volume's own are no 16 bits in memory). */

#pragma once

#include "volume/camera.h"
#include "volume/cut.h"
#include "volume/project.h"
#include "volume/renderlabels.h"
#include "volume/renderlayer.h"

G_BEGIN_DECLS

/**
 * VitrailRenderMode:
 * @VITRAIL_RENDER_COMPOSITE: all that a ray meets, as a preset has it
 * @VITRAIL_RENDER_SURFACE: where values first come to a threshold, lit
 *
 * The others are grey, through a window.
 */
typedef enum {
  VITRAIL_RENDER_COMPOSITE,
  VITRAIL_RENDER_MAXIMUM,
  VITRAIL_RENDER_MINIMUM,
  VITRAIL_RENDER_MEAN,
  VITRAIL_RENDER_SURFACE,
} VitrailRenderMode;

/**
 * VitrailRenderDevice:
 * @VITRAIL_RENDER_AUTO: a graphics processor where there is one that can
 * @VITRAIL_RENDER_CPU: none
 * @VITRAIL_RENDER_GL: OpenGL, be it in software: an error where there is none
 *
 * What draws. The pictures are the same, within two levels.
 */
typedef enum {
  VITRAIL_RENDER_AUTO,
  VITRAIL_RENDER_CPU,
  VITRAIL_RENDER_GL,
} VitrailRenderDevice;

/**
 * VitrailRenderLook:
 * @transfer: colours and opacities
 * @shift: is added to all values of its curves
 * @shading: whether light falls where @transfer wants it
 * @window_center, @window_width: values from black to white, where the mode has
 *   such; a width of 0: all that there are
 * @threshold: the lowest value within a surface
 * @cuts: (nullable): shapes that are cut out, as vitrail_cuts_new () reads them
 * @segments: what is coloured by a segmentation in a composite picture
 * @n_layers, @layers: further volumes in a composite picture
 * @has_cube: a cube with letters in the corner, where the volume is of a
 * patient
 * @is_coarse: half as many pixels along and down and half the samples, for
 *   while it moves: an eighth of the work
 */
typedef struct {
  VitrailCamera camera;
  VitrailRenderMode mode;
  const VitrailTransfer *transfer;
  double shift;
  gboolean shading;
  double window_center;
  double window_width;
  double threshold;
  const char *cuts;
  VitrailRenderSegments segments;
  guint n_layers;
  VitrailRenderLayer layers[VITRAIL_RENDER_LAYERS];
  gboolean has_cube;
  gboolean is_coarse;
  VitrailRenderDevice device;
} VitrailRenderLook;

typedef struct _VitrailRender VitrailRender;

VitrailRender *vitrail_render_new (void);
void vitrail_render_free (VitrailRender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailRender, vitrail_render_free)

/**
 * vitrail_render_draw: (skip)
 * @volume: another one, or one that has changed, is read anew
 * @out: RGBA, camera.width * 4 bytes a line, on black
 * @plane: (out): the picture's, as VitrailFrameInfo has it
 * @spacing: (out): millimetres between pixels
 *
 * On all cores; one call at a time.
 *
 * Returns: FALSE as vitrail_camera_place (), vitrail_cuts_new () and
 * vitrail_render_labels_update (), with
 * VITRAIL_ERROR_LIMIT where there is no memory, VITRAIL_ERROR_IO where voxels
 * cannot be read, or VITRAIL_ERROR_UNSUPPORTED where nothing but OpenGL will
 * do, and there is none
 */
gboolean vitrail_render_draw (VitrailRender *self,
                              VitrailVolume *volume,
                              const VitrailRenderLook *look,
                              guint8 *out,
                              double plane[12],
                              double *spacing,
                              GError **error);

G_END_DECLS
