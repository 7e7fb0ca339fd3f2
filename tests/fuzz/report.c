/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measurements of a structured report, as a bare data set in explicit little
 * endian; what is read goes through the ejection fraction. */

#include "measurement/report.h"

#include "dicom/parser.h"
#include "fuzz.h"
#include "measurement/echo.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  const VitrailParserInput input = { .data = data,
                                     .length = size,
                                     .name = "fuzz" };
  g_autoptr (VitrailDataSet) data_set =
      vitrail_parse_data_set (&input, bytes, NULL, NULL);

  if (data_set == NULL)
    return 0;
  g_autoptr (VitrailReport) report =
      vitrail_measure_report_read (data_set, NULL);
  if (report == NULL)
    return 0;
  g_autoptr (GArray) values = vitrail_echo_evaluate (report->measurements);
  for (guint i = 0; i < report->measurements->len; i++)
    g_free (vitrail_measurement_dup_text (report->measurements->pdata[i]));
  return 0;
}
