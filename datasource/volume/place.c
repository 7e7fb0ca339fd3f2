/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading places: see place.h. */

#include "volume/place.h"

#include "dicom/clock.h"
#include "error.h"
#include "frameinfo-private.h"
#include "limits.h"

#include <math.h>
#include <string.h>

#define TAG_IMAGE_TYPE           VITRAIL_TAG (0x0008, 0x0008)
#define TAG_SOP_CLASS            VITRAIL_TAG (0x0008, 0x0016)
#define TAG_ACQUISITION_DATETIME VITRAIL_TAG (0x0008, 0x002a)
#define TAG_ACQUISITION_TIME     VITRAIL_TAG (0x0008, 0x0032)
#define TAG_CONTENT_TIME         VITRAIL_TAG (0x0008, 0x0033)
#define TAG_MODALITY             VITRAIL_TAG (0x0008, 0x0060)
#define TAG_FRAME_TYPE           VITRAIL_TAG (0x0008, 0x9007)
#define TAG_COMPLEX_COMPONENT    VITRAIL_TAG (0x0008, 0x9208)
#define TAG_ECHO_TIME            VITRAIL_TAG (0x0018, 0x0081)
#define TAG_INVERSION_TIME       VITRAIL_TAG (0x0018, 0x0082)
#define TAG_ECHO_NUMBERS         VITRAIL_TAG (0x0018, 0x0086)
#define TAG_TRIGGER_TIME         VITRAIL_TAG (0x0018, 0x1060)
#define TAG_FRAME_DATETIME       VITRAIL_TAG (0x0018, 0x9074)
#define TAG_EFFECTIVE_ECHO_TIME  VITRAIL_TAG (0x0018, 0x9082)
#define TAG_B_VALUE              VITRAIL_TAG (0x0018, 0x9087)
#define TAG_ECHO_SEQUENCE        VITRAIL_TAG (0x0018, 0x9114)
#define TAG_DIFFUSION_SEQUENCE   VITRAIL_TAG (0x0018, 0x9117)
#define TAG_CARDIAC_SEQUENCE     VITRAIL_TAG (0x0018, 0x9118)
#define TAG_MR_FRAME_TYPE        VITRAIL_TAG (0x0018, 0x9226)
#define TAG_CT_FRAME_TYPE        VITRAIL_TAG (0x0018, 0x9329)
#define TAG_X_RAY_3D_FRAME_TYPE  VITRAIL_TAG (0x0018, 0x9504)
#define TAG_PET_FRAME_TYPE       VITRAIL_TAG (0x0018, 0x9751)
#define TAG_SERIES               VITRAIL_TAG (0x0020, 0x000e)
#define TAG_ACQUISITION_NUMBER   VITRAIL_TAG (0x0020, 0x0012)
#define TAG_INSTANCE_NUMBER      VITRAIL_TAG (0x0020, 0x0013)
#define TAG_FRAME_OF_REFERENCE   VITRAIL_TAG (0x0020, 0x0052)
#define TAG_TEMPORAL_IDENTIFIER  VITRAIL_TAG (0x0020, 0x0100)
#define TAG_STACK_ID             VITRAIL_TAG (0x0020, 0x9056)
#define TAG_FRAME_CONTENT        VITRAIL_TAG (0x0020, 0x9111)
#define TAG_TEMPORAL_INDEX       VITRAIL_TAG (0x0020, 0x9128)
#define TAG_NOMINAL_DELAY        VITRAIL_TAG (0x0020, 0x9153)
#define TAG_FRAME_ACQUISITION    VITRAIL_TAG (0x0020, 0x9156)
#define TAG_DIMENSION_VALUES     VITRAIL_TAG (0x0020, 0x9157)
#define TAG_POSITION_VOLUME      VITRAIL_TAG (0x0020, 0x9301)
#define TAG_ORIENTATION_VOLUME   VITRAIL_TAG (0x0020, 0x9302)
#define TAG_TIME_OFFSET          VITRAIL_TAG (0x0020, 0x930d)
#define TAG_POSITION_VOLUME_SEQ  VITRAIL_TAG (0x0020, 0x930e)
#define TAG_ORIENTATION_VOL_SEQ  VITRAIL_TAG (0x0020, 0x930f)
#define TAG_TEMPORAL_SEQUENCE    VITRAIL_TAG (0x0020, 0x9310)
#define TAG_VOLUME_REFERENCE     VITRAIL_TAG (0x0020, 0x9312)
#define TAG_SAMPLES              VITRAIL_TAG (0x0028, 0x0002)
#define TAG_N_FRAMES             VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS                 VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS              VITRAIL_TAG (0x0028, 0x0011)
#define TAG_PIXEL_SPACING        VITRAIL_TAG (0x0028, 0x0030)
#define TAG_OCT_CONTENT          VITRAIL_TAG (0x0052, 0x0027)
#define TAG_OCT_DISTANCE         VITRAIL_TAG (0x0052, 0x0028)
#define TAG_FRAME_REFERENCE_TIME VITRAIL_TAG (0x0054, 0x1300)

#define RT_DOSE "1.2.840.10008.5.1.4.1.1.481.2"

gboolean
vitrail_place_is_placed (const VitrailPlace *self)
{
  return self->has_position && self->has_axes && self->has_spacing;
}

void
vitrail_places_init (VitrailPlaces *self)
{
  self->places = g_array_new (FALSE, FALSE, sizeof (VitrailPlace));
  self->texts = g_string_chunk_new (1024);
  g_string_chunk_insert_const (self->texts, "");
}

void
vitrail_places_clear (VitrailPlaces *self)
{
  g_clear_pointer (&self->places, g_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

void
vitrail_axes_get_normal (const double axes[6], double normal[3])
{
  normal[0] = axes[1] * axes[5] - axes[2] * axes[4];
  normal[1] = axes[2] * axes[3] - axes[0] * axes[5];
  normal[2] = axes[0] * axes[4] - axes[1] * axes[3];
  const double length = sqrt (normal[0] * normal[0] + normal[1] * normal[1] +
                              normal[2] * normal[2]);
  for (guint i = 0; i < 3; i++)
    normal[i] /= length;
}

static const char *
intern (VitrailPlaces *self, const VitrailDataSet *data_set, VitrailTag tag)
{
  g_autofree char *text = vitrail_data_set_dup_strings (data_set, tag);

  return g_string_chunk_insert_const (self->texts, text != NULL ? text : "");
}

/* The item of @sequence for @frame, or where there is none the data set itself:
 * a place for what single frames say at their top level. */
static const VitrailDataSet *
group_or_top (const VitrailDataSet *data_set, guint frame, VitrailTag sequence)
{
  const VitrailDataSet *group = vitrail_frame_group (data_set, frame, sequence);

  return group != NULL ? group : data_set;
}

static double
get_number (const VitrailDataSet *data_set, VitrailTag tag)
{
  double value = NAN;

  vitrail_data_set_get_double (data_set, tag, 0, &value);
  return value;
}

/* Seconds; @tag is DT, or TM. */
static double
get_moment (const VitrailDataSet *data_set, VitrailTag tag, gboolean has_date)
{
  g_autofree char *text = vitrail_data_set_dup_string (data_set, tag, 0);
  double seconds = NAN;

  if (text == NULL)
    return NAN;
  if (has_date)
    vitrail_clock_parse_date_time (text, &seconds, NULL);
  else
    vitrail_clock_parse_time (text, &seconds);
  return seconds;
}

static void
set_first (double *key, double value)
{
  if (isnan (*key))
    *key = value;
}

static void
read_dimension (VitrailPlace *self, const VitrailDataSet *content)
{
  const guint n = vitrail_data_set_get_n_values (content, TAG_DIMENSION_VALUES);

  if (n > 0)
    vitrail_data_set_get_double (content, TAG_DIMENSION_VALUES, n - 1,
                                 &self->keys[VITRAIL_PLACE_DIMENSION]);
}

static void
read_keys (VitrailPlace *self, const VitrailDataSet *data_set)
{
  const guint frame = self->source.frame;
  const VitrailDataSet *content =
      group_or_top (data_set, frame, TAG_FRAME_CONTENT);
  double *keys = self->keys;

  for (guint i = 0; i < VITRAIL_N_PLACE_KEYS; i++)
    keys[i] = NAN;
  keys[VITRAIL_PLACE_TEMPORAL_POSITION] =
      get_number (content, TAG_TEMPORAL_INDEX);
  set_first (&keys[VITRAIL_PLACE_TEMPORAL_POSITION],
             get_number (group_or_top (data_set, frame, TAG_TEMPORAL_SEQUENCE),
                         TAG_TIME_OFFSET));
  set_first (&keys[VITRAIL_PLACE_TEMPORAL_POSITION],
             get_number (data_set, TAG_TEMPORAL_IDENTIFIER));
  keys[VITRAIL_PLACE_B_VALUE] =
      get_number (group_or_top (data_set, frame, TAG_DIFFUSION_SEQUENCE),
                  TAG_B_VALUE);
  keys[VITRAIL_PLACE_TRIGGER_TIME] =
      get_number (group_or_top (data_set, frame, TAG_CARDIAC_SEQUENCE),
                  TAG_NOMINAL_DELAY);
  set_first (&keys[VITRAIL_PLACE_TRIGGER_TIME],
             get_number (data_set, TAG_TRIGGER_TIME));
  keys[VITRAIL_PLACE_REFERENCE_TIME] =
      get_number (data_set, TAG_FRAME_REFERENCE_TIME);
  keys[VITRAIL_PLACE_INVERSION_TIME] =
      get_number (data_set, TAG_INVERSION_TIME);
  keys[VITRAIL_PLACE_ACQUISITION] = get_number (content, TAG_FRAME_ACQUISITION);
  set_first (&keys[VITRAIL_PLACE_ACQUISITION],
             get_number (data_set, TAG_ACQUISITION_NUMBER));
  keys[VITRAIL_PLACE_ACQUISITION_TIME] =
      get_moment (content, TAG_FRAME_DATETIME, TRUE);
  set_first (&keys[VITRAIL_PLACE_ACQUISITION_TIME],
             get_moment (data_set, TAG_ACQUISITION_DATETIME, TRUE));
  set_first (&keys[VITRAIL_PLACE_ACQUISITION_TIME],
             get_moment (data_set, TAG_ACQUISITION_TIME, FALSE));
  keys[VITRAIL_PLACE_CONTENT_TIME] =
      get_moment (data_set, TAG_CONTENT_TIME, FALSE);
  read_dimension (self, content);
  keys[VITRAIL_PLACE_INSTANCE] = get_number (data_set, TAG_INSTANCE_NUMBER);
}

static void
read_type (VitrailPlaces *places,
           VitrailPlace *self,
           const VitrailDataSet *data_set)
{
  static const VitrailTag sequences[] = { TAG_MR_FRAME_TYPE, TAG_CT_FRAME_TYPE,
                                          TAG_PET_FRAME_TYPE,
                                          TAG_X_RAY_3D_FRAME_TYPE };
  const guint frame = self->source.frame;
  const VitrailDataSet *group = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sequences) && group == NULL; i++)
    group = vitrail_frame_group (data_set, frame, sequences[i]);
  self->image_type = group != NULL ? intern (places, group, TAG_FRAME_TYPE)
                                   : intern (places, data_set, TAG_IMAGE_TYPE);
  self->component =
      intern (places, group != NULL ? group : data_set, TAG_COMPLEX_COMPONENT);
}

static void
read_echo (VitrailPlace *self, const VitrailDataSet *data_set)
{
  self->echo = get_number (data_set, TAG_ECHO_NUMBERS);
  self->echo_time = get_number (group_or_top (data_set, self->source.frame,
                                              TAG_ECHO_SEQUENCE),
                                TAG_EFFECTIVE_ECHO_TIME);
  set_first (&self->echo_time, get_number (data_set, TAG_ECHO_TIME));
}

/* Enhanced US Volume: millimetres of the volume's own (C.8.24.3.3). */
static gboolean
read_volume_plane (VitrailPlace *self, const VitrailDataSet *data_set)
{
  const guint frame = self->source.frame;
  const VitrailDataSet *where =
      vitrail_frame_group (data_set, frame, TAG_POSITION_VOLUME_SEQ);
  const VitrailDataSet *how =
      vitrail_frame_group (data_set, frame, TAG_ORIENTATION_VOL_SEQ);

  if (where == NULL && how == NULL)
    return FALSE;
  self->space = VITRAIL_SPACE_OWN;
  self->has_position = vitrail_data_set_get_doubles (where, TAG_POSITION_VOLUME,
                                                     self->position, 3);
  self->has_axes = vitrail_data_set_get_doubles (how, TAG_ORIENTATION_VOLUME,
                                                 self->axes, 6) &&
                   vitrail_axes_are_right (self->axes);
  return TRUE;
}

/* IVOCT: frames along the vessel, as if it were straight (C.8.27.3.5). */
static gboolean
read_pullback (VitrailPlace *self, const VitrailDataSet *data_set)
{
  static const double axes[6] = { 1, 0, 0, 0, 1, 0 };
  const VitrailDataSet *content =
      vitrail_frame_group (data_set, self->source.frame, TAG_OCT_CONTENT);
  double distance = 0;

  if (!vitrail_data_set_get_double (content, TAG_OCT_DISTANCE, 0, &distance))
    return FALSE;
  self->space = VITRAIL_SPACE_OWN;
  memcpy (self->axes, axes, sizeof axes);
  self->position[0] = self->position[1] = 0;
  self->position[2] = distance;
  self->has_position = self->has_axes = TRUE;
  return TRUE;
}

static gboolean
read_spacing (VitrailPlace *self, const VitrailDataSet *data_set)
{
  double *spacing = self->spacing;

  if (vitrail_frame_read_pixel_measures (data_set, self->source.frame, spacing))
    return TRUE;
  return vitrail_data_set_get_doubles (data_set, TAG_PIXEL_SPACING, spacing,
                                       2) &&
         spacing[0] > 0 && spacing[1] > 0;
}

static void
read_plane (VitrailPlace *self, const VitrailDataSet *data_set)
{
  const guint frame = self->source.frame;

  self->has_spacing = read_spacing (self, data_set);
  if (read_volume_plane (self, data_set) || read_pullback (self, data_set))
    return;
  self->has_position =
      vitrail_frame_read_position (data_set, frame, self->position);
  self->has_axes = vitrail_frame_read_orientation (data_set, frame, self->axes);
  if (vitrail_data_set_text_is (data_set, TAG_MODALITY, 0, "NM"))
    vitrail_place_read_nuclear (self, data_set);
  else if (vitrail_data_set_text_is (data_set, TAG_SOP_CLASS, 0, RT_DOSE))
    vitrail_place_read_dose (self, data_set);
}

static void
read_place (VitrailPlaces *places,
            VitrailPlace *self,
            const VitrailDataSet *data_set)
{
  const VitrailDataSet *content =
      group_or_top (data_set, self->source.frame, TAG_FRAME_CONTENT);

  read_keys (self, data_set);
  read_type (places, self, data_set);
  read_echo (self, data_set);
  read_plane (self, data_set);
  self->stack = intern (places, content, TAG_STACK_ID);
  self->series = intern (places, data_set, TAG_SERIES);
  self->frame_of_reference =
      intern (places, data_set,
              self->space == VITRAIL_SPACE_OWN ? TAG_VOLUME_REFERENCE
                                               : TAG_FRAME_OF_REFERENCE);
}

/* The slices of a mosaic. The frame's position is that of a frame of its size
 * around the slice's middle. */
static void
add_tiles (VitrailPlaces *places,
           const VitrailPlace *whole,
           const VitrailMosaic *mosaic)
{
  VitrailPlace tile = *whole;

  tile.columns = whole->columns / mosaic->across;
  tile.rows = whole->rows / mosaic->across;
  const double right = (whole->columns - tile.columns) / 2.0;
  const double down = (whole->rows - tile.rows) / 2.0;
  for (guint n = 0; n < mosaic->n_slices; n++) {
    for (guint i = 0; i < 3; i++)
      tile.position[i] =
          whole->position[i] + whole->axes[i] * whole->spacing[1] * right +
          whole->axes[3 + i] * whole->spacing[0] * down + mosaic->step[i] * n;
    tile.source.x = n % mosaic->across * tile.columns;
    tile.source.y = n / mosaic->across * tile.rows;
    g_array_append_val (places->places, tile);
  }
}

static gboolean
check_frames (const VitrailPlaces *self, int64_t n_frames, GError **error)
{
  if (n_frames >= 1 && self->places->len <= VITRAIL_LIMIT_VOLUME_FRAMES &&
      (guint64) n_frames <= VITRAIL_LIMIT_VOLUME_FRAMES - self->places->len)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
               "Number of Frames (0028,0008) is %" G_GINT64_FORMAT
               ": volumes are put together of at most %u slices",
               n_frames, VITRAIL_LIMIT_VOLUME_FRAMES);
  return FALSE;
}

gboolean
vitrail_places_add (VitrailPlaces *self,
                    guint input,
                    const VitrailDataSet *data_set,
                    GError **error)
{
  const int64_t rows = vitrail_data_set_get_int_or (data_set, TAG_ROWS, 0);
  const int64_t columns =
      vitrail_data_set_get_int_or (data_set, TAG_COLUMNS, 0);
  const int64_t samples =
      vitrail_data_set_get_int_or (data_set, TAG_SAMPLES, 1);
  const int64_t n_frames =
      vitrail_data_set_get_int_or (data_set, TAG_N_FRAMES, 1);
  VitrailMosaic mosaic;

  if (!check_frames (self, n_frames, error))
    return FALSE;
  for (guint frame = 1; frame <= n_frames; frame++) {
    VitrailPlace place = { .source = { input, frame, 0, 0 } };
    place.rows = (guint) CLAMP (rows, 0, (int64_t) VITRAIL_LIMIT_SIDE);
    place.columns = (guint) CLAMP (columns, 0, (int64_t) VITRAIL_LIMIT_SIDE);
    place.samples = (guint) CLAMP (samples, 0, 4);
    place.is_multi_frame = n_frames > 1;
    read_place (self, &place, data_set);
    if (n_frames == 1 && vitrail_place_is_placed (&place) &&
        vitrail_mosaic_read (&mosaic, data_set, place.axes))
      add_tiles (self, &place, &mosaic);
    else
      g_array_append_val (self->places, place);
  }
  return TRUE;
}
