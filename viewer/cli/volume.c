/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail volume: which volumes the images form, how they lie, what was wrong
 * with them; and their voxels. */

#include "command.h"
#include "contents.h"
#include "error.h"
#include "locations.h"
#include "output.h"
#include "volume/loader.h"
#include "volumelist.h"
#include "volumetimes.h"

#include <string.h>

extern const VitrailCommand vitrail_command_volume;

typedef struct {
  char **locations;
  gboolean json;
  gboolean slices;
  char *output;
  char *id;
  int time;
  char *combine;
  char *times;
  gboolean curve;
  char **regions;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->locations);
  g_free (self->output);
  g_free (self->id);
  g_free (self->combine);
  g_free (self->times);
  g_strfreev (self->regions);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The volume with @id, or the only one. */
static VitrailVolumePlan *
find_plan (GPtrArray *list,
           const char *id,
           VitrailVolumeSeries **series,
           GError **error)
{
  VitrailVolumePlan *found = NULL;
  guint n = 0;

  for (guint i = 0; i < list->len; i++) {
    VitrailVolumeSeries *one = g_ptr_array_index (list, i);
    for (guint k = 0; k < one->plans->volumes->len; k++) {
      VitrailVolumePlan *plan = g_ptr_array_index (one->plans->volumes, k);
      if (id != NULL && strcmp (plan->id, id) != 0)
        continue;
      found = plan;
      *series = one;
      n++;
    }
  }
  if (n == 1)
    return found;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
               id != NULL ? "There is no volume %s"
                          : "Say which volume: --id%s",
               id != NULL ? id : "");
  return NULL;
}

/* Values as float, little endian, as the volume holds them. */
static gboolean
write_values (VitrailVolume *volume, const char *path, GError **error)
{
  const VitrailVolumeInfo *info = vitrail_volume_get_info (volume);
  const size_t n = (size_t) info->size[0] * info->size[1];
  g_autofree float *values = g_new (float, n);
  g_autoptr (VitrailOutput) output = vitrail_output_open (path, error);

  if (output == NULL)
    return FALSE;
  for (guint k = 0; k < info->size[2]; k++)
    if (!vitrail_volume_read_values (volume, k, values, error) ||
        !vitrail_output_write (output, values, n * sizeof *values, error))
      return FALSE;
  return vitrail_output_commit (output, error);
}

static VitrailVolume *
load (const Options *options,
      VitrailVolumeSeries *series,
      VitrailVolumePlan *plan,
      GError **error)
{
  if (options->time < 1 || (guint) options->time > plan->n_times) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                 "There is no time %d: there are %u", options->time,
                 plan->n_times);
    return NULL;
  }
  const VitrailVolumeRequest request = {
    .plan = plan,
    .time = (guint) options->time - 1,
    .instances = (VitrailInstance *const *) series->instances->pdata,
  };
  VitrailVolume *volume = vitrail_volume_load (&request, NULL, error);
  if (volume != NULL)
    vitrail_volume_wait (volume, G_MAXUINT, NULL);
  return volume;
}

static VitrailVolumeTimes *
open_times (VitrailVolumeSeries *series, VitrailVolumePlan *plan)
{
  return vitrail_volume_times_new (
      plan, (VitrailInstance *const *) series->instances->pdata,
      series->instances->len, NULL);
}

/* One volume of several points in time. */
static VitrailVolume *
combine (const Options *options,
         VitrailVolumeSeries *series,
         VitrailVolumePlan *plan,
         GError **error)
{
  VitrailTimesOperation operation = VITRAIL_TIMES_SUM;

  if (!vitrail_times_operation_from_text (options->combine, &operation, error))
    return NULL;
  g_autoptr (GArray) which =
      vitrail_volume_times_parse (options->times, plan->n_times, error);
  if (which == NULL)
    return NULL;
  g_autoptr (VitrailVolumeTimes) times = open_times (series, plan);
  return vitrail_volume_times_compute (times, operation,
                                       (const guint *) (gpointer) which->data,
                                       which->len, NULL, error);
}

static gboolean
export_curve (const Options *options,
              VitrailVolumeSeries *series,
              VitrailVolumePlan *plan,
              GError **error)
{
  g_autoptr (VitrailVolumeTimes) times = open_times (series, plan);
  char *text = vitrail_volume_curve_make (times, plan, options->output,
                                          options->regions, error);

  if (text == NULL)
    return FALSE;
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  return vitrail_output_write_bytes (options->output, bytes, error);
}

static gboolean
export_volume (const Options *options, GPtrArray *list, GError **error)
{
  VitrailVolumeSeries *series = NULL;
  VitrailVolumePlan *plan = find_plan (list, options->id, &series, error);

  if (plan == NULL)
    return FALSE;
  if (options->curve)
    return export_curve (options, series, plan, error);
  g_autoptr (VitrailVolume) volume =
      options->combine != NULL ? combine (options, series, plan, error)
                               : load (options, series, plan, error);
  if (volume == NULL)
    return FALSE;
  g_autofree char *warning = vitrail_volume_dup_warning (volume);
  if (warning != NULL)
    g_printerr ("vitrail: %s\n", warning);
  return write_values (volume, options->output, error);
}

static gboolean
tell (const Options *options, GPtrArray *list, GError **error)
{
  g_autofree char *text =
      options->json ? vitrail_volume_list_to_json (list, options->slices)
                    : vitrail_volume_list_to_text (list);
  g_autoptr (VitrailOutput) output = vitrail_output_open ("-", error);

  return output != NULL &&
         vitrail_output_write (output, text, strlen (text), error);
}

static gboolean
volume (const Options *options, GError **error)
{
  g_autoptr (VitrailDataSource) source =
      vitrail_locations_open (options->locations, error);
  g_auto (VitrailContents) contents = { 0 };

  if (source == NULL || !vitrail_contents_read (&contents, source, error))
    return FALSE;
  g_autoptr (GPtrArray) list = vitrail_volume_list_new (&contents);
  return options->output != NULL ? export_volume (options, list, error)
                                 : tell (options, list, error);
}

static int
run (int argc, char **argv)
{
  g_auto (Options) options = { .time = 1 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "one JSON object", NULL },
    { "slices", 0, 0, G_OPTION_ARG_NONE, &options.slices,
      "with --json: which image each slice is", NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "write the voxels' values there: floats, little endian", "OUT.raw" },
    { "id", 0, 0, G_OPTION_ARG_STRING, &options.id,
      "with -o: which volume, where there are several", "ID" },
    { "time", 0, 0, G_OPTION_ARG_INT, &options.time,
      "with -o: which point in time, from 1", "N" },
    { "combine", 0, 0, G_OPTION_ARG_STRING, &options.combine,
      "with -o: sum, mean, subtract or maximum of several", "WHAT" },
    { "times", 0, 0, G_OPTION_ARG_STRING, &options.times,
      "with --combine: which points in time; all", "1,3-5" },
    { "curve", 0, 0, G_OPTION_ARG_NONE, &options.curve,
      "with -o OUT.csv or OUT.svg: means over time", NULL },
    { "region", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.regions,
      "with --curve: a ball, in millimetres; several: a curve each",
      "X,Y,Z,RADIUS" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.locations,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_volume, entries, "PATH...", argc,
                              argv))
    return 2;
  if (options.locations == NULL)
    return vitrail_command_wrong_usage ("volume", "give a PATH");
  return volume (&options, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_volume = {
  "volume", "volumes that images form, and how they lie", run
};
