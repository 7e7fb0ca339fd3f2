/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Properties that say which planes of a volume: see mprwish.h. */

#include "volume/mprwish.h"

#include <string.h>

enum {
  PROP_PLANE = VITRAIL_STATE_PROP_WHOLE,
  PROP_ORIENTATION,
  PROP_RIGHT_X,
  PROP_RIGHT_Y,
  PROP_RIGHT_Z,
  PROP_DOWN_X,
  PROP_DOWN_Y,
  PROP_DOWN_Z,
  PROP_TURN,
  PROP_OFFSET,
  PROP_CENTER_X,
  PROP_CENTER_Y,
  PROP_CENTER_Z,
  PROP_THICKNESS,
  PROP_SLAB,
  PROP_INTERPOLATION,
  PROP_SPACING,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_FRAMES,
  PROP_STEP,
  PROP_TURN_STEP,
  PROP_PATH,
  PROP_UP_X,
  PROP_UP_Y,
  PROP_UP_Z,
  N_PROPS = VITRAIL_MPR_WISH_N_PROPS,
};

static const size_t offsets[N_PROPS] = {
  [PROP_ORIENTATION] = G_STRUCT_OFFSET (VitrailMprWish, mpr.orientation),
  [PROP_RIGHT_X] = G_STRUCT_OFFSET (VitrailMprWish, mpr.right[0]),
  [PROP_RIGHT_Y] = G_STRUCT_OFFSET (VitrailMprWish, mpr.right[1]),
  [PROP_RIGHT_Z] = G_STRUCT_OFFSET (VitrailMprWish, mpr.right[2]),
  [PROP_DOWN_X] = G_STRUCT_OFFSET (VitrailMprWish, mpr.down[0]),
  [PROP_DOWN_Y] = G_STRUCT_OFFSET (VitrailMprWish, mpr.down[1]),
  [PROP_DOWN_Z] = G_STRUCT_OFFSET (VitrailMprWish, mpr.down[2]),
  [PROP_TURN] = G_STRUCT_OFFSET (VitrailMprWish, mpr.turn),
  [PROP_OFFSET] = G_STRUCT_OFFSET (VitrailMprWish, mpr.offset),
  [PROP_CENTER_X] = G_STRUCT_OFFSET (VitrailMprWish, mpr.center[0]),
  [PROP_CENTER_Y] = G_STRUCT_OFFSET (VitrailMprWish, mpr.center[1]),
  [PROP_CENTER_Z] = G_STRUCT_OFFSET (VitrailMprWish, mpr.center[2]),
  [PROP_THICKNESS] = G_STRUCT_OFFSET (VitrailMprWish, mpr.thickness),
  [PROP_SLAB] = G_STRUCT_OFFSET (VitrailMprWish, mpr.slab),
  [PROP_INTERPOLATION] = G_STRUCT_OFFSET (VitrailMprWish, mpr.interpolation),
  [PROP_SPACING] = G_STRUCT_OFFSET (VitrailMprWish, mpr.spacing),
  [PROP_WIDTH] = G_STRUCT_OFFSET (VitrailMprWish, mpr.width),
  [PROP_HEIGHT] = G_STRUCT_OFFSET (VitrailMprWish, mpr.height),
  [PROP_FRAMES] = G_STRUCT_OFFSET (VitrailMprWish, n_frames),
  [PROP_STEP] = G_STRUCT_OFFSET (VitrailMprWish, step),
  [PROP_TURN_STEP] = G_STRUCT_OFFSET (VitrailMprWish, turn_step),
  [PROP_PATH] = G_STRUCT_OFFSET (VitrailMprWish, path),
  [PROP_UP_X] = G_STRUCT_OFFSET (VitrailMprWish, up[0]),
  [PROP_UP_Y] = G_STRUCT_OFFSET (VitrailMprWish, up[1]),
  [PROP_UP_Z] = G_STRUCT_OFFSET (VitrailMprWish, up[2]),
};

static const VitrailMprWish initial = {
  .mpr = { .orientation = VITRAIL_MPR_AXIAL,
           .right = { 1, 0, 0 },
           .down = { 0, 1, 0 },
           .slab = VITRAIL_SLAB_MAXIMUM,
           .interpolation = VITRAIL_RESLICE_LINEAR },
  .n_frames = 1,
  .up = { 0, 0, 1 },
};

static gboolean
equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (VitrailMprWish)) == 0;
}

/* One coordinate makes it a place. */
static void
settle (gpointer value, guint id)
{
  VitrailMprWish *wish = value;

  if (id >= PROP_CENTER_X && id <= PROP_CENTER_Z)
    wish->mpr.has_center = TRUE;
}

const VitrailStateSpec vitrail_mpr_wish_spec = { sizeof (VitrailMprWish),
                                                 sizeof (VitrailMpr),
                                                 &initial,
                                                 offsets,
                                                 N_PROPS,
                                                 equal,
                                                 settle };

static gpointer
copy_mpr (gpointer mpr)
{
  return g_memdup2 (mpr, sizeof (VitrailMpr));
}

GType
vitrail_mpr_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_boxed_type_register_static ("VitrailMpr",
                                                            copy_mpr, g_free));
  return type;
}

static GType
orientation_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_MPR_AXIAL, "From the feet, the back down", "axial" },
    { VITRAIL_MPR_CORONAL, "From the front, the feet down", "coronal" },
    { VITRAIL_MPR_SAGITTAL, "From the left, the feet down", "sagittal" },
    { VITRAIL_MPR_ACQUISITION, "As the slices were acquired", "acquisition" },
    { VITRAIL_MPR_OBLIQUE, "As right and down say", "oblique" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitrailMprOrientation",
                                                      values));
  return type;
}

static GType
slab_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_SLAB_MAXIMUM, "Maximum intensity projection", "maximum" },
    { VITRAIL_SLAB_MINIMUM, "Minimum intensity projection", "minimum" },
    { VITRAIL_SLAB_MEAN, "Mean", "mean" },
    { VITRAIL_SLAB_SUM, "Sum", "sum" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitrailSlab", values));
  return type;
}

GType
vitrail_reslicing_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_RESLICE_NEAREST, "Nearest voxel", "nearest" },
    { VITRAIL_RESLICE_LINEAR, "Linear", "linear" },
    { VITRAIL_RESLICE_CUBIC, "Cubic (Catmull-Rom)", "cubic" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailReslicing", values));
  return type;
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
    double usual;
  } numbers[] = {
    { PROP_RIGHT_X, "right-x", "Of right, with oblique: to the left", -1e6, 1 },
    { PROP_RIGHT_Y, "right-y", "Of right: to the back", -1e6, 0 },
    { PROP_RIGHT_Z, "right-z", "Of right: to the head", -1e6, 0 },
    { PROP_DOWN_X, "down-x", "Of down, with oblique: to the left", -1e6, 0 },
    { PROP_DOWN_Y, "down-y", "Of down: to the back", -1e6, 1 },
    { PROP_DOWN_Z, "down-z", "Of down: to the head", -1e6, 0 },
    { PROP_TURN, "turn", "Degrees about the line down, to the right", -1e6, 0 },
    { PROP_OFFSET, "offset", "Millimetres away from the middle", -1e6, 0 },
    { PROP_CENTER_X, "center-x", "Of a place, instead of the middle: mm", -1e6,
      0 },
    { PROP_CENTER_Y, "center-y", "Of the place: mm", -1e6, 0 },
    { PROP_CENTER_Z, "center-z", "Of the place: mm", -1e6, 0 },
    { PROP_THICKNESS, "thickness", "Millimetres of a slab; 0: a plane", 0, 0 },
    { PROP_SPACING, "spacing", "Millimetres a pixel; 0: the volume's finest", 0,
      0 },
    { PROP_STEP, "step", "Millimetres from one of the frames to the next", -1e6,
      0 },
    { PROP_TURN_STEP, "turn-step", "Degrees from one of the frames to the next",
      -1e6, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_object_class_install_property (
        klass, numbers[i].id,
        g_param_spec_double (numbers[i].name, numbers[i].name, numbers[i].what,
                             numbers[i].lowest, 1e6, numbers[i].usual, FLAGS));
}

void
vitrail_mpr_wish_install (GObjectClass *klass)
{
  install_numbers (klass);
  g_object_class_install_property (
      klass, PROP_PLANE,
      g_param_spec_boxed ("plane", "Plane",
                          "All that follows but the film's, at once",
                          VITRAIL_TYPE_MPR, FLAGS));
  g_object_class_install_property (
      klass, PROP_ORIENTATION,
      g_param_spec_enum ("orientation", "Orientation", "Which plane",
                         orientation_get_type (), VITRAIL_MPR_AXIAL, FLAGS));
  g_object_class_install_property (
      klass, PROP_SLAB,
      g_param_spec_enum ("slab", "Slab", "What a slab shows of its planes",
                         slab_get_type (), VITRAIL_SLAB_MAXIMUM, FLAGS));
  g_object_class_install_property (
      klass, PROP_INTERPOLATION,
      g_param_spec_enum ("interpolation", "Interpolation", "Between voxels",
                         vitrail_reslicing_get_type (), VITRAIL_RESLICE_LINEAR,
                         FLAGS));
  g_object_class_install_property (
      klass, PROP_WIDTH,
      g_param_spec_uint ("width", "Width", "Pixels; 0: all of the volume", 0,
                         65535, 0, FLAGS));
  g_object_class_install_property (
      klass, PROP_HEIGHT,
      g_param_spec_uint ("height", "Height", "Pixels; 0: all of the volume", 0,
                         65535, 0, FLAGS));
  g_object_class_install_property (klass, PROP_FRAMES,
                                   g_param_spec_uint ("frames", "Frames",
                                                      "Pictures of each volume",
                                                      1, 100000, 1, FLAGS));
}

void
vitrail_mpr_wish_install_path (GObjectClass *klass)
{
  static const struct {
    guint id;
    const char *name;
    const char *what;
    double usual;
  } numbers[] = {
    { PROP_UP_X, "up-x", "Of what is up along a path: to the left", 0 },
    { PROP_UP_Y, "up-y", "Of up: to the back", 0 },
    { PROP_UP_Z, "up-z", "Of up: to the head", 1 },
  };

  g_object_class_install_property (
      klass, PROP_PATH,
      g_param_spec_string ("path", "Path",
                           "\"x y z; x y z; ...\" in mm: the volume along it, "
                           "laid straight, in the place of a plane",
                           NULL, FLAGS));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_object_class_install_property (
        klass, numbers[i].id,
        g_param_spec_double (numbers[i].name, numbers[i].name, numbers[i].what,
                             -1e6, 1e6, numbers[i].usual, FLAGS));
}

gboolean
vitrail_mpr_wish_get_curve (const VitrailMprWish *self, VitrailCurveWish *curve)
{
  if (self->path == NULL)
    return FALSE;
  *curve = (VitrailCurveWish){ .path = self->path,
                               .angle = self->mpr.turn,
                               .thickness = self->mpr.thickness,
                               .slab = self->mpr.slab,
                               .interpolation = self->mpr.interpolation,
                               .spacing = self->mpr.spacing,
                               .height = self->mpr.height };
  memcpy (curve->across, self->up, sizeof curve->across);
  return TRUE;
}
