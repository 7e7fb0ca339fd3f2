/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vitrail store: files to an archive over DICOMweb (STOW-RS). */

#include "command.h"
#include "dicom/part10.h"
#include "dicomweb/location.h"
#include "dicomweb/webstore.h"
#include "error.h"
#include "folder/walk.h"
#include "mapping.h"
#include "output.h"
#include "progress.h"

#include <json-glib/json-glib.h>

#include <string.h>

#define PROBE_BYTES 132u

extern const VitrailCommand vitrail_command_store;

/* What became of the files. */
typedef struct {
  VitrailWebStore *store;
  JsonBuilder *json; /* NULL: a text */
  GString *text;
  guint n_stored;
  guint n_failed;
} Storing;

static void
storing_clear (Storing *self)
{
  g_clear_pointer (&self->store, vitrail_web_store_free);
  g_clear_object (&self->json);
  g_string_free (self->text, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Storing, storing_clear)

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, valid);
}

static void
add_json (JsonBuilder *json, const VitrailStoreResult *result)
{
  json_builder_begin_object (json);
  add_text (json, "path", result->name);
  add_text (json, "SOPInstanceUID", result->sop_instance_uid);
  json_builder_set_member_name (json, "stored");
  json_builder_add_boolean_value (json, result->is_stored);
  json_builder_set_member_name (json, "reason");
  json_builder_add_int_value (json, result->reason);
  add_text (json, "message", result->message);
  json_builder_end_object (json);
}

/* Those that need a word: each its line. */
static void
done_cb (const VitrailStoreResult *result, gpointer user_data)
{
  Storing *self = user_data;

  if (result->is_stored)
    self->n_stored++;
  else
    self->n_failed++;
  if (self->json != NULL)
    add_json (self->json, result);
  else if (result->message != NULL)
    g_string_append_printf (self->text, "%s: %s\n", result->name,
                            result->message);
  vitrail_progress_show ("%u stored", self->n_stored);
}

static void
tell_failed (Storing *self, const char *path, const char *message)
{
  const VitrailStoreResult result = { .name = path, .message = message };

  done_cb (&result, self);
}

/* Of what is met in folders only what may be DICOM counts. */
static gboolean
is_passed_by (const VitrailWalkFile *file, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return !file->is_root &&
         (length < PROBE_BYTES || !vitrail_part10_probe (data, length));
}

static gboolean
store_file (Storing *self, const VitrailWalkFile *file, GError **error)
{
  g_autoptr (GError) failed = NULL;

  if (file->error != 0) {
    tell_failed (self, file->path, g_strerror (file->error));
    return TRUE;
  }
  g_autoptr (GBytes) bytes = vitrail_map_file (file->path, &failed);
  if (bytes == NULL) {
    tell_failed (self, file->path, failed->message);
    return TRUE;
  }
  return is_passed_by (file, bytes) ||
         vitrail_web_store_add (self->store, file->path, bytes, NULL, error);
}

static gboolean
store_all (Storing *self, const char *const *files, GError **error)
{
  g_autoptr (VitrailWalk) walk = vitrail_walk_new (files);
  VitrailWalkFile file;

  while (vitrail_walk_next (walk, &file))
    if (!store_file (self, &file, error))
      return FALSE;
  return vitrail_web_store_end (self->store, NULL, error);
}

/* "N stored, N failed", with what is to be said of each; or all as JSON. */
static gboolean
write_results (Storing *self, GError **error)
{
  if (self->json != NULL) {
    json_builder_end_array (self->json);
    json_builder_end_object (self->json);
    g_autoptr (JsonNode) root = json_builder_get_root (self->json);
    g_autofree char *text = json_to_string (root, FALSE);
    g_string_append_printf (self->text, "%s\n", text);
  } else {
    g_string_append_printf (self->text, "%u stored, %u failed\n",
                            self->n_stored, self->n_failed);
  }
  g_autoptr (VitrailOutput) output = vitrail_output_open ("-", error);
  return output != NULL &&
         vitrail_output_write (output, self->text->str, self->text->len, error);
}

static gboolean
store (Storing *self, const char *const *files, const char *to, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *name = vitrail_web_location_dup_public (to);

  const gboolean fine = store_all (self, files, &failed);
  vitrail_progress_end ();
  if (!write_results (self, error))
    return FALSE;
  if (!fine) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return FALSE;
  }
  if (self->n_failed == 0)
    return TRUE;
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_IO,
               "%s: %u of %u instances not stored", name, self->n_failed,
               self->n_failed + self->n_stored);
  return FALSE;
}

static void
begin_json (Storing *self)
{
  self->json = json_builder_new ();
  json_builder_begin_object (self->json);
  json_builder_set_member_name (self->json, "instances");
  json_builder_begin_array (self->json);
}

static int
run (int argc, char **argv)
{
  g_auto (GStrv) files = NULL;
  g_autofree char *to = NULL;
  gboolean json = FALSE;
  gboolean resume = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, "the archive, or a study of it",
      "URL" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &resume,
      "do not send what the archive has", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "one JSON object", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
      NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GError) error = NULL;
  g_auto (Storing) self = { .text = g_string_new (NULL) };

  if (!vitrail_command_parse (&vitrail_command_store, entries,
                              "FILE... --to URL", argc, argv))
    return 2;
  if (files == NULL || to == NULL)
    return vitrail_command_wrong_usage ("store", "give a FILE and --to URL");
  if (json)
    begin_json (&self);
  self.store = vitrail_web_store_new (to,
                                      resume ? VITRAIL_STORE_RESUME
                                             : VITRAIL_STORE_PLAIN,
                                      done_cb, &self, &error);
  return self.store != NULL &&
                 store (&self, (const char *const *) files, to, &error)
             ? 0
             : vitrail_command_fail (error);
}

const VitrailCommand vitrail_command_store = {
  "store", "stores DICOM files at an archive over DICOMweb (STOW-RS)", run
};
