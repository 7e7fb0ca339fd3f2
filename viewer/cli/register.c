/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail register: how one volume has to be turned and moved to lie on
 * another one: an offer that a person looks at. */

#include "command.h"
#include "contents.h"
#include "dicom/writer.h"
#include "error.h"
#include "locations.h"
#include "output.h"
#include "registration/align.h"
#include "registration/write.h"
#include "volume/loader.h"
#include "volumelist.h"

#include <string.h>

extern const VitrailCommand vitrail_command_register;

typedef struct {
  char **locations;
  char *output;
  char *start;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->locations);
  g_free (self->output);
  g_free (self->start);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The largest volume of a location. */
typedef struct {
  VitrailVolume *volume;
  VitrailDataSet *header;
} Side;

static void
side_clear (Side *self)
{
  g_clear_object (&self->volume);
  g_clear_pointer (&self->header, vitrail_data_set_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static guint64
count_voxels (const VitrailVolumePlan *plan)
{
  return (guint64) plan->size[0] * plan->size[1] * plan->size[2];
}

static VitrailVolumeSeries *
find_largest (GPtrArray *list)
{
  VitrailVolumeSeries *found = NULL;
  guint64 most = 0;

  for (guint i = 0; i < list->len; i++) {
    VitrailVolumeSeries *one = g_ptr_array_index (list, i);
    if (one->plans->volumes->len == 0)
      continue;
    const guint64 n = count_voxels (g_ptr_array_index (one->plans->volumes, 0));
    if (n > most)
      found = one;
    most = MAX (most, n);
  }
  return found;
}

static gboolean
side_open (Side *self, char *location, GError **error)
{
  char *const one[] = { location, NULL };
  g_autoptr (VitrailDataSource) source = vitrail_locations_open (one, error);
  g_auto (VitrailContents) contents = { 0 };

  if (source == NULL || !vitrail_contents_read (&contents, source, error))
    return FALSE;
  g_autoptr (GPtrArray) list = vitrail_volume_list_new (&contents);
  VitrailVolumeSeries *series = find_largest (list);
  if (series == NULL) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "%s: there is no volume", location);
    return FALSE;
  }
  const VitrailVolumeRequest request = {
    .plan = g_ptr_array_index (series->plans->volumes, 0),
    .instances = (VitrailInstance *const *) series->instances->pdata,
  };
  self->header = vitrail_data_set_ref (
      vitrail_instance_get_data_set (g_ptr_array_index (series->instances, 0)));
  self->volume = vitrail_volume_load (&request, NULL, error);
  if (self->volume == NULL)
    return FALSE;
  vitrail_volume_wait (self->volume, G_MAXUINT, NULL);
  return TRUE;
}

/* The object, or the matrix in text. */
static gboolean
tell (const char *path,
      const Side *fixed,
      const Side *moving,
      const VitrailAlignment *alignment,
      GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (path != NULL) {
    const char *from =
        vitrail_volume_get_info (moving->volume)->frame_of_reference_uid;
    g_autoptr (VitrailDataSet) object =
        vitrail_registration_make (fixed->header, from, alignment->matrix,
                                   error);
    g_autoptr (GBytes) bytes =
        object != NULL
            ? vitrail_write_part10 (object, "1.2.840.10008.1.2.1", error)
            : NULL;
    if (bytes == NULL || !vitrail_output_write_bytes (path, bytes, error))
      return FALSE;
  }
  for (guint i = 0; i < 16; i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd (number, sizeof number, "%.9g", alignment->matrix[i]);
    g_string_append_printf (text, "%s%s", number, i % 4 == 3 ? "\n" : " ");
  }
  g_autoptr (GBytes) matrix = g_bytes_new (text->str, text->len);
  return vitrail_output_write_bytes ("-", matrix, error);
}

static gboolean
align (const Options *options, GError **error)
{
  g_auto (Side) fixed = { 0 };
  g_auto (Side) moving = { 0 };
  VitrailAlignment alignment;
  double start[16];

  if (options->start != NULL &&
      !vitrail_registration_matrix_from_text (options->start, start))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: not 16 numbers that can be inverted", options->start);
    return FALSE;
  }
  if (!side_open (&fixed, options->locations[0], error) ||
      !side_open (&moving, options->locations[1], error) ||
      !vitrail_align_rigid (fixed.volume, moving.volume,
                            options->start != NULL ? start : NULL, &alignment,
                            NULL, error))
    return FALSE;
  return tell (options->output, &fixed, &moving, &alignment, error);
}

static int
run (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "write a Spatial Registration object there", "OUT.dcm" },
    { "start", 0, 0, G_OPTION_ARG_STRING, &options.start,
      "where to begin: 16 numbers, row by row", "MATRIX" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.locations,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_register, entries,
                              "FIXED MOVING", argc, argv))
    return 2;
  if (options.locations == NULL || g_strv_length (options.locations) != 2)
    return vitrail_command_wrong_usage ("register",
                                        "give a FIXED and a MOVING volume");
  return align (&options, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_register = {
  "register", "finds how one volume lies on another", run
};
