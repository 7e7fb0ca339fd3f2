/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM JSON: what was read is written, read again, and must be the same. */

#include "dicom/json.h"

#include "fuzz.h"
#include "walk.h"

static char *
write_json (VitrailDataSet *data_set)
{
  GString *json = g_string_new (NULL);

  vitrail_json_write (data_set, json, G_MAXSIZE, NULL, NULL);
  return g_string_free (json, FALSE);
}

static void
check_again (VitrailDataSet *data_set)
{
  g_autofree char *first = write_json (data_set);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) again = vitrail_json_read (first, -1, "again", &error);

  g_assert_no_error (error);
  g_autofree char *second = write_json (g_ptr_array_index (again, 0));
  g_assert_cmpstr (first, ==, second);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GPtrArray) data_sets =
      vitrail_json_read ((const char *) data, (gssize) size, "fuzz", NULL);

  for (guint i = 0; data_sets != NULL && i < data_sets->len; i++) {
    fuzz_walk (g_ptr_array_index (data_sets, i));
    check_again (g_ptr_array_index (data_sets, i));
  }
  return 0;
}
