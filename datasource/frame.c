/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pixel formats read from Image Pixel attributes, and decoded frames. */

#include "frame.h"

#include "error.h"
#include "limits.h"

#include <string.h>

#define TAG_SAMPLES_PER_PIXEL    VITRAIL_TAG (0x0028, 0x0002)
#define TAG_PHOTOMETRIC          VITRAIL_TAG (0x0028, 0x0004)
#define TAG_PLANAR_CONFIGURATION VITRAIL_TAG (0x0028, 0x0006)
#define TAG_ROWS                 VITRAIL_TAG (0x0028, 0x0010)
#define TAG_COLUMNS              VITRAIL_TAG (0x0028, 0x0011)
#define TAG_BITS_ALLOCATED       VITRAIL_TAG (0x0028, 0x0100)
#define TAG_BITS_STORED          VITRAIL_TAG (0x0028, 0x0101)
#define TAG_HIGH_BIT             VITRAIL_TAG (0x0028, 0x0102)
#define TAG_PIXEL_REPRESENTATION VITRAIL_TAG (0x0028, 0x0103)
#define TAG_FLOAT_PIXEL_DATA     VITRAIL_TAG (0x7fe0, 0x0008)
#define TAG_DOUBLE_PIXEL_DATA    VITRAIL_TAG (0x7fe0, 0x0009)

static const char *const photometric_texts[] = {
  [VITRAIL_PHOTOMETRIC_UNKNOWN] = "",
  [VITRAIL_PHOTOMETRIC_MONOCHROME1] = "MONOCHROME1",
  [VITRAIL_PHOTOMETRIC_MONOCHROME2] = "MONOCHROME2",
  [VITRAIL_PHOTOMETRIC_PALETTE_COLOR] = "PALETTE COLOR",
  [VITRAIL_PHOTOMETRIC_RGB] = "RGB",
  [VITRAIL_PHOTOMETRIC_YBR_FULL] = "YBR_FULL",
  [VITRAIL_PHOTOMETRIC_YBR_FULL_422] = "YBR_FULL_422",
  [VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422] = "YBR_PARTIAL_422",
  [VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420] = "YBR_PARTIAL_420",
  [VITRAIL_PHOTOMETRIC_YBR_ICT] = "YBR_ICT",
  [VITRAIL_PHOTOMETRIC_YBR_RCT] = "YBR_RCT",
};

VitrailPhotometric
vitrail_photometric_parse (const char *text, size_t length)
{
  for (guint i = 1; i < G_N_ELEMENTS (photometric_texts); i++)
    if (strlen (photometric_texts[i]) == length &&
        memcmp (photometric_texts[i], text, length) == 0)
      return (VitrailPhotometric) i;
  return VITRAIL_PHOTOMETRIC_UNKNOWN;
}

const char *
vitrail_photometric_text (VitrailPhotometric photometric)
{
  guint i = (guint) photometric;

  return i < G_N_ELEMENTS (photometric_texts) ? photometric_texts[i] : "";
}

/* What is being read, for the errors of the functions below. */
typedef struct {
  const VitrailDataSet *data_set;
  const char *name;
  GError **error;
} Reader;

static gboolean
fail (const Reader *reader, VitrailError code, VitrailTag tag, gint64 value)
{
  char text[VITRAIL_TAG_TEXT_SIZE];

  g_set_error (reader->error, VITRAIL_ERROR, (gint) code,
               "%s: %s is %" G_GINT64_FORMAT ": %s", reader->name,
               vitrail_tag_text (tag, text), value,
               code == VITRAIL_ERROR_LIMIT         ? "beyond the limit"
               : code == VITRAIL_ERROR_UNSUPPORTED ? "not supported"
                                                   : "not possible");
  return FALSE;
}

/* A number from 1 to VITRAIL_LIMIT_SIDE. */
static gboolean
read_side (const Reader *reader, VitrailTag tag, guint *side)
{
  int64_t value = 0;

  if (!vitrail_data_set_get_int (reader->data_set, tag, 0, &value)) {
    char text[VITRAIL_TAG_TEXT_SIZE];
    g_set_error (reader->error, VITRAIL_ERROR, VITRAIL_ERROR_MALFORMED,
                 "%s: %s is missing", reader->name,
                 vitrail_tag_text (tag, text));
    return FALSE;
  }
  if (value < 1 || value > VITRAIL_LIMIT_SIDE)
    return fail (reader, VITRAIL_ERROR_LIMIT, tag, value);
  *side = (guint) value;
  return TRUE;
}

static gboolean
is_container (int64_t bits)
{
  return bits == 1 || bits == 8 || bits == 12 || bits == 16 || bits == 32 ||
         bits == 64;
}

static gboolean
read_bits (VitrailPixelFormat *self, const Reader *reader)
{
  const VitrailDataSet *data_set = reader->data_set;
  gboolean is_double = vitrail_data_set_has (data_set, TAG_DOUBLE_PIXEL_DATA);

  self->is_float =
      is_double || vitrail_data_set_has (data_set, TAG_FLOAT_PIXEL_DATA);
  if (self->is_float) {
    self->bits_allocated = is_double ? 64 : 32;
    self->bits_stored = self->bits_allocated;
    self->high_bit = self->bits_stored - 1;
    return TRUE;
  }

  int64_t allocated =
      vitrail_data_set_get_int_or (data_set, TAG_BITS_ALLOCATED, 0);
  if (!is_container (allocated))
    return fail (reader,
                 allocated < 1 || allocated > 64 ? VITRAIL_ERROR_MALFORMED
                                                 : VITRAIL_ERROR_UNSUPPORTED,
                 TAG_BITS_ALLOCATED, allocated);
  int64_t stored =
      vitrail_data_set_get_int_or (data_set, TAG_BITS_STORED, allocated);
  if (stored < 1 || stored > allocated)
    return fail (reader, VITRAIL_ERROR_MALFORMED, TAG_BITS_STORED, stored);
  /* Writers get High Bit wrong where it hardly matters: where it cannot be
   * true, the usual place is meant. */
  int64_t high =
      vitrail_data_set_get_int_or (data_set, TAG_HIGH_BIT, stored - 1);
  if (high < stored - 1 || high >= allocated)
    high = stored - 1;

  self->bits_allocated = (guint) allocated;
  self->bits_stored = (guint) stored;
  self->high_bit = (guint) high;
  self->is_signed =
      vitrail_data_set_get_int_or (data_set, TAG_PIXEL_REPRESENTATION, 0) == 1;
  return TRUE;
}

/* What Photometric Interpretation says, or what Samples per Pixel leaves when
 * it is absent or wrong. */
static void
read_photometric (VitrailPixelFormat *self, const Reader *reader)
{
  size_t length = 0;
  const char *text = vitrail_data_set_peek_text (reader->data_set,
                                                 TAG_PHOTOMETRIC, 0, &length);
  VitrailPhotometric photometric =
      text != NULL ? vitrail_photometric_parse (text, length)
                   : VITRAIL_PHOTOMETRIC_UNKNOWN;
  gboolean is_colour = photometric >= VITRAIL_PHOTOMETRIC_RGB;

  if (self->samples == 1 &&
      (is_colour || photometric == VITRAIL_PHOTOMETRIC_UNKNOWN))
    photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2;
  else if (self->samples == 3 && !is_colour)
    photometric = VITRAIL_PHOTOMETRIC_RGB;
  self->photometric = photometric;
}

gboolean
vitrail_pixel_format_from_data_set (VitrailPixelFormat *self,
                                    const VitrailDataSet *data_set,
                                    const char *name,
                                    GError **error)
{
  const Reader reader = { data_set, name, error };
  VitrailPixelFormat format = { 0 };

  if (!read_side (&reader, TAG_ROWS, &format.height) ||
      !read_side (&reader, TAG_COLUMNS, &format.width) ||
      !read_bits (&format, &reader))
    return FALSE;
  int64_t samples =
      vitrail_data_set_get_int_or (data_set, TAG_SAMPLES_PER_PIXEL, 1);
  if (samples != 1 && samples != 3 && samples != 4)
    return fail (&reader, VITRAIL_ERROR_UNSUPPORTED, TAG_SAMPLES_PER_PIXEL,
                 samples);
  format.samples = (guint) samples;
  format.planar =
      samples > 1 &&
      vitrail_data_set_get_int_or (data_set, TAG_PLANAR_CONFIGURATION, 0) == 1;
  read_photometric (&format, &reader);

  guint64 pixels = (guint64) format.width * format.height;
  guint64 bytes = pixels * ((format.bits_allocated + 7) / 8) * format.samples;
  if (pixels > VITRAIL_LIMIT_PIXELS || bytes > VITRAIL_LIMIT_FRAME_BYTES) {
    g_set_error (error, VITRAIL_ERROR, VITRAIL_ERROR_LIMIT,
                 "%s: a frame of %u x %u pixels is beyond the limit", name,
                 format.width, format.height);
    return FALSE;
  }
  *self = format;
  return TRUE;
}

gboolean
vitrail_pixel_format_shares_chroma (const VitrailPixelFormat *self)
{
  return self->samples == 3 && self->bits_allocated % 8 == 0 &&
         (self->photometric == VITRAIL_PHOTOMETRIC_YBR_FULL_422 ||
          self->photometric == VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422);
}

size_t
vitrail_pixel_format_get_frame_bytes (const VitrailPixelFormat *self)
{
  guint64 samples =
      vitrail_pixel_format_shares_chroma (self) ? 2 : self->samples;
  guint64 bits = 0;
  if (!g_uint64_checked_mul (&bits, (guint64) self->width, self->height) ||
      !g_uint64_checked_mul (&bits, bits, samples) ||
      !g_uint64_checked_mul (&bits, bits, self->bits_allocated) ||
      bits > G_MAXUINT64 - 7 || (bits + 7) / 8 > G_MAXSSIZE)
    return 0;
  return (size_t) ((bits + 7) / 8);
}

G_DEFINE_BOXED_TYPE (VitrailFrame,
                     vitrail_frame,
                     vitrail_frame_ref,
                     vitrail_frame_unref)

VitrailFrame *
vitrail_frame_new_take (const VitrailPixelFormat *format,
                        GBytes *bytes,
                        size_t stride)
{
  VitrailFrame *self = g_new0 (VitrailFrame, 1);

  self->format = *format;
  self->bytes = bytes;
  self->data = g_bytes_get_data (bytes, NULL);
  self->stride = stride;
  self->ref_count = 1;
  return self;
}

VitrailFrame *
vitrail_frame_ref (VitrailFrame *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

void
vitrail_frame_unref (VitrailFrame *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_bytes_unref (self->bytes);
  g_free (self->warning);
  g_clear_pointer (&self->overlays, vitrail_overlays_unref);
  g_free (self);
}

GBytes *
vitrail_frame_ref_bytes (const VitrailFrame *self)
{
  return g_bytes_ref (self->bytes);
}

size_t
vitrail_frame_get_size_bytes (const VitrailFrame *self)
{
  return sizeof (*self) + self->stride * self->format.height +
         (self->overlays != NULL
              ? vitrail_overlays_get_size_bytes (self->overlays)
              : 0);
}
