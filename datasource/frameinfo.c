/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading a frame info: identity, format, time; and its life. Geometry is in
 * framegeometry.c, what samples mean in framevalues.c. */

#include "frameinfo.h"

#include "codec/codec.h"
#include "dicom/personname.h"
#include "frameinfo-private.h"

#include <math.h>
#include <string.h>

#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_DATE          VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY            VITRAIL_TAG (0x0008, 0x0060)
#define TAG_STUDY_DESCRIPTION   VITRAIL_TAG (0x0008, 0x1030)
#define TAG_SERIES_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_DISPLAY_FRAME_RATE  VITRAIL_TAG (0x0008, 0x2144)
#define TAG_PATIENT_NAME        VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID          VITRAIL_TAG (0x0010, 0x0020)
#define TAG_BIRTH_DATE          VITRAIL_TAG (0x0010, 0x0030)
#define TAG_CINE_RATE           VITRAIL_TAG (0x0018, 0x0040)
#define TAG_FRAME_TIME          VITRAIL_TAG (0x0018, 0x1063)
#define TAG_FRAME_TIME_VECTOR   VITRAIL_TAG (0x0018, 0x1065)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define TAG_SERIES_NUMBER       VITRAIL_TAG (0x0020, 0x0011)
#define TAG_INSTANCE_NUMBER     VITRAIL_TAG (0x0020, 0x0013)
#define TAG_NUMBER_OF_FRAMES    VITRAIL_TAG (0x0028, 0x0008)
#define TAG_LOSSY_COMPRESSION   VITRAIL_TAG (0x0028, 0x2110)
#define TAG_FRAME_SHUTTER       VITRAIL_TAG (0x0018, 0x9472)
#define TAG_SHARED_GROUPS       VITRAIL_TAG (0x5200, 0x9229)
#define TAG_PER_FRAME_GROUPS    VITRAIL_TAG (0x5200, 0x9230)

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

char *
vitrail_frame_info_dup_text (const VitrailDataSet *data_set, VitrailTag tag)
{
  char *text = vitrail_data_set_dup_string (data_set, tag, 0);

  return text != NULL ? text : g_strdup ("");
}

static void
read_texts (VitrailFrameInfo *self)
{
  const VitrailDataSet *data_set = self->data_set;

  self->sop_instance_uid =
      vitrail_frame_info_dup_text (data_set, TAG_SOP_INSTANCE_UID);
  self->series_instance_uid =
      vitrail_frame_info_dup_text (data_set, TAG_SERIES_INSTANCE_UID);
  self->study_instance_uid =
      vitrail_frame_info_dup_text (data_set, TAG_STUDY_INSTANCE_UID);
  g_autofree char *name =
      vitrail_frame_info_dup_text (data_set, TAG_PATIENT_NAME);
  self->patient_name = vitrail_person_name_format (name);
  self->patient_id = vitrail_frame_info_dup_text (data_set, TAG_PATIENT_ID);
  self->study_description =
      vitrail_frame_info_dup_text (data_set, TAG_STUDY_DESCRIPTION);
  self->series_description =
      vitrail_frame_info_dup_text (data_set, TAG_SERIES_DESCRIPTION);
  self->series_number =
      vitrail_frame_info_dup_text (data_set, TAG_SERIES_NUMBER);
  self->instance_number =
      vitrail_frame_info_dup_text (data_set, TAG_INSTANCE_NUMBER);
  self->modality = vitrail_frame_info_dup_text (data_set, TAG_MODALITY);
  self->study_date = vitrail_frame_info_dup_text (data_set, TAG_STUDY_DATE);
  self->patient_birth_date =
      vitrail_frame_info_dup_text (data_set, TAG_BIRTH_DATE);
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

static void
read_shutter (VitrailFrameInfo *self)
{
  const VitrailDataSet *group =
      vitrail_frame_group (self->data_set, self->frame, TAG_FRAME_SHUTTER);
  double aspect = self->pixel_aspect;

  if (self->has_spacing && self->spacing[1] > 0)
    aspect = self->spacing[0] / self->spacing[1];
  self->shutter = vitrail_shutter_new (group != NULL ? group : self->data_set,
                                       self->overlays, self->format.width,
                                       self->format.height, aspect);
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
  if (!vitrail_frame_info_read_values (self, name, error))
    return NULL;
  vitrail_frame_info_read_geometry (self);
  self->frame_time_ms = vitrail_frame_time_ms (data_set, self->frame);
  self->overlays = vitrail_overlays_new_separate (data_set, self->frame, name);
  read_shutter (self);
  self->lossy = is_lossy (self);
  return g_steal_pointer (&self);
}

VitrailFrameInfo *
vitrail_frame_info_new_page (VitrailDataSet *data_set,
                             guint width,
                             guint height)
{
  VitrailFrameInfo *self = g_new0 (VitrailFrameInfo, 1);

  self->ref_count = 1;
  self->data_set = vitrail_data_set_ref (data_set);
  self->transfer_syntax = g_strdup ("");
  self->n_frames = 1;
  self->format = (VitrailPixelFormat){ .width = width,
                                       .height = height,
                                       .samples = 3,
                                       .bits_allocated = 8,
                                       .bits_stored = 8 };
  self->slope = 1;
  self->units = g_strdup ("");
  read_texts (self);
  return self;
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

/* Owns nothing but itself. */
static VitrailFrameInfo *
copy (VitrailFrameInfo *self)
{
  VitrailFrameInfo *other = g_memdup2 (self, sizeof *self);

  other->ref_count = 1;
  other->base = vitrail_frame_info_ref (self->base != NULL ? self->base : self);
  return other;
}

VitrailFrameInfo *
vitrail_frame_info_ref_at (VitrailFrameInfo *self, const VitrailFrameTime *time)
{
  VitrailFrameInfo *other = copy (self);

  other->time = *time;
  return other;
}

VitrailFrameInfo *
vitrail_frame_info_ref_as (VitrailFrameInfo *self, const VitrailSampleScale *as)
{
  VitrailFrameInfo *other = copy (self);
  const double low = self->padding_low * self->slope + self->intercept;
  const double high = self->padding_high * self->slope + self->intercept;

  other->format.bits_allocated = as->is_float ? 32 : 16;
  other->format.bits_stored = as->is_float ? 32 : 16;
  other->format.is_float = as->is_float;
  other->format.width = as->width;
  other->format.height = as->height;
  other->sample_offset = as->sample_offset;
  if (as->width != self->format.width || as->height != self->format.height)
    other->shutter = NULL;
  if (!as->is_float)
    return other;
  other->slope = 1;
  other->intercept = 0;
  other->modality_lut = NULL;
  other->padding_low = MIN (low, high);
  other->padding_high = MAX (low, high);
  return other;
}

VitrailFrameInfo *
vitrail_frame_info_ref_made (VitrailFrameInfo *self,
                             const VitrailSampleScale *as,
                             const double plane[12],
                             double spacing)
{
  VitrailFrameInfo *made = vitrail_frame_info_ref_as (self, as);

  made->has_plane = plane != NULL;
  made->has_orientation = plane != NULL;
  if (plane != NULL)
    memcpy (made->plane, plane, sizeof made->plane);
  for (guint i = 0; i < 3 && plane != NULL; i++) {
    const double *row = plane + (gsize) i * 4;
    made->orientation[i] = row[0] / spacing;
    made->orientation[3 + i] = row[1] / spacing;
  }
  made->spacing[0] = made->spacing[1] = spacing;
  made->has_spacing = TRUE;
  made->spacing_kind = VITRAIL_SPACING_PATIENT;
  made->frame = made->n_frames = 1;
  made->frame_time_ms = 0;
  /* All that is pointed to belongs to the base. */
  made->overlays = NULL;
  made->shutter = NULL;
  made->sop_instance_uid = (char *) "";
  made->instance_number = (char *) "";
  return made;
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
  g_clear_pointer (&self->shutter, vitrail_shutter_free);
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

/* A number above 0, or 0. */
static double
get_positive (const VitrailDataSet *data_set, VitrailTag tag, guint index)
{
  double value = 0;

  if (!vitrail_data_set_get_double (data_set, tag, index, &value))
    return 0;
  return value > 0 ? value : 0;
}

/* What one number says of all frames; 0: none does. */
static double
get_common_time_ms (const VitrailDataSet *data_set)
{
  double rate = get_positive (data_set, TAG_DISPLAY_FRAME_RATE, 0);
  if (rate == 0)
    rate = get_positive (data_set, TAG_CINE_RATE, 0);
  return rate > 0 ? 1000 / rate : get_positive (data_set, TAG_FRAME_TIME, 0);
}

double
vitrail_frame_time_ms (const VitrailDataSet *data_set, guint frame)
{
  if (vitrail_data_set_get_int_or (data_set, TAG_NUMBER_OF_FRAMES, 1) < 2)
    return 0;
  double time = get_common_time_ms (data_set);
  if (time > 0)
    return time;
  /* The vector's values lead up to each frame, the first is 0: a frame stands
   * until the next one's time has gone, the last as long as the one before. */
  guint n = vitrail_data_set_get_n_values (data_set, TAG_FRAME_TIME_VECTOR);
  if (n < 2 || frame < 1)
    return 0;
  return get_positive (data_set, TAG_FRAME_TIME_VECTOR, MIN (frame, n - 1));
}

/* Values 1, 2, ... of the vector, and the last one for what is left. */
static void
read_times (const char *text, double *times, guint n_frames)
{
  const char *at = strchr (text, '\\');
  guint n = 0;

  for (; at != NULL && n < n_frames; at = strchr (at + 1, '\\')) {
    double value = g_ascii_strtod (at + 1, NULL);
    times[n++] = isfinite (value) && value > 0 ? value : 0;
  }
  for (; n > 0 && n < n_frames; n++)
    times[n] = times[n - 1];
}

/* Of each frame @common where that is above 0, else as the vector says. */
static double *
make_times (const VitrailDataSet *data_set, guint n_frames, double common)
{
  double *times = g_new0 (double, MAX (n_frames, 1));
  const VitrailElement *vector =
      vitrail_data_set_find (data_set, TAG_FRAME_TIME_VECTOR);

  if (vitrail_data_set_get_int_or (data_set, TAG_NUMBER_OF_FRAMES, 1) < 2)
    return times;
  for (guint i = 0; i < n_frames; i++)
    times[i] = common;
  if (common > 0 || vector == NULL || vector->value == NULL)
    return times;
  g_autofree char *text =
      g_strndup ((const char *) vector->value, vector->length);
  read_times (text, times, n_frames);
  return times;
}

double *
vitrail_frame_times_ms (const VitrailDataSet *data_set, guint n_frames)
{
  return make_times (data_set, n_frames, get_common_time_ms (data_set));
}

double *
vitrail_frame_taken_times_ms (const VitrailDataSet *data_set, guint n_frames)
{
  double time = get_positive (data_set, TAG_FRAME_TIME, 0);

  if (time == 0 && !vitrail_data_set_has (data_set, TAG_FRAME_TIME_VECTOR))
    time = get_common_time_ms (data_set);
  return make_times (data_set, n_frames, time);
}
