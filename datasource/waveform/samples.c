/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Samples as values: see waveform.h. */

#include "byteorder.h"
#include "waveform/waveform.h"

#include <math.h>

static const struct {
  const char *text;
  guint size;
} codings[VITRAIL_N_WAVEFORM_CODINGS] = {
  [VITRAIL_WAVEFORM_SB] = { "SB", 1 }, [VITRAIL_WAVEFORM_UB] = { "UB", 1 },
  [VITRAIL_WAVEFORM_MB] = { "MB", 1 }, [VITRAIL_WAVEFORM_AB] = { "AB", 1 },
  [VITRAIL_WAVEFORM_SS] = { "SS", 2 }, [VITRAIL_WAVEFORM_US] = { "US", 2 },
  [VITRAIL_WAVEFORM_SL] = { "SL", 4 }, [VITRAIL_WAVEFORM_UL] = { "UL", 4 },
  [VITRAIL_WAVEFORM_SV] = { "SV", 8 }, [VITRAIL_WAVEFORM_UV] = { "UV", 8 },
};

const char *
vitrail_waveform_coding_to_text (VitrailWaveformCoding coding)
{
  return codings[coding].text;
}

guint
vitrail_waveform_coding_get_size (VitrailWaveformCoding coding)
{
  return codings[coding].size;
}

/* ITU-T G.711: bits are sent inverted; three of a segment, four within it. */
static int
read_mu_law (guint8 byte)
{
  const guint code = (guint8) ~byte;
  const int size = (int) ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 7));

  return (code & 0x80) != 0 ? 0x84 - size : size - 0x84;
}

/* Every other bit is sent inverted. */
static int
read_a_law (guint8 byte)
{
  const guint code = byte ^ 0x55U;
  const guint segment = (code >> 4) & 7;
  guint size = ((code & 0x0f) << 4) + 8;

  if (segment > 0)
    size = (size + 0x100) << (segment - 1);
  return (code & 0x80) != 0 ? (int) size : -(int) size;
}

static guint64
read_bits (const guint8 *data, guint size, gboolean big_endian)
{
  switch (size) {
  case 1:
    return *data;
  case 2:
    return vitrail_read_u16 (data, big_endian);
  case 4:
    return vitrail_read_u32 (data, big_endian);
  default:
    return vitrail_read_u64 (data, big_endian);
  }
}

static double
to_number (guint64 bits, VitrailWaveformCoding coding)
{
  switch (coding) {
  case VITRAIL_WAVEFORM_SB:
    return (gint8) bits;
  case VITRAIL_WAVEFORM_MB:
    return read_mu_law ((guint8) bits);
  case VITRAIL_WAVEFORM_AB:
    return read_a_law ((guint8) bits);
  case VITRAIL_WAVEFORM_SS:
    return (gint16) bits;
  case VITRAIL_WAVEFORM_SL:
    return (gint32) bits;
  case VITRAIL_WAVEFORM_SV:
    return (double) (gint64) bits;
  case VITRAIL_WAVEFORM_UB:
  case VITRAIL_WAVEFORM_US:
  case VITRAIL_WAVEFORM_UL:
  case VITRAIL_WAVEFORM_UV:
  default:
    return (double) bits;
  }
}

void
vitrail_waveform_group_get_values (const VitrailWaveformGroup *self,
                                   guint channel,
                                   guint first,
                                   guint n,
                                   float *values)
{
  const VitrailWaveformChannel *what = &self->channels[channel];
  const guint size = vitrail_waveform_coding_get_size (self->coding);
  const gsize stride = (gsize) self->n_channels * size;
  const guint8 *data = g_bytes_get_data (self->data, NULL);

  data += first * stride + (gsize) channel * size;
  for (guint i = 0; i < n; i++, data += stride) {
    const guint64 bits = read_bits (data, size, self->is_big_endian);
    if (self->has_padding && bits == self->padding)
      values[i] = NAN;
    else
      values[i] = (float) (to_number (bits, self->coding) * what->gain +
                           what->baseline);
  }
}
