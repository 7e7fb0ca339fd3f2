/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the samples of a frame mean: rescale, windows, padding, tables, polarity
 * and colours (PS3.3 C.11, C.7.6.3). */

#include "frameinfo-private.h"

#include <math.h>

#define TAG_PADDING_VALUE         VITRAIL_TAG (0x0028, 0x0120)
#define TAG_PADDING_LIMIT         VITRAIL_TAG (0x0028, 0x0121)
#define TAG_FLOAT_PADDING_VALUE   VITRAIL_TAG (0x0028, 0x0122)
#define TAG_DOUBLE_PADDING_VALUE  VITRAIL_TAG (0x0028, 0x0123)
#define TAG_FLOAT_PADDING_LIMIT   VITRAIL_TAG (0x0028, 0x0124)
#define TAG_DOUBLE_PADDING_LIMIT  VITRAIL_TAG (0x0028, 0x0125)
#define TAG_WINDOW_CENTER         VITRAIL_TAG (0x0028, 0x1050)
#define TAG_WINDOW_WIDTH          VITRAIL_TAG (0x0028, 0x1051)
#define TAG_RESCALE_INTERCEPT     VITRAIL_TAG (0x0028, 0x1052)
#define TAG_RESCALE_SLOPE         VITRAIL_TAG (0x0028, 0x1053)
#define TAG_RESCALE_TYPE          VITRAIL_TAG (0x0028, 0x1054)
#define TAG_WINDOW_EXPLANATION    VITRAIL_TAG (0x0028, 0x1055)
#define TAG_VOI_FUNCTION          VITRAIL_TAG (0x0028, 0x1056)
#define TAG_ICC_PROFILE           VITRAIL_TAG (0x0028, 0x2000)
#define TAG_COLOR_SPACE           VITRAIL_TAG (0x0028, 0x2002)
#define TAG_MODALITY_LUT_SEQUENCE VITRAIL_TAG (0x0028, 0x3000)
#define TAG_LUT_DESCRIPTOR        VITRAIL_TAG (0x0028, 0x3002)
#define TAG_MODALITY_LUT_TYPE     VITRAIL_TAG (0x0028, 0x3004)
#define TAG_LUT_DATA              VITRAIL_TAG (0x0028, 0x3006)
#define TAG_VOI_LUT_SEQUENCE      VITRAIL_TAG (0x0028, 0x3010)
#define TAG_VOI_SEQUENCE          VITRAIL_TAG (0x0028, 0x9132)
#define TAG_RESCALE_SEQUENCE      VITRAIL_TAG (0x0028, 0x9145)
#define TAG_OPTICAL_PATHS         VITRAIL_TAG (0x0048, 0x0105)
#define TAG_UNITS                 VITRAIL_TAG (0x0054, 0x1001)
#define TAG_PRESENTATION_LUT      VITRAIL_TAG (0x2050, 0x0010)
#define TAG_LUT_SHAPE             VITRAIL_TAG (0x2050, 0x0020)

/* Windows beyond these nobody offers to a person. */
#define MAX_WINDOWS  64
#define MAX_VOI_LUTS 16

/* The item of @sequence where it says @a or @b: one that says neither hides
 * nothing that the data set says itself. */
static const VitrailDataSet *
group_or_top (const VitrailFrameInfo *self,
              VitrailTag sequence,
              VitrailTag a,
              VitrailTag b)
{
  const VitrailDataSet *item =
      vitrail_frame_group (self->data_set, self->frame, sequence);
  const gboolean says = item != NULL && (vitrail_data_set_has (item, a) ||
                                         vitrail_data_set_has (item, b));

  return says ? item : self->data_set;
}

static gboolean
is_grey (const VitrailFrameInfo *self)
{
  return self->format.samples == 1 &&
         self->format.photometric != VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
}

/* Rescale Type names the units (PS3.3 C.11.1.1.2); CT may leave it out, PET
 * says them elsewhere (C.8.9.1.1.3). */
static char *
dup_units (const VitrailFrameInfo *self, const VitrailDataSet *rescale)
{
  g_autofree char *type =
      vitrail_frame_info_dup_text (rescale, TAG_RESCALE_TYPE);

  if (!is_grey (self))
    return g_strdup ("");
  if (type[0] != '\0' && !g_str_equal (type, "US"))
    return g_steal_pointer (&type);
  if (g_str_equal (self->modality, "CT") && type[0] == '\0' &&
      vitrail_data_set_has (rescale, TAG_RESCALE_INTERCEPT))
    return g_strdup ("HU");
  if (g_str_equal (self->modality, "PT"))
    return vitrail_frame_info_dup_text (self->data_set, TAG_UNITS);
  return g_strdup ("");
}

static void
read_rescale (VitrailFrameInfo *self)
{
  const VitrailDataSet *rescale =
      group_or_top (self, TAG_RESCALE_SEQUENCE, TAG_RESCALE_SLOPE,
                    TAG_RESCALE_INTERCEPT);

  self->slope = 1;
  if (is_grey (self)) {
    vitrail_data_set_get_double (rescale, TAG_RESCALE_SLOPE, 0, &self->slope);
    vitrail_data_set_get_double (rescale, TAG_RESCALE_INTERCEPT, 0,
                                 &self->intercept);
  }
  /* A slope of 0 would make every value the same: no writer means it. */
  if (self->slope == 0)
    self->slope = 1;
  self->units = dup_units (self, rescale);
}

static void
read_windows (VitrailFrameInfo *self)
{
  const VitrailDataSet *voi =
      group_or_top (self, TAG_VOI_SEQUENCE, TAG_WINDOW_CENTER,
                    TAG_VOI_LUT_SEQUENCE);

  if (vitrail_data_set_text_is (voi, TAG_VOI_FUNCTION, 0, "LINEAR_EXACT"))
    self->voi_function = VITRAIL_VOI_LINEAR_EXACT;
  else if (vitrail_data_set_text_is (voi, TAG_VOI_FUNCTION, 0, "SIGMOID"))
    self->voi_function = VITRAIL_VOI_SIGMOID;

  if (!is_grey (self))
    return;
  guint n = MIN (vitrail_data_set_get_n_values (voi, TAG_WINDOW_CENTER),
                 vitrail_data_set_get_n_values (voi, TAG_WINDOW_WIDTH));
  n = MIN (n, MAX_WINDOWS);
  self->windows = g_new0 (VitrailWindow, n + 1);
  for (guint i = 0; i < n; i++) {
    VitrailWindow *window = &self->windows[self->n_windows];
    if (!vitrail_data_set_get_double (voi, TAG_WINDOW_CENTER, i,
                                      &window->center) ||
        !vitrail_data_set_get_double (voi, TAG_WINDOW_WIDTH, i,
                                      &window->width) ||
        !(window->width > 0))
      continue;
    window->explanation =
        vitrail_data_set_dup_string (voi, TAG_WINDOW_EXPLANATION, i);
    self->n_windows++;
  }
}

/* Padding has the VR of the samples, US or SS: an implicit data set reads as
 * US, and negative values have to be found again. */
static double
to_stored (const VitrailFrameInfo *self, int64_t value)
{
  guint bits = self->format.bits_allocated <= 16 ? 16 : 32;
  gboolean is_negative =
      vitrail_data_set_get_int_or (self->data_set, VITRAIL_TAG (0x0028, 0x0103),
                                   0) == 1;

  if (is_negative && bits == 16 && value >= 0x8000 && value <= 0xffff)
    value -= 0x10000;
  return (double) value;
}

/* Float Pixel Padding Value and its kin (PS3.3 C.7.6.24). */
static gboolean
get_float_padding (const VitrailFrameInfo *self, double *value, double *limit)
{
  const gboolean wide = self->format.bits_allocated > 32;

  if (!vitrail_data_set_get_double (
          self->data_set,
          wide ? TAG_DOUBLE_PADDING_VALUE : TAG_FLOAT_PADDING_VALUE, 0, value))
    return FALSE;
  *limit = *value;
  vitrail_data_set_get_double (self->data_set,
                               wide ? TAG_DOUBLE_PADDING_LIMIT
                                    : TAG_FLOAT_PADDING_LIMIT,
                               0, limit);
  return isfinite (*value) && isfinite (*limit);
}

static gboolean
get_integer_padding (const VitrailFrameInfo *self, double *value, double *limit)
{
  int64_t a = 0;
  int64_t b = 0;

  if (!vitrail_data_set_get_int (self->data_set, TAG_PADDING_VALUE, 0, &a))
    return FALSE;
  b = a;
  vitrail_data_set_get_int (self->data_set, TAG_PADDING_LIMIT, 0, &b);
  *value = to_stored (self, a);
  *limit = to_stored (self, b);
  return TRUE;
}

static void
read_padding (VitrailFrameInfo *self)
{
  double a = 0;
  double b = 0;

  if (!is_grey (self) ||
      !(self->format.is_float ? get_float_padding (self, &a, &b)
                              : get_integer_padding (self, &a, &b)))
    return;
  self->has_padding = TRUE;
  self->padding_low = MIN (a, b);
  self->padding_high = MAX (a, b);
}

static gboolean
read_modality_lut (VitrailFrameInfo *self, const char *name, GError **error)
{
  const VitrailDataSet *item =
      vitrail_data_set_get_item (self->data_set, TAG_MODALITY_LUT_SEQUENCE, 0);

  /* Some writers leave an item whose attributes are all empty. */
  if (vitrail_data_set_get_n_values (item, TAG_LUT_DESCRIPTOR) == 0 &&
      vitrail_data_set_get_n_values (item, TAG_LUT_DATA) == 0)
    return TRUE;
  self->modality_lut =
      vitrail_lut_new (item, self->sample_offset > 0, name, error);
  if (self->modality_lut == NULL)
    return FALSE;
  self->slope = 1;
  self->intercept = 0;
  g_free (self->units);
  self->units = vitrail_frame_info_dup_text (item, TAG_MODALITY_LUT_TYPE);
  if (g_str_equal (self->units, "US"))
    self->units[0] = '\0';
  return TRUE;
}

/* One that is broken is left out: the windows show the same values. */
static void
read_voi_luts (VitrailFrameInfo *self)
{
  const VitrailDataSet *voi =
      group_or_top (self, TAG_VOI_SEQUENCE, TAG_WINDOW_CENTER,
                    TAG_VOI_LUT_SEQUENCE);
  const gboolean is_signed =
      self->modality_lut == NULL &&
      (self->sample_offset > 0 || self->intercept < 0 || self->slope < 0);
  const guint n = MIN (vitrail_data_set_get_n_items (voi, TAG_VOI_LUT_SEQUENCE),
                       MAX_VOI_LUTS);

  self->voi_luts = g_new0 (VitrailLut *, n + 1);
  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *item =
        vitrail_data_set_get_item (voi, TAG_VOI_LUT_SEQUENCE, i);
    VitrailLut *lut = vitrail_lut_new (item, is_signed, "", NULL);
    if (lut != NULL)
      self->voi_luts[self->n_voi_luts++] = lut;
  }
}

/* Its inputs count from 0 whatever the descriptor says (PS3.3 C.11.6.1.1). A
 * broken one is left out: the picture is that of the writer's screen. */
static void
read_presentation_lut (VitrailFrameInfo *self)
{
  const VitrailDataSet *item =
      vitrail_data_set_get_item (self->data_set, TAG_PRESENTATION_LUT, 0);

  if (item != NULL)
    self->presentation_lut = vitrail_lut_new (item, FALSE, "", NULL);
}

/* MONOCHROME1 unless a Presentation LUT says otherwise (PS3.3 C.11.6). */
static gboolean
is_inverted (const VitrailFrameInfo *self)
{
  if (!is_grey (self) || self->presentation_lut != NULL)
    return FALSE;
  return self->format.photometric == VITRAIL_PHOTOMETRIC_MONOCHROME1 ||
         vitrail_data_set_text_is (self->data_set, TAG_LUT_SHAPE, 0, "INVERSE");
}

static gboolean
read_tables (VitrailFrameInfo *self, const char *name, GError **error)
{
  if (self->format.photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR) {
    self->palette = vitrail_palette_new (self->data_set,
                                         self->sample_offset > 0, name, error);
    return self->palette != NULL;
  }
  if (!is_grey (self))
    return TRUE;
  if (!read_modality_lut (self, name, error))
    return FALSE;
  read_voi_luts (self);
  read_presentation_lut (self);
  return TRUE;
}

/* Of the image, or of the first optical path of a slide. */
static void
read_colors (VitrailFrameInfo *self)
{
  VitrailDataSet *from = self->data_set;

  if (is_grey (self))
    return;
  if (!vitrail_data_set_has (from, TAG_ICC_PROFILE) &&
      vitrail_data_set_get_item (from, TAG_OPTICAL_PATHS, 0) != NULL)
    from = vitrail_data_set_get_item (from, TAG_OPTICAL_PATHS, 0);
  const VitrailElement *profile = vitrail_data_set_find (from, TAG_ICC_PROFILE);
  if (profile != NULL && profile->length > 0)
    self->icc_profile = vitrail_data_set_ref_value (from, TAG_ICC_PROFILE);
  self->color_space = vitrail_data_set_dup_string (from, TAG_COLOR_SPACE, 0);
}

gboolean
vitrail_frame_info_read_values (VitrailFrameInfo *self,
                                const char *name,
                                GError **error)
{
  read_rescale (self);
  read_windows (self);
  read_padding (self);
  if (!read_tables (self, name, error))
    return FALSE;
  read_colors (self);
  self->inverted = is_inverted (self);
  return TRUE;
}

guint
vitrail_frame_info_get_n_voi (const VitrailFrameInfo *self)
{
  return self->n_voi_luts + self->n_windows;
}

char *
vitrail_frame_info_dup_voi_name (const VitrailFrameInfo *self, guint voi)
{
  if (voi >= vitrail_frame_info_get_n_voi (self))
    return NULL;
  const VitrailWindow *window =
      voi < self->n_voi_luts ? NULL : &self->windows[voi - self->n_voi_luts];
  const char *explanation =
      window != NULL ? window->explanation : self->voi_luts[voi]->explanation;
  if (explanation != NULL && explanation[0] != '\0')
    return g_strdup (explanation);
  if (window != NULL)
    return g_strdup_printf ("C %g W %g", window->center, window->width);
  return g_strdup_printf ("VOI LUT %u", voi + 1);
}
