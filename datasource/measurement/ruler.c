/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailRuler: see ruler.h. */

#include "measurement/ruler.h"

#include <math.h>
#include <string.h>

/* Region Flags (C.8.5.5.1.3). */
#define FLAG_LOW_PRIORITY 1u

#define MM_PER_CM 10.0
/* cm/s; what scanners reckon with in soft tissue. */
#define SPEED_OF_SOUND 154000.0
/* Beyond, the cosine makes anything of nothing. */
#define MAX_ANGLE_DEG 85.0

struct _VitrailRuler {
  gint ref_count;
  VitrailFrameInfo *info;
  GArray *regions;
};

VitrailRuler *
vitrail_ruler_new (VitrailFrameInfo *info)
{
  VitrailRuler *self = g_new0 (VitrailRuler, 1);

  self->ref_count = 1;
  self->info = vitrail_frame_info_ref (info);
  self->regions = vitrail_us_regions_read (info->data_set, info->frame);
  return self;
}

VitrailRuler *
vitrail_ruler_ref (VitrailRuler *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_ruler_unref (VitrailRuler *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  vitrail_frame_info_unref (self->info);
  g_array_unref (self->regions);
  g_free (self);
}

const VitrailFrameInfo *
vitrail_ruler_get_info (const VitrailRuler *self)
{
  return self->info;
}

const GArray *
vitrail_ruler_get_regions (const VitrailRuler *self)
{
  return self->regions;
}

void
vitrail_scale_clear (VitrailScale *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->reason, g_free);
}

/* --- one region --- */

/* cm/s of one Hz of Doppler shift; 0 where that cannot be said. Spectra in cm/s
 * have been corrected for the angle by who made them. */
static double
get_velocity_of_hertz (const VitrailUsRegion *region)
{
  const double angle = isnan (region->correction_angle_deg)
                           ? 0
                           : fabs (region->correction_angle_deg);

  if (!(region->frequency_khz > 0) || angle > MAX_ANGLE_DEG)
    return 0;
  return SPEED_OF_SOUND /
         (2 * region->frequency_khz * 1e3 * cos (angle * G_PI / 180));
}

/* What one of the region's units is worth in ours; 0: nothing. */
static double
get_unit (const VitrailUsRegion *region, guint axis, VitrailScaleKind kind)
{
  const guint unit = region->units[axis];

  if (axis == 0 && kind != VITRAIL_SCALE_PLANE)
    return unit == VITRAIL_US_UNIT_S ? 1 : 0;
  if (kind != VITRAIL_SCALE_SPECTRUM)
    return unit == VITRAIL_US_UNIT_CM ? MM_PER_CM : 0;
  if (unit == VITRAIL_US_UNIT_CM_PER_S)
    return 1;
  return unit == VITRAIL_US_UNIT_HZ ? get_velocity_of_hertz (region) : 0;
}

/* Waveforms of a Doppler trace (mean, mode, maximum) are read as spectra. */
static VitrailScaleKind
get_kind (const VitrailUsRegion *region)
{
  switch (region->format) {
  case VITRAIL_US_2D:
    return VITRAIL_SCALE_PLANE;
  case VITRAIL_US_M_MODE:
    return VITRAIL_SCALE_M_MODE;
  case VITRAIL_US_SPECTRAL:
  case VITRAIL_US_WAVEFORM:
    return VITRAIL_SCALE_SPECTRUM;
  default:
    return VITRAIL_SCALE_PIXELS;
  }
}

/* FALSE where the region is not calibrated. */
static gboolean
get_scale (const VitrailUsRegion *region, VitrailScale *scale)
{
  scale->kind = get_kind (region);
  if (scale->kind == VITRAIL_SCALE_PIXELS)
    return FALSE;
  for (guint i = 0; i < 2; i++) {
    const double unit = get_unit (region, i, scale->kind);
    const double step = region->delta[i] * unit;
    if (step == 0 || !isfinite (step))
      return FALSE;
    scale->per_pixel[i] = step;
    scale->has_origin[i] = region->has_reference[i];
    scale->origin[i] =
        region->reference[i] - region->reference_value[i] * unit / step;
  }
  return TRUE;
}

/* --- which region --- */

/* Less is better. */
static double
get_rank (const VitrailUsRegion *region)
{
  const double *box = region->box;
  VitrailScale scale = { 0 };
  /* No picture has more pixels. */
  const double most = 0x1p32;
  const double area = MIN ((box[2] - box[0] + 1) * (box[3] - box[1] + 1), most);
  const double level = 2 * most;

  return area + ((region->flags & FLAG_LOW_PRIORITY) != 0 ? level : 0) +
         (get_scale (region, &scale) ? 0 : 4 * level);
}

static const VitrailUsRegion *
find_region (const VitrailRuler *self, const double *xy, guint n_points)
{
  const VitrailUsRegion *best = NULL;

  for (guint i = 0; i < self->regions->len; i++) {
    const VitrailUsRegion *one =
        &g_array_index (self->regions, VitrailUsRegion, i);
    if (vitrail_us_region_contains (one, xy, n_points) &&
        (best == NULL || get_rank (one) < get_rank (best)))
      best = one;
  }
  return best;
}

static char *
explain (const VitrailRuler *self, const double *xy, guint n_points)
{
  const VitrailUsRegion *first = NULL;

  for (guint i = 0; i < n_points; i++) {
    const VitrailUsRegion *one = find_region (self, &xy[2 * (gsize) i], 1);
    if (one == NULL)
      return g_strdup ("a point lies in no ultrasound region");
    if (first != NULL && one != first)
      return g_strdup_printf (
          "the points lie in different ultrasound regions, %u and %u",
          first->number, one->number);
    first = one;
  }
  return g_strdup ("the points lie in no common ultrasound region");
}

static void
find_spacing (const VitrailFrameInfo *info, VitrailScale *scale)
{
  static const char *const names[] = {
    [VITRAIL_SPACING_PATIENT] = "Pixel Spacing",
    [VITRAIL_SPACING_DETECTOR] = "Imager Pixel Spacing, at the detector",
    [VITRAIL_SPACING_SCANNED] = "Nominal Scanned Pixel Spacing, on the film",
    [VITRAIL_SPACING_REGION] = "ultrasound region",
  };

  if (!info->has_spacing) {
    scale->reason = g_strdup ("nothing says how large a pixel is");
    return;
  }
  scale->kind = VITRAIL_SCALE_PLANE;
  scale->per_pixel[0] = info->spacing[1];
  scale->per_pixel[1] = info->spacing[0];
  scale->name = g_strdup (names[info->spacing_kind]);
}

static void
find_by_region (const VitrailRuler *self,
                const double *xy,
                guint n_points,
                VitrailScale *scale)
{
  const VitrailUsRegion *region = find_region (self, xy, n_points);

  if (region == NULL) {
    scale->reason = explain (self, xy, n_points);
    return;
  }
  g_autofree char *name = vitrail_us_region_dup_name (region);
  scale->region = region->number;
  if (get_scale (region, scale))
    scale->name = g_strdup_printf ("ultrasound region %s", name);
  else {
    scale->kind = VITRAIL_SCALE_PIXELS;
    scale->reason =
        g_strdup_printf ("ultrasound region %s is not calibrated", name);
  }
}

void
vitrail_ruler_find (const VitrailRuler *self,
                    const double *xy,
                    guint n_points,
                    VitrailScale *scale)
{
  *scale = (VitrailScale){ 0 };
  if (self->regions->len > 0)
    find_by_region (self, xy, n_points, scale);
  else
    find_spacing (self->info, scale);
  if (scale->kind == VITRAIL_SCALE_PIXELS)
    scale->per_pixel[0] = scale->per_pixel[1] = 1;
  if (scale->name == NULL)
    scale->name = g_strdup ("");
}
