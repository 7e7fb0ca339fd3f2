/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements as JSON and as text: see measuretell.h. */

#include "measuretell.h"

#include <json-glib/json-glib.h>

#include <math.h>

void
vitrail_measure_told_free (VitrailMeasureTold *self)
{
  g_free (self->instance);
  vitrail_report_free (self->report);
  g_free (self);
}

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
add_doubles (JsonBuilder *json, const char *name, const double *all, guint n)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
  for (guint i = 0; i < n; i++)
    json_builder_add_double_value (json, isfinite (all[i]) ? all[i] : 0);
  json_builder_end_array (json);
}

static void
add_value (JsonBuilder *json, const VitrailValue *value)
{
  const VitrailQuantityRow *row = vitrail_quantity_get (value->quantity);

  json_builder_begin_object (json);
  add_text (json, "quantity", row->name);
  add_text (json, "unit", row->unit);
  if (value->method != VITRAIL_METHOD_DIRECT)
    add_text (json, "method", vitrail_method_get (value->method)->meaning);
  if (value->reason != NULL || !isfinite (value->value)) {
    add_text (json, "reason", value->reason);
  } else {
    json_builder_set_member_name (json, "value");
    json_builder_add_double_value (json, value->value);
  }
  json_builder_end_object (json);
}

static void
add_image (JsonBuilder *json, const VitrailMeasureImage *image)
{
  add_text (json, "StudyInstanceUID", image->study_uid);
  add_text (json, "SeriesInstanceUID", image->series_uid);
  add_text (json, "SOPInstanceUID", image->sop_instance_uid);
  add_number (json, "firstFrame", image->first_frame);
  add_number (json, "lastFrame", image->last_frame);
}

static void
add_measurement (JsonBuilder *json, const VitrailMeasurement *self)
{
  json_builder_begin_object (json);
  add_text (json, "uid", self->uid);
  add_text (json, "label", self->label);
  add_text (json, "kind", vitrail_measure_kind_get_name (self->kind));
  add_text (json, "role", vitrail_measure_role_get_name (self->role));
  add_image (json, &self->image);
  add_doubles (json, "points", self->xy, 2 * self->n_points);
  if (self->has_axis)
    add_doubles (json, "axis", self->axis, 4);
  add_text (json, "calibration", self->calibration);
  add_number (json, "region", self->region);
  if (self->pixel_mm[0] > 0)
    add_doubles (json, "pixelMillimetres", self->pixel_mm, 2);
  json_builder_set_member_name (json, "values");
  json_builder_begin_array (json);
  for (guint i = 0; i < self->n_values; i++)
    add_value (json, &self->values[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

static void
add_report (JsonBuilder *json, const VitrailMeasureTold *told)
{
  const VitrailReport *report = told->report;

  json_builder_begin_object (json);
  add_text (json, "report", told->instance);
  add_text (json, "title", report->title);
  json_builder_set_member_name (json, "measurements");
  json_builder_begin_array (json);
  for (guint i = 0; i < report->measurements->len; i++)
    add_measurement (json, report->measurements->pdata[i]);
  json_builder_end_array (json);
  json_builder_set_member_name (json, "values");
  json_builder_begin_array (json);
  for (guint i = 0; i < report->values->len; i++)
    add_value (json, &g_array_index (report->values, VitrailValue, i));
  json_builder_end_array (json);
  json_builder_set_member_name (json, "warnings");
  json_builder_begin_array (json);
  for (guint i = 0; i < report->warnings->len; i++)
    json_builder_add_string_value (json, report->warnings->pdata[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

char *
vitrail_measure_tell_json (const GPtrArray *all)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "reports");
  json_builder_begin_array (json);
  for (guint i = 0; i < all->len; i++)
    add_report (json, all->pdata[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  g_autofree char *text = json_to_string (root, FALSE);
  return g_strconcat (text, "\n", NULL);
}

/* --- text --- */

static void
append_value (GString *out, const VitrailValue *value, const char *indent)
{
  g_autofree char *text = vitrail_value_dup_text (value);

  g_string_append_printf (out, "%s%s\n", indent, text);
}

static void
append_measurement (GString *out, const VitrailMeasurement *self)
{
  const VitrailMeasureImage *image = &self->image;

  g_string_append_printf (out, "  %s",
                          vitrail_measure_kind_get_name (self->kind));
  if (self->role != VITRAIL_ROLE_NONE)
    g_string_append_printf (out, " %s",
                            vitrail_measure_role_get_name (self->role));
  if (self->label[0] != '\0')
    g_string_append_printf (out, " \"%s\"", self->label);
  if (image->first_frame == image->last_frame)
    g_string_append_printf (out, ", frame %u", image->first_frame);
  else
    g_string_append_printf (out, ", frames %u-%u", image->first_frame,
                            image->last_frame);
  g_string_append_printf (out, " of %s", image->sop_instance_uid);
  if (self->calibration[0] != '\0')
    g_string_append_printf (out, ", by %s", self->calibration);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < self->n_values; i++)
    append_value (out, &self->values[i], "    ");
}

static void
append_report (GString *out, const VitrailMeasureTold *told)
{
  const VitrailReport *report = told->report;

  if (told->instance[0] != '\0')
    g_string_append_printf (out, "%s (%s)\n", report->title, told->instance);
  for (guint i = 0; i < report->measurements->len; i++)
    append_measurement (out, report->measurements->pdata[i]);
  for (guint i = 0; i < report->values->len; i++)
    append_value (out, &g_array_index (report->values, VitrailValue, i), "  ");
  for (guint i = 0; i < report->warnings->len; i++)
    g_string_append_printf (out, "  left out: %s\n",
                            (const char *) report->warnings->pdata[i]);
}

char *
vitrail_measure_tell_text (const GPtrArray *all)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    append_report (out, all->pdata[i]);
  if (all->len == 0)
    g_string_append (out, "There is no report with measurements\n");
  return g_string_free (out, FALSE);
}
