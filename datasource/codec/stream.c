/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What wins where stream and header disagree: see stream.h. */

#include "codec/stream.h"

#include "error.h"
#include "limits.h"

VitrailStreamColour
vitrail_jpeg_colour_decide (const VitrailJpegColour *self)
{
  if (self->adobe_transform >= 0)
    return self->adobe_transform == 0 ? VITRAIL_STREAM_COLOUR_RGB
                                      : VITRAIL_STREAM_COLOUR_YBR;
  if (self->ids[0] == 'R' && self->ids[1] == 'G' && self->ids[2] == 'B')
    return VITRAIL_STREAM_COLOUR_RGB;
  return self->has_jfif || self->subsampled ? VITRAIL_STREAM_COLOUR_YBR
                                            : VITRAIL_STREAM_COLOUR_UNSAID;
}

G_GNUC_PRINTF (2, 3)

static void
warn (GString *text, const char *format, ...)
{
  va_list args;

  if (text->len > 0)
    g_string_append (text, "; ");
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

static guint64
get_bytes (const VitrailPixelFormat *format)
{
  return (guint64) format->width * format->height *
         vitrail_pixel_format_get_pixel_bytes (format);
}

static void
set_bits (const VitrailStream *self, VitrailPixelFormat *format, GString *text)
{
  if (self->precision <= format->bits_allocated)
    return;
  warn (text, "%s samples of %u bits, Bits Allocated %u", self->kind,
        self->precision, format->bits_allocated);
  format->bits_allocated = self->precision <= 16 ? 16 : 32;
  format->bits_stored = self->precision;
  format->high_bit = self->precision - 1;
}

static void
set_sign (const VitrailStream *self, VitrailPixelFormat *format, GString *text)
{
  const gboolean is_signed = self->sign == VITRAIL_STREAM_SIGN_SIGNED;

  if (self->sign == VITRAIL_STREAM_SIGN_UNSAID ||
      is_signed == format->is_signed)
    return;
  warn (text, "%s samples that are %s, Pixel Representation %u", self->kind,
        is_signed ? "signed" : "unsigned", format->is_signed ? 1u : 0u);
  /* What the header calls signed stays so: such streams hold the bits of
   * negative numbers. */
  format->is_signed = TRUE;
}

/* What the header's words mean for samples that have been decoded. */
static VitrailPhotometric
get_decoded (VitrailPhotometric said)
{
  switch (said) {
  case VITRAIL_PHOTOMETRIC_YBR_ICT:
  case VITRAIL_PHOTOMETRIC_YBR_RCT:
    return VITRAIL_PHOTOMETRIC_RGB;
  case VITRAIL_PHOTOMETRIC_YBR_FULL_422:
    return VITRAIL_PHOTOMETRIC_YBR_FULL;
  case VITRAIL_PHOTOMETRIC_UNKNOWN:
  case VITRAIL_PHOTOMETRIC_MONOCHROME1:
  case VITRAIL_PHOTOMETRIC_MONOCHROME2:
  case VITRAIL_PHOTOMETRIC_PALETTE_COLOR:
    return VITRAIL_PHOTOMETRIC_RGB;
  case VITRAIL_PHOTOMETRIC_RGB:
  case VITRAIL_PHOTOMETRIC_YBR_FULL:
  case VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422:
  case VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420:
  default:
    return said;
  }
}

/* What the samples are, which the header may call @said and after decoding
 * @decoded. Luma and chroma in a stream have full range: a partial one is
 * MPEG's. */
static VitrailPhotometric
get_coded (VitrailStreamColour colour,
           VitrailPhotometric said,
           VitrailPhotometric decoded)
{
  switch (colour) {
  case VITRAIL_STREAM_COLOUR_RGB:
  case VITRAIL_STREAM_COLOUR_RESTORED:
    return VITRAIL_PHOTOMETRIC_RGB;
  case VITRAIL_STREAM_COLOUR_YBR:
    return VITRAIL_PHOTOMETRIC_YBR_FULL;
  case VITRAIL_STREAM_COLOUR_UNSHARED:
    return said == VITRAIL_PHOTOMETRIC_YBR_FULL ? decoded
                                                : VITRAIL_PHOTOMETRIC_RGB;
  case VITRAIL_STREAM_COLOUR_UNSAID:
  default:
    return decoded;
  }
}

static void
set_colour (const VitrailStream *self,
            VitrailPixelFormat *format,
            GString *text)
{
  const VitrailPhotometric said = format->photometric;

  if (self->samples == 1) {
    if (said > VITRAIL_PHOTOMETRIC_PALETTE_COLOR)
      format->photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
    return;
  }
  if (self->samples != 3)
    return;
  const VitrailPhotometric decoded = get_decoded (said);
  format->photometric = get_coded (self->colour, said, decoded);
  if (format->photometric == decoded ||
      (self->colour == VITRAIL_STREAM_COLOUR_RESTORED &&
       decoded == VITRAIL_PHOTOMETRIC_YBR_FULL))
    return;
  warn (text, "%s samples that are %s, Photometric Interpretation %s",
        self->kind, vitrail_photometric_text (format->photometric),
        vitrail_photometric_text (said));
}

static gboolean
has_said_size (const VitrailStream *self, const VitrailCodecInput *input)
{
  return self->width == input->format.width &&
         self->height == input->format.height &&
         self->samples == input->format.samples;
}

static gboolean
set_size (const VitrailStream *self,
          VitrailPixelFormat *format,
          const VitrailCodecInput *input,
          GString *text,
          GError **error)
{
  const VitrailPixelFormat *said = &input->format;
  const guint64 announced = get_bytes (format);

  if (has_said_size (self, input))
    return TRUE;
  format->width = self->width;
  format->height = self->height;
  format->samples = self->samples;
  gboolean possible =
      self->width > 0 && self->height > 0 &&
      self->width <= VITRAIL_LIMIT_SIDE && self->height <= VITRAIL_LIMIT_SIDE &&
      (self->samples == 1 || self->samples == 3 || self->samples == 4) &&
      get_bytes (format) <= MAX (announced, VITRAIL_LIMIT_SURPRISE);
  if (!possible) {
    vitrail_codec_fail (input, error,
                        "the %s stream has %u x %u x %u samples, the header "
                        "%u x %u x %u",
                        self->kind, self->width, self->height, self->samples,
                        said->width, said->height, said->samples);
    return FALSE;
  }
  warn (text, "%s of %u x %u x %u samples, the header says %u x %u x %u",
        self->kind, self->width, self->height, self->samples, said->width,
        said->height, said->samples);
  return TRUE;
}

static gboolean
is_plausible (const VitrailStream *self,
              const VitrailCodecInput *input,
              GError **error)
{
  const guint64 samples = (guint64) self->width * self->height * self->samples;

  if ((samples <= VITRAIL_LIMIT_MODEST_SAMPLES &&
       has_said_size (self, input)) ||
      samples / VITRAIL_LIMIT_SAMPLES_PER_BYTE <= input->length)
    return TRUE;
  vitrail_codec_fail (input, error,
                      "%" G_GSIZE_FORMAT
                      " bytes of %s cannot be %u x %u x %u samples",
                      input->length, self->kind, self->width, self->height,
                      self->samples);
  return FALSE;
}

gboolean
vitrail_stream_reconcile (const VitrailStream *self,
                          const VitrailCodecInput *input,
                          VitrailPixelFormat *format,
                          char **warning,
                          GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  *warning = NULL;
  if (self->precision < 1 || self->precision > 32 || input->format.is_float ||
      input->format.bits_allocated > 32)
  {
    vitrail_codec_fail (input, error,
                        "the %s stream has %u bits a sample, the header %u",
                        self->kind, self->precision,
                        input->format.bits_allocated);
    return FALSE;
  }
  vitrail_codec_get_output_format (input, format);
  set_bits (self, format, text);
  if (!set_size (self, format, input, text, error) ||
      !is_plausible (self, input, error))
    return FALSE;
  set_sign (self, format, text);
  set_colour (self, format, text);
  if (text->len > 0)
    *warning = g_strdup_printf ("%s: frame %u: %s", input->name, input->frame,
                                text->str);
  return TRUE;
}

gboolean
vitrail_stream_needs_signs (const VitrailStream *self,
                            const VitrailPixelFormat *format)
{
  return format->is_signed && self->sign != VITRAIL_STREAM_SIGN_SIGNED &&
         self->precision < format->bits_allocated;
}

#define DEFINE_EXTEND(bits)                                                \
  static void extend_##bits (uint##bits##_t *samples, size_t n,            \
                             guint precision)                              \
  {                                                                        \
    const uint##bits##_t sign = (uint##bits##_t) (1u << (precision - 1));  \
    const uint##bits##_t mask = (uint##bits##_t) (2u * sign - 1u);         \
                                                                           \
    for (size_t i = 0; i < n; i++)                                         \
      samples[i] = (uint##bits##_t) (((samples[i] & mask) ^ sign) - sign); \
  }

DEFINE_EXTEND (8)
DEFINE_EXTEND (16)
DEFINE_EXTEND (32)

void
vitrail_stream_extend_signs (const VitrailStream *self,
                             void *samples,
                             size_t n,
                             guint sample_bytes)
{
  if (sample_bytes == 1)
    extend_8 (samples, n, self->precision);
  else if (sample_bytes == 2)
    extend_16 (samples, n, self->precision);
  else
    extend_32 (samples, n, self->precision);
}
