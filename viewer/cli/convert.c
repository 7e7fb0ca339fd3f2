/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail convert: an object in another transfer syntax, or a vendor's slide as
 * DICOM. */

#include "command.h"
#include "convertslide.h"
#include "dicom/writer.h"
#include "error.h"
#include "output.h"
#include "transcode.h"

extern const VitrailCommand vitrail_command_convert;

typedef struct {
  char **files;
  char *output;
  char *syntax;
  int quality;
  int near_lossless;
} ConvertOptions;

static void
convert_options_clear (ConvertOptions *self)
{
  g_strfreev (self->files);
  g_free (self->output);
  g_free (self->syntax);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ConvertOptions, convert_options_clear)

/* Short names, lossless unless they say otherwise. */
static const struct {
  const char *name;
  const char *uid;
} names[] = {
  { "implicit", "1.2.840.10008.1.2" },
  { "explicit", "1.2.840.10008.1.2.1" },
  { "deflated", "1.2.840.10008.1.2.1.99" },
  { "big-endian", "1.2.840.10008.1.2.2" },
  { "rle", "1.2.840.10008.1.2.5" },
  { "jpeg-lossy", "1.2.840.10008.1.2.4.50" },
  { "jpeg", "1.2.840.10008.1.2.4.70" },
  { "jpeg-ls", "1.2.840.10008.1.2.4.80" },
  { "jpeg-ls-near", "1.2.840.10008.1.2.4.81" },
  { "jpeg2000", "1.2.840.10008.1.2.4.90" },
  { "htj2k", "1.2.840.10008.1.2.4.201" },
};

static const char *
get_uid (const char *syntax)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (syntax, names[i].name))
      return names[i].uid;
  return syntax;
}

static gboolean
convert (const ConvertOptions *options, GError **error)
{
  const VitrailEncodeOptions encode = {
    .transfer_syntax = get_uid (options->syntax),
    .quality = options->quality,
    .near_lossless = (guint) options->near_lossless,
  };
  g_autoptr (VitrailInstance) instance =
      vitrail_instance_open (options->files[0], error);

  if (instance == NULL)
    return FALSE;
  g_autoptr (VitrailDataSet) data_set =
      vitrail_transcode (instance, &encode, NULL, error);
  if (data_set == NULL)
    return FALSE;
  if (!g_str_equal (options->output, "-"))
    return vitrail_write_part10_file (data_set, encode.transfer_syntax,
                                      options->output, error);
  g_autoptr (GBytes) bytes =
      vitrail_write_part10 (data_set, encode.transfer_syntax, error);
  return bytes != NULL &&
         vitrail_output_write_bytes (options->output, bytes, error);
}

static const char *
find_wrong_usage (const ConvertOptions *options)
{
  if (options->files == NULL || options->files[1] != NULL)
    return "give one FILE";
  if (options->output == NULL)
    return "give an output with -o";
  if (options->syntax == NULL &&
      !vitrail_convert_is_foreign (options->files[0]))
    return "give a transfer syntax with --transfer-syntax";
  if (options->syntax == NULL && g_str_equal (options->output, "-"))
    return "a slide becomes several files: give a folder";
  if (options->quality < 1 || options->quality > 100)
    return "--quality goes from 1 to 100";
  if (options->near_lossless < 0 || options->near_lossless > 255)
    return "--near goes from 0 to 255";
  return NULL;
}

static int
run (int argc, char **argv)
{
  g_auto (ConvertOptions) options = { .quality = 90, .near_lossless = 2 };
  const GOptionEntry entries[] = {
    { "transfer-syntax", 't', 0, G_OPTION_ARG_STRING, &options.syntax,
      "a UID, or explicit, implicit, deflated, big-endian, rle, jpeg, "
      "jpeg-lossy, jpeg-ls, jpeg-ls-near, jpeg2000, htj2k",
      "SYNTAX" },
    { "quality", 0, 0, G_OPTION_ARG_INT, &options.quality,
      "of jpeg-lossy, and of a slide's tiles that cannot be kept (default 90)",
      "1..100" },
    { "near", 0, 0, G_OPTION_ARG_INT, &options.near_lossless,
      "by how much jpeg-ls-near may change a sample (default 2)", "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "where the object goes, - is standard output; of a slide a folder",
      "OUT" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_convert, entries, "FILE", argc,
                              argv))
    return 2;
  const char *wrong = find_wrong_usage (&options);
  if (wrong != NULL)
    return vitrail_command_wrong_usage ("convert", "%s", wrong);
  gboolean done = options.syntax != NULL
                      ? convert (&options, &error)
                      : vitrail_convert_slide (options.files[0], options.output,
                                               options.quality, &error);
  return done ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_convert = {
  "convert", "an object in another transfer syntax, or a slide as DICOM", run
};
