/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From samples as coded to normalized samples (see VitrailFrame): high bits
 * cleared, signed samples offset, colour models turned into RGB.
 *
 * Kernels first: each is one row of samples, plain loops over blocks of a fixed
 * size, which compilers turn into vector instructions. */

#include "codec/codec.h"
#include "codec/ybr.h"

#include <math.h>

#define BLOCK 64

/* out = ((in >> shift) & mask) ^ sign. With two's complement, turning the sign
 * bit over is adding 2^(bits stored - 1), modulo 2^(bits stored). */
typedef struct {
  guint shift;
  uint64_t mask;
  uint64_t sign;
} Bits;

#define DEFINE_BITS_KERNELS(bits)                                             \
  static void map_##bits (const Bits *self, const uint8_t *from, uint8_t *to, \
                          size_t n)                                           \
  {                                                                           \
    const uint##bits##_t *in = (const void *) from;                           \
    uint##bits##_t *restrict out = (void *) to;                               \
    const uint##bits##_t mask = (uint##bits##_t) self->mask;                  \
    const uint##bits##_t sign = (uint##bits##_t) self->sign;                  \
    const guint shift = self->shift;                                          \
    size_t i = 0;                                                             \
                                                                              \
    for (; i + BLOCK <= n; i += BLOCK)                                        \
      for (guint k = 0; k < BLOCK; k++)                                       \
        out[i + k] = (uint##bits##_t) (((in[i + k] >> shift) & mask) ^ sign); \
    for (; i < n; i++)                                                        \
      out[i] = (uint##bits##_t) (((in[i] >> shift) & mask) ^ sign);           \
  }                                                                           \
                                                                              \
  static gboolean exceeds_##bits (const Bits *self, const uint8_t *from,      \
                                  size_t n)                                   \
  {                                                                           \
    const uint##bits##_t *in = (const void *) from;                           \
    const uint##bits##_t outside = (uint##bits##_t) ~self->mask;              \
    uint##bits##_t seen = 0;                                                  \
    size_t i = 0;                                                             \
                                                                              \
    for (; i + BLOCK <= n && (seen & outside) == 0; i += BLOCK)               \
      for (guint k = 0; k < BLOCK; k++)                                       \
        seen |= in[i + k];                                                    \
    for (; i < n; i++)                                                        \
      seen |= in[i];                                                          \
    return (seen & outside) != 0;                                             \
  }

DEFINE_BITS_KERNELS (8)
DEFINE_BITS_KERNELS (16)
DEFINE_BITS_KERNELS (32)
DEFINE_BITS_KERNELS (64)

typedef void (*MapKernel) (const Bits *self,
                           const uint8_t *from,
                           uint8_t *to,
                           size_t n);
typedef gboolean (*ExceedsKernel) (const Bits *self,
                                   const uint8_t *from,
                                   size_t n);

static const MapKernel map_kernels[] = { map_8, map_16, map_32, map_64 };
static const ExceedsKernel exceeds_kernels[] = { exceeds_8, exceeds_16,
                                                 exceeds_32, exceeds_64 };

static guint
get_kernel_index (const VitrailPixelFormat *format)
{
  guint bits = format->bits_allocated;

  return bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
}

/* The other models and depths, one pixel at a time, in double. */
typedef struct {
  VitrailPhotometric photometric;
  double max;  /* 2^bits - 1 */
  double zero; /* of Cb and Cr: 2^(bits - 1) */
  double step; /* 2^(bits - 8): one of the 8-bit steps */
} Colour;

static void
convert_pixel (const Colour *self, const double in[3], double out[3])
{
  double y = in[0];
  double cb = in[1] - self->zero;
  double cr = in[2] - self->zero;

  if (self->photometric == VITRAIL_PHOTOMETRIC_YBR_RCT) {
    out[1] = y - floor ((cb + cr) / 4);
    out[0] = cr + out[1];
    out[2] = cb + out[1];
    return;
  }
  if (self->photometric == VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422 ||
      self->photometric == VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420)
  {
    /* Black at 16, white at 235, chroma from 16 to 240. */
    y = (y - 16 * self->step) * self->max / (219 * self->step);
    cb *= self->max / (224 * self->step);
    cr *= self->max / (224 * self->step);
  }
  out[0] = y + 1.402 * cr;
  out[1] = y - 0.114 * 1.772 / 0.587 * cb - 0.299 * 1.402 / 0.587 * cr;
  out[2] = y + 1.772 * cb;
}

static inline double
round_clamp (const Colour *self, double value)
{
  return CLAMP (floor (value + 0.5), 0, self->max);
}

#define DEFINE_TO_RGB(bits)                                                   \
  static void to_rgb_##bits (const Colour *self, uint##bits##_t *p, size_t n) \
  {                                                                           \
    for (size_t i = 0; i < n; i++, p += 3) {                                  \
      const double ybr[3] = { p[0], p[1], p[2] };                             \
      double rgb[3];                                                          \
      convert_pixel (self, ybr, rgb);                                         \
      for (guint k = 0; k < 3; k++)                                           \
        p[k] = (uint##bits##_t) round_clamp (self, rgb[k]);                   \
    }                                                                         \
  }

DEFINE_TO_RGB (8)
DEFINE_TO_RGB (16)
DEFINE_TO_RGB (32)

static gboolean
is_ybr (const VitrailPixelFormat *format)
{
  return format->samples == 3 && !format->is_float &&
         format->bits_allocated <= 32 &&
         format->photometric >= VITRAIL_PHOTOMETRIC_YBR_FULL;
}

/* In place, where the samples' bits are right already. */
static void
convert_colours (const VitrailPixelFormat *format, uint8_t *samples, size_t n)
{
  double levels = ldexp (1, (int) format->bits_stored);
  const Colour colour = { format->photometric, levels - 1, levels / 2,
                          levels / 256 };
  gboolean is_full = format->photometric == VITRAIL_PHOTOMETRIC_YBR_FULL ||
                     format->photometric == VITRAIL_PHOTOMETRIC_YBR_FULL_422 ||
                     format->photometric == VITRAIL_PHOTOMETRIC_YBR_ICT;

  if (format->bits_allocated == 32)
    to_rgb_32 (&colour, (gpointer) samples, n);
  else if (format->bits_allocated == 16)
    to_rgb_16 (&colour, (gpointer) samples, n);
  else if (is_full && format->bits_stored == 8)
    vitrail_ybr_full_to_rgb (samples, samples, n);
  else
    to_rgb_8 (&colour, samples, n);
}

static uint64_t
get_mask (guint bits)
{
  return bits >= 64 ? UINT64_MAX : (UINT64_C (1) << bits) - 1;
}

static Bits
get_bits (const VitrailPixelFormat *format)
{
  return (Bits){
    .shift = format->high_bit + 1 - format->bits_stored,
    .mask = get_mask (format->bits_stored),
    .sign = format->is_signed ? UINT64_C (1) << (format->bits_stored - 1) : 0,
  };
}

void
vitrail_pixel_format_normalize (VitrailPixelFormat *format)
{
  if (is_ybr (format))
    format->photometric = VITRAIL_PHOTOMETRIC_RGB;
  format->is_signed = FALSE;
  format->high_bit = format->bits_stored - 1;
}

/* Is any sample different afterwards? */
static gboolean
changes (const VitrailFrame *frame, const Bits *bits)
{
  const VitrailPixelFormat *format = &frame->format;
  size_t n = (size_t) format->width * format->samples;
  ExceedsKernel exceeds = exceeds_kernels[get_kernel_index (format)];

  if (format->is_float)
    return FALSE;
  if (is_ybr (format) || bits->shift != 0 || bits->sign != 0)
    return TRUE;
  if (format->bits_stored == format->bits_allocated)
    return FALSE;
  for (guint y = 0; y < format->height; y++)
    if (exceeds (bits, frame->data + y * frame->stride, n))
      return TRUE;
  return FALSE;
}

static GBytes *
map_samples (const VitrailFrame *frame, const Bits *bits)
{
  const VitrailPixelFormat *format = &frame->format;
  size_t row =
      (size_t) format->width * vitrail_pixel_format_get_pixel_bytes (format);
  MapKernel map = map_kernels[get_kernel_index (format)];
  uint8_t *out = g_try_malloc (MAX (row * format->height, 1));

  if (out == NULL)
    return NULL;
  for (guint y = 0; y < format->height; y++) {
    uint8_t *to = out + y * row;
    map (bits, frame->data + y * frame->stride, to,
         (size_t) format->width * format->samples);
    if (is_ybr (format))
      convert_colours (format, to, format->width);
  }
  return g_bytes_new_take (out, row * format->height);
}

VitrailFrame *
vitrail_frame_normalize (VitrailFrame *frame)
{
  g_autoptr (VitrailFrame) old = frame;

  if (old->normalized)
    return g_steal_pointer (&old);
  const Bits bits = get_bits (&old->format);
  gboolean is_new = changes (old, &bits);
  GBytes *bytes = is_new ? map_samples (old, &bits) : g_bytes_ref (old->bytes);
  if (bytes == NULL)
    return NULL;

  VitrailPixelFormat format = old->format;
  vitrail_pixel_format_normalize (&format);
  size_t row =
      (size_t) format.width * vitrail_pixel_format_get_pixel_bytes (&format);
  VitrailFrame *self =
      vitrail_frame_new_take (&format, bytes, is_new ? row : old->stride);
  self->data = is_new ? self->data : old->data;
  self->normalized = TRUE;
  self->reduce = old->reduce;
  self->preview_bytes = old->preview_bytes;
  memcpy (self->beginnings, old->beginnings, sizeof self->beginnings);
  self->warning = g_strdup (old->warning);
  if (old->overlays != NULL)
    self->overlays = vitrail_overlays_ref (old->overlays);
  if (!format.is_float)
    self->sample_offset = (double) bits.sign;
  return self;
}
