/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail decode: stored pixel values exactly as coded. */

#include "codec/codec.h"
#include "command.h"
#include "error.h"
#include "instance.h"
#include "output.h"
#include "pixel/display.h"
#include "pixel/present.h"
#include "progress.h"

extern const VitrailCommand vitrail_command_decode;

typedef struct {
  char **files;
  char *output;
  int frame; /* from 1 */
  gboolean all;
  gboolean rgb;
  int bytes; /* 0: all */
} DecodeOptions;

static void
decode_options_clear (DecodeOptions *self)
{
  g_strfreev (self->files);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DecodeOptions, decode_options_clear)

/* Indices of a palette as the colours they stand for. */
static VitrailFrame *
apply_palette (VitrailFrame *indices,
               VitrailInstance *instance,
               guint number,
               GError **error)
{
  g_autoptr (VitrailFrame) frame = vitrail_frame_normalize (indices);
  g_autoptr (VitrailFrameInfo) info =
      vitrail_instance_ref_frame_info (instance, number, error);
  const VitrailDisplay as_stored = { .keeps_colors = TRUE };
  VitrailPresentation plain = VITRAIL_PRESENTATION_INIT;
  g_auto (VitrailImage) image = { 0 };

  plain.hide_overlays = TRUE;
  plain.hide_shutter = TRUE;
  plain.display = &as_stored;
  if (info == NULL ||
      !vitrail_present (frame, info, NULL, &plain, 0, 0, &image, error))
    return NULL;
  VitrailPixelFormat format = frame->format;
  format.samples = image.channels;
  format.bits_allocated = 8;
  format.bits_stored = 8;
  format.high_bit = 7;
  format.photometric = VITRAIL_PHOTOMETRIC_RGB;
  GBytes *bytes = g_bytes_new (image.data, image.stride * image.height);
  return vitrail_frame_new_take (&format, bytes, image.stride);
}

/* Colour of any model as RGB; grey stays grey. @frame (transfer full). */
static VitrailFrame *
to_rgb (VitrailFrame *frame,
        VitrailInstance *instance,
        guint number,
        GError **error)
{
  if (frame->format.samples > 1)
    return vitrail_frame_normalize (frame);
  if (frame->format.photometric == VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
    return apply_palette (frame, instance, number, error);
  return frame;
}

static gboolean
write_frame (VitrailOutput *output, const VitrailFrame *frame, GError **error)
{
  gsize row = (gsize) frame->format.width *
              vitrail_pixel_format_get_pixel_bytes (&frame->format);

  if (row == frame->stride)
    return vitrail_output_write (output, frame->data,
                                 row * frame->format.height, error);
  for (guint y = 0; y < frame->format.height; y++) {
    if (!vitrail_output_write (output, frame->data + y * frame->stride, row,
                               error))
      return FALSE;
  }
  return TRUE;
}

/* What the first bytes of a frame allow, and what that is. */
static VitrailFrame *
decode_beginning (const DecodeOptions *options,
                  VitrailInstance *instance,
                  guint number,
                  GError **error)
{
  g_autoptr (GBytes) bytes =
      vitrail_instance_load_frame (instance, number, NULL, error);

  if (bytes == NULL)
    return NULL;
  const gsize length = MIN ((gsize) options->bytes, g_bytes_get_size (bytes));
  g_autoptr (GBytes) first = g_bytes_new_from_bytes (bytes, 0, length);
  VitrailFrame *frame =
      vitrail_instance_decode_beginning (instance, number, first, 0, error);
  if (frame == NULL)
    return NULL;
  vitrail_progress_end ();
  g_printerr ("frame %u, %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
              " bytes: %u x %u pixels%s\n",
              number, length, g_bytes_get_size (bytes), frame->format.width,
              frame->format.height,
              frame->preview_bytes > 0 ? ", not all of their detail" : "");
  return frame;
}

static gboolean
decode_frame (const DecodeOptions *options,
              VitrailInstance *instance,
              guint number,
              VitrailOutput *output,
              GError **error)
{
  g_autoptr (VitrailFrame) frame =
      options->bytes > 0
          ? decode_beginning (options, instance, number, error)
          : vitrail_instance_decode_frame (instance, number, 0, NULL, error);

  if (frame != NULL && frame->warning != NULL) {
    vitrail_progress_end ();
    g_printerr ("warning: %s\n", frame->warning);
  }
  if (frame != NULL && options->rgb)
    frame = to_rgb (g_steal_pointer (&frame), instance, number, error);
  return frame != NULL && write_frame (output, frame, error);
}

static gboolean
decode (const DecodeOptions *options, GError **error)
{
  g_autoptr (VitrailInstance) instance =
      vitrail_instance_open (options->files[0], error);

  if (instance == NULL)
    return FALSE;
  /* Whether they are there, the instance says. */
  guint first = options->all ? 1 : (guint) options->frame;
  guint last = options->all
                   ? MAX (vitrail_instance_get_n_stated_frames (instance), 1)
                   : first;
  g_autoptr (VitrailOutput) output =
      vitrail_output_open (options->output, error);
  if (output == NULL)
    return FALSE;
  gboolean ok = TRUE;
  for (guint number = first; ok && number <= last; number++) {
    vitrail_progress_show ("frame %u of %u", number, last);
    ok = decode_frame (options, instance, number, output, error);
  }
  vitrail_progress_end ();
  return ok && vitrail_output_commit (output, error);
}

static const char *
find_wrong_usage (const DecodeOptions *options)
{
  if (options->files == NULL || options->files[1] != NULL)
    return "give one FILE";
  if (options->output == NULL)
    return "give an output with -o";
  if (options->frame < 1)
    return "--frame counts from 1";
  if (options->bytes < 0)
    return "--bytes are 1 or more";
  return NULL;
}

static int
run (int argc, char **argv)
{
  g_auto (DecodeOptions) options = { .frame = 1 };
  const GOptionEntry entries[] = {
    { "frame", 0, 0, G_OPTION_ARG_INT, &options.frame,
      "the frame to decode, from 1 (default 1)", "N" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &options.all,
      "all frames, one after the other; --frame is ignored", NULL },
    { "rgb", 0, 0, G_OPTION_ARG_NONE, &options.rgb,
      "colour of any model as RGB, palettes applied", NULL },
    { "bytes", 0, 0, G_OPTION_ARG_INT, &options.bytes,
      "what so many bytes of a frame allow (HTJ2K, JPEG 2000)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "where the values go; - is standard output", "OUT.raw" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_decode, entries, "FILE", argc,
                              argv))
    return 2;
  const char *wrong = find_wrong_usage (&options);
  if (wrong != NULL)
    return vitrail_command_wrong_usage ("decode", "%s", wrong);
  return decode (&options, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_decode = {
  "decode", "stored pixel values exactly as coded", run
};
