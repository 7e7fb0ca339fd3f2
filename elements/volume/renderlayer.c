/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See renderlayer.h. */

#include "volume/renderlayer.h"

#include "error.h"
#include "pixel/colormap.h"
#include "volume/vector.h"

#include <math.h>
#include <string.h>

/* Millimetres that an opacity is said of. */
#define THICK 10.0

static void
get_window (VitrailVolume *volume,
            const VitrailPresentation *presentation,
            double ends[2])
{
  double range[2] = { 0, 1 };

  if (presentation->has_window) {
    ends[0] = presentation->window_center - presentation->window_width / 2;
    ends[1] = presentation->window_center + presentation->window_width / 2;
    return;
  }
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  vitrail_volume_get_range (volume, &range[0], &range[1]);
  const double low = range[0] * info->slope + info->intercept;
  const double high = range[1] * info->slope + info->intercept;
  ends[0] = MIN (low, high);
  ends[1] = MAX (MAX (low, high), ends[0] + 1e-6);
}

static void
add_opacity (VitrailTransfer *transfer, double value, double opacity)
{
  double *point = transfer->opacities[transfer->n_opacities++];

  point[0] = value;
  point[1] = opacity;
}

/* Rises along the window; steps where the values that are seen end. */
static void
set_opacities (VitrailTransfer *transfer,
               const VitrailFusionLook *look,
               const double ends[2])
{
  const double most = 1 - pow (1 - CLAMP (look->opacity, 0, 1), 1 / THICK);
  const double low = MAX (look->low, ends[0]);
  const double width = ends[1] - ends[0];

  if (!(look->low <= look->high) || look->high <= ends[0]) {
    add_opacity (transfer, ends[0], 0);
    return;
  }
  add_opacity (transfer, low, 0);
  add_opacity (transfer, low, most * MIN ((low - ends[0]) / width, 1));
  if (low < ends[1] && look->high > ends[1])
    add_opacity (transfer, ends[1], most);
  if (look->high >= G_MAXDOUBLE)
    return;
  add_opacity (transfer, look->high,
               most * MIN ((look->high - ends[0]) / width, 1));
  add_opacity (transfer, nextafter (look->high, INFINITY), 0);
}

void
vitrail_render_layer_set_look (VitrailRenderLayer *self,
                               const VitrailFusionLook *look)
{
  const VitrailPresentation *presentation = &look->presentation;
  const guint32 *map = vitrail_colormap_find (presentation->colormap);
  VitrailTransfer *transfer = &self->transfer;
  const guint n = VITRAIL_TRANSFER_POINTS;
  double ends[2];

  get_window (self->volume, presentation, ends);
  memset (transfer, 0, sizeof *transfer);
  set_opacities (transfer, look, ends);
  transfer->n_colors = n;
  for (guint i = 0; i < n; i++) {
    const double part = i / (n - 1.0);
    const double at = (presentation->invert ? 1 - part : part) * 255;
    const guint grey = (guint) lrint (at);
    const guint32 rgb = map != NULL ? map[grey] : grey * 0x10101;
    double *color = transfer->colors[i];
    color[0] = ends[0] + part * (ends[1] - ends[0]);
    for (guint c = 0; c < 3; c++)
      color[1 + c] = (rgb >> (16 - 8 * c) & 0xff) / 255.0;
  }
}

void
vitrail_render_layer_clear (VitrailRenderLayerState *self)
{
  vitrail_render_body_clear (&self->body);
  g_clear_pointer (&self->table, vitrail_transfer_table_free);
}

static gboolean
set_table (VitrailRenderLayerState *self,
           const VitrailTransfer *transfer,
           double step)
{
  const VitrailRenderBody *body = &self->body;

  if (self->table != NULL && self->step == step &&
      vitrail_transfer_is_same (&self->transfer, transfer))
    return TRUE;
  VitrailBounds *bounds = vitrail_render_body_get_bounds (&self->body, FALSE);
  if (bounds == NULL)
    return FALSE;
  vitrail_transfer_table_free (self->table);
  self->transfer = *transfer;
  self->step = step;
  self->table =
      vitrail_transfer_table_new (&self->transfer, 0, body->info.slope,
                                  body->info.intercept, body->low, body->high,
                                  step);
  vitrail_bounds_classify (bounds, self->table);
  return TRUE;
}

/* @index: from the first volume's index to the layer's; @back: and back. */
static void
move_rays (const VitrailRaycast *first,
           const double index[16],
           const double back[16],
           VitrailRaycast *cast)
{
  vitrail_matrix_map (index, first->origin, cast->origin);
  for (guint a = 0; a < 3; a++) {
    const double *row = &index[(gsize) 4 * a];
    cast->right[a] = vitrail_vector_dot (row, first->right);
    cast->down[a] = vitrail_vector_dot (row, first->down);
    cast->ray[a] = vitrail_vector_dot (row, first->ray);
    cast->low[a] = 0;
    cast->high[a] = cast->size[a] - 1.0;
  }
  cast->n_clips = first->n_clips;
  for (guint p = 0; p < first->n_clips; p++) {
    const double origin[3] = { back[3], back[7], back[11] };
    for (guint a = 0; a < 3; a++) {
      double column[3];
      vitrail_vector_get_column (back, a, column);
      cast->clips[p][a] = vitrail_vector_dot (first->clips[p], column);
    }
    cast->clips[p][3] =
        first->clips[p][3] - vitrail_vector_dot (first->clips[p], origin);
  }
}

/* Shapes cut it too, as they lie in its own index. */
static void
move_cuts (const VitrailRaycast *first,
           const double back[16],
           VitrailRaycast *cast)
{
  const double origin[3] = { back[3], back[7], back[11] };

  cast->n_cuts = first->n_cuts;
  for (guint n = 0; n < 2 * first->n_cuts; n++) {
    const VitrailRaycastCut *cut = &first->cuts[n / 2];
    const float *from = cut->axes[n % 2];
    float *to = cast->cuts[n / 2].axes[n % 2];
    const double axis[3] = { (double) from[0], (double) from[1],
                             (double) from[2] };
    cast->cuts[n / 2].kept = cut->kept;
    for (guint a = 0; a < 3; a++) {
      double column[3];
      vitrail_vector_get_column (back, a, column);
      to[a] = (float) vitrail_vector_dot (axis, column);
    }
    to[3] = (float) (vitrail_vector_dot (axis, origin) + (double) from[3]);
  }
}

static gboolean
fail (VitrailError code, const char *reason, GError **error)
{
  g_set_error_literal (error, VITRAIL_ERROR, (int) code, reason);
  return FALSE;
}

gboolean
vitrail_render_layer_place (VitrailRenderLayerState *self,
                            const VitrailRenderLayer *layer,
                            const VitrailVolumeInfo *info,
                            double step,
                            VitrailRaycast *cast,
                            GError **error)
{
  const VitrailRaycast first = *cast;
  const VitrailVolumeInfo *own = &self->body.info;
  double there[16];
  double index[16];
  double back[16];

  vitrail_matrix_multiply (layer->matrix, own->matrix, there);
  vitrail_matrix_multiply (info->inverse, there, back);
  if (!vitrail_matrix_invert (back, index))
    return fail (VITRAIL_ERROR_MALFORMED,
                 "the matrix of a registration cannot be inverted", error);
  for (guint a = 0; a < 3; a++)
    if (own->size[a] < 2)
      return fail (VITRAIL_ERROR_MALFORMED,
                   "a single slice is no body that can be looked at", error);
  if (!set_table (self, &layer->transfer, step))
    return fail (VITRAIL_ERROR_LIMIT, "no memory for a picture", error);
  memset (cast, 0, sizeof *cast);
  memcpy (cast->size, own->size, sizeof own->size);
  move_rays (&first, index, back, cast);
  cast->front = first.front;
  cast->back = first.back;
  cast->dimming = first.dimming;
  cast->voxels = self->body.voxels;
  cast->bounds = vitrail_render_body_get_bounds (&self->body, FALSE);
  cast->table = self->table;
  move_cuts (&first, back, cast);
  return TRUE;
}
