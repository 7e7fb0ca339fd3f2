/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rays of raycast.h and project.h on a graphics processor, by the module
 * "gl". The processor's own picture is the judge: no two levels apart. */

#pragma once

#include "volume/project.h"

G_BEGIN_DECLS

/**
 * VitrailGpuMode:
 * @VITRAIL_GPU_COMPOSITE: as vitrail_raycast_picture ()
 * @VITRAIL_GPU_PROJECTION: as vitrail_project_picture ()
 */
typedef enum {
  VITRAIL_GPU_COMPOSITE,
  VITRAIL_GPU_PROJECTION,
} VitrailGpuMode;

/**
 * VitrailGpuPicture:
 * @projection: its cast alone counts for VITRAIL_GPU_COMPOSITE
 * @voxels_serial: another one: voxels are not those of the picture before
 * @n_volumes: that the picture shows
 * @starts: of each of them and each pixel, where its ray begins (3), and its
 *   first sample in the box
 * @ends: of each of them and each pixel, its last sample there; before the
 *   first: it has none
 * @highlights: VITRAIL_RAYCAST_HIGHLIGHTS + 1, as VitrailRays has them
 * @out: RGBA bytes, or two floats a pixel: what was found, and 1; 0 where there
 *   is nothing
 */
typedef struct {
  VitrailGpuMode mode;
  const VitrailProjection *projection;
  guint64 voxels_serial;
  guint width;
  guint height;
  guint n_volumes;
  const float *starts[VITRAIL_RAYCAST_VOLUMES];
  const float *ends[VITRAIL_RAYCAST_VOLUMES];
  const float *highlights;
  gpointer out;
} VitrailGpuPicture;

/**
 * VitrailGpuModule:
 * @open: @is_software_too: any that there is, for tests; NULL with a reason
 * @draw: FALSE with VITRAIL_ERROR_LIMIT for what it has no room for
 *
 * What the module exports as vitrail_gl_module. Contexts live in a thread of
 * their own; one call at a time for each.
 */
typedef struct {
  gpointer (*open) (gboolean is_software_too, GError **error);
  gboolean (*draw) (gpointer context,
                    const VitrailGpuPicture *picture,
                    GError **error);
  void (*close) (gpointer context);
} VitrailGpuModule;

typedef struct _VitrailGpu VitrailGpu;

/**
 * vitrail_gpu_new: (skip)
 * @is_software_too: a renderer in software will do as well: for tests
 *
 * Returns: NULL with VITRAIL_ERROR_UNSUPPORTED where there is none
 */
VitrailGpu *vitrail_gpu_new (gboolean is_software_too, GError **error);
void vitrail_gpu_free (VitrailGpu *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailGpu, vitrail_gpu_free)

/* Whether this machine has a graphics processor at all: nothing is loaded. */
gboolean vitrail_gpu_is_there (void);

/* As the functions in raycast.h and project.h; @voxels_serial as above. */
gboolean vitrail_gpu_cast (VitrailGpu *self,
                           const VitrailRaycast *cast,
                           guint64 voxels_serial,
                           const guint size[2],
                           guint8 *out,
                           GError **error);
gboolean vitrail_gpu_project (VitrailGpu *self,
                              const VitrailProjection *projection,
                              guint64 voxels_serial,
                              const guint size[2],
                              float *out,
                              GError **error);

G_END_DECLS
