/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files of the archive that could not be read, and why. */

#include "dicom/jsontext.h"
#include "route.h"
#include "service.h"
#include "source.h"

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  g_autoptr (GPtrArray) files =
      vitrail_data_source_list_unreadable (request->service->source);
  GString *json = g_string_new ("[");

  for (guint i = 0; files != NULL && i < files->len; i++) {
    const VitrailUnreadable *file = g_ptr_array_index (files, i);
    g_autofree char *path = g_filename_display_name (file->path);
    g_autofree char *reason = g_utf8_make_valid (file->reason, -1);
    g_string_append (json, i > 0 ? ",\n{\"path\": " : "\n{\"path\": ");
    vitrail_json_append_string (json, path);
    g_string_append (json, ", \"reason\": ");
    vitrail_json_append_string (json, reason);
    g_string_append_c (json, '}');
  }
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, "application/json", json);
  return TRUE;
}

static const char *const patterns[] = {
  "/unreadable",
  NULL,
};

const VitrailRoute vitrail_route_unreadable = {
  .name = "unreadable",
  .patterns = patterns,
  .answer = answer,
};
