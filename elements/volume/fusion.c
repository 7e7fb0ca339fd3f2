/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes over volumes: see fusion.h. */

#include "volume/fusion.h"

#include "error.h"
#include "parallel.h"
#include "pixel/window.h"
#include "volume/fusionrow.h"
#include "volume/mprdraw.h"

#include <math.h>
#include <string.h>

/* Rows of one piece of work. */
#define BAND 16

/* @layer's volume as it lies in the picture's space; borrows from it. */
static gboolean
move_info (const VitrailFusionLayer *layer,
           VitrailVolumeInfo *info,
           GError **error)
{
  *info = *vitrail_volume_get_info (layer->volume);
  vitrail_matrix_multiply (layer->matrix, info->matrix, info->matrix);
  if (vitrail_matrix_invert (info->matrix, info->inverse))
    return TRUE;
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                       "the matrix of a registration cannot be inverted");
  return FALSE;
}

/* The sample that none of the data has: farthest from them. */
static double
choose_nothing (VitrailVolume *volume, gboolean is_float)
{
  double low = 0;
  double high = 0;

  if (is_float)
    return (double) NAN;
  vitrail_volume_get_range (volume, &low, &high);
  return low >= G_MAXUINT16 - high ? 0 : G_MAXUINT16;
}

/* The same pixels of the layer. */
static gboolean
place_layer (const VitrailFusionLayer *layer,
             const VitrailMpr *mpr,
             const VitrailMprPicture *picture,
             VitrailMprPicture *placed,
             GError **error)
{
  const double x = (picture->width - 1) / 2.0;
  const double y = (picture->height - 1) / 2.0;
  VitrailVolumeInfo info;
  VitrailMpr own = {
    .orientation = VITRAIL_MPR_OBLIQUE,
    .has_center = TRUE,
    .thickness = mpr->thickness,
    .slab = mpr->slab,
    .interpolation = layer->look.interpolation,
    .spacing = picture->spacing,
    .width = picture->width,
    .height = picture->height,
  };

  for (guint n = 0; n < 3; n++) {
    const double *row = &picture->plane[(gsize) 4 * n];
    own.right[n] = row[0];
    own.down[n] = row[1];
    own.center[n] = row[0] * x + row[1] * y + row[3];
  }
  if (!move_info (layer, &info, error) ||
      !vitrail_mpr_place (&own, &info, placed, error))
    return FALSE;
  placed->reslice.background =
      choose_nothing (layer->volume,
                      vitrail_reslice_is_float (&placed->reslice));
  return TRUE;
}

/* --- one layer --- */

typedef struct {
  VitrailFusionRow row;
  const VitrailWindowLut *lut;
  const guint8 *samples;
  gsize sample_stride;
  guint width;
  guint height;
  guint8 *rgba;
} Mixing;

static void
mix_band (guint index, gpointer data)
{
  const Mixing *self = data;
  const guint end = MIN ((index + 1) * BAND, self->height);
  const guint all[2] = { 0, self->width };
  g_autofree guint8 *look = g_malloc ((gsize) 4 * self->width);

  for (guint y = index * BAND; y < end; y++) {
    const guint8 *samples = self->samples + self->sample_stride * y;
    vitrail_window_row_as (self->lut, VITRAIL_WINDOW_RGBA, samples, look,
                           self->width, all);
    vitrail_fusion_row (&self->row, samples, look,
                        self->rgba + (gsize) 4 * self->width * y, self->width);
  }
}

/* Values as samples of the picture. */
static void
set_threshold (const VitrailFusionLook *look,
               const VitrailFrameInfo *frame,
               gboolean is_float,
               VitrailFusionRow *row)
{
  const double slope = is_float ? 1 : frame->slope;
  const double intercept =
      is_float ? 0 : frame->intercept - frame->sample_offset * slope;
  const double a = (look->low - intercept) / slope;
  const double b = (look->high - intercept) / slope;

  row->low = (float) CLAMP (MIN (a, b), -G_MAXFLOAT, G_MAXFLOAT);
  row->high = (float) CLAMP (MAX (a, b), -G_MAXFLOAT, G_MAXFLOAT);
}

static VitrailWindowLut *
make_lut (const VitrailFusionLayer *layer, const VitrailFrameInfo *frame)
{
  double range[2] = { 0, 0 };
  const gboolean has_range =
      vitrail_volume_get_range (layer->volume, &range[0], &range[1]);

  return vitrail_window_lut_new_for_range (frame, &layer->look.presentation,
                                           has_range ? range : NULL);
}

static void
mix_layer (const VitrailFusionLayer *layer,
           const VitrailMprPicture *placed,
           const guint8 *samples,
           guint8 *rgba) /* NOLINT(readability-non-const-parameter) */
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (layer->volume);
  const gboolean is_float = vitrail_reslice_is_float (&placed->reslice);
  const VitrailSampleScale as = { is_float,
                                  is_float ? 0 : info->frame->sample_offset,
                                  placed->width, placed->height };
  g_autoptr (VitrailFrameInfo) frame =
      vitrail_frame_info_ref_made (info->frame, &as, placed->plane,
                                   placed->spacing);
  g_autoptr (VitrailWindowLut) lut = make_lut (layer, frame);
  const double alpha = CLAMP (layer->look.opacity, 0.0, 1.0);
  Mixing mixing = {
    .row = { .is_float = is_float,
             .nothing = is_float ? 0 : (guint16) placed->reslice.background,
             .alpha = (guint) lrint (alpha * VITRAIL_FUSION_OPAQUE) },
    .lut = lut,
    .samples = samples,
    .sample_stride = placed->width * (is_float ? sizeof (float) : 2),
    .width = placed->width,
    .height = placed->height,
    .rgba = rgba,
  };

  set_threshold (&layer->look, frame, is_float, &mixing.row);
  vitrail_parallel_run ((placed->height + BAND - 1) / BAND, mix_band, &mixing,
                        NULL, NULL);
}

static gboolean
lay_over (const VitrailFusionLayer *layers,
          guint n,
          const VitrailMpr *mpr,
          const VitrailMprPicture *picture,
          guint8 *rgba,
          GError **error)
{
  const gsize pixels = (gsize) picture->width * picture->height;
  g_autofree guint8 *samples = g_try_malloc (pixels * sizeof (float));

  if (samples == NULL) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                         "no memory for a picture");
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    VitrailMprPicture placed;
    if (!place_layer (&layers[i], mpr, picture, &placed, error) ||
        !vitrail_mpr_draw (layers[i].volume, &placed, samples, error))
      return FALSE;
    vitrail_mpr_make_values (vitrail_volume_get_info (layers[i].volume),
                             &placed, samples);
    mix_layer (&layers[i], &placed, samples, rgba);
  }
  return TRUE;
}

gboolean
vitrail_fusion_draw (const VitrailFusionLayer *layers,
                     guint n,
                     const VitrailMpr *mpr,
                     const VitrailMprPicture *picture,
                     guint8 *rgba,
                     GError **error)
{
  const gsize pixels = (gsize) picture->width * picture->height;

  for (gsize i = 0; i < 4 * pixels; i++)
    rgba[i] = i % 4 == 3 ? 255 : 0;
  return lay_over (layers, n, mpr, picture, rgba, error);
}

/* The step from a pixel to the next where both are as long and at right angles;
 * 0 where they are not. */
static double
get_square_step (const double plane[12])
{
  double squares[3] = { 0, 0, 0 };

  for (guint n = 0; n < 3; n++) {
    const double *row = &plane[(gsize) 4 * n];
    squares[0] += row[0] * row[0];
    squares[1] += row[1] * row[1];
    squares[2] += row[0] * row[1];
  }
  const gboolean is_square =
      squares[0] > 0 && fabs (squares[0] - squares[1]) < 1e-4 * squares[0] &&
      fabs (squares[2]) < 1e-4 * squares[0];
  return is_square ? sqrt (squares[0]) : 0;
}

gboolean
vitrail_fusion_draw_over (const VitrailFusionLayers *self,
                          const double plane[12],
                          guint width,
                          guint height,
                          guint8 *rgba,
                          GError **error)
{
  const VitrailMpr mpr = { .thickness = self->thickness, .slab = self->slab };
  VitrailMprPicture picture = {
    .width = width,
    .height = height,
    .spacing = get_square_step (plane),
  };

  memcpy (picture.plane, plane, sizeof picture.plane);
  if (picture.spacing > 0)
    return lay_over (self->layers, self->n, &mpr, &picture, rgba, error);
  g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                       "pixels of the picture are not square");
  return FALSE;
}

VitrailFusionLayers *
vitrail_fusion_layers_copy (const VitrailFusionLayers *self)
{
  VitrailFusionLayers *copy = g_memdup2 (self, sizeof *self);

  for (guint i = 0; i < copy->n; i++)
    g_object_ref (copy->layers[i].volume);
  return copy;
}

void
vitrail_fusion_layers_free (VitrailFusionLayers *self)
{
  for (guint i = 0; i < self->n; i++)
    g_object_unref (self->layers[i].volume);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (VitrailFusionLayers,
                     vitrail_fusion_layers,
                     vitrail_fusion_layers_copy,
                     vitrail_fusion_layers_free)
