/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements to structured reports: see report.h. The document around the
 * content is in reportdocument.c. */

#include "measurement/echo.h"
#include "measurement/reportcodes.h"
#include "measurement/reportdocument.h"

#include <math.h>
#include <string.h>

/* More frames than this are named by the first and the last. */
#define MAX_FRAMES 4096u

typedef VitrailDataSetBuilder Builder;

/* --- content items --- */

/* (transfer full) @builder, @children: (transfer full) (nullable). */
static VitrailDataSet *
end_item (Builder *builder, GPtrArray *children)
{
  if (children != NULL && children->len > 0)
    vitrail_data_set_builder_set_items (
        builder, VITRAIL_SR_CONTENT,
        (VitrailDataSet *const *) (gpointer) children->pdata, children->len);
  g_clear_pointer (&children, g_ptr_array_unref);
  return vitrail_data_set_builder_end (builder);
}

static void
set_item (Builder *builder, VitrailTag tag, Builder *item)
{
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (item);

  vitrail_data_set_builder_set_items (builder, tag, &data_set, 1);
}

static void
set_code (Builder *builder, VitrailTag tag, const VitrailCode *code)
{
  Builder *item = vitrail_data_set_builder_new ();

  vitrail_data_set_builder_set_string (item, VITRAIL_CODE_VALUE, code->value);
  vitrail_data_set_builder_set_string (item, VITRAIL_CODE_SCHEME, code->scheme);
  vitrail_data_set_builder_set_string (item, VITRAIL_CODE_MEANING,
                                       code->meaning);
  set_item (builder, tag, item);
}

static Builder *
new_item (const char *relationship, const char *type, const VitrailCode *name)
{
  Builder *builder = vitrail_data_set_builder_new ();

  if (relationship != NULL)
    vitrail_data_set_builder_set_string (builder, VITRAIL_SR_RELATIONSHIP,
                                         relationship);
  vitrail_data_set_builder_set_string (builder, VITRAIL_SR_VALUE_TYPE, type);
  if (name != NULL)
    set_code (builder, VITRAIL_SR_NAME, name);
  return builder;
}

static void
add_code (GPtrArray *items,
          const char *relationship,
          VitrailConcept name,
          const VitrailCode *value)
{
  Builder *item = new_item (relationship, "CODE", vitrail_concept_get (name));

  set_code (item, VITRAIL_SR_CODE, value);
  g_ptr_array_add (items, end_item (item, NULL));
}

static void
add_concept (GPtrArray *items,
             const char *relationship,
             VitrailConcept name,
             VitrailConcept value)
{
  add_code (items, relationship, name, vitrail_concept_get (value));
}

/* TEXT, PNAME or UIDREF. A backslash would part the value. */
static void
add_text (GPtrArray *items,
          const char *relationship,
          const char *type,
          VitrailConcept name,
          const char *text)
{
  const VitrailTag tag = strcmp (type, "TEXT") == 0    ? VITRAIL_SR_TEXT
                         : strcmp (type, "PNAME") == 0 ? VITRAIL_SR_PERSON
                                                       : VITRAIL_SR_UID;
  Builder *item = new_item (relationship, type, vitrail_concept_get (name));
  g_autofree char *whole = g_strdelimit (g_strdup (text), "\\", '/');

  vitrail_data_set_builder_set_string (item, tag, whole);
  g_ptr_array_add (items, end_item (item, NULL));
}

static GPtrArray *
new_items (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_data_set_unref);
}

/* (transfer full) @children. */
static void
add_container (GPtrArray *items,
               VitrailConcept name,
               const char *template,
               GPtrArray *children)
{
  Builder *item =
      new_item ("CONTAINS", "CONTAINER", vitrail_concept_get (name));

  vitrail_report_set_container (item, template);
  g_ptr_array_add (items, end_item (item, children));
}

/* --- geometry --- */

static char *
dup_frames (const VitrailMeasureImage *image)
{
  GString *text = g_string_new (NULL);
  const guint n = image->last_frame - image->first_frame + 1;

  if (image->n_frames > 1 && n > MAX_FRAMES)
    g_string_printf (text, "%u\\%u", image->first_frame, image->last_frame);
  else if (image->n_frames > 1)
    for (guint i = image->first_frame; i <= image->last_frame; i++)
      g_string_append_printf (text, "%s%u", text->len > 0 ? "\\" : "", i);
  return g_string_free (text, FALSE);
}

static VitrailDataSet *
make_image (const VitrailMeasureImage *image)
{
  Builder *item = new_item ("SELECTED FROM", "IMAGE", NULL);
  Builder *reference = vitrail_data_set_builder_new ();
  g_autofree char *frames = dup_frames (image);

  vitrail_data_set_builder_set_string (reference, VITRAIL_SR_REF_CLASS,
                                       image->sop_class_uid);
  vitrail_data_set_builder_set_string (reference, VITRAIL_SR_REF_INSTANCE,
                                       image->sop_instance_uid);
  if (frames[0] != '\0')
    vitrail_data_set_builder_set_string (reference, VITRAIL_SR_REF_FRAMES,
                                         frames);
  set_item (item, VITRAIL_SR_REFERENCED, reference);
  return vitrail_data_set_builder_end (item);
}

static void
append_numbers (GByteArray *bytes, const double *numbers, guint n)
{
  for (guint i = 0; i < n; i++) {
    const float single = (float) numbers[i];
    guint32 bits = 0;
    memcpy (&bits, &single, sizeof bits);
    bits = GUINT32_TO_LE (bits);
    g_byte_array_append (bytes, (const guint8 *) &bits, sizeof bits);
  }
}

static void
add_points (GPtrArray *items,
            const char *relationship,
            const VitrailMeasurement *self,
            gboolean is_axis)
{
  const gboolean is_closed =
      !is_axis && vitrail_measure_kind_is_closed (self->kind);
  const char *type = is_axis                                 ? "POLYLINE"
                     : self->kind == VITRAIL_MEASURE_POINT   ? "POINT"
                     : self->kind == VITRAIL_MEASURE_ELLIPSE ? "ELLIPSE"
                                                             : "POLYLINE";
  const gboolean is_region = is_closed || self->kind == VITRAIL_MEASURE_ELLIPSE;
  Builder *item = new_item (relationship, "SCOORD",
                            vitrail_concept_get (is_region && !is_axis
                                                     ? VITRAIL_CONCEPT_REGION
                                                     : VITRAIL_CONCEPT_PATH));
  g_autoptr (GByteArray) array = g_byte_array_new ();
  GPtrArray *image = new_items ();

  if (is_axis)
    append_numbers (array, self->axis, 4);
  else
    append_numbers (array, self->xy, 2 * self->n_points);
  if (is_closed)
    append_numbers (array, self->xy, 2);
  g_autoptr (GBytes) bytes = g_bytes_new (array->data, array->len);
  vitrail_data_set_builder_set_bytes (item, VITRAIL_SR_GRAPHIC_DATA,
                                      VITRAIL_VR ('F', 'L'), bytes);
  vitrail_data_set_builder_set_string (item, VITRAIL_SR_GRAPHIC_TYPE, type);
  g_ptr_array_add (image, make_image (&self->image));
  g_ptr_array_add (items, end_item (item, image));
}

/* --- values --- */

static void
set_number (Builder *item, const VitrailValue *value)
{
  const char *unit = vitrail_quantity_get (value->quantity)->unit;
  const VitrailCode code = { unit, "UCUM", unit };
  Builder *measured = vitrail_data_set_builder_new ();
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* 16 characters at most. */
  g_ascii_formatd (text, sizeof text, "%.9g", value->value);
  vitrail_data_set_builder_set_string (measured, VITRAIL_SR_NUMBER, text);
  set_code (measured, VITRAIL_SR_UNITS, &code);
  set_item (item, VITRAIL_SR_MEASURED, measured);
}

/* @self: where it was measured; @has_points: says so itself. NULL: nowhere.
 * @is_echo: as TID 5301 and 5303 have it. */
static void
add_value (GPtrArray *items,
           const VitrailValue *value,
           const VitrailMeasurement *self,
           gboolean has_points,
           gboolean is_echo)
{
  const VitrailQuantityRow *row = vitrail_quantity_get (value->quantity);
  Builder *item = new_item ("CONTAINS", "NUM", &row->code);
  GPtrArray *children = new_items ();

  if (value->reason == NULL)
    set_number (item, value);
  else {
    vitrail_data_set_builder_set_items (item, VITRAIL_SR_MEASURED, NULL, 0);
    set_code (item, VITRAIL_SR_QUALIFIER,
              vitrail_concept_get (VITRAIL_CONCEPT_FAILURE));
    add_text (children, "HAS PROPERTIES", "TEXT", VITRAIL_CONCEPT_COMMENT,
              value->reason);
  }
  if (is_echo)
    add_text (children, "HAS PROPERTIES", "TEXT", VITRAIL_CONCEPT_SHORT_LABEL,
              row->label);
  else
    add_code (children, "HAS CONCEPT MOD", VITRAIL_CONCEPT_METHOD,
              vitrail_method_get (value->method));
  if (self != NULL && has_points)
    add_points (children, "INFERRED FROM", self, FALSE);
  if (self != NULL && self->has_axis &&
      value->quantity == VITRAIL_QUANTITY_LONG_AXIS)
    add_points (children, "INFERRED FROM", self, TRUE);
  g_ptr_array_add (items, end_item (item, children));
}

/* --- TID 1500 --- */

static void
add_role (GPtrArray *items, VitrailMeasureRole role)
{
  const gboolean is_four =
      role == VITRAIL_ROLE_A4C_ED || role == VITRAIL_ROLE_A4C_ES;
  const gboolean is_diastole =
      role == VITRAIL_ROLE_A4C_ED || role == VITRAIL_ROLE_A2C_ED;

  if (role == VITRAIL_ROLE_NONE)
    return;
  add_concept (items, "HAS CONCEPT MOD", VITRAIL_CONCEPT_SITE,
               VITRAIL_CONCEPT_LEFT_VENTRICLE);
  add_concept (items, "HAS ACQ CONTEXT", VITRAIL_CONCEPT_VIEW,
               is_four ? VITRAIL_CONCEPT_A4C : VITRAIL_CONCEPT_A2C);
  add_concept (items, "HAS ACQ CONTEXT", VITRAIL_CONCEPT_PHASE,
               is_diastole ? VITRAIL_CONCEPT_END_DIASTOLE
                           : VITRAIL_CONCEPT_END_SYSTOLE);
}

static void
add_pixel_size (GPtrArray *items, const VitrailMeasurement *self)
{
  for (guint i = 0; i < 2 && self->pixel_mm[0] > 0; i++) {
    const VitrailValue value = {
      .quantity =
          i == 0 ? VITRAIL_QUANTITY_COLUMN_WIDTH : VITRAIL_QUANTITY_ROW_HEIGHT,
      .value = self->pixel_mm[i],
    };
    add_value (items, &value, NULL, FALSE, FALSE);
  }
}

static void
add_group (GPtrArray *groups, const VitrailMeasurement *self)
{
  const char *kind = vitrail_measure_kind_get_name (self->kind);
  const gboolean is_region = vitrail_measure_kind_is_closed (self->kind) ||
                             self->kind == VITRAIL_MEASURE_ELLIPSE;
  GPtrArray *items = new_items ();

  add_text (items, "HAS OBS CONTEXT", "TEXT", VITRAIL_CONCEPT_TRACKING_ID,
            self->label[0] != '\0' ? self->label : kind);
  add_text (items, "HAS OBS CONTEXT", "UIDREF", VITRAIL_CONCEPT_TRACKING_UID,
            self->uid);
  add_role (items, self->role);
  if (is_region)
    add_points (items, "CONTAINS", self, FALSE);
  for (guint i = 0; i < self->n_values; i++)
    add_value (items, &self->values[i], self, !is_region, FALSE);
  add_text (items, "CONTAINS", "TEXT", VITRAIL_CONCEPT_KIND, kind);
  if (self->calibration[0] != '\0')
    add_text (items, "CONTAINS", "TEXT", VITRAIL_CONCEPT_CALIBRATION,
              self->calibration);
  add_pixel_size (items, self);
  add_container (groups, VITRAIL_CONCEPT_GROUP, is_region ? "1410" : "1501",
                 items);
}

static void
add_imaging (GPtrArray *items, const GPtrArray *measurements)
{
  GPtrArray *groups = new_items ();

  add_concept (items, "HAS CONCEPT MOD", VITRAIL_CONCEPT_PROCEDURE,
               VITRAIL_CONCEPT_IMAGING_PROCEDURE);
  for (guint i = 0; i < measurements->len; i++)
    add_group (groups, measurements->pdata[i]);
  add_container (items, VITRAIL_CONCEPT_MEASUREMENTS, NULL, groups);
}

/* --- TID 5300 --- */

static void
add_echo (GPtrArray *items, const GPtrArray *measurements)
{
  g_autoptr (GArray) echo = vitrail_echo_evaluate (measurements);
  GPtrArray *standard = new_items ();
  GPtrArray *others = new_items ();

  for (guint i = 0; i < echo->len; i++) {
    const VitrailValue *value = &g_array_index (echo, VitrailValue, i);
    if (value->reason == NULL)
      add_value (standard, value, NULL, FALSE, TRUE);
  }
  for (guint i = 0; i < measurements->len; i++) {
    const VitrailMeasurement *one = measurements->pdata[i];
    for (guint k = 0; k < one->n_values; k++)
      if (one->values[k].reason == NULL)
        add_value (others, &one->values[k], one, TRUE, TRUE);
  }
  add_container (items, VITRAIL_CONCEPT_PRE_COORDINATED, NULL, standard);
  add_container (items, VITRAIL_CONCEPT_POST_COORDINATED, NULL, new_items ());
  add_container (items, VITRAIL_CONCEPT_ADHOC, NULL, others);
}

/* --- the object --- */

VitrailDataSet *
vitrail_measure_report_write (const GPtrArray *measurements,
                              const VitrailDataSet *image,
                              VitrailReportKind kind,
                              const char *observer,
                              GError **error)
{
  const gboolean is_echo = kind == VITRAIL_REPORT_ECHO;
  Builder *builder = vitrail_report_begin (measurements, image, is_echo, error);

  if (builder == NULL)
    return NULL;
  GPtrArray *items = new_items ();
  add_concept (items, "HAS CONCEPT MOD", VITRAIL_CONCEPT_LANGUAGE,
               VITRAIL_CONCEPT_ENGLISH);
  add_concept (items, "HAS OBS CONTEXT", VITRAIL_CONCEPT_OBSERVER_TYPE,
               VITRAIL_CONCEPT_PERSON);
  add_text (items, "HAS OBS CONTEXT", "PNAME", VITRAIL_CONCEPT_OBSERVER_NAME,
            observer != NULL && observer[0] != '\0' ? observer : "Unknown");
  if (is_echo)
    add_echo (items, measurements);
  else
    add_imaging (items, measurements);
  vitrail_data_set_builder_set_string (builder, VITRAIL_SR_VALUE_TYPE,
                                       "CONTAINER");
  set_code (builder, VITRAIL_SR_NAME,
            vitrail_concept_get (is_echo ? VITRAIL_CONCEPT_ECHO_REPORT
                                         : VITRAIL_CONCEPT_IMAGING_REPORT));
  vitrail_report_set_container (builder, is_echo ? "5300" : "1500");
  return end_item (builder, items);
}
