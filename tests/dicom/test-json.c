/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The DICOM JSON model: written as DCMTK writes it, read from real servers. */

#include "dicom/builder.h"
#include "dicom/json.h"
#include "dicom/vr.h"
#include "dicomdata.h"
#include "error.h"
#include "limits.h"
#include "testdata.h"

#include <string.h>

static char *
name_tag_cb (const VitrailElement *element, gpointer user_data)
{
  return g_strdup_printf ("%s/%08X", (const char *) user_data, element->tag);
}

static char *
write_json (VitrailDataSet *data_set, size_t inline_limit)
{
  GString *json = g_string_new (NULL);

  vitrail_json_write (data_set, json, inline_limit, name_tag_cb, "bulk");
  return g_string_free (json, FALSE);
}

static VitrailDataSet *
read_one (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) data_sets =
      vitrail_json_read (json, -1, "text", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (data_sets->len, ==, 1);
  return vitrail_data_set_ref (g_ptr_array_index (data_sets, 0));
}

/* Each text is read, written again, and must come out as expected. */
static void
test_forms (void)
{
  static const struct {
    const char *in;
    const char *out; /* NULL: the same */
  } forms[] = {
    { "{}", NULL },
    { " { } ", "{}" },
    { "{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 100\"]}}",
      "{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]}}" },
    { "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"Yamada^Tarou\""
      ",\"Ideographic\":\"山田^太郎\",\"Phonetic\":\"やまだ^たろう\"}]}}",
      NULL },
    { "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Phonetic\":\"やまだ\"}]}}",
      NULL },
    { "{\"00100010\":{\"vr\":\"PN\",\"Value\":[\"A^B\"]}}",
      "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"A^B\"}]}}" },
    { "{\"00100010\":{\"vr\":\"PN\"}}", NULL },
    { "{\"00080008\":{\"vr\":\"CS\",\"Value\":[\"A\",null,\"B\"]}}", NULL },
    { "{\"00200032\":{\"vr\":\"DS\",\"Value\":[1.50,-0.25,1e-3]}}", NULL },
    { "{\"00200032\":{\"vr\":\"DS\",\"Value\":[\"1.5\",\"007\",\"x\"]}}",
      "{\"00200032\":{\"vr\":\"DS\",\"Value\":[1.5,7,\"x\"]}}" },
    { "{\"00200013\":{\"Value\":[-7],\"vr\":\"IS\"}}",
      "{\"00200013\":{\"vr\":\"IS\",\"Value\":[-7]}}" },
    { "{\"00280009\":{\"vr\":\"AT\",\"Value\":[\"00181063\"]}}", NULL },
    { "{\"00280010\":{\"vr\":\"US\",\"Value\":[0,65535]}}", NULL },
    { "{\"00189306\":{\"vr\":\"FD\",\"Value\":[0.1,\"NaN\",\"-inf\",-0]}}",
      "{\"00189306\":{\"vr\":\"FD\",\"Value\":[0.1,\"nan\",\"-inf\",-0]}}" },
    { "{\"00091001\":{\"vr\":\"UV\",\"Value\":[18446744073709551615]}}", NULL },
    { "{\"00091001\":{\"vr\":\"UN\",\"InlineBinary\":\"AP8Q\"}}", NULL },
    { "{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"http://x/1\"}}", NULL },
    { "{\"00081140\":{\"vr\":\"SQ\"}}", NULL },
    { "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{},{\"00081155\":{\"vr\":\"UI\","
      "\"Value\":[\"1.2\"]}},null]}}",
      "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{},{\"00081155\":{\"vr\":\"UI\","
      "\"Value\":[\"1.2\"]}},{}]}}" },
    { "{\"00081030\":{\"vr\":\"LO\",\"Value\":[\"a\\\"\\\\u00e9\\u00e9\\/\"]}}",
      NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (VitrailDataSet) data_set = read_one (forms[i].in);
    g_autofree char *out = write_json (data_set, 1024);
    const char *expected = forms[i].out != NULL ? forms[i].out : forms[i].in;
    if (i + 1 == G_N_ELEMENTS (forms))
      expected = "{\"00081030\":{\"vr\":\"LO\",\"Value\":[\"a\\\"\","
                 "\"u00e9é/\"]}}";
    g_assert_cmpstr (out, ==, expected);
  }
}

static void
test_bulk_data (void)
{
  g_autoptr (VitrailDataSet) data_set =
      read_one ("{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AAECAw==\"},"
                "\"7FE00010\":{\"vr\":\"OW\",\"InlineBinary\":\"AAE=\"},"
                "\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"../b/1\"}}");
  g_autofree char *inlined = write_json (data_set, 4);
  g_autofree char *referred = write_json (data_set, 3);
  g_autoptr (GString) without = g_string_new (NULL);

  g_assert_cmpstr (
      vitrail_json_get_bulk_data_uri (data_set, VITRAIL_TAG (0x0042, 0x0011)),
      ==, "../b/1");
  g_assert_null (
      vitrail_json_get_bulk_data_uri (data_set, VITRAIL_TAG (0x0009, 0x1001)));
  g_assert_null (vitrail_json_get_bulk_data_uri (NULL, 0));
  g_assert_cmpstr (inlined, ==,
                   "{\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AAECAw==\"}"
                   ",\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"../b/1\"}"
                   ",\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":"
                   "\"bulk/7FE00010\"}}");
  g_assert_nonnull (strstr (referred, "\"bulk/00091001\""));
  vitrail_json_write (data_set, without, 3, NULL, NULL);
  g_assert_nonnull (strstr (without->str, "\"7FE00010\":{\"vr\":\"OW\"}"));

  /* A copy knows where its bulk data is. */
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new_from (data_set);
  g_autoptr (VitrailDataSet) copy = vitrail_data_set_builder_end (builder);
  g_assert_cmpstr (vitrail_json_get_bulk_data_uri (copy, VITRAIL_TAG (0x0042,
                                                                      0x0011)),
                   ==, "../b/1");
}

static void
test_refusals (void)
{
  static const struct {
    const char *json;
    const char *message;
  } cases[] = {
    { "", "text: DICOM JSON: not a JSON object, at character 0" },
    { "[{},", "text: DICOM JSON: not a JSON object, at character 4" },
    { "{} {}", "text: DICOM JSON: something follows, at character 3" },
    { "{\"Nonsense\":{}}",
      "text: DICOM JSON: a name that is no attribute, at character 11" },
    { "{\"00100020\":[]}", "text: (0010,0020) PatientID: not a JSON object, "
                           "at character 12" },
    { "{\"00100020\":{\"vr\":\"LO\",\"Value\":\"x\"}}",
      "text: (0010,0020) PatientID: Value is no array, at character 31" },
    { "{\"00100020\":{},\"00100020\":{}}",
      "text: (0010,0020) PatientID: it is there twice in one object, "
      "at character 29" },
    { "{\"00280010\":{\"vr\":\"US\",\"Value\":[\"many\"]}}",
      "text: (0028,0010) Rows: not a value of its VR, at character 38" },
    { "{\"00280010\":{\"vr\":\"US\",\"Value\":[70000]}}",
      "text: (0028,0010) Rows: not a value of its VR, at character 37" },
    { "{\"00280010\":{\"vr\":5}}",
      "text: (0028,0010) Rows: vr is no string, at character 18" },
    { "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"x",
      "text: (0010,0020) PatientID: no valid JSON, at character 34" },
    { "\xff", "text: DICOM JSON: not valid UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_json_read (cases[i].json, -1, "text", &error));
    g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED);
    g_assert_cmpstr (error->message, ==, cases[i].message);
  }
}

/* Deeper than anything real: refused before a stack could end. */
static void
test_depth (void)
{
  static const char *const openers[] = {
    "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[",
    "{\"00081140\":{\"Value\":[",
    "{\"00081140\":{\"x\":[",
  };

  for (guint i = 0; i < G_N_ELEMENTS (openers); i++) {
    for (guint depth = 60; depth <= 100000; depth += 99940) {
      g_autoptr (GString) json = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      for (guint j = 0; j < depth; j++)
        g_string_append (json, openers[i]);
      g_autoptr (GPtrArray) data_sets =
          vitrail_json_read (json->str, (gssize) json->len, "deep", &error);
      g_assert_null (data_sets);
      g_assert_nonnull (error);
      if (depth > VITRAIL_LIMIT_DEPTH)
        g_assert_nonnull (strstr (error->message, "too deeply"));
    }
  }
}

static void
check_real_file (const char *path, VitrailPart10 *file)
{
  VitrailDataSet *data_set = vitrail_part10_get_data_set (file);
  g_autofree char *json = write_json (data_set, 1024);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) again = vitrail_json_read (json, -1, path, &error);

  g_assert_no_error (error);
  g_autofree char *second = write_json (g_ptr_array_index (again, 0), 1024);
  if (strcmp (json, second) != 0)
    g_test_fail_printf ("%s: not the same when read again", path);
}

static void
test_real_files (void)
{
  guint n = test_dicom_foreach_real_file (check_real_file);

  g_test_message ("%u files", n);
}

/* Answers of real DICOMweb servers. */
static void
test_server_answers (void)
{
  const char *folder = test_data_get_folder ();
  guint n = 0;

  if (folder == NULL)
    return;
  g_autofree char *path = g_build_filename (folder, "dicomweb-json", NULL);
  g_autoptr (GPtrArray) paths = test_data_list_files (path);
  for (guint i = 0; i < paths->len; i++) {
    const char *file = g_ptr_array_index (paths, i);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;
    gsize length;
    if (!g_str_has_suffix (file, ".json"))
      continue;
    g_assert_true (g_file_get_contents (file, &text, &length, NULL));
    g_autoptr (GPtrArray) data_sets =
        vitrail_json_read (text, (gssize) length, file, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (data_sets->len, >, 0);
    for (guint j = 0; j < data_sets->len; j++)
      g_assert_true (vitrail_data_set_has (g_ptr_array_index (data_sets, j),
                                           VITRAIL_TAG (0x0020, 0x000d)));
    n++;
  }
  g_test_message ("%u answers", n);
}

/* Every 40th file, beside what DCMTK makes of it. */
static void
test_dcm2json (void)
{
  const char *folder = test_data_get_folder ();
  g_autoptr (GString) ours = g_string_new (NULL);

  if (folder == NULL)
    return;
  g_autoptr (GPtrArray) paths = test_data_list_files (folder);
  for (guint i = 0; i < paths->len; i += 40) {
    const char *path = g_ptr_array_index (paths, i);
    g_autoptr (VitrailPart10) file =
        vitrail_part10_open (path, VITRAIL_READ_ALL, NULL);
    if (file == NULL)
      continue;
    g_string_append_printf (ours, "%s\t", path);
    vitrail_json_write (vitrail_part10_get_data_set (file), ours, G_MAXSIZE,
                        NULL, NULL);
    g_string_append_c (ours, '\n');
  }
  g_autofree char *list =
      g_build_filename (test_data_get_scratch (), "ours.txt", NULL);
  g_assert_true (g_file_set_contents (list, ours->str, -1, NULL));
  g_autofree char *script =
      g_test_build_filename (G_TEST_DIST, "dicom", "compare-json.py", NULL);
  g_autofree char *out =
      test_data_run ("/usr/bin/python3 '%s' '%s'", script, list);
  g_test_message ("%s", out);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/forms", test_forms);
  g_test_add_func ("/json/bulk-data", test_bulk_data);
  g_test_add_func ("/json/refusals", test_refusals);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/real-files", test_real_files);
  g_test_add_func ("/json/server-answers", test_server_answers);
  g_test_add_func ("/json/dcm2json", test_dcm2json);
  return g_test_run ();
}
