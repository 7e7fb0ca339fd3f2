/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See volumeplay.h. */

#include "volume/volumeplay.h"

#include "error.h"

#include <math.h>

enum {
  PROP_TIME,
  PROP_TIMES,
  PROP_RATE,
  PROP_SPEED,
  PROP_LOOPS,
  PROP_COMBINE,
};

GType
vitrail_volume_combine_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_COMBINE_NONE, "Each of them", "none" },
    { VITRAIL_COMBINE_SUM, "Sum", "sum" },
    { VITRAIL_COMBINE_MEAN, "Mean", "mean" },
    { VITRAIL_COMBINE_SUBTRACT, "The first less all others", "subtract" },
    { VITRAIL_COMBINE_MAXIMUM, "Maximum", "maximum" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailVolumeCombine", values));
  return type;
}

void
vitrail_volume_play_copy (VitrailVolumePlay *self,
                          const VitrailVolumePlay *other)
{
  *self = *other;
  self->times = g_strdup (other->times);
}

void
vitrail_volume_play_clear (VitrailVolumePlay *self)
{
  g_clear_pointer (&self->times, g_free);
}

/* --- properties --- */

static const GParamFlags flags =
    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;

static void
install_pace (GObjectClass *object_class, guint first)
{
  g_object_class_install_property (
      object_class, first + PROP_RATE,
      g_param_spec_double ("rate", "Rate",
                           "Volumes a second; 0: as the data say, else 10", 0,
                           1000, 0, flags));
  g_object_class_install_property (object_class, first + PROP_SPEED,
                                   g_param_spec_double ("speed", "Speed",
                                                        "Times the rate", 0.001,
                                                        1000, 1, flags));
  g_object_class_install_property (
      object_class, first + PROP_LOOPS,
      g_param_spec_int ("loops", "Loops",
                        "How often all of them come; -1: until it is stopped",
                        VITRAIL_PLAY_FOREVER, G_MAXINT, 1, flags));
}

void
vitrail_volume_play_install (GObjectClass *object_class, guint first)
{
  g_object_class_install_property (
      object_class, first + PROP_TIME,
      g_param_spec_uint ("time", "Time",
                         "Which point in time of it, from 1; 0: each, one "
                         "after the other",
                         0, G_MAXUINT, 1, flags));
  g_object_class_install_property (
      object_class, first + PROP_TIMES,
      g_param_spec_string ("times", "Times",
                           "Which points in time with time=0 or combine: "
                           "\"1,3-5\"; by default all",
                           NULL, flags));
  install_pace (object_class, first);
  g_object_class_install_property (
      object_class, first + PROP_COMBINE,
      g_param_spec_enum ("combine", "Combine",
                         "One volume is made of several points in time",
                         VITRAIL_TYPE_VOLUME_COMBINE, VITRAIL_COMBINE_NONE,
                         flags));
}

gboolean
vitrail_volume_play_set (VitrailVolumePlay *self, guint id, const GValue *value)
{
  switch (id) {
  case PROP_TIME:
    self->time = g_value_get_uint (value);
    return TRUE;
  case PROP_TIMES:
    g_free (self->times);
    self->times = g_value_dup_string (value);
    return TRUE;
  case PROP_RATE:
    self->rate = g_value_get_double (value);
    return TRUE;
  case PROP_SPEED:
    self->speed = g_value_get_double (value);
    return TRUE;
  case PROP_LOOPS:
    self->loops = g_value_get_int (value);
    return TRUE;
  case PROP_COMBINE:
    self->combine = (VitrailVolumeCombine) g_value_get_enum (value);
    return TRUE;
  default:
    return FALSE;
  }
}

gboolean
vitrail_volume_play_get (const VitrailVolumePlay *self, guint id, GValue *value)
{
  switch (id) {
  case PROP_TIME:
    g_value_set_uint (value, self->time);
    return TRUE;
  case PROP_TIMES:
    g_value_set_string (value, self->times);
    return TRUE;
  case PROP_RATE:
    g_value_set_double (value, self->rate);
    return TRUE;
  case PROP_SPEED:
    g_value_set_double (value, self->speed);
    return TRUE;
  case PROP_LOOPS:
    g_value_set_int (value, self->loops);
    return TRUE;
  case PROP_COMBINE:
    g_value_set_enum (value, (int) self->combine);
    return TRUE;
  default:
    return FALSE;
  }
}

/* --- what comes when --- */

GArray *
vitrail_volume_play_list (const VitrailVolumePlay *self,
                          const VitrailVolumePlan *plan,
                          GError **error)
{
  if (self->time == 0 || self->combine != VITRAIL_COMBINE_NONE)
    return vitrail_volume_times_parse (self->times, plan->n_times, error);
  if (self->time > plan->n_times) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "There is no time %u: there are %u", self->time,
                 plan->n_times);
    return NULL;
  }
  const guint time = self->time - 1;
  GArray *list = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (list, time);
  return list;
}

double
vitrail_volume_play_get_rate (const VitrailVolumePlay *self,
                              const VitrailVolumePlan *plan)
{
  return self->speed *
         (self->rate > 0 ? self->rate : vitrail_volume_plan_get_rate (plan));
}
