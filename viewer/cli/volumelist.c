/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Volumes of a folder: see volumelist.h. */

#include "volumelist.h"

#include <json-glib/json-glib.h>

#include <math.h>

#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_MODALITY            VITRAIL_TAG (0x0008, 0x0060)
#define TAG_SERIES_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)
#define TAG_SERIES_NUMBER       VITRAIL_TAG (0x0020, 0x0011)
#define TAG_ROWS                VITRAIL_TAG (0x0028, 0x0010)

static void
series_free (gpointer data)
{
  VitrailVolumeSeries *self = data;

  g_ptr_array_unref (self->instances);
  vitrail_volume_plans_free (self->plans);
  g_free (self);
}

static VitrailInstance *
open_instance (const VitrailContents *contents, const VitrailDataSet *answer)
{
  g_autofree char *uid =
      vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE_UID, 0);

  return vitrail_data_source_open_instance (contents->source, uid, NULL, NULL);
}

static VitrailVolumeSeries *
series_new (const VitrailContents *contents, const VitrailDataSet *series)
{
  GPtrArray *answers = vitrail_contents_get_instances (contents, series);
  g_autoptr (GPtrArray) instances =
      g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();

  for (guint i = 0; answers != NULL && i < answers->len; i++) {
    g_autoptr (VitrailInstance) instance =
        open_instance (contents, g_ptr_array_index (answers, i));
    if (instance == NULL ||
        !vitrail_data_set_has (vitrail_instance_get_data_set (instance),
                               TAG_ROWS))
      continue;
    g_ptr_array_add (headers, vitrail_instance_get_data_set (instance));
    g_ptr_array_add (instances, g_steal_pointer (&instance));
  }
  if (instances->len == 0)
    return NULL;
  VitrailVolumeSeries *self = g_new0 (VitrailVolumeSeries, 1);
  self->series = series;
  self->plans =
      vitrail_volume_plans_new ((VitrailDataSet *const *) headers->pdata,
                                headers->len);
  self->instances = g_steal_pointer (&instances);
  return self;
}

GPtrArray *
vitrail_volume_list_new (const VitrailContents *contents)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (series_free);

  for (guint i = 0; i < contents->studies->len; i++) {
    GPtrArray *all =
        vitrail_contents_get_series (contents,
                                     g_ptr_array_index (contents->studies, i));
    for (guint k = 0; all != NULL && k < all->len; k++) {
      VitrailVolumeSeries *series =
          series_new (contents, g_ptr_array_index (all, k));
      if (series != NULL)
        g_ptr_array_add (list, series);
    }
  }
  return list;
}

/* --- JSON --- */

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, valid);
}

static void
add_attribute (JsonBuilder *json,
               const char *name,
               const VitrailDataSet *answer,
               VitrailTag tag)
{
  g_autofree char *text = vitrail_data_set_dup_strings (answer, tag);

  add_text (json, name, text != NULL ? text : "");
}

static void
add_bool (JsonBuilder *json, const char *name, gboolean value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, value);
}

static void
begin_array (JsonBuilder *json, const char *name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

static void
add_texts (JsonBuilder *json, const char *name, char *const *texts)
{
  begin_array (json, name);
  for (guint i = 0; texts[i] != NULL; i++)
    json_builder_add_string_value (json, texts[i]);
  json_builder_end_array (json);
}

/* What is no number is null. */
static void
add_numbers (JsonBuilder *json, const char *name, const double *n, guint length)
{
  begin_array (json, name);
  for (guint i = 0; i < length; i++) {
    if (isfinite (n[i]))
      json_builder_add_double_value (json, n[i]);
    else
      json_builder_add_null_value (json);
  }
  json_builder_end_array (json);
}

static void
add_issues (JsonBuilder *json, guint issues)
{
  begin_array (json, "messages");
  for (guint code = 1; code < VITRAIL_N_ISSUES; code++) {
    if ((issues & VITRAIL_ISSUE_BIT (code)) == 0)
      continue;
    json_builder_begin_object (json);
    json_builder_set_member_name (json, "code");
    json_builder_add_int_value (json, code);
    add_text (json, "text", vitrail_volume_issue_get_text (code));
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

static void
add_source (JsonBuilder *json,
            const VitrailVolumeSeries *series,
            const VitrailSliceSource *source)
{
  if (source == NULL) {
    json_builder_add_null_value (json);
    return;
  }
  VitrailInstance *instance =
      g_ptr_array_index (series->instances, source->input);
  json_builder_begin_array (json);
  json_builder_add_string_value (json, vitrail_instance_get_sop_instance_uid (
                                           instance));
  json_builder_add_int_value (json, source->frame);
  json_builder_add_int_value (json, source->x);
  json_builder_add_int_value (json, source->y);
  json_builder_end_array (json);
}

/* Which acquired slices there are, a list a point in time; and of which two,
 * and how much of the second, each slice of the volume is made. */
static void
add_slices (JsonBuilder *json,
            const VitrailVolumeSeries *series,
            const VitrailVolumePlan *plan)
{
  begin_array (json, "sources");
  for (guint time = 0; time < plan->n_times; time++) {
    json_builder_begin_array (json);
    for (guint place = 0; place < plan->n_places; place++)
      add_source (json, series,
                  vitrail_volume_plan_get_source (plan, time, place));
    json_builder_end_array (json);
  }
  json_builder_end_array (json);
  begin_array (json, "slices");
  for (guint k = 0; k < plan->size[2]; k++) {
    const VitrailPlanSlice *slice = &plan->slices[k];
    if (slice->a == VITRAIL_SLICE_NONE) {
      json_builder_add_null_value (json);
      continue;
    }
    json_builder_begin_array (json);
    json_builder_add_int_value (json, slice->a);
    json_builder_add_int_value (json, slice->b);
    json_builder_add_double_value (json, slice->weight);
    json_builder_end_array (json);
  }
  json_builder_end_array (json);
}

static void
get_spacing (const VitrailVolumePlan *plan, double spacing[3])
{
  const double *m = plan->matrix;

  for (guint i = 0; i < 3; i++)
    spacing[i] = sqrt (m[i] * m[i] + m[4 + i] * m[4 + i] + m[8 + i] * m[8 + i]);
}

static void
add_plan (JsonBuilder *json,
          const VitrailVolumeSeries *series,
          const VitrailVolumePlan *plan,
          gboolean with_slices)
{
  double spacing[3];

  get_spacing (plan, spacing);
  json_builder_begin_object (json);
  add_text (json, "id", plan->id);
  add_text (json, "label", plan->label);
  begin_array (json, "size");
  for (guint i = 0; i < 3; i++)
    json_builder_add_int_value (json, plan->size[i]);
  json_builder_end_array (json);
  add_numbers (json, "spacing_mm", spacing, 3);
  add_numbers (json, "matrix", plan->matrix, 16);
  add_text (json, "space",
            plan->space == VITRAIL_SPACE_PATIENT ? "patient" : "own");
  add_text (json, "FrameOfReferenceUID", plan->frame_of_reference_uid);
  json_builder_set_member_name (json, "tilt_degrees");
  json_builder_add_double_value (json, plan->tilt_degrees);
  add_bool (json, "resampled", plan->is_resampled);
  add_bool (json, "reconstructable", plan->is_reconstructable);
  add_text (json, "times_by",
            plan->n_times > 1 ? vitrail_place_key_get_name (plan->time_key)
                              : "");
  add_numbers (json, "times", plan->times, plan->n_times);
  add_issues (json, plan->issues);
  add_texts (json, "notes", plan->notes);
  if (with_slices)
    add_slices (json, series, plan);
  json_builder_end_object (json);
}

static void
add_series (JsonBuilder *json,
            const VitrailVolumeSeries *series,
            gboolean with_slices)
{
  const VitrailVolumePlans *plans = series->plans;

  json_builder_begin_object (json);
  add_attribute (json, "SeriesInstanceUID", series->series,
                 TAG_SERIES_INSTANCE_UID);
  add_attribute (json, "Modality", series->series, TAG_MODALITY);
  add_attribute (json, "SeriesDescription", series->series,
                 TAG_SERIES_DESCRIPTION);
  add_bool (json, "reconstructable", plans->is_reconstructable);
  add_issues (json, plans->issues);
  add_texts (json, "left_out", plans->reasons);
  begin_array (json, "volumes");
  for (guint i = 0; i < plans->volumes->len; i++)
    add_plan (json, series, g_ptr_array_index (plans->volumes, i), with_slices);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

char *
vitrail_volume_list_to_json (GPtrArray *list, gboolean with_slices)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  begin_array (json, "series");
  for (guint i = 0; i < list->len; i++)
    add_series (json, g_ptr_array_index (list, i), with_slices);
  json_builder_end_array (json);
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, FALSE);
  return g_strconcat (text, "\n", NULL);
}

/* --- text --- */

static void
print_plan (GString *text, const VitrailVolumePlan *plan)
{
  double spacing[3];

  get_spacing (plan, spacing);
  g_string_append_printf (text,
                          "  %u x %u x %u voxels of %.4g x %.4g x %.4g mm",
                          plan->size[0], plan->size[1], plan->size[2],
                          spacing[0], spacing[1], spacing[2]);
  if (plan->n_times > 1)
    g_string_append_printf (text, ", %u by %s", plan->n_times,
                            vitrail_place_key_get_name (plan->time_key));
  if (plan->label[0] != '\0')
    g_string_append_printf (text, " (%s)", plan->label);
  g_string_append_c (text, '\n');
  for (guint i = 0; plan->notes[i] != NULL; i++)
    g_string_append_printf (text, "    %s\n", plan->notes[i]);
}

char *
vitrail_volume_list_to_text (GPtrArray *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++) {
    const VitrailVolumeSeries *series = g_ptr_array_index (list, i);
    const VitrailVolumePlans *plans = series->plans;
    g_autofree char *modality =
        vitrail_data_set_dup_string (series->series, TAG_MODALITY, 0);
    g_autofree char *number =
        vitrail_data_set_dup_string (series->series, TAG_SERIES_NUMBER, 0);
    g_autofree char *name =
        vitrail_data_set_dup_string (series->series, TAG_SERIES_DESCRIPTION, 0);
    g_string_append_printf (text,
                            "%s %s %s: volumes: %u, images in them: %u of %u\n",
                            modality != NULL ? modality : "Series",
                            number != NULL ? number : "",
                            name != NULL ? name : "", plans->volumes->len,
                            plans->n_in_volumes, plans->n_slices);
    for (guint k = 0; k < plans->volumes->len; k++)
      print_plan (text, g_ptr_array_index (plans->volumes, k));
    for (guint k = 0; plans->reasons[k] != NULL; k++)
      g_string_append_printf (text, "  %s\n", plans->reasons[k]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
