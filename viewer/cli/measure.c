/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail measure: measurements of frames into structured reports and back. */

#include "command.h"
#include "dicom/builder.h"
#include "dicom/writer.h"
#include "dicomweb/webstore.h"
#include "error.h"
#include "locations.h"
#include "measurement/echo.h"
#include "measuretell.h"
#include "output.h"

#include <gio/gio.h>

#include <errno.h>
#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)
#define TAG_ROWS         VITRAIL_TAG (0x0028, 0x0010)

#define EXPLICIT_LITTLE "1.2.840.10008.1.2.1"

extern const VitrailCommand vitrail_command_measure;

typedef struct {
  char **locations;
  char **drawn;
  char *output;
  char *to;
  gboolean echo;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_clear_pointer (&self->locations, g_strfreev);
  g_clear_pointer (&self->drawn, g_strfreev);
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->to, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* --- what is to be measured --- */

/**
 * Drawn: KIND:[UID/]FRAME[-LAST]:X,Y,...[:ROLE[:LABEL]]
 * @fields: what the others point into
 * @image: SOP Instance UID, or "" for the first image
 */
typedef struct {
  char **fields;
  VitrailMeasureKind kind;
  VitrailMeasureRole role;
  char *image;
  const char *label;
  guint first;
  guint last;
  GArray *xy;
} Drawn;

static void
drawn_clear (Drawn *self)
{
  g_clear_pointer (&self->fields, g_strfreev);
  g_clear_pointer (&self->image, g_free);
  g_clear_pointer (&self->xy, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drawn, drawn_clear)

/* A frame's number; NULL where there is none, else what follows it. */
static const char *
parse_frame (const char *text, guint *frame)
{
  char *end = NULL;

  errno = 0;
  const guint64 number = g_ascii_strtoull (text, &end, 10);
  *frame = (guint) number;
  return g_ascii_isdigit (*text) && errno == 0 && number >= 1 &&
                 number <= G_MAXINT
             ? end
             : NULL;
}

static gboolean
parse_frames (Drawn *self, const char *text)
{
  const char *slash = strrchr (text, '/');
  const char *rest = slash != NULL ? slash + 1 : text;

  self->image =
      slash != NULL ? g_strndup (text, (gsize) (slash - text)) : g_strdup ("");
  rest = parse_frame (rest, &self->first);
  self->last = self->first;
  if (rest != NULL && *rest == '-')
    rest = parse_frame (rest + 1, &self->last);
  return rest != NULL && *rest == '\0';
}

static gboolean
parse_points (Drawn *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  self->xy = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; words[i] != NULL; i++) {
    char *end = NULL;
    const double number = g_ascii_strtod (words[i], &end);
    if (end == words[i] || *end != '\0')
      return FALSE;
    g_array_append_val (self->xy, number);
  }
  return self->xy->len > 0;
}

static gboolean
parse (Drawn *self, const char *text, GError **error)
{
  self->fields = g_strsplit (text, ":", 5);
  const guint n = g_strv_length (self->fields);

  if (n >= 3) {
    self->kind = vitrail_measure_kind_find (self->fields[0]);
    self->role = vitrail_measure_role_find (n > 3 ? self->fields[3] : "");
    self->label = n > 4 ? self->fields[4] : "";
    if (self->kind < VITRAIL_N_MEASURE_KINDS && self->role < VITRAIL_N_ROLES &&
        parse_frames (self, self->fields[1]) &&
        parse_points (self, self->fields[2]))
      return TRUE;
  }
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
               "%s: not KIND:[UID/]FRAME[-LAST]:X,Y,...[:ROLE[:LABEL]]", text);
  return FALSE;
}

/* (transfer container) (element-type VitrailDataSet) @modality: NULL: any. */
static GPtrArray *
query (VitrailDataSource *source, const char *modality, GError **error)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  if (modality != NULL)
    vitrail_data_set_builder_set_string (builder, TAG_MODALITY, modality);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  VitrailQuery *query = vitrail_query_new (VITRAIL_LEVEL_INSTANCE, match);
  GPtrArray *answers = vitrail_data_source_query (source, query, NULL, error);
  vitrail_query_free (query);
  return answers;
}

/* The first that has rows. */
static char *
dup_first_image (VitrailDataSource *source, GError **error)
{
  g_autoptr (GPtrArray) answers = query (source, NULL, error);

  for (guint i = 0; answers != NULL && i < answers->len; i++)
    if (vitrail_data_set_find (answers->pdata[i], TAG_ROWS) != NULL)
      return vitrail_data_set_dup_string (answers->pdata[i], TAG_SOP_INSTANCE,
                                          0);
  if (answers != NULL)
    g_set_error_literal (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND,
                         "there is no image to measure on");
  return NULL;
}

static VitrailMeasurement *
measure (VitrailDataSource *source, const Drawn *drawn, GError **error)
{
  g_autofree char *uid = drawn->image[0] != '\0'
                             ? g_strdup (drawn->image)
                             : dup_first_image (source, error);
  g_autoptr (VitrailInstance) instance =
      uid != NULL ? vitrail_data_source_open_instance (source, uid, NULL, error)
                  : NULL;
  g_autoptr (VitrailFrameInfo) info =
      instance != NULL
          ? vitrail_instance_ref_frame_info (instance, drawn->first, error)
          : NULL;

  if (info == NULL)
    return NULL;
  g_autoptr (VitrailRuler) ruler = vitrail_ruler_new (info);
  g_autoptr (VitrailMeasurement) bare =
      vitrail_measurement_new (drawn->kind, ruler,
                               (const double *) drawn->xy->data, drawn->xy->len,
                               error);
  if (bare == NULL)
    return NULL;
  g_autoptr (VitrailMeasurement) ranged =
      vitrail_measurement_with_frames (bare, drawn->first, drawn->last);
  g_autoptr (VitrailMeasurement) labelled =
      vitrail_measurement_with_label (ranged, drawn->label);
  if (drawn->role == VITRAIL_ROLE_NONE)
    return g_steal_pointer (&labelled);
  VitrailMeasurement *self =
      vitrail_measurement_with_role (labelled, drawn->role);
  if (self == NULL)
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "only a chamber is %s",
                 vitrail_measure_role_get_name (drawn->role));
  return self;
}

static GPtrArray *
measure_all (VitrailDataSource *source, char *const *drawn, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measurement_unref);

  for (; *drawn != NULL; drawn++) {
    g_auto (Drawn) one = { 0 };
    VitrailMeasurement *measurement =
        parse (&one, *drawn, error) ? measure (source, &one, error) : NULL;
    if (measurement == NULL) {
      g_prefix_error (error, "--draw: ");
      return NULL;
    }
    g_ptr_array_add (all, measurement);
  }
  return g_steal_pointer (&all);
}

/* --- saving --- */

static void
stored_cb (const VitrailStoreResult *result, gpointer user_data)
{
  GError **refused = user_data;

  if (!result->is_stored && *refused == NULL)
    g_set_error (refused, VITRAIL_ERROR, VITRAIL_ERROR_IO, "%s: %s",
                 result->name,
                 result->message != NULL ? result->message : "not stored");
}

static gboolean
send (const char *to, GBytes *file, GError **error)
{
  g_autoptr (GError) refused = NULL;
  g_autoptr (VitrailWebStore) store =
      vitrail_web_store_new (to, VITRAIL_STORE_PLAIN, stored_cb, &refused,
                             error);

  if (store == NULL ||
      !vitrail_web_store_add (store, "measurements", file, NULL, error) ||
      !vitrail_web_store_end (store, NULL, error))
    return FALSE;
  if (refused == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&refused));
  return FALSE;
}

/* The UID of the report, "" where none is wanted. */
static char *
save (const Options *options,
      VitrailDataSource *source,
      const GPtrArray *all,
      GError **error)
{
  const VitrailMeasurement *first = all->pdata[0];

  if (options->output == NULL && options->to == NULL)
    return g_strdup ("");
  g_autoptr (VitrailDataSet) image =
      vitrail_data_source_read_metadata (source, first->image.sop_instance_uid,
                                         NULL, NULL, error);
  g_autoptr (VitrailDataSet) report =
      image != NULL
          ? vitrail_measure_report_write (all, image,
                                          options->echo
                                              ? VITRAIL_REPORT_ECHO
                                              : VITRAIL_REPORT_IMAGING,
                                          NULL, error)
          : NULL;
  g_autoptr (GBytes) file =
      report != NULL ? vitrail_write_part10 (report, EXPLICIT_LITTLE, error)
                     : NULL;
  if (file == NULL)
    return NULL;
  if (options->output != NULL &&
      !vitrail_output_write_bytes (options->output, file, error))
    return NULL;
  if (options->to != NULL && !send (options->to, file, error))
    return NULL;
  return vitrail_data_set_dup_string (report, TAG_SOP_INSTANCE, 0);
}

/* --- telling --- */

static GPtrArray *
new_told (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vitrail_measure_told_free);
}

static void
add_told (GPtrArray *all, char *instance, VitrailReport *report)
{
  VitrailMeasureTold *told = g_new0 (VitrailMeasureTold, 1);

  told->instance = instance;
  told->report = report;
  g_ptr_array_add (all, told);
}

/* What was drawn, as the report that it makes. */
static GPtrArray *
draw (const Options *options, VitrailDataSource *source, GError **error)
{
  g_autoptr (GPtrArray) all = measure_all (source, options->drawn, error);
  g_autofree char *instance =
      all != NULL ? save (options, source, all, error) : NULL;

  if (instance == NULL)
    return NULL;
  VitrailReport *report = g_new0 (VitrailReport, 1);
  report->title =
      g_strdup (options->echo ? "Adult Echocardiography Procedure Report"
                              : "Imaging Measurement Report");
  report->values = vitrail_echo_evaluate (all);
  report->measurements = g_steal_pointer (&all);
  report->warnings = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *told = new_told ();
  add_told (told, g_steal_pointer (&instance), report);
  return told;
}

/* Those that are there. */
static GPtrArray *
read_reports (VitrailDataSource *source, GError **error)
{
  g_autoptr (GPtrArray) answers = query (source, "SR", error);

  if (answers == NULL)
    return NULL;
  GPtrArray *told = new_told ();
  for (guint i = 0; i < answers->len; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (answers->pdata[i], TAG_SOP_INSTANCE, 0);
    g_autoptr (VitrailDataSet) data_set =
        uid != NULL
            ? vitrail_data_source_read_metadata (source, uid, NULL, NULL, NULL)
            : NULL;
    VitrailReport *report =
        data_set != NULL ? vitrail_measure_report_read (data_set, NULL) : NULL;
    if (report != NULL)
      add_told (told, g_steal_pointer (&uid), report);
  }
  return told;
}

static gboolean
run_measure (const Options *options, GError **error)
{
  g_autoptr (VitrailDataSource) source =
      vitrail_locations_open (options->locations, error);
  g_autoptr (GPtrArray) told = source == NULL ? NULL
                               : options->drawn != NULL
                                   ? draw (options, source, error)
                                   : read_reports (source, error);

  if (told == NULL)
    return FALSE;
  if (g_strcmp0 (options->output, "-") == 0)
    return TRUE;
  g_autofree char *text = options->json ? vitrail_measure_tell_json (told)
                                        : vitrail_measure_tell_text (told);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return vitrail_output_write_bytes ("-", bytes, error);
}

static int
run (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "draw", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.drawn,
      "measure this; several: all in one report",
      "KIND:[UID/]FRAME[-LAST]:X,Y,...[:ROLE[:LABEL]]" },
    { "echo-report", 0, 0, G_OPTION_ARG_NONE, &options.echo,
      "write TID 5300 instead of TID 1500", NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "write the report there", "OUT.dcm" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options.to,
      "store it at this archive (STOW-RS)", "URL" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "one JSON object", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.locations,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_measure, entries, "LOCATION...",
                              argc, argv))
    return 2;
  if (options.locations == NULL)
    return vitrail_command_wrong_usage ("measure", "give a LOCATION");
  if (options.drawn == NULL && (options.output != NULL || options.to != NULL))
    return vitrail_command_wrong_usage (
        "measure", "-o and --to save what --draw measures");
  return run_measure (&options, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_measure = {
  "measure", "measures on frames; structured reports of it, and back", run
};
