/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See contents-registration.h. */

#include "contents-registration.h"

#include "registration/registration.h"

#include <math.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)

/* One object: what it says, or why it is refused. */
typedef struct {
  char *sop_instance_uid;
  GPtrArray *list; /* (element-type VitrailRegistration); NULL with @reason */
  char *reason;
} Object;

static void
object_free (gpointer data)
{
  Object *self = data;

  g_free (self->sop_instance_uid);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_free (self->reason);
  g_free (self);
}

static Object *
read_object (const VitrailContents *contents, const VitrailDataSet *answer)
{
  Object *self = g_new0 (Object, 1);
  g_autofree char *syntax = NULL;
  g_autoptr (GError) error = NULL;

  self->sop_instance_uid =
      vitrail_data_set_dup_string (answer, TAG_SOP_INSTANCE, 0);
  const char *uid =
      self->sop_instance_uid != NULL ? self->sop_instance_uid : "";
  g_autoptr (VitrailDataSet) data_set =
      vitrail_data_source_read_metadata (contents->source, uid, &syntax, NULL,
                                         &error);
  if (data_set != NULL)
    self->list = vitrail_registrations_read (data_set, uid, &error);
  if (self->list == NULL)
    self->reason = g_strdup (error->message);
  return self;
}

/* (element-type Object): of all registrations of @study. */
static GPtrArray *
read_objects (const VitrailContents *contents, const VitrailDataSet *study)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (object_free);
  GPtrArray *series = vitrail_contents_get_series (contents, study);

  for (guint i = 0; series != NULL && i < series->len; i++) {
    const VitrailDataSet *one = g_ptr_array_index (series, i);
    if (!vitrail_data_set_text_is (one, TAG_MODALITY, 0, "REG"))
      continue;
    GPtrArray *instances = vitrail_contents_get_instances (contents, one);
    for (guint k = 0; instances != NULL && k < instances->len; k++)
      g_ptr_array_add (objects, read_object (contents, instances->pdata[k]));
  }
  return objects;
}

/* --- JSON --- */

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, text != NULL ? text : "");
}

static void
add_registration (JsonBuilder *json,
                  const Object *object,
                  const VitrailRegistration *one)
{
  json_builder_begin_object (json);
  add_text (json, "SOPInstanceUID", object->sop_instance_uid);
  add_text (json, "from", one->from);
  add_text (json, "to", one->to);
  add_text (json, "type", vitrail_registration_kind_to_text (one->kind));
  json_builder_set_member_name (json, "matrix");
  json_builder_begin_array (json);
  for (guint i = 0; i < 16; i++)
    json_builder_add_double_value (json, one->matrix[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
}

void
vitrail_contents_add_registrations (JsonBuilder *json,
                                    const VitrailContents *contents,
                                    const VitrailDataSet *study)
{
  g_autoptr (GPtrArray) objects = read_objects (contents, study);

  if (objects->len == 0)
    return;
  json_builder_set_member_name (json, "registrations");
  json_builder_begin_array (json);
  for (guint i = 0; i < objects->len; i++) {
    const Object *object = g_ptr_array_index (objects, i);
    for (guint k = 0; object->list != NULL && k < object->list->len; k++)
      add_registration (json, object, object->list->pdata[k]);
    if (object->list != NULL)
      continue;
    json_builder_begin_object (json);
    add_text (json, "SOPInstanceUID", object->sop_instance_uid);
    add_text (json, "reason", object->reason);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

/* --- text --- */

/* Of a rigid one: how far it turns, in degrees, and how far it moves the
 * origin, in millimetres. */
static void
append_amount (GString *out, const VitrailRegistration *one)
{
  const double *m = one->matrix;
  const double cosine = (m[0] + m[5] + m[10] - 1) / 2;

  if (one->kind != VITRAIL_REGISTRATION_RIGID)
    return;
  g_string_append_printf (out, ", turned %.1f degrees, moved %.1f mm",
                          acos (CLAMP (cosine, -1, 1)) * 180 / G_PI,
                          sqrt (m[3] * m[3] + m[7] * m[7] + m[11] * m[11]));
}

void
vitrail_contents_append_registrations (GString *out,
                                       const VitrailContents *contents,
                                       const VitrailDataSet *study)
{
  g_autoptr (GPtrArray) objects = read_objects (contents, study);

  for (guint i = 0; i < objects->len; i++) {
    const Object *object = g_ptr_array_index (objects, i);
    for (guint k = 0; object->list != NULL && k < object->list->len; k++) {
      const VitrailRegistration *one = object->list->pdata[k];
      g_string_append_printf (
          out, "  registration of frame of reference %s in %s: %s", one->from,
          one->to, vitrail_registration_kind_to_text (one->kind));
      append_amount (out, one);
      g_string_append_c (out, '\n');
    }
    if (object->list == NULL)
      g_string_append_printf (out, "  registration refused: %s\n",
                              object->reason);
  }
}
