/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Registrations of a bare data set, explicit little endian; each is found from
 * both ends. */

#include "registration/registration.h"

#include "dicom/parser.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  const VitrailParserInput input = { .data = data,
                                     .length = size,
                                     .name = "fuzz" };
  g_autoptr (VitrailDataSet) data_set =
      vitrail_parse_data_set (&input, bytes, NULL, NULL);
  g_autoptr (GPtrArray) list =
      vitrail_registrations_read (data_set, "fuzz", NULL);
  double matrix[16];

  for (guint i = 0; list != NULL && i < list->len; i++) {
    const VitrailRegistration *one = g_ptr_array_index (list, i);
    vitrail_registrations_find (list, one->from, one->to, matrix, NULL);
    vitrail_registrations_find (list, one->to, one->from, matrix, NULL);
  }
  return 0;
}
