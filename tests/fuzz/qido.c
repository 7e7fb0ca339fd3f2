/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The query of a search, a level's number before it, from its text to what an
 * index finds. Whatever is asked, there is an answer or a reason; a page is
 * never longer than its limit, nor than the count. */

#include "folder/query.h"
#include "fuzz.h"
#include "qidokeys.h"

#include <string.h>

static void
put_study (VitrailIndex *index, guint i, const char *name, const char *date)
{
  g_autofree char *path = g_strdup_printf ("/nowhere/%u", i);
  const VitrailWalkFile file = { .path = path, .inode = i + 1 };
  g_autoptr (VitrailFileRecord) record = vitrail_file_record_new (&file);

  const struct {
    VitrailTag tag;
    char *text;
  } values[] = {
    { VITRAIL_TAG (0x0010, 0x0010), g_strdup (name) },
    { VITRAIL_TAG (0x0008, 0x0020), g_strdup (date) },
    { VITRAIL_TAG (0x0008, 0x0030), g_strdup ("101500.5") },
    { VITRAIL_TAG (0x0008, 0x0201), g_strdup ("-0330") },
    { VITRAIL_TAG (0x0008, 0x0060), g_strdup ("CT") },
    { VITRAIL_TAG (0x0008, 0x1030), g_strdup ("Thorax\\\377 100%") },
    { VITRAIL_TAG (0x0020, 0x000d), g_strdup_printf ("1.%u", i) },
    { VITRAIL_TAG (0x0020, 0x000e), g_strdup_printf ("2.%u", i) },
    { VITRAIL_TAG (0x0008, 0x0018), g_strdup_printf ("3.%u", i) },
    { VITRAIL_TAG (0x0040, 0x0275),
      g_strdup ("{\"00400275\":{\"vr\":\"SQ\",\"Value\":[{\"00400009\":"
                "{\"vr\":\"SH\",\"Value\":[\"S1\"]}}]}}") },
  };

  record->state = VITRAIL_FILE_INSTANCE;
  record->values = g_new0 (char *, vitrail_folder_n_attributes);
  for (guint j = 0; j < G_N_ELEMENTS (values); j++)
    record->values[vitrail_folder_attribute_index (values[j].tag)] =
        values[j].text;
  g_assert_true (vitrail_index_put (index, record, NULL));
}

static VitrailIndex *
get_index (void)
{
  static VitrailIndex *index = NULL;

  if (index != NULL)
    return index;
  index = vitrail_index_open (":memory:", NULL);
  g_assert_nonnull (index);
  g_assert_true (vitrail_index_begin (index, NULL));
  put_study (index, 1, "M\303\274ller^Eva=\345\261\261^\347\224\260",
             "20260102");
  put_study (index, 2, "Doe^\377^^^=", "yesterday");
  put_study (index, 3, NULL, NULL);
  g_assert_true (vitrail_index_commit (index, NULL));
  return index;
}

static void
check_query (const VitrailQuery *query)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;
  g_autoptr (GPtrArray) answers =
      vitrail_index_query (get_index (), query, &error);

  g_assert_no_error (error);
  g_assert_true (vitrail_index_count (get_index (), query, 10, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (answers->len, <=, query->limit);
  g_assert_cmpuint (answers->len, <=, n);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (VitrailQido) qido = { 0 };
  g_autoptr (GError) error = NULL;
  VitrailRequest request = { 0 };

  if (size == 0)
    return 0;
  g_autofree char *text = g_strndup ((const char *) data + 1, size - 1);
  if (vitrail_url_query_parse (text, &request.query, &error) &&
      vitrail_qido_parse (&qido, &request, data[0] % 3, &error))
    check_query (&qido.query);
  else
    g_assert_nonnull (error);
  g_clear_pointer (&request.query, g_array_unref);
  return 0;
}
