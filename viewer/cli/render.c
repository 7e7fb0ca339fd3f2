/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail render: pictures without a window. */

#include "codec/codec.h"
#include "command.h"
#include "error.h"
#include "limits.h"
#include "mask/maskinstance.h"
#include "output.h"
#include "overview.h"
#include "pixel/colormap.h"
#include "pixel/icc.h"
#include "png16.h"
#include "renderecg.h"
#include "target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define JPEG_QUALITY 90

/* What RenderOptions.frame is where --frame is not given. */
#define NO_FRAME G_MININT

extern const VitrailCommand vitrail_command_render;

typedef struct {
  char **files;
  char *output;
  char *mode;
  char *series;
  char *window;
  char *voi;
  char *colormap;
  char *size;
  char *calibration;
  char *profile;
  int frame; /* from 1, or NO_FRAME */
  gboolean raw_values;
  char *subtraction;
  char *mask_shift;
  VitrailRenderEcg ecg;

  /* From these: */
  VitrailTargetKind kind;
  VitrailPresentation presentation;
  double shift[2]; /* of masks: down, to the right */
  guint width;     /* 0: not given */
  guint height;
  gboolean jpeg;
} RenderOptions;

static void
render_options_clear (RenderOptions *self)
{
  g_strfreev (self->files);
  g_free (self->output);
  g_free (self->mode);
  g_free (self->series);
  g_free (self->window);
  g_free (self->voi);
  g_free (self->colormap);
  g_free (self->size);
  g_free (self->calibration);
  g_free (self->profile);
  g_free (self->subtraction);
  g_free (self->mask_shift);
  g_free (self->ecg.layout);
  g_free (self->ecg.filter);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RenderOptions, render_options_clear)

/* --- pictures --- */

static gboolean
write_image (const RenderOptions *options,
             const VitrailImage *image,
             GError **error)
{
  g_autoptr (GBytes) file =
      options->jpeg ? vitrail_image_to_jpeg (image, JPEG_QUALITY, error)
                    : vitrail_image_to_png (image, error);

  return file != NULL &&
         vitrail_output_write_bytes (options->output, file, error);
}

static void
print_warning (const char *text)
{
  if (text != NULL)
    g_printerr ("warning: %s\n", text);
}

/* What keeps the picture from being all that it should be. */
static void
print_warnings (const VitrailFrameInfo *info,
                const VitrailFrame *frame,
                const VitrailDisplay *display)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailColorTransform) transform =
      vitrail_color_transform_get (info->icc_profile, info->color_space,
                                   display, &error);

  print_warning (frame->warning);
  print_warning (info->overlays != NULL ? info->overlays->warning : NULL);
  print_warning (frame->overlays != NULL ? frame->overlays->warning : NULL);
  print_warning (error != NULL ? error->message : NULL);
}

static gboolean
render_frame (const RenderOptions *options,
              VitrailInstance *instance,
              guint number,
              GError **error)
{
  g_auto (VitrailImage) image = { 0 };

  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, number, error);
  g_autoptr (VitrailFrame) frame =
      info != NULL
          ? vitrail_instance_decode_frame (instance, number, 0, NULL, error)
          : NULL;
  if (frame == NULL)
    return FALSE;
  frame = vitrail_frame_normalize (g_steal_pointer (&frame));
  if (frame == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT, "%s: no memory",
                 vitrail_instance_get_name (instance));
    return FALSE;
  }
  if (options->raw_values) {
    g_autoptr (GBytes) file =
        vitrail_png16_write (frame, info, vitrail_instance_get_name (instance),
                             error);
    return file != NULL &&
           vitrail_output_write_bytes (options->output, file, error);
  }
  print_warnings (info, frame, options->presentation.display);
  return vitrail_present (frame, info, NULL, &options->presentation,
                          options->width, options->height, &image, error) &&
         write_image (options, &image, error);
}

/* Subtracted, where that is asked for: otherwise where the data ask for it. */
static gboolean
wants_subtraction (const RenderOptions *options, VitrailInstance *instance)
{
  if (options->subtraction != NULL)
    return strcmp (options->subtraction, "on") == 0;
  return options->mask_shift != NULL ||
         (!options->raw_values &&
          vitrail_mask_instance_is_recommended (instance));
}

static gboolean
render_instance (const RenderOptions *options,
                 VitrailInstance *instance,
                 guint number,
                 GError **error)
{
  if (!wants_subtraction (options, instance))
    return render_frame (options, instance, number, error);
  g_autoptr (VitrailInstance) subtracted =
      vitrail_mask_instance_new (instance, options->shift, error);
  return subtracted != NULL &&
         render_frame (options, subtracted, number, error);
}

/* What is asked for that slides do not have, or NULL: it is not ignored. */
static const char *
find_not_of_slides (const RenderOptions *options)
{
  if (options->raw_values)
    return "raw values";
  if (options->presentation.has_window)
    return "window";
  if (options->voi != NULL)
    return "VOI";
  if (options->colormap != NULL)
    return "colormap";
  if (options->profile != NULL && strcmp (options->profile, "none") != 0)
    return "colours but those that are stored";
  return NULL;
}

static gboolean
render_slide (const RenderOptions *options, VitrailSlide *slide, GError **error)
{
  g_auto (VitrailImage) image = { 0 };

  const char *lacking = find_not_of_slides (options);
  if (lacking != NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: a slide has no %s", options->files[0], lacking);
    return FALSE;
  }
  if (options->frame != NO_FRAME) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: --frame: a slide has no frames to choose from",
                 options->files[0]);
    return FALSE;
  }
  return vitrail_overview_render (slide, options->width, options->height,
                                  &image, error) &&
         write_image (options, &image, error);
}

static gboolean
render_ecg (const RenderOptions *options,
            VitrailInstance *instance,
            GError **error)
{
  VitrailRenderEcg ecg = options->ecg;

  ecg.width = options->width;
  ecg.height = options->height;
  ecg.jpeg = options->jpeg;
  g_autoptr (GBytes) file = vitrail_render_ecg (&ecg, instance, error);
  return file != NULL &&
         vitrail_output_write_bytes (options->output, file, error);
}

static gboolean
render (const RenderOptions *options, GError **error)
{
  g_auto (VitrailTarget) target = { 0 };
  guint position = options->frame != NO_FRAME ? (guint) options->frame : 1;

  if (!vitrail_target_find (&target, options->files[0], options->kind,
                            options->series, position, error))
    return FALSE;
  if (target.instance != NULL && vitrail_render_is_ecg (target.instance))
    return render_ecg (options, target.instance, error);
  if (options->ecg.pdf) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "%s: only waveforms are written as .pdf", options->files[0]);
    return FALSE;
  }
  return target.slide != NULL
             ? render_slide (options, target.slide, error)
             : render_instance (options, target.instance, target.frame, error);
}

/* --- options --- */

/* "C,W". */
static gboolean
parse_window (const char *text, VitrailPresentation *presentation)
{
  char *end;

  presentation->window_center = g_ascii_strtod (text, &end);
  if (end == text || *end != ',')
    return FALSE;
  const char *width = end + 1;
  presentation->window_width = g_ascii_strtod (width, &end);
  presentation->has_window = TRUE;
  return end != width && *end == '\0' &&
         isfinite (presentation->window_center) &&
         isfinite (presentation->window_width) &&
         presentation->window_width > 0;
}

/* From 1, as people count. */
static gboolean
parse_voi (const char *text, VitrailPresentation *presentation)
{
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &number, NULL))
    return FALSE;
  presentation->voi = (guint) number - 1;
  return TRUE;
}

/* "DOWN,RIGHT". */
static gboolean
parse_shift (const char *text, double shift[2])
{
  char *end;

  shift[0] = g_ascii_strtod (text, &end);
  if (end == text || *end != ',')
    return FALSE;
  const char *right = end + 1;
  shift[1] = g_ascii_strtod (right, &end);
  return end != right && *end == '\0' && isfinite (shift[0]) &&
         isfinite (shift[1]);
}

/* What is wrong with what is to be subtracted, or NULL. */
static const char *
find_wrong_subtraction (RenderOptions *options)
{
  static const char *const words[] = { "on", "off", NULL };

  if (options->subtraction != NULL &&
      !g_strv_contains (words, options->subtraction))
    return "--subtraction is on or off";
  if (options->mask_shift != NULL &&
      !parse_shift (options->mask_shift, options->shift))
    return "--mask-shift is DOWN,RIGHT in pixels";
  return NULL;
}

static gboolean
parse_colormap (const char *name, VitrailPresentation *presentation)
{
  presentation->colormap = vitrail_colormap_find_name (name);
  return presentation->colormap != NULL;
}

/* "WxH". */
static gboolean
parse_size (const char *text, guint *width, guint *height)
{
  g_auto (GStrv) sides = g_strsplit (text, "x", -1);
  guint64 w;
  guint64 h;

  if (g_strv_length (sides) != 2 ||
      !g_ascii_string_to_unsigned (sides[0], 10, 1, VITRAIL_LIMIT_SIDE, &w,
                                   NULL) ||
      !g_ascii_string_to_unsigned (sides[1], 10, 1, VITRAIL_LIMIT_SIDE, &h,
                                   NULL) ||
      w * h > VITRAIL_LIMIT_PIXELS)
    return FALSE;
  *width = (guint) w;
  *height = (guint) h;
  return TRUE;
}

static gboolean
has_suffix_of (const char *path, const char *const *suffixes)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (; *suffixes != NULL; suffixes++) {
    if (g_str_has_suffix (lower, *suffixes))
      return TRUE;
  }
  return FALSE;
}

/* What is wrong with how the picture is to look, or NULL. */
static const char *
find_wrong_look (RenderOptions *options)
{
  if (options->window != NULL &&
      !parse_window (options->window, &options->presentation))
    return "--window is CENTER,WIDTH with a width above 0";
  if (options->voi != NULL && !parse_voi (options->voi, &options->presentation))
    return "--voi counts from 1";
  if (options->voi != NULL && options->window != NULL)
    return "--voi and --window exclude each other";
  if (options->colormap != NULL &&
      !parse_colormap (options->colormap, &options->presentation))
    return "--colormap is a name such as viridis or hot_iron";
  if (options->size != NULL &&
      !parse_size (options->size, &options->width, &options->height))
    return "--size is WIDTHxHEIGHT";
  return NULL;
}

static gboolean
changes_values (const RenderOptions *options)
{
  return options->window != NULL || options->size != NULL ||
         options->voi != NULL || options->colormap != NULL;
}

/* What is wrong with the command line, or NULL. */
static const char *
find_wrong_usage (RenderOptions *options)
{
  if (options->files == NULL || options->files[1] != NULL)
    return "give one PATH";
  if (options->output == NULL)
    return "give an output with -o";
  if (options->frame != NO_FRAME && options->frame < 1)
    return "--frame counts from 1";
  if (options->raw_values && changes_values (options))
    return "--raw-values takes no --window, --voi, --colormap or --size";
  const char *wrong = vitrail_render_ecg_find_wrong (&options->ecg);
  if (wrong == NULL)
    wrong = find_wrong_subtraction (options);
  return wrong != NULL ? wrong : find_wrong_look (options);
}

/* What this version renders, of what the command names. */
static gboolean
choose_mode (RenderOptions *options, GError **error)
{
  if (options->mode == NULL)
    options->kind = VITRAIL_TARGET_ANY;
  else if (strcmp (options->mode, "stack") == 0)
    options->kind = VITRAIL_TARGET_STACK;
  else if (strcmp (options->mode, "slide") == 0)
    options->kind = VITRAIL_TARGET_SLIDE;
  else {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
                 "--mode %s: this version renders stack and slide",
                 options->mode);
    return FALSE;
  }
  return TRUE;
}

static gboolean
choose_format (RenderOptions *options, GError **error)
{
  static const char *const png[] = { ".png", NULL };
  static const char *const jpeg[] = { ".jpg", ".jpeg", NULL };
  static const char *const pdf[] = { ".pdf", NULL };

  options->jpeg = has_suffix_of (options->output, jpeg);
  gboolean is_png = strcmp (options->output, "-") == 0 ||
                    has_suffix_of (options->output, png);
  options->ecg.pdf = has_suffix_of (options->output, pdf);
  if (is_png || ((options->jpeg || options->ecg.pdf) && !options->raw_values))
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED,
               "%s: pictures are written as .png%s", options->output,
               options->raw_values ? " with --raw-values" : " or .jpg");
  return FALSE;
}

static gboolean
choose_display (RenderOptions *options, GError **error)
{
  const VitrailDisplayFiles files = { .calibration = options->calibration,
                                      .profile = options->profile };

  return vitrail_display_find (&files, &options->presentation.display, error);
}

/* The status of the command. */
static int
carry_out (RenderOptions *options)
{
  g_autoptr (GError) error = NULL;
  const char *wrong = find_wrong_usage (options);

  if (wrong != NULL)
    return vitrail_command_wrong_usage ("render", "%s", wrong);
  if (!choose_mode (options, &error) || !choose_format (options, &error) ||
      !choose_display (options, &error) || !render (options, &error))
    return vitrail_command_fail (error);
  return 0;
}

static int
run (int argc, char **argv)
{
  g_auto (RenderOptions) options = { .frame = NO_FRAME,
                                     .ecg = { .speed = 25, .gain = 10 } };
  const GOptionEntry entries[] = {
    { "mode", 0, 0, G_OPTION_ARG_STRING, &options.mode,
      "stack or slide (default: what PATH holds)", "MODE" },
    { "frame", 0, 0, G_OPTION_ARG_INT, &options.frame,
      "frame of a file, position in a series, from 1 (default 1)", "N" },
    { "series", 0, 0, G_OPTION_ARG_STRING, &options.series,
      "SeriesInstanceUID or slide id (default: the first)", "UID" },
    { "window", 0, 0, G_OPTION_ARG_STRING, &options.window,
      "window center and width (default: the data's)", "C,W" },
    { "voi", 0, 0, G_OPTION_ARG_STRING, &options.voi,
      "which of the data's own VOI LUTs, then windows, from 1 (default 1)",
      "N" },
    { "colormap", 0, 0, G_OPTION_ARG_STRING, &options.colormap,
      "colours for a grey picture: viridis, hot_iron, ...", "NAME" },
    { "subtraction", 0, 0, G_OPTION_ARG_STRING, &options.subtraction,
      "masks of angiograms: on or off (default: as the data want)", "MODE" },
    { "mask-shift", 0, 0, G_OPTION_ARG_STRING, &options.mask_shift,
      "move masks by so many pixels (default 0,0)", "DOWN,RIGHT" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size,
      "fit into so many pixels (default: the image's own)", "WxH" },
    { "no-overlays", 0, 0, G_OPTION_ARG_NONE,
      &options.presentation.hide_overlays,
      "leave out the overlay planes of groups 60xx", NULL },
    { "no-shutter", 0, 0, G_OPTION_ARG_NONE, &options.presentation.hide_shutter,
      "show what the display shutter covers", NULL },
    { "display-calibration", 0, 0, G_OPTION_ARG_FILENAME, &options.calibration,
      "for a display of these measured luminances: grey levels by the GSDF",
      "FILE" },
    { "display-profile", 0, 0, G_OPTION_ARG_FILENAME, &options.profile,
      "for a display of this ICC profile; none: as stored (default: sRGB)",
      "FILE|none" },
    { "layout", 0, 0, G_OPTION_ARG_STRING, &options.ecg.layout,
      "leads of an ECG: 3x4, 3x4+1 (default), 6x2 or 12x1", "LAYOUT" },
    { "filter", 0, 0, G_OPTION_ARG_STRING, &options.ecg.filter,
      "band of an ECG in Hz, 0: no edge; 0.5,40,50 is without the mains",
      "HIGH,LOW[,NOTCH]" },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &options.ecg.speed,
      "mm a second of an ECG (default 25)", "MM" },
    { "gain", 0, 0, G_OPTION_ARG_DOUBLE, &options.ecg.gain,
      "mm a millivolt of an ECG (default 10)", "MM" },
    { "raw-values", 0, 0, G_OPTION_ARG_NONE, &options.raw_values,
      "samples instead of grey levels, as a 16-bit PNG", NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "the picture; - is standard output, as PNG; an ECG also as .pdf",
      "OUT.png|OUT.jpg|OUT.pdf" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };

  return vitrail_command_parse (&vitrail_command_render, entries, "PATH", argc,
                                argv)
             ? carry_out (&options)
             : 2;
}

const VitrailCommand vitrail_command_render = {
  "render", "a picture of a frame or a slide, as PNG or JPEG", run
};
