/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* wsitiler's properties: see tilersettings.h. */

#include "slide/tilersettings.h"

#include <gst/gst.h>

#include <string.h>

#define VITRAIL_TYPE_TILER_MODE (vitrail_tiler_mode_get_type ())
GType vitrail_tiler_mode_get_type (void);
G_DEFINE_ENUM_TYPE (VitrailTilerMode,
                    vitrail_tiler_mode,
                    G_DEFINE_ENUM_VALUE (VITRAIL_TILER_MODE_VIEW, "view"),
                    G_DEFINE_ENUM_VALUE (VITRAIL_TILER_MODE_TILES, "tiles"),
                    G_DEFINE_ENUM_VALUE (VITRAIL_TILER_MODE_REGION, "region"))

enum {
  PROP_MODE = 1,
  PROP_LEVEL,
  PROP_REGION,
  PROP_X,
  PROP_Y,
  PROP_X_MM,
  PROP_Y_MM,
  PROP_DOWNSAMPLE,
  PROP_MAGNIFICATION,
  PROP_ROTATION,
  PROP_VIEW,
  PROP_LOOK,
};

static void
set_region (VitrailTilerSettings *settings, const GValue *value)
{
  memset (settings->region, 0, sizeof settings->region);
  if (gst_value_array_get_size (value) != 4)
    return;
  for (guint i = 0; i < 4; i++)
    settings->region[i] =
        g_value_get_int (gst_value_array_get_value (value, i));
  if (settings->region[2] <= 0 || settings->region[3] <= 0)
    memset (settings->region, 0, sizeof settings->region);
}

static void
get_region (const VitrailTilerSettings *settings, GValue *value)
{
  for (guint i = 0; i < 4; i++) {
    g_auto (GValue) number = G_VALUE_INIT;
    g_value_init (&number, G_TYPE_INT);
    g_value_set_int (&number, (int) settings->region[i]);
    gst_value_array_append_value (value, &number);
  }
}

static void
set_view (VitrailTilerSettings *settings, const GValue *value)
{
  const VitrailView *view = g_value_get_boxed (value);

  settings->has_view = view != NULL;
  if (view != NULL)
    settings->view = *view;
}

static double *
find_number (VitrailTilerSettings *settings, guint id)
{
  switch (id) {
  case PROP_X:
    return &settings->x;
  case PROP_Y:
    return &settings->y;
  case PROP_X_MM:
    return &settings->x_mm;
  case PROP_Y_MM:
    return &settings->y_mm;
  case PROP_DOWNSAMPLE:
    return &settings->downsample;
  case PROP_MAGNIFICATION:
    return &settings->magnification;
  case PROP_ROTATION:
    return &settings->rotation;
  default:
    return NULL;
  }
}

void
vitrail_tiler_settings_init (VitrailTilerSettings *self)
{
  *self = (VitrailTilerSettings){
    .x = -1,
    .y = -1,
    .x_mm = VITRAIL_TILER_UNSET,
    .y_mm = VITRAIL_TILER_UNSET,
  };
}

void
vitrail_tiler_settings_clear (VitrailTilerSettings *self)
{
  g_clear_pointer (&self->look, g_free);
}

void
vitrail_tiler_settings_set (VitrailTilerSettings *self,
                            guint id,
                            const GValue *value)
{
  double *number = find_number (self, id);

  if (number != NULL)
    *number = g_value_get_double (value);
  else if (id == PROP_MODE)
    self->mode = (VitrailTilerMode) g_value_get_enum (value);
  else if (id == PROP_LEVEL)
    self->level = g_value_get_uint (value);
  else if (id == PROP_REGION)
    set_region (self, value);
  else if (id == PROP_VIEW)
    set_view (self, value);
  else if (id == PROP_LOOK) {
    g_free (self->look);
    self->look = g_value_dup_string (value);
  }
}

void
vitrail_tiler_settings_get (VitrailTilerSettings *self, guint id, GValue *value)
{
  const double *number = find_number (self, id);

  if (number != NULL)
    g_value_set_double (value, *number);
  else if (id == PROP_MODE)
    g_value_set_enum (value, self->mode);
  else if (id == PROP_LEVEL)
    g_value_set_uint (value, self->level);
  else if (id == PROP_REGION)
    get_region (self, value);
  else if (id == PROP_VIEW)
    g_value_set_boxed (value, self->has_view ? &self->view : NULL);
  else if (id == PROP_LOOK)
    g_value_set_string (value, self->look);
}

/* nick, what it is, least, most, default */
static void
install_number (GObjectClass *klass,
                guint id,
                const char *name,
                const char *blurb,
                const double range[3])
{
  g_object_class_install_property (
      klass, id,
      g_param_spec_double (name, name, blurb, range[0], range[1], range[2],
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                               GST_PARAM_MUTABLE_PLAYING));
}

static void
install_numbers (GObjectClass *klass)
{
  const double centre[] = { -1, G_MAXDOUBLE, -1 };
  const double millimetres[] = { VITRAIL_TILER_UNSET, -VITRAIL_TILER_UNSET,
                                 VITRAIL_TILER_UNSET };
  const double factor[] = { 0, G_MAXDOUBLE, 0 };
  const double angle[] = { -G_MAXDOUBLE, G_MAXDOUBLE, 0 };

  install_number (klass, PROP_X, "x",
                  "Centre of the view in level 0 pixels, -1: the middle",
                  centre);
  install_number (klass, PROP_Y, "y",
                  "Centre of the view in level 0 pixels, -1: the middle",
                  centre);
  install_number (klass, PROP_X_MM, "x-mm",
                  "Centre of the view in millimetres of the slide, with y-mm, "
                  "instead of x and y; -1e9: not set",
                  millimetres);
  install_number (klass, PROP_Y_MM, "y-mm",
                  "Centre of the view in millimetres of the slide, with x-mm, "
                  "instead of x and y; -1e9: not set",
                  millimetres);
  install_number (klass, PROP_DOWNSAMPLE, "downsample",
                  "Level 0 pixels on one of the view, 0: all of the slide",
                  factor);
  install_number (klass, PROP_MAGNIFICATION, "magnification",
                  "Instead of downsample: 10 shows what a 10x objective does",
                  factor);
  install_number (klass, PROP_ROTATION, "rotation",
                  "Degrees clockwise that the view is turned", angle);
}

void
vitrail_tiler_settings_install_properties (GObjectClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (
      klass, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What is made of a slide",
                         VITRAIL_TYPE_TILER_MODE, VITRAIL_TILER_MODE_VIEW,
                         flags));
  g_object_class_install_property (
      klass, PROP_LEVEL,
      g_param_spec_uint ("level", "Level",
                         "Level of tiles and regions, 0 is the finest", 0,
                         G_MAXUINT, 0, flags));
  g_object_class_install_property (
      klass, PROP_REGION,
      gst_param_spec_array (
          "region", "Region",
          "<x, y, width, height> in pixels of the level; all of it if not set",
          g_param_spec_int ("number", "Number", "Pixels", G_MININT, G_MAXINT, 0,
                            flags),
          flags));
  install_numbers (klass);
  g_object_class_install_property (
      klass, PROP_VIEW,
      g_param_spec_boxed ("view", "View",
                          "Zoom, pan, rotation and flips at once, instead of "
                          "the numbers; beside the slide is black then",
                          VITRAIL_TYPE_VIEW, flags));
  g_object_class_install_property (
      klass, PROP_LOOK,
      g_param_spec_string (
          "look", "Look",
          "icc=0|1;z=PLANE;stain=NAME;channels=...: colours, focal plane and "
          "channels; an empty text: as one looks at slides, colours managed; "
          "not set: as it is stored",
          NULL, flags));
  gst_type_mark_as_plugin_api (VITRAIL_TYPE_TILER_MODE, 0);
}
