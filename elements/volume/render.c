/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See render.h. */

#include "volume/render.h"

#include "error.h"
#include "volume/cube.h"
#include "volume/renderbody.h"
#include "volume/renderdevice.h"

#include <math.h>
#include <string.h>

struct _VitrailRender {
  VitrailRenderBody body;
  VitrailTransferTable *table;
  /* What the table was made for. */
  VitrailTransfer transfer;
  double shift;
  double step;
  gboolean is_for_gpu;
  VitrailRenderDrawer drawer;
  VitrailCuts *cuts;
  char *cuts_text; /* what they were made of */
  VitrailRenderLabels labels;
  VitrailRenderLayerState layers[VITRAIL_RENDER_LAYERS];
};

VitrailRender *
vitrail_render_new (void)
{
  return g_new0 (VitrailRender, 1);
}

void
vitrail_render_free (VitrailRender *self)
{
  if (self == NULL)
    return;
  vitrail_render_body_clear (&self->body);
  vitrail_transfer_table_free (self->table);
  vitrail_render_drawer_clear (&self->drawer);
  vitrail_cuts_free (self->cuts);
  g_free (self->cuts_text);
  vitrail_render_labels_clear (&self->labels);
  for (guint i = 0; i < G_N_ELEMENTS (self->layers); i++)
    vitrail_render_layer_clear (&self->layers[i]);
  g_free (self);
}

/* The table of a look, and what shows something under it. */
static gboolean
set_table (VitrailRender *self, const VitrailRenderLook *look, double step)
{
  VitrailRenderBody *body = &self->body;
  const gboolean is_for_gpu = self->drawer.gpu != NULL;

  if (self->table != NULL &&
      vitrail_transfer_is_same (&self->transfer, look->transfer) &&
      self->shift == look->shift && self->step == step &&
      self->is_for_gpu == is_for_gpu)
    return TRUE;
  VitrailBounds *bounds =
      is_for_gpu ? NULL : vitrail_render_body_get_bounds (body, FALSE);
  if (!is_for_gpu && bounds == NULL)
    return FALSE;
  vitrail_transfer_table_free (self->table);
  self->table =
      vitrail_transfer_table_new (look->transfer, look->shift, body->info.slope,
                                  body->info.intercept, body->low, body->high,
                                  step);
  self->transfer = *look->transfer;
  self->shift = look->shift;
  self->step = step;
  self->is_for_gpu = is_for_gpu;
  /* Blocks know nothing of segments. */
  if (is_for_gpu && self->labels.labels != NULL)
    return TRUE;
  if (is_for_gpu)
    vitrail_render_body_set_blocks (body, self->table);
  else
    vitrail_bounds_classify (bounds, self->table);
  if (self->labels.labels != NULL)
    vitrail_render_labels_mark (&self->labels, bounds);
  return TRUE;
}

static gboolean
set_cuts (VitrailRender *self,
          const VitrailRenderLook *look,
          VitrailRaycast *cast,
          GError **error)
{
  if (self->cuts == NULL || g_strcmp0 (self->cuts_text, look->cuts) != 0) {
    VitrailCuts *cuts = vitrail_cuts_new (look->cuts, error);
    if (cuts == NULL)
      return FALSE;
    vitrail_cuts_free (self->cuts);
    g_free (self->cuts_text);
    self->cuts = cuts;
    self->cuts_text = g_strdup (look->cuts);
  }
  vitrail_cuts_apply (self->cuts, self->body.info.matrix, cast);
  return TRUE;
}

/* Segments, where the picture has any. */
static gboolean
set_labels (VitrailRender *self,
            const VitrailRenderLook *look,
            double step,
            GError **error)
{
  gboolean has_changed = FALSE;

  if (look->mode != VITRAIL_RENDER_COMPOSITE)
    return TRUE;
  if (!vitrail_render_labels_update (&self->labels, &look->segments,
                                     &self->body, step, &has_changed, error))
    return FALSE;
  if (has_changed)
    g_clear_pointer (&self->table, vitrail_transfer_table_free);
  return TRUE;
}

static void
apply_labels (const VitrailRender *self,
              const VitrailRenderLook *look,
              VitrailRaycast *cast)
{
  if (look->mode != VITRAIL_RENDER_COMPOSITE || self->labels.labels == NULL)
    return;
  cast->labels = self->labels.labels;
  cast->inside = self->labels.inside;
  cast->segments = self->labels.segments;
  cast->labels_serial = self->labels.made;
  cast->blocks = NULL;
}

/* What falls on surfaces is as CT-Bone has it. */
static void
set_light (VitrailRaycast *cast, const VitrailRenderLook *look)
{
  const VitrailTransfer *transfer = look->transfer;

  cast->is_shaded = look->shading && transfer->is_shaded;
  cast->ambient = (float) transfer->ambient;
  cast->diffuse = (float) transfer->diffuse;
  cast->specular = (float) transfer->specular;
  cast->specular_power = (float) transfer->specular_power;
}

static void
make_opaque (guint8 *out, gsize n)
{
  for (gsize i = 0; i < n; i++)
    out[4 * i + 3] = 255;
}

/* Each pixel of @from two by two times. */
static void
enlarge (const guint32 *from,
         guint from_width,
         guint32 *to,
         const guint size[2])
{
  for (guint y = 0; y < size[1]; y++)
    for (guint x = 0; x < size[0]; x++)
      to[(gsize) y * size[0] + x] = from[(gsize) (y / 2) * from_width + x / 2];
}

/* A bone's colour. */
static const double surface_color[3] = { 1, 0.95, 0.86 };

/* From what is projected to brightness, from 0 to 1. */
static void
get_scale (const VitrailRender *self,
           const VitrailRenderLook *look,
           double *slope,
           double *intercept)
{
  const VitrailVolumeInfo *info = &self->body.info;
  const double ends[2] = { self->body.low * info->slope + info->intercept,
                           self->body.high * info->slope + info->intercept };
  const gboolean is_all = !(look->window_width > 0);
  const double width = is_all ? fabs (ends[1] - ends[0]) : look->window_width;
  const double center = is_all ? (ends[0] + ends[1]) / 2 : look->window_center;

  *slope = info->slope / MAX (width, 1e-12);
  *intercept = (info->intercept - center) / MAX (width, 1e-12) + 0.5;
}

static void
paint (const VitrailRender *self,
       const VitrailRenderLook *look,
       const float *found,
       gsize n,
       guint8 *out)
{
  static const double grey[3] = { 1, 1, 1 };
  const gboolean is_surface = look->mode == VITRAIL_RENDER_SURFACE;
  const double *color = is_surface ? surface_color : grey;
  double slope = 1;
  double intercept = 0;

  if (!is_surface)
    get_scale (self, look, &slope, &intercept);
  for (gsize i = 0; i < n; i++) {
    const double part =
        isnan (found[i]) ? 0 : (double) found[i] * slope + intercept;
    for (guint c = 0; c < 3; c++)
      out[4 * i + c] = (guint8) (CLAMP (part, 0, 1) * color[c] * 255 + 0.5);
  }
}

static gboolean
fail_without_memory (GError **error)
{
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                       "no memory for a picture");
  return FALSE;
}

static gboolean
draw_projection (VitrailRender *self,
                 const VitrailRenderLook *look,
                 const VitrailRaycast *cast,
                 const guint size[2],
                 guint8 *out,
                 GError **error)
{
  static const VitrailProjecting modes[] = {
    [VITRAIL_RENDER_MAXIMUM] = VITRAIL_PROJECT_MAXIMUM,
    [VITRAIL_RENDER_MINIMUM] = VITRAIL_PROJECT_MINIMUM,
    [VITRAIL_RENDER_MEAN] = VITRAIL_PROJECT_MEAN,
    [VITRAIL_RENDER_SURFACE] = VITRAIL_PROJECT_SURFACE,
  };
  VitrailRenderBody *body = &self->body;
  const VitrailVolumeInfo *info = &body->info;
  VitrailProjection projection = {
    .cast = cast,
    .mode = modes[look->mode],
    .threshold = (float) ((look->threshold - info->intercept) / info->slope),
    .has_padding = body->has_padding,
    .padding = { body->padding[0], body->padding[1] },
  };
  const gsize n = (gsize) size[0] * size[1];
  g_autofree float *found = g_try_new (float, n);

  if (found == NULL)
    return fail_without_memory (error);
  /* A graphics processor does without. */
  if (self->drawer.gpu == NULL && look->mode != VITRAIL_RENDER_MEAN) {
    projection.bounds = vitrail_render_body_get_bounds (body, TRUE);
    if (projection.bounds == NULL)
      return fail_without_memory (error);
  }
  if (!vitrail_render_drawer_project (&self->drawer, &projection, size, found,
                                      error))
    return FALSE;
  paint (self, look, found, n, out);
  return TRUE;
}

static gboolean
draw_rays (VitrailRender *self,
           const VitrailRenderLook *look,
           const VitrailRaycast *cast,
           const guint size[2],
           guint8 *out,
           GError **error)
{
  if (look->mode != VITRAIL_RENDER_COMPOSITE)
    return draw_projection (self, look, cast, size, out, error);
  return vitrail_render_drawer_cast (&self->drawer, cast, size, out, error);
}

/* Rays in the middle of four pixels each. */
static void
coarsen (const VitrailRaycast *from,
         VitrailRaycast casts[VITRAIL_RAYCAST_VOLUMES])
{
  for (guint v = 0; from != NULL; v++, from = from->next) {
    VitrailRaycast *cast = &casts[v];
    *cast = *from;
    cast->next = from->next != NULL ? cast + 1 : NULL;
    for (guint a = 0; a < 3; a++) {
      cast->origin[a] += 0.5 * (cast->right[a] + cast->down[a]);
      cast->right[a] *= 2;
      cast->down[a] *= 2;
    }
  }
}

static gboolean
draw_coarse (VitrailRender *self,
             const VitrailRenderLook *look,
             const VitrailCameraPicture *picture,
             guint8 *out,
             GError **error)
{
  const guint size[2] = { look->camera.width, look->camera.height };
  const guint half[2] = { (size[0] + 1) / 2, (size[1] + 1) / 2 };
  VitrailRaycast casts[VITRAIL_RAYCAST_VOLUMES];
  g_autofree guint8 *small = g_try_malloc0 ((gsize) half[0] * half[1] * 4);

  if (small == NULL)
    return fail_without_memory (error);
  coarsen (&picture->cast, casts);
  if (!draw_rays (self, look, casts, half, small, error))
    return FALSE;
  enlarge ((const guint32 *) (gpointer) small, half[0],
           (guint32 *) (gpointer) out, size);
  return TRUE;
}

/* All voxels as they are now. */
static gboolean
update_bodies (VitrailRender *self,
               VitrailVolume *volume,
               const VitrailRenderLook *look,
               GError **error)
{
  gboolean has_changed = FALSE;
  gboolean is_other = FALSE;

  if (!vitrail_render_body_update (
          &self->body, volume, VITRAIL_RENDER_BODY_BYTES, &has_changed, error))
    return FALSE;
  if (has_changed)
    g_clear_pointer (&self->table, vitrail_transfer_table_free);
  for (guint i = 0; i < look->n_layers; i++) {
    VitrailRenderLayerState *layer = &self->layers[i];
    if (!vitrail_render_body_update (&layer->body, look->layers[i].volume,
                                     VITRAIL_RENDER_BODY_BYTES, &is_other,
                                     error))
      return FALSE;
    if (is_other)
      g_clear_pointer (&layer->table, vitrail_transfer_table_free);
    has_changed = has_changed || is_other;
  }
  for (guint i = look->n_layers; i < G_N_ELEMENTS (self->layers); i++)
    vitrail_render_layer_clear (&self->layers[i]);
  if (has_changed)
    vitrail_render_drawer_renew (&self->drawer);
  return TRUE;
}

/* Rays through the other volumes, behind @cast's. */
static gboolean
add_layers (VitrailRender *self,
            const VitrailRenderLook *look,
            double step,
            VitrailRaycast *cast,
            VitrailRaycast others[VITRAIL_RENDER_LAYERS],
            GError **error)
{
  VitrailRaycast *last = cast;

  for (guint i = 0;
       look->mode == VITRAIL_RENDER_COMPOSITE && i < look->n_layers; i++)
  {
    others[i] = *cast;
    others[i].next = NULL;
    if (!vitrail_render_layer_place (&self->layers[i], &look->layers[i],
                                     &self->body.info, step, &others[i], error))
      return FALSE;
    last->next = &others[i];
    last = &others[i];
  }
  return TRUE;
}

gboolean
vitrail_render_draw (VitrailRender *self,
                     VitrailVolume *volume,
                     const VitrailRenderLook *look,
                     guint8 *out,
                     double plane[12],
                     double *spacing,
                     GError **error)
{
  VitrailCamera camera = look->camera;
  VitrailCameraPicture picture;
  VitrailRaycast *cast = &picture.cast;
  VitrailRaycast others[VITRAIL_RENDER_LAYERS];

  if (!update_bodies (self, volume, look, error))
    return FALSE;
  if (!vitrail_camera_place (&camera, &self->body.info, &picture, error) ||
      !vitrail_render_drawer_choose (&self->drawer, look->device, error))
    return FALSE;
  if (look->is_coarse) {
    camera.step = 2 * picture.step;
    vitrail_camera_place (&camera, &self->body.info, &picture, NULL);
  }
  if (!set_labels (self, look, picture.step, error))
    return FALSE;
  if (look->mode == VITRAIL_RENDER_COMPOSITE &&
      !set_table (self, look, picture.step))
    return fail_without_memory (error);
  if (!set_cuts (self, look, cast, error))
    return FALSE;
  const guint size[2] = { camera.width, camera.height };
  cast->voxels = self->body.voxels;
  cast->blocks = self->is_for_gpu ? self->body.blocks : NULL;
  cast->bounds = self->is_for_gpu ? NULL : self->body.bounds[0];
  cast->table = self->table;
  if (!add_layers (self, look, picture.step, cast, others, error))
    return FALSE;
  apply_labels (self, look, cast);
  set_light (cast, look);
  if (!(look->is_coarse ? draw_coarse (self, look, &picture, out, error)
                        : draw_rays (self, look, cast, size, out, error)))
    return FALSE;
  make_opaque (out, (gsize) camera.width * camera.height);
  memcpy (plane, picture.plane, sizeof picture.plane);
  if (look->has_cube && self->body.info.space == VITRAIL_SPACE_PATIENT)
    vitrail_cube_draw (plane, camera.width, camera.height, out);
  *spacing = picture.spacing;
  return TRUE;
}
