/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailWindowLut: the formula and its table. The order of operations in
 * vitrail_window_lut_eval () is the definition: everything else has to give the
 * same byte. */

#include "pixel/colormap.h"
#include "pixel/windowlut.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* PS3.3 C.11.2.1.2 and C.11.2.1.3, with an output range of 0..255. NaN is 0:
 * comparisons are written so that it fails them. */
static double
voi_apply (const VitrailVoi *self, double x)
{
  const gboolean exact = self->function != VITRAIL_VOI_LINEAR;
  const double c = exact ? self->center : self->center - 0.5;
  const double w = exact ? self->width : self->width - 1.0;

  if (self->function == VITRAIL_VOI_SIGMOID && w > 0)
    return isnan (x) ? 0.0 : 255.0 / (1.0 + exp (-4.0 * (x - c) / w));
  if (!(x > c - w / 2))
    return 0.0;
  if (x > c + w / 2)
    return 255.0;
  return ((x - c) / w + 0.5) * 255.0;
}

/* NaN is the first entry. */
static size_t
lut_get_index (const VitrailLut *self, double x)
{
  const double at = x - self->first;

  return at > 0 ? (size_t) fmin (at, self->n_entries - 1.0) : 0;
}

static double
get_value (const VitrailWindowLut *self, double sample)
{
  const double stored = sample - self->sample_offset;
  const VitrailLut *lut = self->modality_lut;

  if (lut != NULL)
    return lut->values[lut_get_index (lut, stored)];
  return stored * self->slope + self->intercept;
}

/* The entries' full range is the display's (PS3.3 C.11.2.1.1). */
static double
voi_lut_apply (const VitrailLut *self, double x)
{
  const double grey = self->values[lut_get_index (self, rint (x))];

  return grey * 255.0 / (ldexp (1.0, (int) self->bits) - 1.0);
}

/* The grey levels 0..255 are spread over its entries (PS3.3 C.11.6.1.1). */
static double
presentation_lut_apply (const VitrailLut *self, double grey)
{
  const double at = rint (fmin (grey, 255.0) / 255.0 * (self->n_entries - 1.0));

  return self->values[(size_t) at] * 255.0 /
         (ldexp (1.0, (int) self->bits) - 1.0);
}

/* The formula, as if there were no padding. */
static uint8_t
eval_level (const VitrailWindowLut *self, double sample)
{
  const double x = get_value (self, sample);
  double grey = self->voi_lut != NULL ? voi_lut_apply (self->voi_lut, x)
                                      : voi_apply (&self->voi, x);

  if (self->presentation_lut != NULL)
    grey = presentation_lut_apply (self->presentation_lut, grey);
  if (self->calibration != NULL) {
    /* From the level as it is, not rounded: no value is rounded twice. */
    grey = CLAMP (grey, 0.0, 255.0);
    return vitrail_calibration_get_level (self->calibration,
                                          self->invert ? 255.0 - grey : grey);
  }
  const uint8_t level = (uint8_t) CLAMP (rint (grey), 0.0, 255.0);
  return self->invert ? (uint8_t) (255 - level) : level;
}

uint8_t
vitrail_window_lut_eval (const VitrailWindowLut *self, double sample)
{
  return vitrail_window_lut_is_padding (self, sample)
             ? 0
             : eval_level (self, sample);
}

/* The window that spreads @low..@high, values, over all grey levels. */
static void
spread_window (VitrailVoi *voi, double low, double high, gboolean is_float)
{
  voi->function = is_float ? VITRAIL_VOI_LINEAR_EXACT : VITRAIL_VOI_LINEAR;
  voi->center = low / 2 + high / 2 + (is_float ? 0.0 : 0.5);
  voi->width = high - low + (is_float ? 0.0 : 1.0);
}

static double
max_stored (const VitrailPixelFormat *format)
{
  if (format->is_float)
    return 1.0;
  return ldexp (1.0, (int) CLAMP (format->bits_stored, 1, 64)) - 1.0;
}

static VitrailLut *
copy_lut (const VitrailLut *lut)
{
  if (lut == NULL)
    return NULL;
  VitrailLut *copy = g_memdup2 (lut, sizeof *lut);
  copy->values = g_memdup2 (lut->values, lut->n_entries * sizeof *lut->values);
  copy->explanation = NULL;
  return copy;
}

static void
free_lut (VitrailLut *lut)
{
  g_free ((gpointer) (guintptr) lut->values);
  g_free (lut);
}

/* The lowest and highest value of the samples @from[0]..@from[1]. */
static void
get_values (const VitrailWindowLut *self,
            const double from[2],
            double values[2])
{
  const double a = get_value (self, from[0]);
  const double b = get_value (self, from[1]);
  const VitrailLut *lut = self->modality_lut;

  values[0] = fmin (a, b);
  values[1] = fmax (a, b);
  if (lut == NULL)
    return;
  /* A table need not be monotone. */
  const size_t last = lut_get_index (lut, from[1] - self->sample_offset);
  for (size_t i = lut_get_index (lut, from[0] - self->sample_offset); i < last;
       i++)
  {
    values[0] = fmin (values[0], lut->values[i]);
    values[1] = fmax (values[1], lut->values[i]);
  }
}

static void
set_window (VitrailWindowLut *self,
            const VitrailFrameInfo *info,
            const VitrailPresentation *presentation,
            const double range[2])
{
  const double full[2] = { 0.0, max_stored (&info->format) };

  if (self->channels == 3) {
    spread_window (&self->voi, full[0], full[1], TRUE);
    return;
  }
  if (isfinite (info->slope) && isfinite (info->intercept)) {
    self->slope = info->slope;
    self->intercept = info->intercept;
  }
  self->sample_offset = info->sample_offset;
  self->modality_lut = copy_lut (info->modality_lut);
  self->presentation_lut = copy_lut (info->presentation_lut);
  self->voi_lut = copy_lut (vitrail_window_find_voi_lut (info, presentation));
  if (self->voi_lut != NULL)
    return;
  self->has_window = TRUE;
  if (vitrail_window_find (info, presentation, &self->voi))
    return;
  double values[2];
  get_values (self, range != NULL ? range : full, values);
  spread_window (&self->voi, values[0], values[1], info->format.is_float);
}

/* The samples for which the grey level may be neither black nor white:
 * from[0] <= sample < from[1], within 0..n. */
static void
get_unsaturated (const VitrailWindowLut *self, guint n, guint from[2])
{
  /* A sigmoid rounds to 0 or 255 beyond 1.56 widths. */
  const double reach = 2.0 * self->voi.width;
  const double a = (self->voi.center - reach - self->intercept) / self->slope;
  const double b = (self->voi.center + reach - self->intercept) / self->slope;
  const double low = floor (fmin (a, b) + self->sample_offset) - 2;
  const double high = ceil (fmax (a, b) + self->sample_offset) + 3;

  from[0] = low > 0 ? (guint) fmin (low, n) : 0;
  from[1] = high > 0 ? (guint) fmin (high, n) : 0;
  if (self->modality_lut != NULL || self->voi_lut != NULL || self->slope == 0 ||
      !(low <= high))
  {
    from[0] = 0;
    from[1] = n;
  }
}

/* Whether the arithmetic path gives the table's byte for every sample that may
 * be neither black nor white; beyond these it is monotone. */
static gboolean
check_arithmetic (const VitrailWindowLut *self, const guint from[2])
{
  uint16_t ramp[256] = { 0 };
  uint8_t got[256];

  for (guint s = from[0]; s < from[1]; s += 256) {
    const guint n = MIN (256, from[1] - s);
    for (guint i = 0; i < 256; i++) {
      if (self->sample_bytes == 1)
        ((uint8_t *) ramp)[i] = (uint8_t) (s + i);
      else
        ramp[i] = (uint16_t) (s + i);
    }
    if (!vitrail_window_row_arithmetic (self, ramp, got, 256) ||
        memcmp (got, self->table + s, n) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_plain (const VitrailWindowLut *self)
{
  return self->samples == 1 && self->modality_lut == NULL &&
         self->voi_lut == NULL && self->presentation_lut == NULL &&
         self->calibration == NULL;
}

/* Finds scale and bias of the arithmetic path. Single precision may fall on the
 * other side of a tie than the formula: then a bias a hair off is tried. */
static void
try_arithmetic (VitrailWindowLut *self, const guint from[2])
{
  static const float nudges[] = { 0, 0x1p-16f, -0x1p-16f, 0x1p-15f, -0x1p-15f };
  const gboolean exact = self->voi.function == VITRAIL_VOI_LINEAR_EXACT;
  const double c = exact ? self->voi.center : self->voi.center - 0.5;
  const double w = exact ? self->voi.width : self->voi.width - 1.0;
  const double middle =
      self->sample_offset + (c - self->intercept) / self->slope;
  const double scale = self->slope * 255.0 / w;

  if (!is_plain (self) || self->voi.function == VITRAIL_VOI_SIGMOID ||
      !(w > 0) || !(fabs (middle) < 1e6) || !(fabs (scale) < 1e6))
    return;
  self->base = (int32_t) rint (middle);
  self->scale = (float) scale;
  self->flip = self->invert ? 255 : 0;
  for (guint i = 0; i < G_N_ELEMENTS (nudges) && !self->arithmetic; i++) {
    self->bias = (float) (127.5 + (self->base - middle) * scale) + nudges[i];
    self->arithmetic = check_arithmetic (self, from);
  }
}

/* Padding is black, which the fast path has to be told where the formula says
 * something else. */
static void
blacken_padding (VitrailWindowLut *self, guint n)
{
  const double first = fmax (ceil (self->padding[0]), 0);
  const double last = fmin (floor (self->padding[1]), n - 1.0);

  /* Both are numbers where the padding is not. */
  if (!(self->padding[0] <= self->padding[1]) || !(first <= last))
    return;
  self->mask_first = (uint16_t) first;
  self->mask_more = (uint16_t) (last - first);
  for (guint s = (guint) first; s <= (guint) last; s++) {
    self->mask |= self->table[s] != 0;
    self->table[s] = 0;
  }
}

static void
make_table (VitrailWindowLut *self)
{
  const guint n = self->sample_bytes == 1 ? 256 : 65536;
  guint from[2];

  get_unsaturated (self, n, from);
  self->table = g_malloc (n);
  memset (self->table, eval_level (self, 0), from[0]);
  for (guint s = from[0]; s < from[1]; s++)
    self->table[s] = eval_level (self, s);
  memset (self->table + from[1], eval_level (self, n - 1), n - from[1]);
  try_arithmetic (self, from);
  blacken_padding (self, n);
  self->identity = self->sample_bytes == 1;
  for (guint s = 0; s < 256 && self->identity; s++)
    self->identity = self->table[s] == s;
}

/* Inverted after the transform: it knows the colours of the data only. */
void
vitrail_window_transform_colors (const VitrailWindowLut *self,
                                 uint8_t *rgb,
                                 size_t n)
{
  for (size_t i = 0; i < 3 * n && self->invert; i++)
    rgb[i] ^= 0xff;
  vitrail_color_transform_row (self->transform, rgb, n);
  for (size_t i = 0; i < 3 * n && self->invert; i++)
    rgb[i] ^= 0xff;
}

/* What the display makes of grey levels and of colours. */
static void
take_display (VitrailWindowLut *self,
              const VitrailFrameInfo *info,
              const VitrailPresentation *presentation)
{
  const gboolean own = presentation != NULL && presentation->display != NULL;
  const VitrailDisplay *display =
      own ? presentation->display : vitrail_display_get_default ();
  g_autoptr (GError) error = NULL;

  if (self->channels == 1) {
    const gboolean colored =
        presentation != NULL &&
        vitrail_colormap_find (presentation->colormap) != NULL;
    if (display != NULL && !colored)
      self->calibration = display->calibration;
    return;
  }
  self->transform =
      vitrail_color_transform_get (info->icc_profile, info->color_space,
                                   display, &error);
  if (error != NULL)
    self->warning = g_strdup (error->message);
}

static void
transform_palette (VitrailWindowLut *self)
{
  for (gint64 i = 0; i < self->n_entries; i++)
    vitrail_window_transform_colors (self, self->palette + 4 * i, 1);
}

static void
take_palette (VitrailWindowLut *self, const VitrailFrameInfo *info)
{
  const VitrailPalette *palette = info->palette;

  self->palette = g_malloc (4 * (size_t) palette->n_entries);
  self->palette_first = palette->first + (gint64) info->sample_offset;
  self->n_entries = palette->n_entries;
  for (size_t i = 0; i < palette->n_entries; i++) {
    for (guint c = 0; c < 3; c++) {
      const double level = rint (palette->rgb[3 * i + c] / 257.0);
      self->palette[4 * i + c] =
          (uint8_t) (self->invert ? 255.0 - level : level);
    }
    self->palette[4 * i + 3] = 255;
  }
  if (self->transform != NULL)
    transform_palette (self);
}

static void
take_colormap (VitrailWindowLut *self, const char *name)
{
  const uint32_t *colors = vitrail_colormap_find (name);

  if (colors == NULL)
    return;
  self->channels = 3;
  self->colors = g_malloc ((size_t) 4 * VITRAIL_COLORMAP_SIZE);
  for (size_t i = 0; i < VITRAIL_COLORMAP_SIZE; i++) {
    self->colors[4 * i] = (uint8_t) (colors[i] >> 16);
    self->colors[4 * i + 1] = (uint8_t) (colors[i] >> 8);
    self->colors[4 * i + 2] = (uint8_t) colors[i];
    self->colors[4 * i + 3] = 255;
  }
}

static void
take_padding (VitrailWindowLut *self, const VitrailFrameInfo *info)
{
  self->padding[0] = NAN;
  self->padding[1] = NAN;
  if (!info->has_padding || self->samples != 1)
    return;
  self->padding[0] = info->padding_low + info->sample_offset;
  self->padding[1] = info->padding_high + info->sample_offset;
}

VitrailWindowLut *
vitrail_window_lut_new_for_range (const VitrailFrameInfo *info,
                                  const VitrailPresentation *presentation,
                                  const double range[2])
{
  g_autoptr (VitrailWindowLut) self = g_new0 (VitrailWindowLut, 1);
  const gboolean asked = presentation != NULL && presentation->invert;
  const gboolean palette = vitrail_window_has_palette (info);

  self->samples = info->format.samples;
  self->sample_bytes = vitrail_pixel_format_get_sample_bytes (&info->format);
  self->is_float = info->format.is_float;
  self->channels = palette || self->samples >= 3 ? 3 : 1;
  self->slope = 1.0;
  self->invert = !asked != !(info->inverted && self->channels == 1);
  take_display (self, info, presentation);
  if (palette) {
    take_palette (self, info);
  } else {
    take_padding (self, info);
    set_window (self, info, presentation, range);
    if (self->sample_bytes <= 2)
      make_table (self);
  }
  if (presentation != NULL && self->channels == 1)
    take_colormap (self, presentation->colormap);
  return g_steal_pointer (&self);
}

VitrailWindowLut *
vitrail_window_lut_new (const VitrailFrameInfo *info,
                        const VitrailPresentation *presentation,
                        const VitrailFrame *frame)
{
  double range[2];
  const gboolean use = frame != NULL &&
                       vitrail_window_needs_range (info, presentation) &&
                       vitrail_window_get_range (frame, info, range);

  return vitrail_window_lut_new_for_range (info, presentation,
                                           use ? range : NULL);
}

void
vitrail_window_lut_free (VitrailWindowLut *self)
{
  g_clear_pointer (&self->modality_lut, free_lut);
  g_clear_pointer (&self->voi_lut, free_lut);
  g_clear_pointer (&self->presentation_lut, free_lut);
  g_clear_pointer (&self->transform, vitrail_color_transform_unref);
  g_free (self->warning);
  g_free (self->table);
  g_free (self->colors);
  g_free (self->palette);
  g_free (self);
}

guint
vitrail_window_lut_get_channels (const VitrailWindowLut *self)
{
  return self->channels;
}

gboolean
vitrail_window_lut_is_identity (const VitrailWindowLut *self)
{
  return self->identity && self->colors == NULL && self->transform == NULL &&
         self->samples == self->channels;
}

gboolean
vitrail_window_lut_get_window (const VitrailWindowLut *self,
                               double *center,
                               double *width)
{
  if (!self->has_window)
    return FALSE;
  *center = self->voi.center;
  *width = self->voi.width;
  return TRUE;
}

const char *
vitrail_window_lut_get_warning (const VitrailWindowLut *self)
{
  return self->warning;
}
