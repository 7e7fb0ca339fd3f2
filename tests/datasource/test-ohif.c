/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* OHIF's configuration as a data source: reading it without running it, and
 * each of its roots and options at work on real archives. */

#include "dicom/tag.h"
#include "error.h"
#include "ohif/jstext.h"
#include "sourcetest.h"
#include "testarchive.h"
#include "testdata.h"
#include "webserver.h"

#include <string.h>

#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)

/* --- the text --- */

/* NULL where the text was refused. */
static char *
convert (const char *text, guint *n_left_out)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  char *json = vitrail_js_text_to_json (bytes, "app-config.js", left_out, NULL);

  *n_left_out = left_out->len;
  return json;
}

static void
test_text (void)
{
  static const struct {
    const char *text;
    const char *json;
    guint n_left_out;
  } rows[] = {
    { "{\"a\": 1}", "{\"a\":1}", 0 },
    { "window.config = {a: 'x', 'b-c': [1, .5, 0x10, -2,],};",
      "{\"a\":\"x\",\"b-c\":[1,0.5,16,-2]}", 0 },
    { "/* { */ // {\n'use strict'; window.config={a:true,b:null,c:undefined}",
      "{\"a\":true,\"b\":null,\"c\":null}", 0 },
    { "window.config = {a: `x`, b: 'it\\'s \\u00e9 \\x41', c: \"}\" };",
      "{\"a\":\"x\",\"b\":\"it's \303\251 A\",\"c\":\"}\"}", 0 },
    { "window.config = {f: error => { if (x) { y('}'); } }, g: 1};",
      "{\"f\":null,\"g\":1}", 1 },
    { "window.config = {f: url => url.replace(/[{'/]/g, '/'), g: 3 * 1000};",
      "{\"f\":null,\"g\":null}", 2 },
    { "window.config = {m (a, b) { return {}; }, ...x, y, z: `${y}`};",
      "{\"m\":null,\"(1)\":null,\"y\":null,\"z\":null}", 4 },
    { "window.config = ({servicesManager}) => ({a: 1});", NULL, 0 },
    { "window.config = {a: 1, 'a': 2};", NULL, 0 },
    { "window.config = {a: 1", NULL, 0 },
    { "window.config = {a: 'x}", NULL, 0 },
    { "window.config = {a: (}", NULL, 0 },
    { "alert (1)", NULL, 0 },
    { "", NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint n_left_out = 0;
    g_autofree char *json = convert (rows[i].text, &n_left_out);
    g_test_message ("%s", rows[i].text);
    g_assert_cmpstr (json, ==, rows[i].json);
    if (json != NULL)
      g_assert_cmpuint (n_left_out, ==, rows[i].n_left_out);
  }
}

/* Every beginning of a text ends, and nothing is read behind it. */
static void
test_cut (void)
{
  static const char text[] =
      "// x\nwindow.config = {a: 'b\\u0041', \"c\": [0x1f, {d: /a[/]/g}],\n"
      "/* y */ e: (x) => `${x}`, f () {}, g: \"\\\\\" };";

  for (gsize n = 0; n < sizeof text; n++) {
    g_autofree char *copy = g_memdup2 (text, n + 1);
    g_autoptr (GBytes) bytes = g_bytes_new_static (copy, n);
    g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GError) error = NULL;
    g_autofree char *json =
        vitrail_js_text_to_json (bytes, "cut.js", left_out, &error);
    g_assert_true ((json != NULL) == (error == NULL));
  }
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new ("window.config = {a: ");
  guint n_left_out = 0;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  g_autofree char *json = convert (text->str, &n_left_out);
  g_assert_null (json);
}

/* --- data sources --- */

static char *
write_config (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path =
      g_build_filename (test_data_get_scratch (), "app-config.js", NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

/* An entry as OHIF's own configurations write it, with all that they say. */
static char *
make_entry (guint qido, guint wado, guint uri, const char *more)
{
  return g_strdup_printf (
      "/** @type {AppTypes.Config} */\n"
      "window.config = {\n"
      "  name: 'config/test.js', routerBasename: null, // whiteLabeling: {},\n"
      "  extensions: [], modes: [], customizationService: {},\n"
      "  maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },\n"
      "  defaultDataSourceName: 'ohif',\n"
      "  dataSources: [{\n"
      "    namespace: '@ohif/extension-default.dataSourcesModule.dicomjson',\n"
      "    sourceName: 'dicomjson',\n"
      "    configuration: { friendlyName: 'dicom json', name: 'json' },\n"
      "  }, {\n"
      "    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',\n"
      "    sourceName: 'ohif',\n"
      "    configuration: {\n"
      "      friendlyName: 'A server', name: 'aws',\n"
      "      qidoRoot: 'http://127.0.0.1:%u/dicom-web/',\n"
      "      wadoRoot: 'http://127.0.0.1:%u/dicom-web',\n"
      "      wadoUriRoot: 'http://127.0.0.1:%u/wado',\n"
      "      thumbnailRendering: 'thumbnail',\n"
      "      thumbnailRequestStrategy: 'fetch', enableStudyLazyLoad: true,\n"
      "      supportsReject: false, dicomUploadEnabled: true,\n"
      "      singlepart: 'bulkdata,video', queryLimit: 101,\n"
      "      requestTransferSyntaxUID: '1.2.840.10008.1.2.4.80',\n"
      "      acceptHeader: ['multipart/related; type=image/jls; q=1'],\n"
      "      stackRetrieveOptions: { retrieveOptions: { single: {\n"
      "        streaming: true, decodeLevel: 1 } } },\n"
      "      segmentation: { store: { defaultMode: 'labelmap' } },\n"
      "      loadMultiframeAsPart10: true,\n"
      "      onConfiguration: (dicomWebConfig, options) => {\n"
      "        return { ...dicomWebConfig, x: `${options}` };\n"
      "      },\n"
      "      bulkDataURI: { enabled: true, relativeResolution: 'studies',\n"
      "        transform: url => url.replace('/pixeldata.mp4', '/rendered') "
      "},\n"
      "      omitQuotationForMultipartRequest: true,\n"
      "      %s\n"
      "    },\n"
      "  }],\n"
      "  httpErrorHandler: error => { console.warn(error.status); },\n"
      "};\n",
      qido, wado, uri, more);
}

static gboolean
has_line (const char *log, const char *word)
{
  return strstr (log, word) != NULL;
}

/* Each kind of request goes to its own port. */
static void
test_roots (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) qido = { 0 };
  g_auto (TestServer) wado = { 0 };
  g_auto (TestServer) uri = { 0 };

  if (!test_server_orthanc (&server, test_archive_get ()))
    return;
  test_server_fail_for (&qido, server.port);
  test_server_fail_for (&wado, server.port);
  test_server_fail_for (&uri, server.port);
  g_autofree char *text =
      make_entry (qido.port, wado.port, uri.port, "imageRendering: 'wadouri',");
  g_autofree char *path = write_config (text);
  g_autoptr (VitrailDataSource) source = test_source_open ("ohif:%s", path);
  test_source_compare (source);
  g_autofree char *asked = test_server_tell (&qido, "log");
  g_assert_true (has_line (asked, "/studies?"));
  g_assert_false (has_line (asked, "/metadata") || has_line (asked, "frames"));
  g_free (asked);
  asked = test_server_tell (&wado, "log");
  g_assert_true (has_line (asked, "/metadata"));
  g_assert_false (has_line (asked, "limit=") || has_line (asked, "frames"));
  g_free (asked);
  asked = test_server_tell (&uri, "log");
  g_assert_true (has_line (asked, "/wado?requestType=WADO&studyUID=1.2.7&"));
  g_assert_false (has_line (asked, "/dicom-web"));
}

/* What a server cannot is not asked of it, and done here. */
static void
test_options (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) way = { 0 };

  test_server_serve (&server, test_archive_get ());
  test_server_fail_for (&way, server.port);
  g_autofree char *text =
      make_entry (way.port, way.port, way.port,
                  "imageRendering: 'wadors', qidoSupportsIncludeField: false,\n"
                  "supportsFuzzyMatching: false, supportsWildcard: false,");
  g_autofree char *path = write_config (text);
  g_autoptr (VitrailDataSource) source =
      test_source_open ("ohif:%s#ohif", path);
  test_source_compare (source);
  g_autofree char *asked = test_server_tell (&way, "log");
  g_assert_true (has_line (asked, "/frames/"));
  g_assert_false (has_line (asked, "includefield") ||
                  has_line (asked, "fuzzy") || has_line (asked, "*"));
}

/* Roots are relative to where the configuration is served; a DICOM JSON source
 * needs its document. */
static void
test_served (void)
{
  g_auto (TestServer) server = { 0 };
  g_auto (TestServer) files = { 0 };
  g_autoptr (GError) error = NULL;

  test_server_serve (&server, test_archive_get ());
  g_autofree char *rules = g_strdup_printf (
      "location /dicom-web { proxy_pass http://127.0.0.1:%u; }", server.port);
  if (!test_server_nginx (&files, test_data_get_scratch (), rules))
    return;
  g_autofree char *path = write_config (
      "window.config = { dataSources: [{\n"
      "  namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',\n"
      "  sourceName: 'dicomweb',\n"
      "  configuration: { qidoRoot: '/dicom-web', wadoRoot: '/dicom-web',\n"
      "    wadoUriRoot: '/dicom-web' },\n"
      "}] };");
  g_autoptr (VitrailDataSource) source =
      test_source_open ("ohif:http://127.0.0.1:%u/app-config.js", files.port);
  test_source_compare (source);
  g_autofree char *location = g_strconcat ("ohif:", path, NULL);
  g_autoptr (VitrailDataSource) local =
      vitrail_data_source_new (location, &error);
  g_assert_no_error (error);
  g_assert_false (vitrail_data_source_refresh (local, NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_FORMAT);
}

static void
test_kinds (void)
{
  static const struct {
    const char *behind;
    int code;
  } rows[] = {
    { "#nobody", VITRAIL_ERROR_NOT_FOUND },
    { "#dicomjson", VITRAIL_ERROR_FORMAT },
    { "#dicomjson?url=/nowhere/x.json", VITRAIL_ERROR_NOT_FOUND },
  };

  g_autofree char *text = make_entry (1, 1, 1, "");
  g_autofree char *path = write_config (text);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *location =
        g_strconcat ("ohif:", path, rows[i].behind, NULL);
    g_autoptr (VitrailDataSource) source =
        vitrail_data_source_new (location, &error);
    g_assert_no_error (error);
    g_assert_false (vitrail_data_source_refresh (source, NULL, &error));
    g_assert_error (error, VITRAIL_ERROR, rows[i].code);
  }
}

/* What OHIF itself ships. */
static void
test_stock (void)
{
  g_autofree char *folder = test_data_run (
      "node \"$VITRAIL_SOURCE\"/tests/viewer/ohif/app.mjs \"$VITRAIL_BUILD\"");
  g_autofree char *pattern =
      g_build_filename (g_strchomp (folder), "app-config.js", NULL);
  g_autoptr (GPtrArray) left_out = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;

  g_file_get_contents (pattern, &text, &length, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);
  g_autofree char *json =
      vitrail_js_text_to_json (bytes, pattern, left_out, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (json, "\"staticWado\":true"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("XDG_CACHE_HOME", test_data_get_scratch (), TRUE);
  g_test_add_func ("/ohif/text", test_text);
  g_test_add_func ("/ohif/cut", test_cut);
  g_test_add_func ("/ohif/deep", test_deep);
  g_test_add_func ("/ohif/roots", test_roots);
  g_test_add_func ("/ohif/options", test_options);
  g_test_add_func ("/ohif/served", test_served);
  g_test_add_func ("/ohif/kinds", test_kinds);
  g_test_add_func ("/ohif/stock", test_stock);
  return g_test_run ();
}
