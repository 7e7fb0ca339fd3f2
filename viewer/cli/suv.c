/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail suv: what one unit of the values of PET series is worth as a
 * standardised uptake value, or why it is worth nothing. */

#include "suv/suv.h"

#include "command.h"
#include "contents.h"
#include "locations.h"
#include "output.h"
#include "suvmeasure.h"

#include <json-glib/json-glib.h>

#include <math.h>
#include <string.h>

#define TAG_SOP_INSTANCE_UID    VITRAIL_TAG (0x0008, 0x0018)
#define TAG_MODALITY            VITRAIL_TAG (0x0008, 0x0060)
#define TAG_SERIES_DESCRIPTION  VITRAIL_TAG (0x0008, 0x103e)
#define TAG_SERIES_INSTANCE_UID VITRAIL_TAG (0x0020, 0x000e)

extern const VitrailCommand vitrail_command_suv;

/* What the reader corrects: 0 leaves what the series says. */
typedef struct {
  char **locations;
  gboolean json;
  double weight_kg;
  double size_m;
  double dose_bq;
  double half_life_s;
  char *threshold;
  char *kind;
  char **regions;
  char *output;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->locations);
  g_strfreev (self->regions);
  g_free (self->threshold);
  g_free (self->kind);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* Where series are told. */
typedef struct {
  const Options *options;
  const VitrailContents *contents;
  JsonBuilder *json; /* or NULL */
  GString *text;     /* or NULL */
} Telling;

static void
correct (double *fact, double by)
{
  if (by > 0)
    *fact = by;
}

/* The instances' data sets; @opened keeps them. */
static GPtrArray *
read_headers (const Telling *self,
              const VitrailDataSet *series,
              GPtrArray *opened)
{
  GPtrArray *answers = vitrail_contents_get_instances (self->contents, series);
  GPtrArray *headers = g_ptr_array_new ();

  for (guint i = 0; answers != NULL && i < answers->len; i++) {
    g_autofree char *uid =
        vitrail_data_set_dup_string (g_ptr_array_index (answers, i),
                                     TAG_SOP_INSTANCE_UID, 0);
    VitrailInstance *instance =
        vitrail_data_source_open_instance (self->contents->source, uid, NULL,
                                           NULL);
    if (instance == NULL)
      continue;
    g_ptr_array_add (opened, instance);
    g_ptr_array_add (headers, vitrail_instance_get_data_set (instance));
  }
  return headers;
}

static void
tell_json (const Telling *self,
           VitrailSuvKind kind,
           double factor,
           const GError *error)
{
  json_builder_set_member_name (self->json, vitrail_suv_kind_to_text (kind));
  json_builder_begin_object (self->json);
  if (error == NULL) {
    json_builder_set_member_name (self->json, "factor");
    json_builder_add_double_value (self->json, factor);
    json_builder_set_member_name (self->json, "unit");
    json_builder_add_string_value (self->json,
                                   vitrail_suv_kind_get_unit (kind));
  } else {
    json_builder_set_member_name (self->json, "reason");
    json_builder_add_string_value (self->json, error->message);
  }
  json_builder_end_object (self->json);
}

static void
tell_kind (const Telling *self,
           const VitrailSuvFacts *facts,
           VitrailSuvKind kind)
{
  g_autoptr (GError) error = NULL;
  double factor = NAN;

  vitrail_suv_factor (facts, kind, &factor, &error);
  if (self->json != NULL)
    tell_json (self, kind, factor, error);
  else if (error == NULL)
    g_string_append_printf (self->text, "  %-12s %.9g %s a unit\n",
                            vitrail_suv_kind_to_text (kind), factor,
                            vitrail_suv_kind_get_unit (kind));
  else
    g_string_append_printf (self->text, "  %-12s %s\n",
                            vitrail_suv_kind_to_text (kind), error->message);
}

static void
correct_cb (VitrailSuvFacts *facts, gpointer user_data)
{
  const Options *options = user_data;

  correct (&facts->weight_kg, options->weight_kg);
  correct (&facts->size_m, options->size_m);
  correct (&facts->dose_bq, options->dose_bq);
  correct (&facts->half_life_s, options->half_life_s);
}

static void
tell_kinds (const Telling *self, VitrailSuvFacts *facts)
{
  correct_cb (facts, (gpointer) self->options);
  for (guint i = 0; i < VITRAIL_N_SUV_KINDS; i++)
    tell_kind (self, facts, (VitrailSuvKind) i);
}

static char *
dup_valid (const VitrailDataSet *series, VitrailTag tag)
{
  g_autofree char *text = vitrail_data_set_dup_string (series, tag, 0);

  return g_utf8_make_valid (text != NULL ? text : "", -1);
}

static void
begin_series (const Telling *self, const VitrailDataSet *series)
{
  g_autofree char *name = dup_valid (series, TAG_SERIES_DESCRIPTION);
  g_autofree char *uid = dup_valid (series, TAG_SERIES_INSTANCE_UID);

  if (self->json == NULL) {
    g_string_append_printf (self->text, "%s (%s)\n", name, uid);
    return;
  }
  json_builder_begin_object (self->json);
  json_builder_set_member_name (self->json, "series");
  json_builder_add_string_value (self->json, uid);
  json_builder_set_member_name (self->json, "description");
  json_builder_add_string_value (self->json, name);
}

static void
tell_reason (const Telling *self, const GError *error)
{
  if (self->json == NULL) {
    g_string_append_printf (self->text, "  %s\n", error->message);
    return;
  }
  json_builder_set_member_name (self->json, "reason");
  json_builder_add_string_value (self->json, error->message);
}

static void
tell_series (const Telling *self, const VitrailDataSet *series)
{
  g_autoptr (GPtrArray) opened =
      g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) headers = NULL;
  g_autoptr (GError) error = NULL;
  VitrailSuvFacts facts;

  if (!vitrail_data_set_text_is (series, TAG_MODALITY, 0, "PT"))
    return;
  headers = read_headers (self, series, opened);
  if (headers->len == 0)
    return;
  begin_series (self, series);
  if (vitrail_suv_facts_read (&facts, (VitrailDataSet *const *) headers->pdata,
                              headers->len, &error))
    tell_kinds (self, &facts);
  else
    tell_reason (self, error);
  if (self->json != NULL)
    json_builder_end_object (self->json);
}

static void
tell_all (const Telling *self)
{
  const VitrailContents *contents = self->contents;

  for (guint i = 0; i < contents->studies->len; i++) {
    GPtrArray *all =
        vitrail_contents_get_series (contents,
                                     g_ptr_array_index (contents->studies, i));
    for (guint k = 0; all != NULL && k < all->len; k++)
      tell_series (self, g_ptr_array_index (all, k));
  }
}

static char *
dup_json (Telling *self)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();

  self->json = json;
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "series");
  json_builder_begin_array (json);
  tell_all (self);
  json_builder_end_array (json);
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  json_generator_set_root (generator, root);
  g_autofree char *text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}

static char *
dup_text (Telling *self)
{
  self->text = g_string_new (NULL);
  tell_all (self);
  if (self->text->len == 0)
    g_string_append (self->text, "There is no PET series\n");
  return g_string_free (self->text, FALSE);
}

static char *
dup_csv (const Options *options,
         const VitrailContents *contents,
         GError **error)
{
  const VitrailSuvMeasure wish = { options->threshold, options->regions,
                                   options->kind };

  return vitrail_suv_measure_to_csv (&wish, contents, correct_cb,
                                     (gpointer) options, error);
}

static char *
dup_answer (const Options *options,
            const VitrailContents *contents,
            GError **error)
{
  Telling telling = { .options = options, .contents = contents };

  if (options->threshold != NULL)
    return dup_csv (options, contents, error);
  return options->json ? dup_json (&telling) : dup_text (&telling);
}

static gboolean
suv (const Options *options, GError **error)
{
  g_autoptr (VitrailDataSource) source =
      vitrail_locations_open (options->locations, error);
  g_auto (VitrailContents) contents = { 0 };

  if (source == NULL || !vitrail_contents_read (&contents, source, error))
    return FALSE;
  g_autofree char *text = dup_answer (options, &contents, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  return vitrail_output_write_bytes (options->output != NULL ? options->output
                                                             : "-",
                                     bytes, error);
}

static int
run (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "one JSON object", NULL },
    { "weight", 0, 0, G_OPTION_ARG_DOUBLE, &options.weight_kg,
      "in place of Patient's Weight", "KG" },
    { "size", 0, 0, G_OPTION_ARG_DOUBLE, &options.size_m,
      "in place of Patient's Size", "M" },
    { "dose", 0, 0, G_OPTION_ARG_DOUBLE, &options.dose_bq,
      "in place of Radionuclide Total Dose", "BQ" },
    { "half-life", 0, 0, G_OPTION_ARG_DOUBLE, &options.half_life_s,
      "in place of Radionuclide Half Life", "S" },
    { "measure", 0, 0, G_OPTION_ARG_STRING, &options.threshold,
      "what counts: 41% of a region's highest, 2.5 or 2.5-100; prints CSV",
      "THRESHOLD" },
    { "region", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.regions,
      "with --measure: a ball, in millimetres; several: a row each",
      "X,Y,Z,RADIUS" },
    { "kind", 0, 0, G_OPTION_ARG_STRING, &options.kind,
      "with --measure: BW, LBM, BSA, ...", "KIND" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      "write there instead of standard output", "OUT" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.locations,
      NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;

  if (!vitrail_command_parse (&vitrail_command_suv, entries, "LOCATION...",
                              argc, argv))
    return 2;
  if (options.locations == NULL)
    return vitrail_command_wrong_usage ("suv", "give a LOCATION");
  return suv (&options, &error) ? 0 : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_suv = {
  "suv", "tells what PET values are worth as standardised uptake values", run
};
