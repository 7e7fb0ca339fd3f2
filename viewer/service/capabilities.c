/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Capabilities: see capabilities.h. */

#include "capabilities.h"

#include "accept.h"
#include "route.h"
#include "service.h"

#include <string.h>

#define SEARCH   "limit offset fuzzymatching includefield accept"
#define RENDERED "window viewport quality annotation iccprofile accept"
#define JSON     "application/dicom+json application/json"
#define PICTURES "image/jpeg image/png image/gif"
#define FRAMES                                                         \
  "application/octet-stream image/jpeg image/jls image/jp2 image/jpx " \
  "image/jphc image/jxl image/dicom-rle video/mpeg video/mp4 video/H265"

/* By route: its name, media types and query keys, each separated by blanks. */
static const struct {
  const char *route;
  const char *types;
  const char *keys;
} resources[] = {
  { "studies", JSON, SEARCH },
  { "series", JSON, SEARCH },
  { "instances", JSON, SEARCH },
  { "metadata", JSON, "accept" },
  { "frames", FRAMES, "accept" },
  { "rendered", PICTURES " video/mp4 application/pdf", RENDERED },
  { "thumbnail", PICTURES, RENDERED },
  { "bulkdata", FRAMES " application/pdf", "accept" },
  { "retrieve", "application/dicom", "accept" },
  { "wado", "application/dicom " PICTURES,
    "requestType studyUID seriesUID objectUID contentType transferSyntax "
    "frameNumber rows columns region windowCenter windowWidth imageQuality "
    "annotation" },
};

/* -1: none of ours. */
static int
find_resource (const VitrailRoute *route)
{
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    if (strcmp (resources[i].route, route->name) == 0)
      return (int) i;
  return -1;
}

static gboolean
is_multipart (guint resource)
{
  static const char *const names[] = { "frames", "rendered", "bulkdata",
                                       "retrieve", NULL };
  return g_strv_contains (names, resources[resource].route);
}

static void
append_wadl_method (GString *text, guint resource)
{
  g_auto (GStrv) types = g_strsplit (resources[resource].types, " ", 0);
  g_auto (GStrv) keys = g_strsplit (resources[resource].keys, " ", 0);

  g_string_append_printf (text, "<method name=\"GET\" id=\"%s\"><request>",
                          resources[resource].route);
  g_string_append (text, "<param name=\"Accept\" style=\"header\"/>");
  for (guint i = 0; keys[i] != NULL; i++)
    g_string_append_printf (text, "<param name=\"%s\" style=\"query\"/>",
                            keys[i]);
  g_string_append (text, "</request><response status=\"200\">");
  for (guint i = 0; types[i] != NULL; i++)
    g_string_append_printf (text, "<representation mediaType=\"%s\"/>",
                            types[i]);
  if (is_multipart (resource))
    g_string_append (text, "<representation mediaType=\"multipart/related\"/>");
  g_string_append (text, "</response></method>");
}

static void
append_wadl_store (GString *text)
{
  g_string_append (text,
                   "<method name=\"POST\" id=\"store\"><request>"
                   "<representation mediaType=\"multipart/related; "
                   "type=&quot;application/dicom&quot;\"/>"
                   "<representation mediaType=\"multipart/related; "
                   "type=&quot;application/dicom+json&quot;\"/>"
                   "<representation mediaType=\"multipart/related; "
                   "type=&quot;application/dicom+xml&quot;\"/></request>"
                   "<response status=\"200 202 409\">"
                   "<representation mediaType=\"application/dicom+json\"/>"
                   "</response></method>");
}

static void
append_wadl (GString *text, const VitrailRoute *route, guint resource)
{
  for (guint i = 0; route->patterns[i] != NULL; i++) {
    g_string_append_printf (text, "<resource path=\"%s\">",
                            route->patterns[i] + 1);
    append_wadl_method (text, resource);
    if (route->takes_store)
      append_wadl_store (text);
    g_string_append (text, "</resource>");
  }
}

/* "a b" as ["a","b"]. */
static void
append_words (GString *text, const char *key, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", 0);
  g_autofree char *joined = g_strjoinv ("\",\"", list);

  g_string_append_printf (text, ",\"%s\":[\"%s\"]", key, joined);
}

static void
append_json (GString *text, const VitrailRoute *route, guint resource)
{
  for (guint i = 0; route->patterns[i] != NULL; i++) {
    if (text->str[text->len - 1] == '}')
      g_string_append_c (text, ',');
    g_string_append_printf (text, "{\"path\":\"%s\",\"id\":\"%s\"",
                            route->patterns[i], resources[resource].route);
    append_words (text, "methods",
                  route->takes_store ? "GET HEAD OPTIONS POST"
                                     : "GET HEAD OPTIONS");
    append_words (text, "mediaTypes", resources[resource].types);
    g_string_append_printf (text, ",\"multipart\":%s",
                            is_multipart (resource) ? "true" : "false");
    append_words (text, "parameters", resources[resource].keys);
    g_string_append_c (text, '}');
  }
}

typedef void (*Appending) (GString *text,
                           const VitrailRoute *route,
                           guint resource);

/* @route's, or all that there are. */
static void
append_all (GString *text, const VitrailRoute *route, Appending append)
{
  for (guint i = 0; i < vitrail_n_routes; i++) {
    int resource = find_resource (vitrail_routes[i]);
    if (resource >= 0 &&
        (vitrail_routes[i] == route || find_resource (route) < 0))
      append (text, vitrail_routes[i], (guint) resource);
  }
}

static GString *
make_text (const VitrailRequest *request, gboolean is_wadl)
{
  GString *text = g_string_new (NULL);

  if (!is_wadl) {
    g_string_append (text, "{\"resources\":[");
    append_all (text, request->route, append_json);
    g_string_append (text, "]}\n");
    return text;
  }
  g_autofree char *host = g_markup_escape_text (request->host, -1);
  g_string_append_printf (
      text,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<application xmlns=\"http://wadl.dev.java.net/2009/02\">"
      "<resources base=\"%s://%s/\">",
      vitrail_service_get_scheme (request->service), host);
  append_all (text, request->route, append_wadl);
  g_string_append (text, "</resources></application>\n");
  return text;
}

gboolean
vitrail_capabilities_answer (const VitrailRequest *request, VitrailReply *reply)
{
  static const char *const types[] = { "application/vnd.sun.wadl+xml",
                                       "application/json",
                                       "application/dicom+json", NULL };

  if (!g_str_has_prefix (request->route->patterns[0], "/dicom-web"))
    return FALSE;
  const char *type = vitrail_accept_choose (request, types);
  if (type == NULL) {
    vitrail_reply_set_status_error (
        reply, 406,
        "capabilities are application/vnd.sun.wadl+xml or "
        "application/json");
    return TRUE;
  }
  vitrail_reply_set_text (reply, type, make_text (request, type == types[0]));
  reply->allow = request->route->takes_store ? "GET, HEAD, OPTIONS, POST"
                                             : "GET, HEAD, OPTIONS";
  return TRUE;
}
