/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waveforms of a bare data set, explicit little endian; what is there is read
 * as values. */

#include "waveform/waveform.h"

#include "dicom/parser.h"
#include "fuzz.h"

static void
read_all (const VitrailWaveformGroup *group)
{
  float values[64];

  for (guint c = 0; c < group->n_channels && c < 8; c++)
    for (guint i = 0; i < group->n_samples; i += G_N_ELEMENTS (values))
      vitrail_waveform_group_get_values (
          group, c, i, MIN (G_N_ELEMENTS (values), group->n_samples - i),
          values);
}

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
  g_autoptr (VitrailWaveform) waveform = vitrail_waveform_new (data_set, NULL);
  for (guint i = 0; waveform != NULL && i < waveform->groups->len; i++)
    read_all (waveform->groups->pdata[i]);
  return 0;
}
