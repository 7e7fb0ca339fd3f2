/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Structured reports to measurements: see report.h. Groups (125007) become
 * measurements; numbers of an echo report that share their place become one;
 * other numbers of known concepts are values. */

#include "error.h"
#include "limits.h"
#include "measurement/report.h"
#include "measurement/reportcodes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WARNINGS 100u

/* A reading under way. */
typedef struct {
  const VitrailDataSet *root;
  VitrailReport *report;
  guint n_items;
} Reader;

/* A measurement in the making. */
typedef struct {
  VitrailMeasurement fields;
  GArray *values;
  gboolean is_region; /* its geometry stands for itself */
  gboolean has_kind;
  gboolean is_four;
  gboolean has_view;
  gboolean is_systole;
  gboolean has_phase;
} Group;

static gboolean
has_code (const VitrailDataSet *item, VitrailTag tag, VitrailConcept concept)
{
  const VitrailCode *code = vitrail_concept_get (concept);
  const VitrailDataSet *is = vitrail_data_set_get_item (item, tag, 0);

  return vitrail_data_set_text_is (is, VITRAIL_CODE_VALUE, 0, code->value) &&
         vitrail_data_set_text_is (is, VITRAIL_CODE_SCHEME, 0, code->scheme);
}

static gboolean
is_named (const VitrailDataSet *item, VitrailConcept concept)
{
  return has_code (item, VITRAIL_SR_NAME, concept);
}

static gboolean
is_type (const VitrailDataSet *item, const char *type)
{
  return vitrail_data_set_text_is (item, VITRAIL_SR_VALUE_TYPE, 0, type);
}

static void
warn (Reader *self, const char *what, const char *detail)
{
  if (self->report->warnings->len < MAX_WARNINGS)
    g_ptr_array_add (self->report->warnings,
                     g_strdup_printf ("report: %s: %s", what, detail));
}

static void
replace (char **text, char *with)
{
  if (with == NULL)
    return;
  g_free (*text);
  *text = with;
}

/* --- where --- */

/* The series that the evidence names for the image. */
static char *
dup_series (const VitrailDataSet *root, const char *sop_instance_uid)
{
  const VitrailDataSet *study =
      vitrail_data_set_get_item (root, VITRAIL_SR_EVIDENCE, 0);
  const guint n_series =
      vitrail_data_set_get_n_items (study, VITRAIL_SR_REF_SERIES);

  for (guint i = 0; i < n_series; i++) {
    const VitrailDataSet *series =
        vitrail_data_set_get_item (study, VITRAIL_SR_REF_SERIES, i);
    const guint n =
        vitrail_data_set_get_n_items (series, VITRAIL_SR_REFERENCED);
    for (guint k = 0; k < n; k++)
      if (vitrail_data_set_text_is (
              vitrail_data_set_get_item (series, VITRAIL_SR_REFERENCED, k),
              VITRAIL_SR_REF_INSTANCE, 0, sop_instance_uid))
        return vitrail_data_set_dup_string (series,
                                            VITRAIL_TAG (0x0020, 0x000e), 0);
  }
  return NULL;
}

static char *
or_empty (char *text)
{
  return text != NULL ? text : g_strdup ("");
}

/* From the first to the last frame that is named; without any, all that there
 * are, of which an image without frames has one. */
static void
read_frames (const VitrailDataSet *reference, VitrailMeasureImage *image)
{
  const guint n =
      vitrail_data_set_get_n_values (reference, VITRAIL_SR_REF_FRAMES);

  image->first_frame = VITRAIL_LIMIT_FRAMES;
  for (guint i = 0; i < n; i++) {
    int64_t frame = 0;
    if (!vitrail_data_set_get_int (reference, VITRAIL_SR_REF_FRAMES, i,
                                   &frame) ||
        frame < 1 || frame > VITRAIL_LIMIT_FRAMES)
      continue;
    image->first_frame = MIN (image->first_frame, (guint) frame);
    image->last_frame = MAX (image->last_frame, (guint) frame);
  }
  image->n_frames = MAX (image->last_frame, 1);
  if (image->last_frame == 0)
    image->first_frame = image->last_frame = 1;
  else if (image->n_frames == 1)
    image->n_frames = 2; /* it is named: there are more */
}

static void
read_image (Reader *self, const VitrailDataSet *item, VitrailMeasureImage *out)
{
  const VitrailDataSet *reference =
      vitrail_data_set_get_item (item, VITRAIL_SR_REFERENCED, 0);

  if (reference == NULL || out->sop_instance_uid != NULL)
    return;
  out->sop_class_uid = or_empty (
      vitrail_data_set_dup_string (reference, VITRAIL_SR_REF_CLASS, 0));
  out->sop_instance_uid = or_empty (
      vitrail_data_set_dup_string (reference, VITRAIL_SR_REF_INSTANCE, 0));
  out->series_uid = or_empty (dup_series (self->root, out->sop_instance_uid));
  out->study_uid =
      or_empty (vitrail_data_set_dup_string (self->root,
                                             VITRAIL_TAG (0x0020, 0x000d), 0));
  read_frames (reference, out);
}

static double *
dup_points (const VitrailDataSet *item, guint *n_points)
{
  const guint n = vitrail_data_set_get_n_values (item, VITRAIL_SR_GRAPHIC_DATA);

  *n_points = 0;
  if (n == 0 || n / 2 > VITRAIL_LIMIT_MEASURE_POINTS)
    return NULL;
  double *xy = g_new0 (double, n);
  if (!vitrail_data_set_get_doubles (item, VITRAIL_SR_GRAPHIC_DATA, xy, n)) {
    g_free (xy);
    return NULL;
  }
  *n_points = n / 2;
  return xy;
}

/* What it is by its form alone: a line that ends where it began is closed. */
static VitrailMeasureKind
guess_kind (const VitrailDataSet *item, const double *xy, guint *n_points)
{
  const guint n = *n_points;

  if (vitrail_data_set_text_is (item, VITRAIL_SR_GRAPHIC_TYPE, 0, "POINT"))
    return VITRAIL_MEASURE_POINT;
  if (vitrail_data_set_text_is (item, VITRAIL_SR_GRAPHIC_TYPE, 0, "ELLIPSE"))
    return VITRAIL_MEASURE_ELLIPSE;
  if (n > 3 && xy[0] == xy[2 * ((gsize) n - 1)] &&
      xy[1] == xy[2 * ((gsize) n - 1) + 1])
  {
    (*n_points)--;
    return VITRAIL_MEASURE_POLYGON;
  }
  return n == 2 ? VITRAIL_MEASURE_LENGTH : VITRAIL_MEASURE_PATH;
}

static void
read_image_below (Reader *self, const VitrailDataSet *item, Group *group)
{
  const guint n = vitrail_data_set_get_n_items (item, VITRAIL_SR_CONTENT);

  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *child =
        vitrail_data_set_get_item (item, VITRAIL_SR_CONTENT, i);
    if (is_type (child, "IMAGE"))
      read_image (self, child, &group->fields.image);
  }
}

static void
read_points (Reader *self,
             const VitrailDataSet *item,
             VitrailQuantity quantity,
             Group *group)
{
  VitrailMeasurement *fields = &group->fields;
  guint n = 0;
  g_autofree double *xy = dup_points (item, &n);

  if (xy == NULL)
    return;
  if (quantity == VITRAIL_QUANTITY_LONG_AXIS && n == 2 && group->is_region) {
    memcpy (fields->axis, xy, sizeof fields->axis);
    fields->has_axis = TRUE;
    return;
  }
  if (fields->xy != NULL)
    return;
  const VitrailMeasureKind kind = guess_kind (item, xy, &n);
  if (!group->has_kind)
    fields->kind = kind;
  group->is_region = kind == VITRAIL_MEASURE_POLYGON;
  fields->n_points = n;
  fields->xy = g_steal_pointer (&xy);
  read_image_below (self, item, group);
}

/* --- values --- */

/* The number in the unit of ours; FALSE for a unit that is not known. */
static gboolean
convert (VitrailQuantity quantity, const char *unit, double *value)
{
  static const struct {
    const char *from;
    const char *to;
    double factor;
  } units[] = {
    { "cm", "mm", 10 },     { "m", "mm", 1000 },     { "um", "mm", 1e-3 },
    { "mm", "cm", 0.1 },    { "cm2", "mm2", 100 },   { "s", "ms", 1000 },
    { "m/s", "cm/s", 100 }, { "mm/s", "cm/s", 0.1 }, { "m/s2", "cm/s2", 100 },
    { "cm3", "ml", 1 },     { "mm3", "ml", 1e-3 },   { "mL", "ml", 1 },
    { "l", "ml", 1000 },
  };

  const char *wanted = vitrail_quantity_get (quantity)->unit;

  if (g_strcmp0 (unit, wanted) == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_strcmp0 (units[i].from, unit) == 0 &&
        strcmp (units[i].to, wanted) == 0) {
      *value *= units[i].factor;
      return TRUE;
    }
  return FALSE;
}

static VitrailQuantity
find_quantity (const VitrailDataSet *item)
{
  const VitrailDataSet *name =
      vitrail_data_set_get_item (item, VITRAIL_SR_NAME, 0);
  g_autofree char *value =
      vitrail_data_set_dup_string (name, VITRAIL_CODE_VALUE, 0);
  g_autofree char *scheme =
      vitrail_data_set_dup_string (name, VITRAIL_CODE_SCHEME, 0);

  return vitrail_quantity_find (value, scheme);
}

static void
read_modifiers (const VitrailDataSet *item, VitrailValue *value)
{
  const guint n = vitrail_data_set_get_n_items (item, VITRAIL_SR_CONTENT);

  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *child =
        vitrail_data_set_get_item (item, VITRAIL_SR_CONTENT, i);
    const VitrailDataSet *code =
        vitrail_data_set_get_item (child, VITRAIL_SR_CODE, 0);
    if (is_named (child, VITRAIL_CONCEPT_METHOD)) {
      g_autofree char *method =
          vitrail_data_set_dup_string (code, VITRAIL_CODE_VALUE, 0);
      g_autofree char *scheme =
          vitrail_data_set_dup_string (code, VITRAIL_CODE_SCHEME, 0);
      value->method = vitrail_method_find (method, scheme);
    } else if (value->reason != NULL &&
               is_named (child, VITRAIL_CONCEPT_COMMENT))
      replace (&value->reason,
               vitrail_data_set_dup_string (child, VITRAIL_SR_TEXT, 0));
  }
}

/* FALSE where it is nothing that is known here. */
static gboolean
read_value (Reader *self, const VitrailDataSet *item, VitrailValue *value)
{
  const VitrailDataSet *measured =
      vitrail_data_set_get_item (item, VITRAIL_SR_MEASURED, 0);
  const VitrailDataSet *unit_code =
      vitrail_data_set_get_item (measured, VITRAIL_SR_UNITS, 0);
  g_autofree char *unit =
      vitrail_data_set_dup_string (unit_code, VITRAIL_CODE_VALUE, 0);

  *value =
      (VitrailValue){ .quantity = find_quantity (item), .value = (double) NAN };
  if (value->quantity == VITRAIL_N_QUANTITIES)
    return FALSE;
  if (!vitrail_data_set_get_double (measured, VITRAIL_SR_NUMBER, 0,
                                    &value->value))
    value->reason = g_strdup ("the report has none");
  else if (!convert (value->quantity, unit, &value->value)) {
    warn (self, "a number in a unit that does not go with it",
          unit != NULL ? unit : "no unit");
    return FALSE;
  }
  read_modifiers (item, value);
  return TRUE;
}

/* --- groups --- */

static void
take_value (Group *group, VitrailValue *value)
{
  if (value->quantity == VITRAIL_QUANTITY_COLUMN_WIDTH)
    group->fields.pixel_mm[0] = value->value;
  else if (value->quantity == VITRAIL_QUANTITY_ROW_HEIGHT)
    group->fields.pixel_mm[1] = value->value;
  else {
    g_array_append_val (group->values, *value);
    return;
  }
  vitrail_value_clear (value);
}

static void
read_number (Reader *self, const VitrailDataSet *item, Group *group)
{
  const guint n = vitrail_data_set_get_n_items (item, VITRAIL_SR_CONTENT);
  VitrailValue value;

  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *child =
        vitrail_data_set_get_item (item, VITRAIL_SR_CONTENT, i);
    if (is_type (child, "SCOORD"))
      read_points (self, child, find_quantity (item), group);
  }
  if (read_value (self, item, &value))
    take_value (group, &value);
}

static void
read_text (const VitrailDataSet *item, Group *group)
{
  VitrailMeasurement *fields = &group->fields;
  g_autofree char *text =
      vitrail_data_set_dup_string (item, VITRAIL_SR_TEXT, 0);

  if (text == NULL)
    return;
  if (is_named (item, VITRAIL_CONCEPT_TRACKING_ID))
    replace (&fields->label, g_steal_pointer (&text));
  else if (is_named (item, VITRAIL_CONCEPT_CALIBRATION)) {
    if (g_str_has_prefix (text, "ultrasound region "))
      fields->region =
          (guint) strtoul (text + strlen ("ultrasound region "), NULL, 10);
    replace (&fields->calibration, g_steal_pointer (&text));
  } else if (is_named (item, VITRAIL_CONCEPT_KIND) &&
             vitrail_measure_kind_find (text) < VITRAIL_N_MEASURE_KINDS)
  {
    group->has_kind = TRUE;
    fields->kind = vitrail_measure_kind_find (text);
  }
}

static void
read_code (const VitrailDataSet *item, Group *group)
{
  if (is_named (item, VITRAIL_CONCEPT_VIEW)) {
    group->is_four = has_code (item, VITRAIL_SR_CODE, VITRAIL_CONCEPT_A4C);
    group->has_view =
        group->is_four || has_code (item, VITRAIL_SR_CODE, VITRAIL_CONCEPT_A2C);
  } else if (is_named (item, VITRAIL_CONCEPT_PHASE)) {
    group->is_systole =
        has_code (item, VITRAIL_SR_CODE, VITRAIL_CONCEPT_END_SYSTOLE);
    group->has_phase =
        group->is_systole ||
        has_code (item, VITRAIL_SR_CODE, VITRAIL_CONCEPT_END_DIASTOLE);
  }
}

static void
read_child (Reader *self, const VitrailDataSet *item, Group *group)
{
  if (is_type (item, "NUM"))
    read_number (self, item, group);
  else if (is_type (item, "SCOORD"))
    read_points (self, item, VITRAIL_N_QUANTITIES, group);
  else if (is_type (item, "IMAGE"))
    read_image (self, item, &group->fields.image);
  else if (is_type (item, "TEXT"))
    read_text (item, group);
  else if (is_type (item, "CODE"))
    read_code (item, group);
  else if (is_named (item, VITRAIL_CONCEPT_TRACKING_UID))
    replace (&group->fields.uid,
             vitrail_data_set_dup_string (item, VITRAIL_SR_UID, 0));
}

static void
settle_role (Group *group)
{
  VitrailMeasurement *fields = &group->fields;

  if (fields->kind != VITRAIL_MEASURE_CHAMBER || !group->has_view ||
      !group->has_phase)
    return;
  if (group->is_four)
    fields->role =
        group->is_systole ? VITRAIL_ROLE_A4C_ES : VITRAIL_ROLE_A4C_ED;
  else
    fields->role =
        group->is_systole ? VITRAIL_ROLE_A2C_ES : VITRAIL_ROLE_A2C_ED;
}

/* What is not said, so that nothing is NULL. The kind's name was written where
 * there was no label. */
static void
settle_texts (VitrailMeasurement *fields)
{
  if (g_strcmp0 (fields->label, vitrail_measure_kind_get_name (fields->kind)) ==
      0)
    g_clear_pointer (&fields->label, g_free);
  fields->label = or_empty (fields->label);
  fields->calibration = or_empty (fields->calibration);
  if (fields->uid == NULL)
    fields->uid = vitrail_uid_new ();
  if (!(fields->pixel_mm[0] > 0 && fields->pixel_mm[1] > 0))
    fields->pixel_mm[0] = fields->pixel_mm[1] = 0;
}

/* Without a place its numbers are values of the report. */
static void
end_group (Reader *self, Group *group)
{
  VitrailMeasurement *fields = &group->fields;
  VitrailReport *report = self->report;
  g_autoptr (GError) error = NULL;

  if (fields->xy == NULL || fields->image.sop_instance_uid == NULL ||
      report->measurements->len >= VITRAIL_LIMIT_MEASUREMENTS)
  {
    g_array_append_vals (report->values, group->values->data,
                         group->values->len);
    g_array_unref (group->values);
    vitrail_measurement_clear (fields);
    return;
  }
  settle_role (group);
  settle_texts (fields);
  fields->n_values = group->values->len;
  fields->values =
      (VitrailValue *) (gpointer) g_array_free (group->values, FALSE);
  VitrailMeasurement *measurement =
      vitrail_measurement_new_read (fields, &error);
  if (measurement != NULL)
    g_ptr_array_add (report->measurements, measurement);
  else
    warn (self, "left out", error->message);
}

static void
read_group (Reader *self, const VitrailDataSet *item)
{
  const guint n = vitrail_data_set_get_n_items (item, VITRAIL_SR_CONTENT);
  Group group = { .values = g_array_new (FALSE, FALSE, sizeof (VitrailValue)) };

  for (guint i = 0; i < n; i++)
    read_child (self, vitrail_data_set_get_item (item, VITRAIL_SR_CONTENT, i),
                &group);
  end_group (self, &group);
}

/* --- numbers that stand alone --- */

/* The last measurement, where it has the same points: numbers of one place
 * follow each other. */
static gboolean
join_last (Reader *self, Group *group)
{
  GPtrArray *all = self->report->measurements;
  VitrailMeasurement *last = all->len > 0 ? all->pdata[all->len - 1] : NULL;
  const VitrailMeasurement *fields = &group->fields;

  if (last == NULL || fields->xy == NULL || fields->has_axis ||
      last->n_points != fields->n_points || last->kind != fields->kind ||
      g_strcmp0 (last->image.sop_instance_uid,
                 fields->image.sop_instance_uid) != 0 ||
      last->image.first_frame != fields->image.first_frame ||
      memcmp (last->xy, fields->xy, 2 * sizeof *last->xy * last->n_points) != 0)
    return FALSE;
  last->values =
      g_renew (VitrailValue, last->values, last->n_values + group->values->len);
  for (guint i = 0; i < group->values->len; i++)
    last->values[last->n_values++] =
        g_array_index (group->values, VitrailValue, i);
  return TRUE;
}

static void
read_alone (Reader *self, const VitrailDataSet *item)
{
  Group group = { .values = g_array_new (FALSE, FALSE, sizeof (VitrailValue)) };

  read_number (self, item, &group);
  if (!join_last (self, &group)) {
    end_group (self, &group);
    return;
  }
  g_array_unref (group.values);
  vitrail_measurement_clear (&group.fields);
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): bounded by VITRAIL_LIMIT_DEPTH */
read_tree (Reader *self, const VitrailDataSet *item, guint depth)
{
  const guint n = vitrail_data_set_get_n_items (item, VITRAIL_SR_CONTENT);

  for (guint i = 0; i < n; i++) {
    const VitrailDataSet *child =
        vitrail_data_set_get_item (item, VITRAIL_SR_CONTENT, i);
    if (++self->n_items > VITRAIL_LIMIT_REPORT_ITEMS) {
      if (self->n_items == VITRAIL_LIMIT_REPORT_ITEMS + 1)
        warn (self, "too many items", "the others are left out");
      return;
    }
    if (is_type (child, "CONTAINER") && is_named (child, VITRAIL_CONCEPT_GROUP))
      read_group (self, child);
    else if (is_type (child, "NUM"))
      read_alone (self, child);
    else if (depth < VITRAIL_LIMIT_DEPTH)
      read_tree (self, child, depth + 1);
  }
}

/* --- reports --- */

gboolean
vitrail_measure_report_is_there (const VitrailDataSet *data_set)
{
  return is_type (data_set, "CONTAINER") &&
         vitrail_data_set_has (data_set, VITRAIL_SR_CONTENT);
}

static void
clear_value (gpointer value)
{
  vitrail_value_clear (value);
}

VitrailReport *
vitrail_measure_report_read (const VitrailDataSet *data_set, GError **error)
{
  if (!vitrail_measure_report_is_there (data_set)) {
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                         "report: no content tree");
    return NULL;
  }
  VitrailReport *report = g_new0 (VitrailReport, 1);
  Reader reader = { .root = data_set, .report = report };
  report->title = or_empty (vitrail_data_set_dup_string (
      vitrail_data_set_get_item (data_set, VITRAIL_SR_NAME, 0),
      VITRAIL_CODE_MEANING, 0));
  report->measurements = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measurement_unref);
  report->values = g_array_new (FALSE, FALSE, sizeof (VitrailValue));
  g_array_set_clear_func (report->values, clear_value);
  report->warnings = g_ptr_array_new_with_free_func (g_free);
  read_tree (&reader, data_set, 0);
  return report;
}

void
vitrail_report_free (VitrailReport *self)
{
  g_free (self->title);
  g_ptr_array_unref (self->measurements);
  g_array_unref (self->values);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}
