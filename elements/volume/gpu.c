/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See gpu.h: what the graphics processor is given, and its module. */

#include "volume/gpu.h"

#include "error.h"
#include "module.h"
#include "parallel.h"
#include "volume/raycastray.h"

#include <math.h>

/* Floats of a pixel: where its ray begins, its first sample. */
#define START 4

struct _VitrailGpu {
  const VitrailGpuModule *module;
  gpointer context;
};

gboolean
vitrail_gpu_is_there (void)
{
  return g_file_test ("/dev/dri/renderD128", G_FILE_TEST_EXISTS) ||
         g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS);
}

VitrailGpu *
vitrail_gpu_new (gboolean is_software_too, GError **error)
{
  const VitrailGpuModule *module =
      vitrail_module_find_symbol ("gl", "vitrail_gl_module", error);
  gpointer context =
      module != NULL ? module->open (is_software_too, error) : NULL;

  if (context == NULL)
    return NULL;
  VitrailGpu *self = g_new0 (VitrailGpu, 1);
  self->module = module;
  self->context = context;
  return self;
}

void
vitrail_gpu_free (VitrailGpu *self)
{
  if (self == NULL)
    return;
  self->module->close (self->context);
  g_free (self);
}

typedef struct {
  const VitrailRaycast *cast;
  guint width;
  float *starts;
  float *ends;
} Spans;

/* One line of them. In double precision, as for the other ways: at a box's
 * side one sample more would be seen. */
static void
find_spans (guint y, gpointer data)
{
  const Spans *self = data;
  const gsize first = (gsize) y * self->width;
  float *start = self->starts + first * START;
  float *end = self->ends + first;

  for (guint x = 0; x < self->width; x++, start += START, end++) {
    float span[2] = { 1, 0 };
    vitrail_raycast_begin (self->cast, x, y, start, span);
    start[3] = span[0];
    *end = span[1];
  }
}

/* NOLINTBEGIN(readability-non-const-parameter): written by way of find_spans ()
 */
/* Of all volumes of @picture, into @spans. */
static void
find_all_spans (VitrailGpuPicture *picture, float *spans)
{
  const gsize n = (gsize) picture->width * picture->height;
  const VitrailRaycast *cast = picture->projection->cast;

  for (guint v = 0; v < picture->n_volumes; v++, cast = cast->next) {
    Spans lines = { cast, picture->width, spans, spans + n * START };
    vitrail_parallel_run (picture->height, find_spans, &lines, NULL, NULL);
    picture->starts[v] = lines.starts;
    picture->ends[v] = lines.ends;
    spans += n * (START + 1);
  }
}

/* NOLINTEND(readability-non-const-parameter) */

static guint
count_volumes (VitrailGpuMode mode, const VitrailRaycast *cast)
{
  guint n = 1;

  while (mode == VITRAIL_GPU_COMPOSITE && cast->next != NULL) {
    cast = cast->next;
    n++;
  }
  return MIN (n, VITRAIL_RAYCAST_VOLUMES);
}

static gboolean
draw (VitrailGpu *self,
      VitrailGpuMode mode,
      const VitrailProjection *projection,
      guint64 voxels_serial,
      const guint size[2],
      gpointer out,
      GError **error)
{
  const VitrailRaycast *cast = projection->cast;
  float highlights[VITRAIL_RAYCAST_HIGHLIGHTS + 1];
  VitrailGpuPicture picture = {
    .mode = mode,
    .projection = projection,
    .voxels_serial = voxels_serial,
    .width = size[0],
    .height = size[1],
    .n_volumes = count_volumes (mode, cast),
    .highlights = highlights,
    .out = out,
  };
  g_autofree float *spans =
      g_try_malloc_n ((gsize) size[0] * size[1],
                      sizeof *spans * (START + 1) * picture.n_volumes);

  if (spans == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a picture");
    return FALSE;
  }
  find_all_spans (&picture, spans);
  vitrail_raycast_get_highlights (cast, highlights);
  return self->module->draw (self->context, &picture, error);
}

gboolean
vitrail_gpu_cast (VitrailGpu *self,
                  const VitrailRaycast *cast,
                  guint64 voxels_serial,
                  const guint size[2],
                  guint8 *out,
                  GError **error)
{
  const VitrailProjection all = { .cast = cast };

  return draw (self, VITRAIL_GPU_COMPOSITE, &all, voxels_serial, size, out,
               error);
}

gboolean
vitrail_gpu_project (VitrailGpu *self,
                     const VitrailProjection *projection,
                     guint64 voxels_serial,
                     const guint size[2],
                     float *out,
                     GError **error)
{
  const gsize n = (gsize) size[0] * size[1];
  g_autofree float *found = g_try_malloc_n (n, 2 * sizeof *found);

  if (found == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a picture");
    return FALSE;
  }
  if (!draw (self, VITRAIL_GPU_PROJECTION, projection, voxels_serial, size,
             found, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    out[i] = found[2 * i + 1] > 0 ? found[2 * i] : NAN;
  return TRUE;
}
