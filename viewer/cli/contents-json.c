/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a folder holds, for programs: the object of `vitrail info --json`. A
 * text that is not there is "", a number 0. */

#include "contents-registration.h"
#include "contents-slide.h"
#include "contents-waveform.h"
#include "contents.h"

#include <json-glib/json-glib.h>

#define TAG_SOP_CLASS_UID       VITRAIL_TAG (0x0008, 0x0016)
#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_DATE          VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY            VITRAIL_TAG (0x0008, 0x0060)
#define TAG_SERIES_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_TRANSFER_SYNTAX     VITRAIL_TAG (0x0008, 0x3002)
#define TAG_PATIENT_NAME        VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID          VITRAIL_TAG (0x0010, 0x0020)
#define TAG_STUDY_INSTANCE_UID  VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define TAG_N_FRAMES            VITRAIL_TAG (0x0028, 0x0008)
#define TAG_ROWS                VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS             VITRAIL_TAG (0x0028, 0x0011)

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, valid);
}

static void
add_number (JsonBuilder *json, const char *name, gint64 number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, number);
}

static void
add_attribute (JsonBuilder *json,
               const char *name,
               const VitrailDataSet *answer,
               VitrailTag tag)
{
  g_autofree char *text = vitrail_data_set_dup_strings (answer, tag);

  add_text (json, name, text);
}

static void
begin_array (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

static void
add_instance (JsonBuilder *json,
              const VitrailContents *contents,
              const VitrailDataSet *instance)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (instance, TAG_SOP_INSTANCE_UID, 0);
  g_autofree char *path = vitrail_data_source_dup_path (contents->source, uid);
  gint64 rows = vitrail_data_set_get_int_or (instance, TAG_ROWS, 0);

  json_builder_begin_object (json);
  add_text (json, "SOPInstanceUID", uid);
  add_attribute (json, "SOPClassUID", instance, TAG_SOP_CLASS_UID);
  add_attribute (json, "TransferSyntaxUID", instance, TAG_TRANSFER_SYNTAX);
  add_text (json, "path", path);
  add_number (json, "frames",
              vitrail_data_set_get_int_or (instance, TAG_N_FRAMES, rows > 0));
  add_number (json, "rows", rows);
  add_number (json, "columns",
              vitrail_data_set_get_int_or (instance, TAG_COLUMNS, 0));
  vitrail_contents_add_waveform (json, contents, instance);
  json_builder_end_object (json);
}

static void
add_series (JsonBuilder *json,
            const VitrailContents *contents,
            const VitrailDataSet *series)
{
  GPtrArray *instances = vitrail_contents_get_instances (contents, series);

  json_builder_begin_object (json);
  add_attribute (json, "SeriesInstanceUID", series, TAG_SERIES_INSTANCE_UID);
  add_attribute (json, "Modality", series, TAG_MODALITY);
  add_attribute (json, "SeriesDescription", series, TAG_SERIES_DESCRIPTION);
  begin_array (json, "instances");
  for (guint i = 0; instances != NULL && i < instances->len; i++)
    add_instance (json, contents, g_ptr_array_index (instances, i));
  json_builder_end_array (json);
  json_builder_end_object (json);
}

static void
add_study (JsonBuilder *json,
           const VitrailContents *contents,
           const VitrailDataSet *study)
{
  GPtrArray *series = vitrail_contents_get_series (contents, study);

  json_builder_begin_object (json);
  add_attribute (json, "StudyInstanceUID", study, TAG_STUDY_INSTANCE_UID);
  add_attribute (json, "PatientID", study, TAG_PATIENT_ID);
  add_attribute (json, "PatientName", study, TAG_PATIENT_NAME);
  add_attribute (json, "StudyDate", study, TAG_STUDY_DATE);
  begin_array (json, "series");
  for (guint i = 0; series != NULL && i < series->len; i++)
    add_series (json, contents, g_ptr_array_index (series, i));
  json_builder_end_array (json);
  vitrail_contents_add_registrations (json, contents, study);
  json_builder_end_object (json);
}

static void
add_level (JsonBuilder *json, VitrailSlide *slide, guint number)
{
  VitrailSlideLevel level;

  vitrail_slide_get_level (slide, number, &level);
  json_builder_begin_object (json);
  add_number (json, "width", (gint64) level.width);
  add_number (json, "height", (gint64) level.height);
  add_number (json, "tile_width", level.tile_width);
  add_number (json, "tile_height", level.tile_height);
  json_builder_set_member_name (json, "downsample");
  json_builder_add_double_value (json, level.downsample);
  json_builder_end_object (json);
}

static void
add_slide (JsonBuilder *json,
           const VitrailSlideEntry *entry,
           VitrailSlide *slide)
{
  VitrailSlideLevel finest;
  double mpp_um[2];

  vitrail_slide_get_level (slide, 0, &finest);
  json_builder_begin_object (json);
  add_text (json, "id", entry->id);
  add_text (json, "path", entry->paths[0]);
  add_text (json, "name", entry->name);
  add_number (json, "width", (gint64) finest.width);
  add_number (json, "height", (gint64) finest.height);
  json_builder_set_member_name (json, "mpp_um");
  if (vitrail_slide_get_mpp_um (slide, mpp_um)) {
    json_builder_begin_array (json);
    json_builder_add_double_value (json, mpp_um[0]);
    json_builder_add_double_value (json, mpp_um[1]);
    json_builder_end_array (json);
  } else {
    json_builder_add_null_value (json);
  }
  begin_array (json, "levels");
  for (guint i = 0; i < vitrail_slide_get_n_levels (slide); i++)
    add_level (json, slide, i);
  json_builder_end_array (json);
  vitrail_contents_add_slide_facts (json, slide);
  json_builder_end_object (json);
}

static void
add_unreadable (JsonBuilder *json, const VitrailUnreadable *unreadable)
{
  json_builder_begin_object (json);
  add_text (json, "path", unreadable->path);
  add_text (json, "reason", unreadable->reason);
  json_builder_end_object (json);
}

char *
vitrail_contents_to_json (const VitrailContents *self)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  begin_array (json, "studies");
  for (guint i = 0; i < self->studies->len; i++)
    add_study (json, self, g_ptr_array_index (self->studies, i));
  json_builder_end_array (json);
  begin_array (json, "slides");
  for (guint i = 0; i < self->slides->len; i++)
    add_slide (json, g_ptr_array_index (self->slides, i),
               g_ptr_array_index (self->pyramids, i));
  json_builder_end_array (json);
  begin_array (json, "unreadable");
  for (guint i = 0; i < self->unreadable->len; i++)
    add_unreadable (json, g_ptr_array_index (self->unreadable, i));
  json_builder_end_array (json);
  json_builder_end_object (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, FALSE);
  return g_strconcat (text, "\n", NULL);
}
