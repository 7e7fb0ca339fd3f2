/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which window or VOI LUT counts: the presentation's, one of the data's own, or
 * none; and whether two frames ask for the same. */

#include "pixel/windowlut.h"

#include <math.h>
#include <string.h>

static gboolean
is_window (double center, double width)
{
  return isfinite (center) && isfinite (width) && width > 0;
}

static gboolean
has_own_window (const VitrailPresentation *presentation)
{
  return presentation != NULL && presentation->has_window &&
         is_window (presentation->window_center, presentation->window_width);
}

/* Which of the data's own: VOI LUTs first, then windows. */
static guint
get_voi (const VitrailFrameInfo *info, const VitrailPresentation *presentation)
{
  const guint voi = presentation != NULL ? presentation->voi : 0;

  return voi < vitrail_frame_info_get_n_voi (info) ? voi : 0;
}

const VitrailLut *
vitrail_window_find_voi_lut (const VitrailFrameInfo *info,
                             const VitrailPresentation *presentation)
{
  const guint voi = get_voi (info, presentation);

  return voi < info->n_voi_luts && !has_own_window (presentation)
             ? info->voi_luts[voi]
             : NULL;
}

static const VitrailWindow *
find_data_window (const VitrailFrameInfo *info,
                  const VitrailPresentation *presentation)
{
  const guint voi = get_voi (info, presentation);

  if (voi < info->n_voi_luts || info->n_windows == 0)
    return NULL;
  const VitrailWindow *window = &info->windows[voi - info->n_voi_luts];
  return is_window (window->center, window->width) ? window : NULL;
}

gboolean
vitrail_window_find (const VitrailFrameInfo *info,
                     const VitrailPresentation *presentation,
                     VitrailVoi *voi)
{
  const VitrailWindow *window = find_data_window (info, presentation);

  if (has_own_window (presentation)) {
    voi->function = presentation->function;
    voi->center = presentation->window_center;
    voi->width = presentation->window_width;
  } else if (window != NULL) {
    voi->function = info->voi_function;
    voi->center = window->center;
    voi->width = window->width;
  } else {
    return FALSE;
  }
  /* LINEAR is not defined below 1, but writers of small values use it. */
  if (voi->function == VITRAIL_VOI_LINEAR && voi->width < 1)
    voi->function = VITRAIL_VOI_LINEAR_EXACT;
  return TRUE;
}

gboolean
vitrail_window_has_palette (const VitrailFrameInfo *info)
{
  return info->palette != NULL && info->palette->n_entries > 0 &&
         info->format.samples == 1 && !info->format.is_float;
}

static gboolean
is_same_lut (const VitrailLut *a, const VitrailLut *b)
{
  if (a == NULL || b == NULL || a == b)
    return a == b;
  return a->first == b->first && a->bits == b->bits &&
         a->n_entries == b->n_entries &&
         memcmp (a->values, b->values, a->n_entries * sizeof *a->values) == 0;
}

static gboolean
is_same_palette (const VitrailPalette *a, const VitrailPalette *b)
{
  if (a == NULL || b == NULL || a == b)
    return a == b;
  return a->first == b->first && a->n_entries == b->n_entries &&
         memcmp (a->rgb, b->rgb, (size_t) 3 * a->n_entries * sizeof *a->rgb) ==
             0;
}

static gboolean
is_same_voi (const VitrailFrameInfo *a, const VitrailFrameInfo *b)
{
  gboolean same = a->n_voi_luts == b->n_voi_luts &&
                  a->n_windows == b->n_windows &&
                  a->voi_function == b->voi_function;

  for (guint i = 0; same && i < a->n_voi_luts; i++)
    same = is_same_lut (a->voi_luts[i], b->voi_luts[i]);
  for (guint i = 0; same && i < a->n_windows; i++)
    same = a->windows[i].center == b->windows[i].center &&
           a->windows[i].width == b->windows[i].width;
  return same;
}

static gboolean
is_same_padding (const VitrailFrameInfo *a, const VitrailFrameInfo *b)
{
  return a->has_padding == b->has_padding &&
         (!a->has_padding || (a->padding_low == b->padding_low &&
                              a->padding_high == b->padding_high));
}

static gboolean
is_same_profile (GBytes *a, GBytes *b)
{
  return a == NULL || b == NULL ? a == b : g_bytes_equal (a, b);
}

gboolean
vitrail_window_is_same_mapping (const VitrailFrameInfo *a,
                                const VitrailFrameInfo *b)
{
  return memcmp (&a->format, &b->format, sizeof a->format) == 0 &&
         a->sample_offset == b->sample_offset && a->slope == b->slope &&
         a->intercept == b->intercept && a->inverted == b->inverted &&
         is_same_padding (a, b) && is_same_palette (a->palette, b->palette) &&
         is_same_lut (a->modality_lut, b->modality_lut) && is_same_voi (a, b) &&
         is_same_lut (a->presentation_lut, b->presentation_lut) &&
         is_same_profile (a->icc_profile, b->icc_profile) &&
         g_strcmp0 (a->color_space, b->color_space) == 0;
}

gboolean
vitrail_window_needs_range (const VitrailFrameInfo *info,
                            const VitrailPresentation *presentation)
{
  VitrailVoi voi;

  return info->format.samples < 3 && !vitrail_window_has_palette (info) &&
         vitrail_window_find_voi_lut (info, presentation) == NULL &&
         !vitrail_window_find (info, presentation, &voi);
}
