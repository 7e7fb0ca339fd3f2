/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Inputs of fusionmix: see fusionpad.h. */

#include "volume/fusionpad.h"

#include "registration/registration.h"
#include "volume/mprwish.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (VitrailFusionPad, vitrail_fusion_pad, GST_TYPE_PAD)

enum {
  PROP_WINDOW_CENTER = VITRAIL_STATE_PROP_WHOLE + 1,
  PROP_WINDOW_WIDTH,
  PROP_VOI_FUNCTION,
  PROP_INVERT,
  PROP_COLORMAP,
  PROP_OPACITY,
  PROP_THRESHOLD_LOW,
  PROP_THRESHOLD_HIGH,
  PROP_INTERPOLATION,
  PROP_MATRIX,
  N_PROPS,
};

#define LOOK(field) G_STRUCT_OFFSET (VitrailFusionWish, look.field)

static const size_t offsets[N_PROPS] = {
  [PROP_WINDOW_CENTER] = LOOK (presentation.window_center),
  [PROP_WINDOW_WIDTH] = LOOK (presentation.window_width),
  [PROP_VOI_FUNCTION] = LOOK (presentation.function),
  [PROP_INVERT] = LOOK (presentation.invert),
  [PROP_COLORMAP] = LOOK (presentation.colormap),
  [PROP_OPACITY] = LOOK (opacity),
  [PROP_THRESHOLD_LOW] = LOOK (low),
  [PROP_THRESHOLD_HIGH] = LOOK (high),
  [PROP_INTERPOLATION] = LOOK (interpolation),
  [PROP_MATRIX] = G_STRUCT_OFFSET (VitrailFusionWish, matrix),
};

static const VitrailFusionWish initial = { .look = VITRAIL_FUSION_LOOK_INIT };

static gboolean
equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (VitrailFusionWish)) == 0;
}

static void
settle (gpointer value, guint id)
{
  VitrailFusionWish *wish = value;

  if (id == PROP_WINDOW_WIDTH)
    wish->look.presentation.has_window =
        wish->look.presentation.window_width > 0;
}

static const VitrailStateSpec state_spec = {
  sizeof (VitrailFusionWish), 0, &initial, offsets, N_PROPS, equal, settle
};

void
vitrail_fusion_pad_get_wish (VitrailFusionPad *self, VitrailFusionWish *wish)
{
  vitrail_state_copy (&self->state, wish);
}

gboolean
vitrail_fusion_find_matrix (GPtrArray *registrations,
                            const char *text,
                            VitrailVolume *first,
                            VitrailVolume *volume,
                            double matrix[16],
                            GError **error)
{
  const VitrailVolumeInfo *to = vitrail_volume_get_info (first);
  const VitrailVolumeInfo *from = vitrail_volume_get_info (volume);

  if (text != NULL && text[0] != '\0') {
    if (vitrail_registration_matrix_from_text (text, matrix))
      return TRUE;
    g_set_error_literal (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS,
                         "matrix wants 16 numbers that can be inverted");
    return FALSE;
  }
  if (volume == first) {
    for (guint i = 0; i < 16; i++)
      matrix[i] = i % 5 == 0;
    return TRUE;
  }
  if (from->space != VITRAIL_SPACE_PATIENT ||
      to->space != VITRAIL_SPACE_PATIENT) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
                         "a volume in a space of its own wants a matrix");
    return FALSE;
  }
  return vitrail_registrations_find (registrations,
                                     from->frame_of_reference_uid,
                                     to->frame_of_reference_uid, matrix, error);
}

static void
vitrail_fusion_pad_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *spec)
{
  vitrail_state_set_property (&VITRAIL_FUSION_PAD (object)->state, object, id,
                              value, spec);
}

static void
vitrail_fusion_pad_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *spec)
{
  vitrail_state_get_property (&VITRAIL_FUSION_PAD (object)->state, object, id,
                              value, spec);
}

static void
vitrail_fusion_pad_finalize (GObject *object)
{
  VitrailFusionPad *self = VITRAIL_FUSION_PAD (object);

  gst_clear_buffer (&self->buffer);
  vitrail_state_clear (&self->state);
  G_OBJECT_CLASS (vitrail_fusion_pad_parent_class)->finalize (object);
}

#define FLAGS \
  (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static void
install_numbers (GObjectClass *klass)
{
  static const struct {
    guint id;
    const char *name;
    const char *what;
    double lowest;
    double highest;
    double usual;
  } numbers[] = {
    { PROP_WINDOW_CENTER, "window-center",
      "In the layer's values; used where window-width is not 0", -G_MAXDOUBLE,
      G_MAXDOUBLE, 0 },
    { PROP_WINDOW_WIDTH, "window-width",
      "0: the data's own, else the range of its values", 0, G_MAXDOUBLE, 0 },
    { PROP_OPACITY, "opacity", "0: not seen, 1: nothing below is", 0, 1, 1 },
    { PROP_THRESHOLD_LOW, "threshold-low", "Values below are not there",
      -G_MAXDOUBLE, G_MAXDOUBLE, -G_MAXDOUBLE },
    { PROP_THRESHOLD_HIGH, "threshold-high", "Values above are not there",
      -G_MAXDOUBLE, G_MAXDOUBLE, G_MAXDOUBLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_object_class_install_property (
        klass, numbers[i].id,
        g_param_spec_double (numbers[i].name, numbers[i].name, numbers[i].what,
                             numbers[i].lowest, numbers[i].highest,
                             numbers[i].usual, FLAGS));
}

static void
install_others (GObjectClass *klass)
{
  g_object_class_install_property (
      klass, PROP_VOI_FUNCTION,
      g_param_spec_enum ("voi-function", "VOI LUT function",
                         "Used where window-width is not 0, else the data's",
                         VITRAIL_TYPE_VOI_FUNCTION, VITRAIL_VOI_LINEAR, FLAGS));
  g_object_class_install_property (
      klass, PROP_INVERT,
      g_param_spec_boolean ("invert", "Invert",
                            "On top of what the data asks for", FALSE, FLAGS));
  g_object_class_install_property (
      klass, PROP_COLORMAP,
      g_param_spec_string ("colormap", "Colormap",
                           "viridis, hot_iron, ...; none: grey", NULL, FLAGS));
  g_object_class_install_property (
      klass, PROP_INTERPOLATION,
      g_param_spec_enum ("interpolation", "Interpolation",
                         "Between the layer's voxels",
                         vitrail_reslicing_get_type (), VITRAIL_RESLICE_LINEAR,
                         FLAGS));
  g_object_class_install_property (
      klass, PROP_MATRIX,
      g_param_spec_string (
          "matrix", "Matrix",
          "16 numbers, row by row: from the layer's millimetres to the first "
          "layer's, whatever their frames of reference; none: a registration",
          NULL, FLAGS));
}

static void
vitrail_fusion_pad_class_init (VitrailFusionPadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = vitrail_fusion_pad_set_property;
  object_class->get_property = vitrail_fusion_pad_get_property;
  object_class->finalize = vitrail_fusion_pad_finalize;
  install_numbers (object_class);
  install_others (object_class);
}

static void
vitrail_fusion_pad_init (VitrailFusionPad *self)
{
  vitrail_state_init (&self->state, &state_spec, &self->wish);
}
