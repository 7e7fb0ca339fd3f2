/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What volumerender can be asked for: see renderwish.h. */

#include "volume/renderwish.h"

#include <gst/gst.h>

#include <string.h>

#define DEFAULT_PRESET "CT-Bone"
/* Bone, of CT. */
#define DEFAULT_THRESHOLD       300
#define DEFAULT_SEGMENT_OPACITY 0.6

enum {
  PROP_DIRECTION = VITRAIL_STATE_PROP_WHOLE + 1,
  PROP_AZIMUTH,
  PROP_ELEVATION,
  PROP_ROLL,
  PROP_ZOOM,
  PROP_PAN_X,
  PROP_PAN_Y,
  PROP_FRONT,
  PROP_BACK,
  PROP_BOX_I_LOW,
  PROP_BOX_I_HIGH,
  PROP_BOX_J_LOW,
  PROP_BOX_J_HIGH,
  PROP_BOX_K_LOW,
  PROP_BOX_K_HIGH,
  PROP_SAMPLE_DISTANCE,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_MODE,
  PROP_WINDOW_CENTER,
  PROP_WINDOW_WIDTH,
  PROP_THRESHOLD,
  PROP_PRESET,
  PROP_CLIP_PLANES,
  PROP_REGISTRATION,
  PROP_CUTS,
  PROP_SEGMENTS,
  PROP_SEGMENT_OPACITY,
  PROP_SEGMENT_OPACITIES,
  PROP_DEPTH_CUE,
  PROP_SHIFT,
  PROP_SHADING,
  PROP_ORIENTATION_CUBE,
  PROP_RENDERER,
  PROP_FRAMES,
  PROP_TURN_STEP,
  N_PROPS,
};

G_STATIC_ASSERT (N_PROPS <= VITRAIL_RENDER_PROP_GIVEN);

#define CAMERA(field) G_STRUCT_OFFSET (VitrailRenderWish, look.camera.field)

static const size_t offsets[N_PROPS] = {
  [PROP_DIRECTION] = CAMERA (direction),
  [PROP_AZIMUTH] = CAMERA (azimuth),
  [PROP_ELEVATION] = CAMERA (elevation),
  [PROP_ROLL] = CAMERA (roll),
  [PROP_ZOOM] = CAMERA (zoom),
  [PROP_PAN_X] = CAMERA (pan[0]),
  [PROP_PAN_Y] = CAMERA (pan[1]),
  [PROP_FRONT] = CAMERA (front),
  [PROP_BACK] = CAMERA (back),
  [PROP_BOX_I_LOW] = CAMERA (box[0]),
  [PROP_BOX_I_HIGH] = CAMERA (box[1]),
  [PROP_BOX_J_LOW] = CAMERA (box[2]),
  [PROP_BOX_J_HIGH] = CAMERA (box[3]),
  [PROP_BOX_K_LOW] = CAMERA (box[4]),
  [PROP_BOX_K_HIGH] = CAMERA (box[5]),
  [PROP_SAMPLE_DISTANCE] = CAMERA (step),
  [PROP_WIDTH] = CAMERA (width),
  [PROP_HEIGHT] = CAMERA (height),
  [PROP_MODE] = G_STRUCT_OFFSET (VitrailRenderWish, look.mode),
  [PROP_WINDOW_CENTER] =
      G_STRUCT_OFFSET (VitrailRenderWish, look.window_center),
  [PROP_WINDOW_WIDTH] = G_STRUCT_OFFSET (VitrailRenderWish, look.window_width),
  [PROP_THRESHOLD] = G_STRUCT_OFFSET (VitrailRenderWish, look.threshold),
  [PROP_PRESET] = G_STRUCT_OFFSET (VitrailRenderWish, preset),
  [PROP_CLIP_PLANES] = G_STRUCT_OFFSET (VitrailRenderWish, clip_planes),
  [PROP_CUTS] = G_STRUCT_OFFSET (VitrailRenderWish, look.cuts),
  [PROP_REGISTRATION] = G_STRUCT_OFFSET (VitrailRenderWish, registration),
  [PROP_SEGMENTS] = G_STRUCT_OFFSET (VitrailRenderWish, segments),
  [PROP_SEGMENT_OPACITY] =
      G_STRUCT_OFFSET (VitrailRenderWish, look.segments.opacity),
  [PROP_SEGMENT_OPACITIES] =
      G_STRUCT_OFFSET (VitrailRenderWish, look.segments.opacities),
  [PROP_DEPTH_CUE] = CAMERA (depth_cue),
  [PROP_SHIFT] = G_STRUCT_OFFSET (VitrailRenderWish, look.shift),
  [PROP_SHADING] = G_STRUCT_OFFSET (VitrailRenderWish, look.shading),
  [PROP_ORIENTATION_CUBE] = G_STRUCT_OFFSET (VitrailRenderWish, look.has_cube),
  [PROP_RENDERER] = G_STRUCT_OFFSET (VitrailRenderWish, look.device),
  [PROP_FRAMES] = G_STRUCT_OFFSET (VitrailRenderWish, n_frames),
  [PROP_TURN_STEP] = G_STRUCT_OFFSET (VitrailRenderWish, turn_step),
};

static const VitrailRenderWish initial = {
  .look = { .camera = VITRAIL_CAMERA_INIT,
            .shading = TRUE,
            .segments = { .opacity = DEFAULT_SEGMENT_OPACITY },
            .threshold = DEFAULT_THRESHOLD },
  .preset = DEFAULT_PRESET,
  .n_frames = 1,
};

static gboolean
equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (VitrailRenderWish)) == 0;
}

const VitrailStateSpec vitrail_render_wish_spec = {
  sizeof (VitrailRenderWish), 0, &initial, offsets, N_PROPS, equal, NULL
};

static GType
direction_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_CAMERA_FRONT, "From the front, the feet down", "front" },
    { VITRAIL_CAMERA_BACK, "From the back, the feet down", "back" },
    { VITRAIL_CAMERA_LEFT, "From the left, the feet down", "left" },
    { VITRAIL_CAMERA_RIGHT, "From the right, the feet down", "right" },
    { VITRAIL_CAMERA_HEAD, "From the head, the back down", "head" },
    { VITRAIL_CAMERA_FEET, "From the feet, the back down", "feet" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("VitrailCameraDirection",
                                                      values));
  return type;
}

static GType
mode_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_RENDER_COMPOSITE, "Colours and opacities", "composite" },
    { VITRAIL_RENDER_MAXIMUM, "Maximum intensity projection", "maximum" },
    { VITRAIL_RENDER_MINIMUM, "Minimum intensity projection", "minimum" },
    { VITRAIL_RENDER_MEAN, "Mean of each ray", "mean" },
    { VITRAIL_RENDER_SURFACE, "Surface at a threshold", "surface" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailRenderMode", values));
  return type;
}

static GType
renderer_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { VITRAIL_RENDER_AUTO, "A graphics processor, where there is one", "auto" },
    { VITRAIL_RENDER_CPU, "The processor", "cpu" },
    { VITRAIL_RENDER_GL, "OpenGL, be it in software", "gl" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
                       g_enum_register_static ("VitrailRenderDevice", values));
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
    double highest;
    double usual;
  } numbers[] = {
    { PROP_AZIMUTH, "azimuth", "Degrees to the reader's right", -1e6, 1e6, 0 },
    { PROP_ELEVATION, "elevation", "Degrees up", -1e6, 1e6, 0 },
    { PROP_ROLL, "roll", "Degrees that the picture turns clockwise", -1e6, 1e6,
      0 },
    { PROP_ZOOM, "zoom", "1: all is seen, however it is turned", 1e-3, 1e3, 1 },
    { PROP_SEGMENT_OPACITY, "segment-opacity",
      "How much of each segment's place is its colour; 10 mm let through the "
      "rest of the light",
      0, 1, DEFAULT_SEGMENT_OPACITY },
    { PROP_PAN_X, "pan-x", "Millimetres to the right", -1e6, 1e6, 0 },
    { PROP_PAN_Y, "pan-y", "Millimetres down", -1e6, 1e6, 0 },
    { PROP_FRONT, "front", "Cut off before so many mm behind the middle", -1e6,
      1e6, -1e6 },
    { PROP_BACK, "back", "Cut off from so many mm behind the middle", -1e6, 1e6,
      1e6 },
    { PROP_BOX_I_LOW, "box-i-low", "Part cut off at the first column", 0, 1,
      0 },
    { PROP_BOX_I_HIGH, "box-i-high", "Part kept up to the last column", 0, 1,
      1 },
    { PROP_BOX_J_LOW, "box-j-low", "Part cut off at the first row", 0, 1, 0 },
    { PROP_BOX_J_HIGH, "box-j-high", "Part kept up to the last row", 0, 1, 1 },
    { PROP_BOX_K_LOW, "box-k-low", "Part cut off at the first slice", 0, 1, 0 },
    { PROP_BOX_K_HIGH, "box-k-high", "Part kept up to the last slice", 0, 1,
      1 },
    { PROP_SAMPLE_DISTANCE, "sample-distance",
      "Millimetres between samples; 0: the volume's finest", 0, 1e6, 0 },
    { PROP_WINDOW_CENTER, "window-center", "Of maximum, minimum, mean: grey",
      -1e6, 1e6, 0 },
    { PROP_WINDOW_WIDTH, "window-width",
      "Values from black to white; 0: all that there are", 0, 1e6, 0 },
    { PROP_THRESHOLD, "threshold", "The lowest value within the surface", -1e6,
      1e6, DEFAULT_THRESHOLD },
    { PROP_SHIFT, "shift", "Added to the values of the preset's curves", -1e6,
      1e6, 0 },
    { PROP_DEPTH_CUE, "depth-cue", "Part of the light lost up to the farthest",
      0, 1, 0 },
    { PROP_TURN_STEP, "turn-step", "Degrees from one of the frames to the next",
      -1e6, 1e6, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_object_class_install_property (
        klass, numbers[i].id,
        g_param_spec_double (numbers[i].name, numbers[i].name, numbers[i].what,
                             numbers[i].lowest, numbers[i].highest,
                             numbers[i].usual, FLAGS));
}

static void
install_counts (GObjectClass *klass)
{
  static const struct {
    guint id;
    const char *name;
    const char *what;
    guint highest;
    guint usual;
  } counts[] = {
    { PROP_WIDTH, "width", "Pixels", 16384, 512 },
    { PROP_HEIGHT, "height", "Pixels", 16384, 512 },
    { PROP_FRAMES, "frames", "Pictures of each volume", 100000, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_object_class_install_property (
        klass, counts[i].id,
        g_param_spec_uint (counts[i].name, counts[i].name, counts[i].what, 1,
                           counts[i].highest, counts[i].usual, FLAGS));
}

static void
install_texts (GObjectClass *klass)
{
  static const struct {
    guint id;
    const char *name;
    const char *what;
    const char *usual;
  } texts[] = {
    { PROP_PRESET, "preset",
      "Name of colours and opacities by value, then perhaps "
      "\";opacity=VALUE:OPACITY,...;color=VALUE:RRGGBB,...;light=AMBIENT,"
      "DIFFUSE,SPECULAR,POWER\"",
      DEFAULT_PRESET },
    { PROP_CLIP_PLANES, "clip-planes",
      "Up to 6 of \"a b c d\", with \";\" between: what lies where a x + b y + "
      "c z > d mm is cut off",
      NULL },
    { PROP_CUTS, "cuts",
      "Up to 8 of \"inside|outside dx dy dz, x y z, x y z, x y z, ...\", with "
      "\";\" between: shapes that cut out what is in or around them along a "
      "direction, in mm",
      NULL },
    { PROP_SEGMENTS, "segments",
      "A Segmentation of the volume: its segments are coloured as they "
      "recommend, in mode composite",
      NULL },
    { PROP_SEGMENT_OPACITIES, "segment-opacities",
      "Of segments by their numbers, instead of segment-opacity: \"3=0.2, "
      "7=0\"",
      NULL },
    { PROP_REGISTRATION, "registration",
      "A Spatial Registration, or a folder with some: how the further volumes' "
      "and the segmentation's frames of reference lie in the first one's",
      NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_object_class_install_property (
        klass, texts[i].id,
        g_param_spec_string (texts[i].name, texts[i].name, texts[i].what,
                             texts[i].usual, FLAGS));
}

static void
install_others (GObjectClass *klass)
{
  g_object_class_install_property (
      klass, PROP_DIRECTION,
      g_param_spec_enum ("direction", "Direction", "From where",
                         direction_get_type (), VITRAIL_CAMERA_FRONT, FLAGS));
  g_object_class_install_property (
      klass, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What is shown of a ray",
                         mode_get_type (), VITRAIL_RENDER_COMPOSITE, FLAGS));
  g_object_class_install_property (
      klass, PROP_RENDERER,
      g_param_spec_enum ("renderer", "Renderer", "What draws",
                         renderer_get_type (), VITRAIL_RENDER_AUTO, FLAGS));
  g_object_class_install_property (
      klass, PROP_ORIENTATION_CUBE,
      g_param_spec_boolean ("orientation-cube", "Orientation cube",
                            "A cube in the corner with the letters of the "
                            "patient's sides; from 160 pixels on",
                            FALSE, FLAGS));
  g_object_class_install_property (
      klass, PROP_SHADING,
      g_param_spec_boolean ("shading", "Shading",
                            "Whether light falls where the preset wants it",
                            TRUE, FLAGS));
}

void
vitrail_render_wish_install (GObjectClass *klass)
{
  install_numbers (klass);
  install_counts (klass);
  install_texts (klass);
  install_others (klass);
}
