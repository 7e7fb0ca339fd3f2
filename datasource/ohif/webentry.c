/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OHIF's DICOMweb sources: see webentry.h. */

#include "ohif/webentry.h"

#include "dicomweb/document.h"
#include "dicomweb/location.h"
#include "error.h"

/* What is used here, and what is known and needs nothing here: the client asks
 * for frames as they are stored, and finds by itself which headers a server
 * takes and whether it answers in parts. */
static const char *const known[] = {
  "acceptHeader",
  "bulkDataURI",
  "dicomUploadEnabled",
  "enableStudyLazyLoad",
  "friendlyName",
  "imageRendering",
  "loadMultiframeAsPart10",
  "name",
  "omitQuotationForMultipartRequest",
  "onConfiguration",
  "qidoRoot",
  "qidoSupportsIncludeField",
  "queryLimit",
  "requestTransferSyntaxUID",
  "segmentation",
  "singlepart",
  "stackRetrieveOptions",
  "staticWado",
  "supportsFuzzyMatching",
  "supportsInstanceMetadata",
  "supportsNativeDICOMModel",
  "supportsReject",
  "supportsStow",
  "supportsWildcard",
  "thumbnailRendering",
  "thumbnailRequestStrategy",
  "wadoRoot",
  "wadoUri",
  "wadoUriRoot",
  NULL,
};

static void
name_unknown (JsonObject *configuration, const char *base)
{
  g_autoptr (GList) members = json_object_get_members (configuration);
  g_autofree char *name = vitrail_web_location_dup_public (base);

  for (GList *link = members; link != NULL; link = link->next)
    if (!g_strv_contains (known, link->data))
      g_message ("%s: %s is not known here, and not heeded", name,
                 (const char *) link->data);
}

static const char *
get_text (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
get_flag (JsonObject *object, const char *member, gboolean otherwise)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == G_TYPE_BOOLEAN
             ? json_node_get_boolean (node)
             : otherwise;
}

/* The root that the member names, without a slash at its end. */
static char *
dup_root (JsonObject *configuration,
          const char *member,
          const char *base,
          GError **error)
{
  const char *text = get_text (configuration, member);

  if (text == NULL)
    return NULL;
  if (!vitrail_document_is_remote (text) && !vitrail_document_is_remote (base))
  {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                 "%s: %s: %.200s: relative to where OHIF is served: give the "
                 "configuration by its URL",
                 base, member, text);
    return NULL;
  }
  char *root = vitrail_document_resolve (base, text, error);
  for (gsize n = root != NULL ? strlen (root) : 0; n > 0 && root[n - 1] == '/';
       n--)
    root[n - 1] = '\0';
  return root;
}

static char *
dup_bulk_level (JsonObject *configuration)
{
  JsonNode *node = json_object_get_member (configuration, "bulkDataURI");

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? g_strdup (
                   get_text (json_node_get_object (node), "relativeResolution"))
             : NULL;
}

static VitrailWebOptions *
make_options (JsonObject *configuration, const char *base, GError **error)
{
  g_autoptr (VitrailWebOptions) options = vitrail_web_options_new ();
  const char *rendering = get_text (configuration, "imageRendering");
  g_autoptr (GError) failed = NULL;

  options->query_url = dup_root (configuration, "qidoRoot", base, &failed);
  if (failed == NULL)
    options->uri_url = dup_root (configuration, "wadoUriRoot", base, &failed);
  if (failed != NULL) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  options->has_no_include_field =
      !get_flag (configuration, "qidoSupportsIncludeField", TRUE);
  options->has_no_fuzzy =
      !get_flag (configuration, "supportsFuzzyMatching", TRUE);
  options->has_no_wildcards =
      !get_flag (configuration, "supportsWildcard", TRUE);
  options->is_static = get_flag (configuration, "staticWado", FALSE);
  options->prefers_uri = g_strcmp0 (rendering, "wadouri") == 0;
  options->bulk_level = dup_bulk_level (configuration);
  return g_steal_pointer (&options);
}

/* Many write the root of all once more where they have no WADO-URI. */
static void
drop_same_root (VitrailWebOptions *options, const char *root)
{
  if (!options->prefers_uri && g_strcmp0 (options->uri_url, root) == 0)
    g_clear_pointer (&options->uri_url, g_free);
}

char *
vitrail_ohif_web_entry_dup_location (JsonObject *configuration,
                                     const char *base,
                                     GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autofree char *root = dup_root (configuration, "wadoRoot", base, &failed);

  if (root == NULL) {
    g_autofree char *name = vitrail_web_location_dup_public (base);
    if (failed != NULL)
      g_propagate_error (error, g_steal_pointer (&failed));
    else
      g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT,
                   "%s: a DICOMweb source without wadoRoot", name);
    return NULL;
  }
  name_unknown (configuration, base);
  g_autoptr (VitrailWebOptions) options =
      make_options (configuration, base, error);
  g_autoptr (VitrailWebLocation) location =
      options != NULL ? vitrail_web_location_parse (root, error) : NULL;
  if (location == NULL)
    return NULL;
  drop_same_root (options, root);
  vitrail_web_options_note (location->root_url, options);
  return g_steal_pointer (&root);
}
