/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading a frame info: identity, values, windows, palette, time. Geometry is
 * in framegeometry.c. */

#include "frameinfo.h"

#include "codec/codec.h"
#include "frameinfo-private.h"

#include <math.h>
#include <string.h>

#define TAG_SOP_INSTANCE_UID      VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_DATE            VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY              VITRAIL_TAG (0x0008, 0x0060)
#define TAG_STUDY_DESCRIPTION     VITRAIL_TAG (0x0008, 0x1030)
#define TAG_SERIES_DESCRIPTION    VITRAIL_TAG (0x0008, 0x103e)
#define TAG_DISPLAY_FRAME_RATE    VITRAIL_TAG (0x0008, 0x2144)
#define TAG_PATIENT_NAME          VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID            VITRAIL_TAG (0x0010, 0x0020)
#define TAG_BIRTH_DATE            VITRAIL_TAG (0x0010, 0x0030)
#define TAG_CINE_RATE             VITRAIL_TAG (0x0018, 0x0040)
#define TAG_FRAME_TIME            VITRAIL_TAG (0x0018, 0x1063)
#define TAG_FRAME_TIME_VECTOR     VITRAIL_TAG (0x0018, 0x1065)
#define TAG_STUDY_INSTANCE_UID    VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID   VITRAIL_TAG (0x0020, 0x000e)
#define TAG_SERIES_NUMBER         VITRAIL_TAG (0x0020, 0x0011)
#define TAG_INSTANCE_NUMBER       VITRAIL_TAG (0x0020, 0x0013)
#define TAG_NUMBER_OF_FRAMES      VITRAIL_TAG (0x0028, 0x0008)
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
#define TAG_LOSSY_COMPRESSION     VITRAIL_TAG (0x0028, 0x2110)
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
#define TAG_SHARED_GROUPS         VITRAIL_TAG (0x5200, 0x9229)
#define TAG_PER_FRAME_GROUPS      VITRAIL_TAG (0x5200, 0x9230)

/* Windows beyond these nobody offers to a person. */
#define MAX_WINDOWS  64
#define MAX_VOI_LUTS 16

G_DEFINE_BOXED_TYPE (VitrailFrameInfo,
                     vitrail_frame_info,
                     vitrail_frame_info_ref,
                     vitrail_frame_info_unref)

const VitrailDataSet *
vitrail_frame_group (const VitrailDataSet *data_set,
                     guint frame,
                     VitrailTag sequence)
{
  const VitrailDataSet *groups =
      vitrail_data_set_get_item (data_set, TAG_PER_FRAME_GROUPS, frame - 1);
  const VitrailDataSet *item = vitrail_data_set_get_item (groups, sequence, 0);

  if (item != NULL)
    return item;
  groups = vitrail_data_set_get_item (data_set, TAG_SHARED_GROUPS, 0);
  return vitrail_data_set_get_item (groups, sequence, 0);
}

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

/* Never NULL. */
static char *
dup_text (const VitrailDataSet *data_set, VitrailTag tag)
{
  char *text = vitrail_data_set_dup_string (data_set, tag, 0);

  return text != NULL ? text : g_strdup ("");
}

/* "Doe^John^M" -> "Doe, John M" (PS3.5 6.2.1.2): the first of the groups
 * alphabetic, ideographic, phonetic that says something. */
static char *
dup_person_name (const VitrailDataSet *data_set)
{
  g_autofree char *text = dup_text (data_set, TAG_PATIENT_NAME);
  g_auto (GStrv) groups = g_strsplit (text, "=", 3);
  guint used = 0;
  while (groups[used] != NULL && groups[used][strspn (groups[used], "^ ")] == 0)
    used++;
  g_auto (GStrv) parts =
      g_strsplit (groups[used] != NULL ? groups[used] : "", "^", 5);
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip (parts[i]);
    if (part[0] == '\0')
      continue;
    if (name->len > 0)
      g_string_append (name, i == 1 ? ", " : " ");
    g_string_append (name, part);
  }
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
read_texts (VitrailFrameInfo *self)
{
  const VitrailDataSet *data_set = self->data_set;

  self->sop_instance_uid = dup_text (data_set, TAG_SOP_INSTANCE_UID);
  self->series_instance_uid = dup_text (data_set, TAG_SERIES_INSTANCE_UID);
  self->study_instance_uid = dup_text (data_set, TAG_STUDY_INSTANCE_UID);
  self->patient_name = dup_person_name (data_set);
  self->patient_id = dup_text (data_set, TAG_PATIENT_ID);
  self->study_description = dup_text (data_set, TAG_STUDY_DESCRIPTION);
  self->series_description = dup_text (data_set, TAG_SERIES_DESCRIPTION);
  self->series_number = dup_text (data_set, TAG_SERIES_NUMBER);
  self->instance_number = dup_text (data_set, TAG_INSTANCE_NUMBER);
  self->modality = dup_text (data_set, TAG_MODALITY);
  self->study_date = dup_text (data_set, TAG_STUDY_DATE);
  self->patient_birth_date = dup_text (data_set, TAG_BIRTH_DATE);
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
  g_autofree char *type = dup_text (rescale, TAG_RESCALE_TYPE);

  if (!is_grey (self))
    return g_strdup ("");
  if (type[0] != '\0' && !g_str_equal (type, "US"))
    return g_steal_pointer (&type);
  if (g_str_equal (self->modality, "CT") && type[0] == '\0' &&
      vitrail_data_set_has (rescale, TAG_RESCALE_INTERCEPT))
    return g_strdup ("HU");
  if (g_str_equal (self->modality, "PT"))
    return dup_text (self->data_set, TAG_UNITS);
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
  self->units = dup_text (item, TAG_MODALITY_LUT_TYPE);
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
vitrail_transfer_syntax_is_lossy (const char *transfer_syntax)
{
  static const char *const lossy[] = {
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.55",
    "1.2.840.10008.1.2.4.100",
    "1.2.840.10008.1.2.4.100.1",
    "1.2.840.10008.1.2.4.101",
    "1.2.840.10008.1.2.4.101.1",
    "1.2.840.10008.1.2.4.102",
    "1.2.840.10008.1.2.4.102.1",
    "1.2.840.10008.1.2.4.103",
    "1.2.840.10008.1.2.4.103.1",
    "1.2.840.10008.1.2.4.104",
    "1.2.840.10008.1.2.4.104.1",
    "1.2.840.10008.1.2.4.105",
    "1.2.840.10008.1.2.4.105.1",
    "1.2.840.10008.1.2.4.106",
    "1.2.840.10008.1.2.4.106.1",
    "1.2.840.10008.1.2.4.107",
    "1.2.840.10008.1.2.4.108",
    NULL,
  };

  return g_strv_contains (lossy, transfer_syntax);
}

/* Syntaxes that cannot be lossless, and those that can. */
static gboolean
is_lossy (const VitrailFrameInfo *self)
{
  static const char *const maybe[] = {
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.93",
    "1.2.840.10008.1.2.4.112",
    "1.2.840.10008.1.2.4.203",
    "1.2.840.10008.1.2.4.111",
    NULL,
  };

  if (vitrail_data_set_text_is (self->data_set, TAG_LOSSY_COMPRESSION, 0,
                                "01") ||
      vitrail_transfer_syntax_is_lossy (self->transfer_syntax))
    return TRUE;
  return g_strv_contains (maybe, self->transfer_syntax) &&
         !vitrail_data_set_text_is (self->data_set, TAG_LOSSY_COMPRESSION, 0,
                                    "00");
}

static void
read_format (VitrailFrameInfo *self)
{
  guint bits = self->format.bits_allocated;

  self->sample_offset = self->format.is_signed
                            ? ldexp (1, (int) self->format.bits_stored - 1)
                            : 0;
  /* As codecs widen: see vitrail_codec_get_output_format (). */
  self->format.bits_allocated = bits <= 8    ? 8
                                : bits <= 16 ? 16
                                : bits <= 32 ? 32
                                             : 64;
  self->format.planar = FALSE;
  vitrail_pixel_format_normalize (&self->format);
}

VitrailFrameInfo *
vitrail_frame_info_new (VitrailDataSet *data_set,
                        const char *transfer_syntax,
                        guint frame,
                        const char *name,
                        GError **error)
{
  g_autoptr (VitrailFrameInfo) self = g_new0 (VitrailFrameInfo, 1);

  self->ref_count = 1;
  self->data_set = vitrail_data_set_ref (data_set);
  self->transfer_syntax = g_strdup (transfer_syntax);
  self->frame = MAX (frame, 1);
  if (!vitrail_pixel_format_from_data_set (&self->format, data_set, name,
                                           error))
    return NULL;
  int64_t n_frames =
      vitrail_data_set_get_int_or (data_set, TAG_NUMBER_OF_FRAMES, 1);
  self->n_frames = (guint) CLAMP (n_frames, 1, G_MAXINT32);
  read_format (self);
  read_texts (self);
  read_rescale (self);
  read_windows (self);
  read_padding (self);
  if (!read_tables (self, name, error))
    return NULL;
  vitrail_frame_info_read_geometry (self);
  self->frame_time_ms = vitrail_frame_time_ms (data_set, self->frame);
  read_colors (self);
  self->overlays = vitrail_overlays_new_separate (data_set, self->frame, name);
  self->lossy = is_lossy (self);
  self->inverted = is_inverted (self);
  return g_steal_pointer (&self);
}

VitrailFrameInfo *
vitrail_frame_info_ref (VitrailFrameInfo *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static gboolean
has_size_of (const VitrailFrameInfo *self, const VitrailFrame *frame)
{
  return frame->reduce > 0 || (self->format.width == frame->format.width &&
                               self->format.height == frame->format.height);
}

gboolean
vitrail_frame_info_adapt (const VitrailFrameInfo *self,
                          const VitrailFrame *frame,
                          VitrailFrameInfo *adapted)
{
  const VitrailPixelFormat *format = &frame->format;
  const gboolean is_placed = has_size_of (self, frame);

  *adapted = *self;
  if (is_placed && self->format.samples == format->samples &&
      self->format.bits_allocated == format->bits_allocated &&
      self->format.bits_stored == format->bits_stored &&
      self->sample_offset == frame->sample_offset)
    return FALSE;
  adapted->format = *format;
  adapted->sample_offset = frame->sample_offset;
  adapted->has_plane = self->has_plane && is_placed;
  adapted->has_spacing = self->has_spacing && is_placed;
  return TRUE;
}

VitrailFrameInfo *
vitrail_frame_info_ref_for (VitrailFrameInfo *self, const VitrailFrame *frame)
{
  VitrailFrameInfo adapted;

  if (!vitrail_frame_info_adapt (self, frame, &adapted))
    return vitrail_frame_info_ref (self);
  adapted.ref_count = 1;
  adapted.base =
      vitrail_frame_info_ref (self->base != NULL ? self->base : self);
  return g_memdup2 (&adapted, sizeof adapted);
}

void
/* NOLINTNEXTLINE(misc-no-recursion): a base has no base */
vitrail_frame_info_unref (VitrailFrameInfo *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  if (self->base != NULL) {
    /* NOLINTNEXTLINE(misc-no-recursion): a base has no base */
    vitrail_frame_info_unref (self->base);
    g_free (self);
    return;
  }
  vitrail_data_set_unref (self->data_set);
  g_clear_pointer (&self->palette, vitrail_palette_free);
  g_clear_pointer (&self->modality_lut, vitrail_lut_free);
  g_clear_pointer (&self->overlays, vitrail_overlays_unref);
  g_clear_pointer (&self->presentation_lut, vitrail_lut_free);
  for (guint i = 0; i < self->n_voi_luts; i++)
    vitrail_lut_free (self->voi_luts[i]);
  g_free (self->voi_luts);
  g_clear_pointer (&self->icc_profile, g_bytes_unref);
  g_free (self->color_space);
  for (guint i = 0; i < self->n_windows; i++)
    g_free (self->windows[i].explanation);
  g_free (self->windows);
  g_free (self->units);
  g_free (self->sop_instance_uid);
  g_free (self->series_instance_uid);
  g_free (self->study_instance_uid);
  g_free (self->transfer_syntax);
  g_free (self->patient_name);
  g_free (self->patient_id);
  g_free (self->study_description);
  g_free (self->series_description);
  g_free (self->series_number);
  g_free (self->instance_number);
  g_free (self->modality);
  g_free (self->study_date);
  g_free (self->patient_birth_date);
  g_free (self);
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

/* A number above 0, or 0. */
static double
get_positive (const VitrailDataSet *data_set, VitrailTag tag, guint index)
{
  double value = 0;

  if (!vitrail_data_set_get_double (data_set, tag, index, &value))
    return 0;
  return value > 0 ? value : 0;
}

double
vitrail_frame_time_ms (const VitrailDataSet *data_set, guint frame)
{
  if (vitrail_data_set_get_int_or (data_set, TAG_NUMBER_OF_FRAMES, 1) < 2)
    return 0;
  double rate = get_positive (data_set, TAG_DISPLAY_FRAME_RATE, 0);
  if (rate == 0)
    rate = get_positive (data_set, TAG_CINE_RATE, 0);
  if (rate > 0)
    return 1000 / rate;
  double time = get_positive (data_set, TAG_FRAME_TIME, 0);
  if (time > 0)
    return time;
  /* The vector's values lead up to each frame, the first is 0: a frame stands
   * until the next one's time has gone, the last as long as the one before. */
  guint n = vitrail_data_set_get_n_values (data_set, TAG_FRAME_TIME_VECTOR);
  if (n < 2 || frame < 1)
    return 0;
  return get_positive (data_set, TAG_FRAME_TIME_VECTOR, MIN (frame, n - 1));
}
