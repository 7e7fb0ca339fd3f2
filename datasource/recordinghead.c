/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attributes of a recorded video: see recordinghead.h. */

#include "recordinghead.h"

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/part10.h"
#include "dicom/vr.h"
#include "error.h"
#include "mapping.h"
#include "recordingderived.h"

#include <string.h>

#define TAG_STUDY_UID   VITRAIL_TAG (0x0020, 0x000d)
#define TAG_FRAMES      VITRAIL_TAG (0x0028, 0x0008)
#define TAG_FRAME_TIME  VITRAIL_TAG (0x0018, 0x1063)
#define TAG_CINE_RATE   VITRAIL_TAG (0x0018, 0x0040)
#define TAG_SHOWN_RATE  VITRAIL_TAG (0x0008, 0x2144)
#define TAG_LOSSY       VITRAIL_TAG (0x0028, 0x2110)
#define TAG_LOSSY_RATIO VITRAIL_TAG (0x0028, 0x2112)
#define TAG_STEPS       VITRAIL_TAG (0x0040, 0x0100)
#define TAG_SERIES_DATE VITRAIL_TAG (0x0008, 0x0021)
#define TAG_SERIES_UID  VITRAIL_TAG (0x0020, 0x000e)
#define TAG_REQUESTED   VITRAIL_TAG (0x0032, 0x1064)

/* Characters of a number that is put in later. */
#define IS_ROOM 12
#define DS_ROOM 16

static const struct {
  const char *film;
  const char *still;
  const char *modality;
} kinds[] = {
  [VITRAIL_RECORDING_ENDOSCOPIC] = { "1.2.840.10008.5.1.4.1.1.77.1.1.1",
                                     "1.2.840.10008.5.1.4.1.1.77.1.1", "ES" },
  [VITRAIL_RECORDING_MICROSCOPIC] = { "1.2.840.10008.5.1.4.1.1.77.1.2.1",
                                      "1.2.840.10008.5.1.4.1.1.77.1.2", "GM" },
  [VITRAIL_RECORDING_PHOTOGRAPHIC] = { "1.2.840.10008.5.1.4.1.1.77.1.4.1",
                                       "1.2.840.10008.5.1.4.1.1.77.1.4", "XC" },
  [VITRAIL_RECORDING_ULTRASOUND] = { "1.2.840.10008.5.1.4.1.1.3.1",
                                     "1.2.840.10008.5.1.4.1.1.6.1", "US" },
  [VITRAIL_RECORDING_SECONDARY] = { "1.2.840.10008.5.1.4.1.1.7.4",
                                    "1.2.840.10008.5.1.4.1.1.7", "OT" },
};

#define UID_GREY_SECONDARY "1.2.840.10008.5.1.4.1.1.7.2"
#define UID_WORD_SECONDARY "1.2.840.10008.5.1.4.1.1.7.3"

/* Of type 2: there, though empty. */
static const VitrailTag always[] = {
  VITRAIL_TAG (0x0008, 0x0020), VITRAIL_TAG (0x0008, 0x0030),
  VITRAIL_TAG (0x0008, 0x0050), VITRAIL_TAG (0x0008, 0x0090),
  VITRAIL_TAG (0x0010, 0x0010), VITRAIL_TAG (0x0010, 0x0020),
  VITRAIL_TAG (0x0010, 0x0030), VITRAIL_TAG (0x0010, 0x0040),
  VITRAIL_TAG (0x0020, 0x0010),
};

/* What else is the patient's, the study's or the equipment's. */
static const VitrailTag kept[] = {
  VITRAIL_TAG (0x0008, 0x0080), VITRAIL_TAG (0x0008, 0x0081),
  VITRAIL_TAG (0x0008, 0x1030), VITRAIL_TAG (0x0008, 0x1040),
  VITRAIL_TAG (0x0008, 0x1048), VITRAIL_TAG (0x0008, 0x1050),
  VITRAIL_TAG (0x0008, 0x1070), VITRAIL_TAG (0x0010, 0x0021),
  VITRAIL_TAG (0x0010, 0x0032), VITRAIL_TAG (0x0010, 0x1000),
  VITRAIL_TAG (0x0010, 0x1001), VITRAIL_TAG (0x0010, 0x1010),
  VITRAIL_TAG (0x0010, 0x1020), VITRAIL_TAG (0x0010, 0x1030),
  VITRAIL_TAG (0x0010, 0x2160), VITRAIL_TAG (0x0010, 0x4000),
};

/* Of the device that recorded; not of who derives from its images. */
static const VitrailTag equipment[] = {
  VITRAIL_TAG (0x0008, 0x0070), VITRAIL_TAG (0x0008, 0x1010),
  VITRAIL_TAG (0x0008, 0x1090), VITRAIL_TAG (0x0018, 0x1000),
  VITRAIL_TAG (0x0018, 0x1020),
};

static const VitrailTag sequences[] = {
  VITRAIL_TAG (0x0008, 0x0051), VITRAIL_TAG (0x0008, 0x1032),
  VITRAIL_TAG (0x0008, 0x1110), VITRAIL_TAG (0x0010, 0x0024),
  VITRAIL_TAG (0x0040, 0x0275),
};

static void
copy_as (VitrailDataSetBuilder *builder,
         VitrailTag to,
         const VitrailDataSet *source,
         VitrailTag from)
{
  g_autofree char *text = vitrail_data_set_dup_strings (source, from);

  if (text != NULL)
    vitrail_data_set_builder_set_string (builder, to, text);
}

static void
copy_items (VitrailDataSetBuilder *builder,
            VitrailTag to,
            const VitrailDataSet *source,
            VitrailTag from)
{
  const guint n_items = vitrail_data_set_get_n_items (source, from);
  g_autofree VitrailDataSet **items = g_new0 (VitrailDataSet *, n_items + 1);

  for (guint i = 0; i < n_items; i++)
    items[i] = vitrail_data_set_get_item (source, from, i);
  if (n_items > 0)
    vitrail_data_set_builder_set_items (builder, to, items, n_items);
}

static void
add_who (VitrailDataSetBuilder *builder,
         const VitrailDataSet *source,
         gboolean is_derived)
{
  for (guint i = 0; i < G_N_ELEMENTS (always); i++) {
    vitrail_data_set_builder_set_string (builder, always[i], "");
    copy_as (builder, always[i], source, always[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    copy_as (builder, kept[i], source, kept[i]);
  for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
    copy_items (builder, sequences[i], source, sequences[i]);
  vitrail_data_set_builder_set_string (builder, equipment[0], "");
  for (guint i = 0; i < G_N_ELEMENTS (equipment) && !is_derived; i++)
    copy_as (builder, equipment[i], source, equipment[i]);
  copy_as (builder, TAG_STUDY_UID, source, TAG_STUDY_UID);
}

/* What was asked for: Request Attributes Sequence. */
static void
add_request (VitrailDataSetBuilder *builder, const VitrailDataSet *source)
{
  const VitrailDataSet *step = vitrail_data_set_get_item (source, TAG_STEPS, 0);

  if (step == NULL)
    return;
  g_autoptr (VitrailDataSetBuilder) request = vitrail_data_set_builder_new ();
  copy_as (request, VITRAIL_TAG (0x0040, 0x0007), step,
           VITRAIL_TAG (0x0040, 0x0007));
  copy_as (request, VITRAIL_TAG (0x0040, 0x0009), step,
           VITRAIL_TAG (0x0040, 0x0009));
  copy_as (request, VITRAIL_TAG (0x0040, 0x1001), source,
           VITRAIL_TAG (0x0040, 0x1001));
  copy_as (request, VITRAIL_TAG (0x0032, 0x1060), source,
           VITRAIL_TAG (0x0032, 0x1060));
  copy_items (request, TAG_REQUESTED, source, TAG_REQUESTED);
  copy_items (request, VITRAIL_TAG (0x0040, 0x0008), step,
              VITRAIL_TAG (0x0040, 0x0008));
  copy_items (builder, VITRAIL_TAG (0x0008, 0x1032), source, TAG_REQUESTED);
  g_autoptr (VitrailDataSet) item =
      vitrail_data_set_builder_end (g_steal_pointer (&request));
  vitrail_data_set_builder_set_items (builder, VITRAIL_TAG (0x0040, 0x0275),
                                      &item, 1);
  copy_as (builder, VITRAIL_TAG (0x0008, 0x1030), source,
           VITRAIL_TAG (0x0032, 0x1060));
  copy_as (builder, VITRAIL_TAG (0x0008, 0x1050), step,
           VITRAIL_TAG (0x0040, 0x0006));
  copy_as (builder, VITRAIL_TAG (0x0008, 0x1010), step,
           VITRAIL_TAG (0x0040, 0x0010));
}

/* The moment when it begins. */
static void
add_times (VitrailDataSetBuilder *builder, const VitrailDataSet *source)
{
  static const VitrailTag dates[] = {
    TAG_SERIES_DATE, VITRAIL_TAG (0x0008, 0x0022), VITRAIL_TAG (0x0008, 0x0023),
    VITRAIL_TAG (0x0008, 0x0012), VITRAIL_TAG (0x0008, 0x0020)
  };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d");
  g_autofree char *time = g_date_time_format (now, "%H%M%S");
  gboolean has_study = vitrail_data_set_has (source, dates[4]);

  /* Each time's number is 0x10 beyond its date's. */
  for (guint i = 0; i < (has_study ? 4 : 5); i++) {
    vitrail_data_set_builder_set_string (builder, dates[i], date);
    vitrail_data_set_builder_set_string (
        builder, dates[i] == dates[3] ? dates[3] + 1 : dates[i] + 0x10, time);
  }
}

static void
add_new_uid (VitrailDataSetBuilder *builder, VitrailTag tag)
{
  g_autofree char *uid = vitrail_uid_new ();

  vitrail_data_set_builder_set_string (builder, tag, uid);
}

static const char *
find_class (const VitrailRecordingFormat *format)
{
  if (format->is_still)
    return kinds[format->kind].still;
  if (format->kind != VITRAIL_RECORDING_SECONDARY || format->samples > 1)
    return kinds[format->kind].film;
  return format->bits > 8 ? UID_WORD_SECONDARY : UID_GREY_SECONDARY;
}

static void
add_identity (VitrailDataSetBuilder *builder,
              const VitrailRecordingFormat *format)
{
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0016),
                                       find_class (format));
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0060),
                                       kinds[format->kind].modality);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0008),
                                       "ORIGINAL\\PRIMARY");
  add_new_uid (builder, VITRAIL_TAG (0x0008, 0x0018));
  if (format->series_uid != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_SERIES_UID,
                                         format->series_uid);
  else
    add_new_uid (builder, TAG_SERIES_UID);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0020, 0x0011),
                                       "");
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0020, 0x0013),
                                    MAX (format->number, 1));
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0020, 0x0020),
                                       "");
}

static void
add_room (VitrailDataSetBuilder *builder,
          VitrailTag tag,
          VitrailVR vr,
          double number)
{
  char text[32] = "";
  gsize room = vr == VR_IS ? IS_ROOM : DS_ROOM;

  g_ascii_formatd (text, sizeof text, vr == VR_IS ? "%.0f" : "%.10g", number);
  gsize length = MIN (strlen (text), room);
  memset (text + length, ' ', sizeof text - length);
  g_autoptr (GBytes) bytes = g_bytes_new (text, room);
  vitrail_data_set_builder_set_bytes (builder, tag, vr, bytes);
}

static void
add_rate (VitrailDataSetBuilder *builder, double rate)
{
  double whole = MAX (1, (double) (gint64) (rate + 0.5));

  add_room (builder, TAG_FRAME_TIME, VR_DS, rate > 0 ? 1000 / rate : 0);
  add_room (builder, TAG_CINE_RATE, VR_IS, whole);
  add_room (builder, TAG_SHOWN_RATE, VR_IS, whole);
}

/* What single pictures do not have. */
static void
add_frames (VitrailDataSetBuilder *builder, double rate)
{
  static const guint8 pointer[] = { 0x18, 0x00, 0x63, 0x10 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (pointer, sizeof pointer);

  vitrail_data_set_builder_set_bytes (builder, VITRAIL_TAG (0x0028, 0x0009),
                                      VR_AT, bytes);
  add_rate (builder, rate);
  add_room (builder, TAG_FRAMES, VR_IS, 1);
}

static void
add_pixels (VitrailDataSetBuilder *builder,
            const VitrailRecordingFormat *format)
{
  const struct {
    VitrailTag tag;
    guint value;
  } numbers[] = {
    { VITRAIL_TAG (0x0028, 0x0002), format->samples },
    { VITRAIL_TAG (0x0028, 0x0010), format->rows },
    { VITRAIL_TAG (0x0028, 0x0011), format->columns },
    { VITRAIL_TAG (0x0028, 0x0100), format->bits > 8 ? 16 : 8 },
    { VITRAIL_TAG (0x0028, 0x0101), format->bits },
    { VITRAIL_TAG (0x0028, 0x0102), format->bits - 1 },
    { VITRAIL_TAG (0x0028, 0x0103), 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    vitrail_data_set_builder_set_int (builder, numbers[i].tag,
                                      numbers[i].value);
  if (format->samples > 1)
    vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0028, 0x0006), 0);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x0004),
                                       format->photometric);
  if (format->pixel_width != format->pixel_height) {
    g_autofree char *aspect =
        g_strdup_printf ("%u\\%u", format->pixel_height, format->pixel_width);
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x0034),
                                         aspect);
  }
}

static void
add_lossy (VitrailDataSetBuilder *builder, const VitrailRecordingFormat *format)
{
  vitrail_data_set_builder_set_string (builder, TAG_LOSSY,
                                       format->lossy_method != NULL ? "01"
                                                                    : "00");
  if (format->lossy_method == NULL)
    return;
  add_room (builder, TAG_LOSSY_RATIO, VR_DS, 1);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x2114),
                                       format->lossy_method);
}

/* Where in the patient: as the source says, else it is not known nearer. */
static void
add_region (VitrailDataSetBuilder *builder, const VitrailDataSet *source)
{
  const VitrailTag tag = VITRAIL_TAG (0x0008, 0x2218);
  const VitrailDataSet *from = vitrail_data_set_get_item (source, tag, 0);

  static const struct {
    VitrailTag tag;
    const char *text;
  } codes[] = {
    { VITRAIL_TAG (0x0008, 0x0100), "38266002" },
    { VITRAIL_TAG (0x0008, 0x0102), "SCT" },
    { VITRAIL_TAG (0x0008, 0x0104), "Entire body" },
  };

  g_autoptr (VitrailDataSetBuilder) region = vitrail_data_set_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (from != NULL)
      copy_as (region, codes[i].tag, from, codes[i].tag);
    else
      vitrail_data_set_builder_set_string (region, codes[i].tag, codes[i].text);
  g_autoptr (VitrailDataSet) item =
      vitrail_data_set_builder_end (g_steal_pointer (&region));
  vitrail_data_set_builder_set_items (builder, tag, &item, 1);
}

/* Grey values that are shown as they are. */
static void
add_grey (VitrailDataSetBuilder *builder, gboolean is_still)
{
  if (is_still)
    return;
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x2050, 0x0020),
                                       "IDENTITY");
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0028, 0x1052), 0);
  vitrail_data_set_builder_set_int (builder, VITRAIL_TAG (0x0028, 0x1053), 1);
  vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x1054),
                                       "US");
}

/* What single kinds ask for. */
static void
add_kind (VitrailDataSetBuilder *builder,
          const VitrailRecordingFormat *format,
          const VitrailDataSet *source)
{
  const VitrailRecordingKind kind = format->kind;

  if (kind <= VITRAIL_RECORDING_PHOTOGRAPHIC) {
    vitrail_data_set_builder_set_items (builder, VITRAIL_TAG (0x0040, 0x0555),
                                        NULL, 0);
    add_region (builder, source);
  } else {
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0020, 0x0060),
                                         "");
    copy_as (builder, VITRAIL_TAG (0x0020, 0x0060), source,
             VITRAIL_TAG (0x0020, 0x0060));
  }
  if (kind == VITRAIL_RECORDING_SECONDARY) {
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0008, 0x0064),
                                         "DV");
    vitrail_data_set_builder_set_string (builder, VITRAIL_TAG (0x0028, 0x0301),
                                         "YES");
    if (format->samples == 1)
      add_grey (builder, format->is_still);
  }
}

/* Attributes that whoever records gives himself, but what the file is. */
static void
add_more (VitrailDataSetBuilder *builder, const VitrailDataSet *more)
{
  for (gsize i = 0; i < vitrail_data_set_get_n_elements (more); i++) {
    VitrailTag tag = vitrail_data_set_get_element (more, i)->tag;
    if (VITRAIL_TAG_GROUP (tag) != 0x0028 && VITRAIL_TAG_GROUP (tag) < 0x7fe0 &&
        tag != VITRAIL_TAG (0x0008, 0x0016))
      copy_as (builder, tag, more, tag);
  }
}

VitrailDataSet *
vitrail_recording_head_new (const VitrailRecordingFormat *format,
                            VitrailDataSet *source,
                            VitrailDataSet *more)
{
  g_autoptr (VitrailDataSetBuilder) builder = vitrail_data_set_builder_new ();
  const gboolean is_derived =
      format->made_from != NULL && format->made_from->len > 0;

  if (source == NULL && is_derived)
    source = g_ptr_array_index (format->made_from, 0);
  add_new_uid (builder, TAG_STUDY_UID);
  add_who (builder, source, is_derived);
  add_request (builder, source);
  add_times (builder, source);
  add_identity (builder, format);
  add_pixels (builder, format);
  add_lossy (builder, format);
  if (!format->is_still)
    add_frames (builder, format->rate);
  add_kind (builder, format, source);
  if (is_derived)
    vitrail_recording_add_derived (builder, format);
  if (format->is_still && format->place != NULL)
    vitrail_recording_add_place (builder, format->place);
  add_more (builder, more);
  return vitrail_data_set_builder_end (g_steal_pointer (&builder));
}

VitrailDataSet *
vitrail_recording_head_end (VitrailDataSet *head,
                            guint n_frames,
                            double seconds,
                            guint64 n_bytes)
{
  g_autoptr (VitrailDataSetBuilder) builder =
      vitrail_data_set_builder_new_from (head);
  double frame_time = 0;

  if (vitrail_data_set_has (head, TAG_FRAMES))
    add_room (builder, TAG_FRAMES, VR_IS, n_frames);
  vitrail_data_set_get_double (head, TAG_FRAME_TIME, 0, &frame_time);
  if (frame_time <= 0 && vitrail_data_set_has (head, TAG_FRAME_TIME))
    add_rate (builder,
              n_frames > 1 && seconds > 0 ? (n_frames - 1) / seconds : 25);
  if (vitrail_data_set_has (head, TAG_LOSSY_RATIO)) {
    double raw = n_frames;
    static const VitrailTag factors[] = { VITRAIL_TAG (0x0028, 0x0002),
                                          VITRAIL_TAG (0x0028, 0x0010),
                                          VITRAIL_TAG (0x0028, 0x0011),
                                          VITRAIL_TAG (0x0028, 0x0101) };
    for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
      raw *= (double) vitrail_data_set_get_int_or (head, factors[i], 1);
    add_room (builder, TAG_LOSSY_RATIO, VR_DS,
              raw / 8 / (double) MAX (n_bytes, 1));
  }
  return vitrail_data_set_builder_end (g_steal_pointer (&builder));
}

static VitrailDataSet *
read_json (GBytes *bytes, const char *path, GError **error)
{
  gsize length = 0;
  const char *json = g_bytes_get_data (bytes, &length);
  g_autoptr (GPtrArray) objects =
      vitrail_json_read (json, (gssize) length, path, error);

  if (objects == NULL)
    return NULL;
  if (objects->len > 0)
    return vitrail_data_set_ref (g_ptr_array_index (objects, 0));
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
               "%s: holds no data set", path);
  return NULL;
}

VitrailDataSet *
vitrail_recording_open_source (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = vitrail_map_file (path, error);
  gsize length = 0;

  if (bytes == NULL)
    return NULL;
  const char *data = g_bytes_get_data (bytes, &length);
  if (length > 0 && strchr ("{[ \t\r\n", data[0]) != NULL && data[0] != '\0')
    return read_json (bytes, path, error);
  g_autoptr (VitrailPart10) file =
      vitrail_part10_read (bytes, path, VITRAIL_READ_HEADER, error);
  return file != NULL
             ? vitrail_data_set_ref (vitrail_part10_get_data_set (file))
             : NULL;
}
