/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailMeasurement: see measurement.h. What comes out is in evaluate.c. */

#include "measurement/measurement.h"

#include "error.h"
#include "limits.h"
#include "measurement/evaluate.h"

#include <math.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (VitrailMeasurement,
                     vitrail_measurement,
                     vitrail_measurement_ref,
                     vitrail_measurement_unref)

static const struct {
  const char *name;
  guint least;
  guint most; /* 0: any number */
} kinds[VITRAIL_N_MEASURE_KINDS] = {
  [VITRAIL_MEASURE_POINT] = { "point", 1, 1 },
  [VITRAIL_MEASURE_LENGTH] = { "length", 2, 2 },
  [VITRAIL_MEASURE_PATH] = { "path", 2, 0 },
  [VITRAIL_MEASURE_ANGLE] = { "angle", 3, 3 },
  [VITRAIL_MEASURE_ELLIPSE] = { "ellipse", 4, 4 },
  [VITRAIL_MEASURE_POLYGON] = { "polygon", 3, 0 },
  [VITRAIL_MEASURE_TRACE] = { "trace", 2, 0 },
  [VITRAIL_MEASURE_CHAMBER] = { "chamber", 3, 0 },
};

static const char *const roles[VITRAIL_N_ROLES] = {
  "", "a4c-ed", "a4c-es", "a2c-ed", "a2c-es",
};

const char *
vitrail_measure_kind_get_name (VitrailMeasureKind kind)
{
  return kinds[MIN ((guint) kind, VITRAIL_N_MEASURE_KINDS - 1)].name;
}

VitrailMeasureKind
vitrail_measure_kind_find (const char *name)
{
  guint i = 0;

  while (i < VITRAIL_N_MEASURE_KINDS && g_strcmp0 (kinds[i].name, name) != 0)
    i++;
  return (VitrailMeasureKind) i;
}

gboolean
vitrail_measure_kind_is_closed (VitrailMeasureKind kind)
{
  return kind == VITRAIL_MEASURE_POLYGON || kind == VITRAIL_MEASURE_CHAMBER;
}

const char *
vitrail_measure_role_get_name (VitrailMeasureRole role)
{
  return roles[MIN ((guint) role, VITRAIL_N_ROLES - 1)];
}

VitrailMeasureRole
vitrail_measure_role_find (const char *name)
{
  guint i = 0;

  while (i < VITRAIL_N_ROLES && g_strcmp0 (roles[i], name) != 0)
    i++;
  return (VitrailMeasureRole) i;
}

/* --- life --- */

void
vitrail_measurement_clear (VitrailMeasurement *fields)
{
  g_free (fields->uid);
  g_free (fields->label);
  g_free (fields->image.study_uid);
  g_free (fields->image.series_uid);
  g_free (fields->image.sop_class_uid);
  g_free (fields->image.sop_instance_uid);
  g_free (fields->xy);
  g_free (fields->calibration);
  for (guint i = 0; i < fields->n_values; i++)
    vitrail_value_clear (&fields->values[i]);
  g_free (fields->values);
  *fields = (VitrailMeasurement){ 0 };
}

VitrailMeasurement *
vitrail_measurement_ref (VitrailMeasurement *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_measurement_unref (VitrailMeasurement *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  vitrail_measurement_clear (self);
  g_free (self);
}

/* --- making --- */

static gboolean
check_points (VitrailMeasureKind kind,
              const double *xy,
              guint n_numbers,
              GError **error)
{
  const guint n = n_numbers / 2;

  if (n > VITRAIL_LIMIT_MEASURE_POINTS) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "measurement: more than %u points",
                 VITRAIL_LIMIT_MEASURE_POINTS);
    return FALSE;
  }
  gboolean is_right = kind < VITRAIL_N_MEASURE_KINDS && n_numbers % 2 == 0 &&
                      n >= kinds[kind].least &&
                      (kinds[kind].most == 0 || n <= kinds[kind].most);
  for (guint i = 0; is_right && i < n_numbers; i++)
    is_right = fabs (xy[i]) <= VITRAIL_LIMIT_COORDINATE;
  if (!is_right)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "measurement: %u numbers make no %s", n_numbers,
                 vitrail_measure_kind_get_name (kind));
  return is_right;
}

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text != NULL ? text : "");
}

static void
set_image (VitrailMeasureImage *image, const VitrailFrameInfo *info)
{
  *image = (VitrailMeasureImage){
    .study_uid = dup_or_empty (info->study_instance_uid),
    .series_uid = dup_or_empty (info->series_instance_uid),
    .sop_class_uid =
        vitrail_data_set_dup_string (info->data_set,
                                     VITRAIL_TAG (0x0008, 0x0016), 0),
    .sop_instance_uid = dup_or_empty (info->sop_instance_uid),
    .n_frames = MAX (info->n_frames, 1),
    .first_frame = MAX (info->frame, 1),
    .last_frame = MAX (info->frame, 1),
  };
  if (image->sop_class_uid == NULL)
    image->sop_class_uid = g_strdup ("");
}

static VitrailMeasurement *
new_measured (VitrailMeasureKind kind,
              const VitrailRuler *ruler,
              const double *xy,
              guint n_numbers)
{
  VitrailMeasurement *self = g_new0 (VitrailMeasurement, 1);

  self->ref_count = 1;
  self->kind = kind;
  self->xy = g_memdup2 (xy, n_numbers * sizeof *xy);
  self->n_points = n_numbers / 2;
  set_image (&self->image, vitrail_ruler_get_info (ruler));
  vitrail_measurement_evaluate (self, ruler);
  return self;
}

VitrailMeasurement *
vitrail_measurement_new (VitrailMeasureKind kind,
                         const VitrailRuler *ruler,
                         const double *xy,
                         guint n_numbers,
                         GError **error)
{
  if (!check_points (kind, xy, n_numbers, error))
    return NULL;
  VitrailMeasurement *self = new_measured (kind, ruler, xy, n_numbers);
  self->uid = vitrail_uid_new ();
  self->label = g_strdup ("");
  return self;
}

VitrailMeasurement *
vitrail_measurement_new_read (VitrailMeasurement *fields, GError **error)
{
  if (!check_points (fields->kind, fields->xy, 2 * fields->n_points, error)) {
    vitrail_measurement_clear (fields);
    return NULL;
  }
  VitrailMeasurement *self = g_memdup2 (fields, sizeof *fields);
  *fields = (VitrailMeasurement){ 0 };
  self->ref_count = 1;
  return self;
}

/* --- changed copies --- */

static VitrailMeasurement *
copy (const VitrailMeasurement *self)
{
  VitrailMeasurement *copy = g_memdup2 (self, sizeof *self);

  copy->ref_count = 1;
  copy->uid = g_strdup (self->uid);
  copy->label = g_strdup (self->label);
  copy->image.study_uid = g_strdup (self->image.study_uid);
  copy->image.series_uid = g_strdup (self->image.series_uid);
  copy->image.sop_class_uid = g_strdup (self->image.sop_class_uid);
  copy->image.sop_instance_uid = g_strdup (self->image.sop_instance_uid);
  copy->xy = g_memdup2 (self->xy, 2 * sizeof *self->xy * self->n_points);
  copy->calibration = g_strdup (self->calibration);
  copy->values =
      g_memdup2 (self->values, sizeof *self->values * self->n_values);
  for (guint i = 0; i < self->n_values; i++)
    copy->values[i].reason = g_strdup (self->values[i].reason);
  return copy;
}

VitrailMeasurement *
vitrail_measurement_with_points (const VitrailMeasurement *self,
                                 const VitrailRuler *ruler,
                                 const double *xy,
                                 guint n_numbers,
                                 GError **error)
{
  if (!check_points (self->kind, xy, n_numbers, error))
    return NULL;
  VitrailMeasurement *moved = new_measured (self->kind, ruler, xy, n_numbers);
  moved->uid = g_strdup (self->uid);
  moved->label = g_strdup (self->label);
  moved->role = self->role;
  moved->image.first_frame = self->image.first_frame;
  moved->image.last_frame = self->image.last_frame;
  return moved;
}

VitrailMeasurement *
vitrail_measurement_with_role (const VitrailMeasurement *self,
                               VitrailMeasureRole role)
{
  if (self->kind != VITRAIL_MEASURE_CHAMBER || role >= VITRAIL_N_ROLES)
    return NULL;
  VitrailMeasurement *other = copy (self);
  other->role = role;
  return other;
}

VitrailMeasurement *
vitrail_measurement_with_label (const VitrailMeasurement *self,
                                const char *label)
{
  VitrailMeasurement *other = copy (self);

  g_free (other->label);
  other->label = g_strdup (label);
  return other;
}

VitrailMeasurement *
vitrail_measurement_with_frames (const VitrailMeasurement *self,
                                 guint first,
                                 guint last)
{
  VitrailMeasurement *other = copy (self);
  const guint n = MAX (self->image.n_frames, 1);

  other->image.first_frame = CLAMP (MIN (first, last), 1, n);
  other->image.last_frame = CLAMP (MAX (first, last), 1, n);
  return other;
}

/* --- asking --- */

gboolean
vitrail_measurement_is_on (const VitrailMeasurement *self,
                           const char *sop_instance_uid,
                           guint frame)
{
  return frame >= self->image.first_frame && frame <= self->image.last_frame &&
         g_strcmp0 (self->image.sop_instance_uid, sop_instance_uid) == 0;
}

const VitrailValue *
vitrail_measurement_get_value (const VitrailMeasurement *self,
                               VitrailQuantity quantity)
{
  for (guint i = 0; i < self->n_values; i++)
    if (self->values[i].quantity == quantity)
      return &self->values[i];
  return NULL;
}

char *
vitrail_measurement_dup_text (const VitrailMeasurement *self)
{
  GString *text = g_string_new (self->label);
  const char *reason = NULL;

  for (guint i = 0; i < self->n_values; i++) {
    const VitrailValue *value = &self->values[i];
    if (value->reason != NULL && g_strcmp0 (reason, value->reason) == 0)
      continue;
    reason = value->reason;
    g_autofree char *line = vitrail_value_dup_text (value);
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
  }
  return g_string_free (text, FALSE);
}
