/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* All slides as JSON, as `vitrail info --json` lists them. */

#include "route.h"
#include "service.h"

static gboolean
answer (VitrailRequest *request, VitrailReply *reply, GError **error)
{
  const VitrailService *service = request->service;
  g_autoptr (GPtrArray) entries =
      vitrail_data_source_list_slides (service->source);
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    gsize length = json->len;
    if (g_cancellable_set_error_if_cancelled (request->cancellable, error))
      return FALSE;
    g_string_append (json, length > 1 ? ",\n" : "\n");
    /* One that does not open is not listed; /unreadable says why. */
    if (!vitrail_slide_cache_describe (service->slides,
                                       g_ptr_array_index (entries, i), json))
      g_string_truncate (json, length);
  }
  g_string_append (json, "]\n");
  vitrail_reply_set_text (reply, "application/json", g_steal_pointer (&json));
  return TRUE;
}

static const char *const patterns[] = {
  "/slides",
  NULL,
};

const VitrailRoute vitrail_route_slides = {
  .name = "slides",
  .patterns = patterns,
  .answer = answer,
};
