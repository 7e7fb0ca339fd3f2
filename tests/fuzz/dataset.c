/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A bare data set; the first byte says in which encoding. What was read is
 * written and read again, which must be possible. */

#include "dicom/builder.h"
#include "dicom/parser.h"
#include "dicom/part10.h"
#include "dicom/writer.h"
#include "fuzz.h"
#include "walk.h"

static void
write_and_read (VitrailDataSet *data_set)
{
  static const char *const syntaxes[] = { "1.2.840.10008.1.2",
                                          "1.2.840.10008.1.2.1",
                                          "1.2.840.10008.1.2.2" };

  for (guint i = 0; i < G_N_ELEMENTS (syntaxes); i++) {
    g_autoptr (GBytes) bytes =
        vitrail_write_data_set (data_set, syntaxes[i], NULL);
    if (bytes == NULL)
      continue;
    VitrailParserInput input = {
      .name = "again",
      .implicit = i == 0,
      .big_endian = i == 2,
    };
    input.data = g_bytes_get_data (bytes, &input.length);
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailDataSet) again =
        vitrail_parse_data_set (&input, bytes, NULL, &error);
    g_assert_no_error (error);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  GPtrArray *warnings = NULL;

  if (size == 0)
    return 0;
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  VitrailParserInput input = {
    .data = data + 1,
    .length = size - 1,
    .name = "fuzz",
    .implicit = (data[0] & 1) != 0,
    .big_endian = (data[0] & 2) != 0,
    .header_only = (data[0] & 4) != 0,
    .warnings = &warnings,
  };
  g_autoptr (VitrailDataSet) data_set =
      vitrail_parse_data_set (&input, bytes, NULL, NULL);
  if (data_set != NULL) {
    fuzz_walk (data_set);
    g_autoptr (VitrailDataSet) copy = vitrail_data_set_builder_end (
        vitrail_data_set_builder_new_from (data_set));
    write_and_read (copy);
  }
  g_clear_pointer (&warnings, g_ptr_array_unref);
  return 0;
}
