/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OHIF's configuration: see config.h. */

#include "ohif/config.h"

#include "dicomweb/document.h"
#include "dicomweb/location.h"
#include "error.h"
#include "ohif/jstext.h"
#include "ohif/webentry.h"

#include <string.h>

/* Those that there are have some kilobytes. */
#define MAX_BYTES 4194304u
/* Sources that a merged one names, in each other. */
#define MAX_DEPTH 4

struct _VitrailOhifConfig {
  char *location;
  char *name; /* of it, for messages */
  JsonNode *root;
  gboolean is_proxy;
};

void
vitrail_ohif_config_free (VitrailOhifConfig *self)
{
  g_free (self->location);
  g_free (self->name);
  g_clear_pointer (&self->root, json_node_unref);
  g_free (self);
}

static void
name_left_out (const VitrailOhifConfig *self, const GPtrArray *left_out)
{
  for (guint i = 0; i < left_out->len; i++)
    g_info ("%s: %s is a program, and is left out", self->name,
            (const char *) g_ptr_array_index (left_out, i));
}

static JsonNode *
parse (const VitrailOhifConfig *self, GBytes *text, GError **error)
{
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *json =
      vitrail_js_text_to_json (text, self->name, left_out, error);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) failed = NULL;

  if (json == NULL)
    return NULL;
  name_left_out (self, left_out);
  if (json_parser_load_from_data (parser, json, -1, &failed) &&
      JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return json_node_ref (json_parser_get_root (parser));
  g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED, "%s: %s",
               self->name, failed != NULL ? failed->message : "no object");
  return NULL;
}

static VitrailOhifConfig *
read_config (const char *location,
             gboolean is_proxy,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GBytes) text =
      vitrail_document_read (location, MAX_BYTES, cancellable, error);
  g_autoptr (VitrailOhifConfig) self = g_new0 (VitrailOhifConfig, 1);

  if (text == NULL)
    return NULL;
  self->location = g_strdup (location);
  self->name = vitrail_web_location_dup_public (location);
  self->is_proxy = is_proxy;
  self->root = parse (self, text, error);
  return self->root != NULL ? g_steal_pointer (&self) : NULL;
}

VitrailOhifConfig *
vitrail_ohif_config_read (const char *location,
                          GCancellable *cancellable,
                          GError **error)
{
  return read_config (location, FALSE, cancellable, error);
}

VitrailOhifConfig *
vitrail_ohif_config_read_proxy (const char *location,
                                GCancellable *cancellable,
                                GError **error)
{
  return read_config (location, TRUE, cancellable, error);
}

/* --- what it holds --- */

static JsonNode *
get (JsonNode *node, const char *member)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_object_get_member (json_node_get_object (node), member)
             : NULL;
}

static const char *
get_text (JsonNode *node, const char *member)
{
  JsonNode *found = get (node, member);

  return found != NULL && JSON_NODE_HOLDS_VALUE (found) &&
                 json_node_get_value_type (found) == G_TYPE_STRING
             ? json_node_get_string (found)
             : NULL;
}

static JsonArray *
get_array (JsonNode *node, const char *member)
{
  JsonNode *found = get (node, member);

  return found != NULL && JSON_NODE_HOLDS_ARRAY (found)
             ? json_node_get_array (found)
             : NULL;
}

static JsonNode *
fail (const VitrailOhifConfig *self,
      VitrailError code,
      const char *what,
      GError **error)
{
  g_set_error (error, VITRAIL_ERROR, (int) code, "%s: %.200s", self->name,
               what);
  return NULL;
}

/* The entry of dataSources[] with @name. */
static JsonNode *
find_entry (const VitrailOhifConfig *self, const char *name, GError **error)
{
  JsonArray *entries = get_array (self->root, "dataSources");
  const guint n = entries != NULL ? json_array_get_length (entries) : 0;

  if (n == 0)
    return fail (self, VITRAIL_ERROR_NOT_FOUND, "it has no dataSources", error);
  if (name == NULL)
    name = get_text (self->root, "defaultDataSourceName");
  if (name == NULL)
    return json_array_get_element (entries, 0);
  for (guint i = 0; i < n; i++) {
    JsonNode *entry = json_array_get_element (entries, i);
    if (g_strcmp0 (get_text (entry, "sourceName"), name) == 0)
      return entry;
  }
  g_autofree char *what = g_strdup_printf ("no data source \"%s\"", name);
  return fail (self, VITRAIL_ERROR_NOT_FOUND, what, error);
}

/* --- locations --- */

static char *make_location (const VitrailOhifConfig *self,
                            JsonNode *entry,
                            const char *url,
                            guint depth,
                            GError **error);

static char *
make_with_url (const VitrailOhifConfig *self,
               const char *prefix,
               const char *url,
               GError **error)
{
  if (url != NULL)
    return g_strconcat (prefix, url, NULL);
  fail (self, VITRAIL_ERROR_FORMAT,
        "this data source takes a url: #NAME?url=URL", error);
  return NULL;
}

/* The sources that a merged one asks for series: OHIF asks the same for all
 * else. */
static char *
/* NOLINTNEXTLINE(misc-no-recursion): bounded by MAX_DEPTH */
make_merged (const VitrailOhifConfig *self,
             JsonNode *configuration,
             guint depth,
             GError **error)
{
  JsonArray *names =
      get_array (get (configuration, "seriesMerge"), "dataSourceNames");
  const guint n = names != NULL ? json_array_get_length (names) : 0;
  g_autoptr (GString) location = g_string_new ("merge:");

  for (guint i = 0; i < n && depth < MAX_DEPTH; i++) {
    JsonNode *name = json_array_get_element (names, i);
    JsonNode *entry =
        JSON_NODE_HOLDS_VALUE (name) && json_node_get_string (name) != NULL
            ? find_entry (self, json_node_get_string (name), error)
            : fail (self, VITRAIL_ERROR_FORMAT, "a name that is none", error);
    g_autofree char *one =
        entry != NULL ? make_location (self, entry, NULL, depth + 1, error)
                      : NULL;
    if (one == NULL)
      return NULL;
    g_string_append_printf (location, "%s%s", i > 0 ? "|" : "", one);
  }
  if (n > 0 && depth < MAX_DEPTH)
    return g_string_free (g_steal_pointer (&location), FALSE);
  fail (self, VITRAIL_ERROR_FORMAT,
        "a merged data source that names none, or itself", error);
  return NULL;
}

static char *
make_web (const VitrailOhifConfig *self,
          JsonNode *configuration,
          GError **error)
{
  if (configuration != NULL && JSON_NODE_HOLDS_OBJECT (configuration))
    return vitrail_ohif_web_entry_dup_location (
        json_node_get_object (configuration), self->location, error);
  fail (self, VITRAIL_ERROR_FORMAT, "a data source without a configuration",
        error);
  return NULL;
}

static char *
/* NOLINTNEXTLINE(misc-no-recursion): bounded by MAX_DEPTH */
make_location (const VitrailOhifConfig *self,
               JsonNode *entry,
               const char *url,
               guint depth,
               GError **error)
{
  JsonNode *configuration = get (entry, "configuration");
  const char *space = get_text (entry, "namespace");
  const char *dot = space != NULL ? strrchr (space, '.') : NULL;
  const char *kind = dot != NULL ? dot + 1 : "nothing";

  if (strcmp (kind, "dicomweb") == 0)
    return make_web (self, configuration, error);
  if (strcmp (kind, "dicomjson") == 0)
    return make_with_url (self, "dicomjson:", url, error);
  if (strcmp (kind, "dicomwebproxy") == 0)
    return make_with_url (self, "dicomwebproxy:", url, error);
  if (strcmp (kind, "dicomlocal") == 0)
    return make_with_url (self, "", url, error);
  if (strcmp (kind, "merge") == 0)
    return make_merged (self, configuration, depth, error);
  g_autofree char *what =
      g_strdup_printf ("a data source of the kind %s is not known", kind);
  fail (self, VITRAIL_ERROR_UNSUPPORTED, what, error);
  return NULL;
}

char *
vitrail_ohif_config_dup_location (VitrailOhifConfig *self,
                                  const char *name,
                                  const char *url,
                                  GError **error)
{
  if (!self->is_proxy) {
    JsonNode *entry = find_entry (self, name, error);
    return entry != NULL ? make_location (self, entry, url, 0, error) : NULL;
  }
  JsonArray *servers = get_array (get (self->root, "servers"), "dicomWeb");
  if (servers != NULL && json_array_get_length (servers) > 0)
    return make_web (self, json_array_get_element (servers, 0), error);
  fail (self, VITRAIL_ERROR_FORMAT, "it names no servers.dicomWeb", error);
  return NULL;
}
