/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames of JPEG 2000 and HTJ2K: see j2kframe.h. The headers are read here
 * first, so that nothing is allocated by a size that was not checked. */

#include "codec/j2kframe.h"

#include "codec/j2kpackets.h"
#include "codec/stream.h"

/* OpenJPH allocates for each resolution of each component of each tile, before
 * it has seen one. */
#define MAX_HT_RESOLUTIONS 16384

/* And for each block; so many are fine, beyond them each must have a bit. */
#define MODEST_HT_BLOCKS 65536

/* LRCP, RLCP, RPCL. */
#define LAST_BY_RESOLUTION 2

/* Its blocks hold so many bits. */
#define MAX_HT_PRECISION 24

/* What a component's values may be. */
typedef struct {
  int32_t offset;
  int32_t low;
  int32_t high;
} Range;

static Range
get_range (const VitrailJ2kJob *self, guint c)
{
  const VitrailJ2kComponent *component = &self->header->components[c];
  const guint precision = component->precision;
  const int32_t high =
      precision > 31 ? G_MAXINT32 : (int32_t) ((1u << (precision - 1)) - 1);

  if (!component->is_signed)
    return (Range){ 0, 0,
                    precision > 30 ? G_MAXINT32
                                   : (int32_t) ((1u << precision) - 1) };
  return (Range){ self->signed_stream || precision > 30 ? 0 : high + 1,
                  -high - 1, high };
}

/* Samples side by side, as one loop for the compiler to make vectors of. */
#define DEFINE_FLAT(name, target, bits)                                 \
  target static void name (const int32_t *row, Range range,             \
                           uint##bits##_t *to, size_t n)                \
  {                                                                     \
    for (size_t i = 0; i < n; i++)                                      \
      to[i] = (uint##bits##_t) (CLAMP (row[i], range.low, range.high) + \
                                range.offset);                          \
  }

DEFINE_FLAT (put_flat_8, , 8)
DEFINE_FLAT (put_flat_16, , 16)
DEFINE_FLAT (put_flat_32, , 32)

/* Without it x86 has no smaller and larger of two 32-bit numbers. */
#if defined(__x86_64__) || defined(__i386__)
#  define AVX2 __attribute__ ((target ("avx2")))
DEFINE_FLAT (put_flat_8_avx2, AVX2, 8)
DEFINE_FLAT (put_flat_16_avx2, AVX2, 16)
DEFINE_FLAT (put_flat_32_avx2, AVX2, 32)
#  define PUT_FLAT(bits, ...)                                               \
    (__builtin_cpu_supports ("avx2") ? put_flat_##bits##_avx2 (__VA_ARGS__) \
                                     : put_flat_##bits (__VA_ARGS__))
#else
#  define PUT_FLAT(bits, ...) put_flat_##bits (__VA_ARGS__)
#endif

#define DEFINE_PUT(bits)                                                    \
  static void put_##bits (const int32_t *row, Range range, guint step,      \
                          uint##bits##_t *to, size_t n)                     \
  {                                                                         \
    if (step == 1)                                                          \
      PUT_FLAT (bits, row, range, to, n);                                   \
    else                                                                    \
      for (size_t i = 0; i < n; i++)                                        \
        to[i * step] = (uint##bits##_t) (                                   \
            CLAMP (row[i], range.low, range.high) + range.offset);          \
  }                                                                         \
  static void spread_##bits (const int32_t *row, Range range, guint step,   \
                             uint##bits##_t *to, size_t n, guint times)     \
  {                                                                         \
    for (size_t i = 0; i < n; i++)                                          \
      put_##bits (row + i / times, range, 2, to + i * step, 1); /* alone */ \
  }

DEFINE_PUT (8)
DEFINE_PUT (16)
DEFINE_PUT (32)

static void
put (const VitrailJ2kJob *self, guint c, guint y, const int32_t *row)
{
  const VitrailPixelFormat *format = &self->format;
  const guint bytes = vitrail_pixel_format_get_sample_bytes (format);
  const guint step = format->samples;
  const size_t n = format->width;
  const guint dx = self->header->components[c].dx;
  const Range range = get_range (self, c);
  gpointer to = self->samples + ((size_t) y * n * step + c) * bytes;

  if (bytes == 1 && dx == 1)
    put_8 (row, range, step, to, n);
  else if (bytes == 1)
    spread_8 (row, range, step, to, n, dx);
  else if (bytes == 2 && dx == 1)
    put_16 (row, range, step, to, n);
  else if (bytes == 2)
    spread_16 (row, range, step, to, n, dx);
  else if (dx == 1)
    put_32 (row, range, step, to, n);
  else
    spread_32 (row, range, step, to, n, dx);
}

void
vitrail_j2k_put_row (const VitrailJ2kJob *self,
                     guint c,
                     guint y,
                     const int32_t *row)
{
  const guint dy = self->header->components[c].dy;

  for (guint i = 0; i < dy; i++)
    if ((guint64) y * dy + i < self->format.height)
      put (self, c, y * dy + i, row);
}

static guint
divide_up (guint64 value, guint64 by)
{
  return (guint) ((value + by - 1) / by);
}

/* @from, @n: on the reference grid (ISO 15444-1 B.2, B.5). */
static guint
get_side (guint from, guint n, guint distance, guint reduce)
{
  const guint64 to = (guint64) from + n;
  const guint64 halves = (guint64) 1 << reduce;

  return divide_up (divide_up (to, distance), halves) -
         divide_up (divide_up (from, distance), halves);
}

void
vitrail_j2k_get_component_size (const VitrailJ2kJob *self,
                                guint c,
                                guint *width,
                                guint *height)
{
  const VitrailJ2kHeader *header = self->header;
  const VitrailJ2kComponent *component = &header->components[c];

  *width = get_side (header->x0, header->width, component->dx, self->reduce);
  *height = get_side (header->y0, header->height, component->dy, self->reduce);
}

static VitrailStream
describe (const VitrailJ2kHeader *header)
{
  VitrailStream stream = {
    .kind = header->has_ht_blocks ? "HTJ2K" : "JPEG 2000",
    .width = header->width,
    .height = header->height,
    .samples = header->n_components,
    .precision = header->precision,
    .sign = VITRAIL_STREAM_SIGN_SIGNED,
  };

  for (guint c = 0; c < MIN (header->n_components, VITRAIL_J2K_COMPONENTS); c++)
    if (!header->components[c].is_signed)
      stream.sign = VITRAIL_STREAM_SIGN_UNSIGNED;
  /* Primaries are never halved. Chroma that is not halved is not what
   * YBR_FULL_422 says: Orthanc's dicomizer writes so of RGB. */
  if (header->has_component_transform)
    stream.colour = VITRAIL_STREAM_COLOUR_RGB;
  else
    stream.colour = header->subsampled ? VITRAIL_STREAM_COLOUR_YBR
                                       : VITRAIL_STREAM_COLOUR_UNSHARED;
  return stream;
}

/* The reason why the samples of a component do not fill the frame when each is
 * repeated. */
static gboolean
is_spreadable (const VitrailJ2kHeader *header)
{
  for (guint c = 0; c < header->n_components; c++) {
    const VitrailJ2kComponent *component = &header->components[c];
    if (header->x0 % component->dx != 0 || header->y0 % component->dy != 0 ||
        (c == 0 && component->dx * component->dy != 1))
      return FALSE;
  }
  return !header->subsampled || !header->has_component_transform;
}

/* Why the beginning of a stream is no picture: by position or component the end
 * of the picture would be missing, or its colours. */
static const char *
find_uncuttable (const VitrailJ2kHeader *header)
{
  if (header->progression > LAST_BY_RESOLUTION)
    return "resolutions that come last, of which something is missing";
  return header->misses_tiles ? "some tiles missing" : NULL;
}

/* After the size has been agreed on: there are 1, 3 or 4 components. */
static const char *
find_unsupported (const VitrailJ2kHeader *header)
{
  if (!is_spreadable (header))
    return "components of different size";
  if (header->is_cut && find_uncuttable (header) != NULL)
    return find_uncuttable (header);
  if (!header->has_ht_blocks)
    return header->has_profile ? "a profile that is not known" : NULL;
  if (header->has_component_transform && header->n_components < 3)
    return "a colour transform of too few components";
  if (header->misses_tiles)
    return "some tiles missing";
  if (header->has_plain_blocks)
    return "blocks of JPEG 2000 among blocks of HTJ2K";
  if (header->mixes_quantization)
    return "a quantization that is not its wavelet's";
  if (header->precision > MAX_HT_PRECISION)
    return "samples of more than 24 bits";
  if ((guint64) header->n_tiles * (header->max_levels + 1) *
          header->n_components >
      MAX_HT_RESOLUTIONS)
    return "so many tiles";
  const guint64 blocks =
      (guint64) header->width * header->height * header->n_components >>
      header->block_exponent;
  if (blocks > MAX (MODEST_HT_BLOCKS, 8 * (guint64) header->length))
    return "more blocks than it has bits";
  return NULL;
}

static gboolean
check (const VitrailCodecInput *input,
       const VitrailJ2kHeader *header,
       GError **error)
{
  const char *reason = find_unsupported (header);

  if (reason == NULL)
    return TRUE;
  vitrail_codec_refuse (input, error, "%s with %s",
                        header->has_ht_blocks ? "HTJ2K" : "JPEG 2000", reason);
  return FALSE;
}

/* Whether samples of all components, each repeated, still fill the frame: their
 * first ones have to be at the same place. */
static gboolean
is_aligned (const VitrailJ2kHeader *header, guint reduce)
{
  for (guint c = 0; header->subsampled && c < header->n_components; c++) {
    const VitrailJ2kComponent *component = &header->components[c];
    if (header->x0 % ((guint64) component->dx << reduce) != 0 ||
        header->y0 % ((guint64) component->dy << reduce) != 0)
      return FALSE;
  }
  return TRUE;
}

/* As far as all components go, and something is left. */
static guint
choose_reduce (const VitrailJ2kHeader *header, guint wanted)
{
  guint reduce = MIN (wanted, header->n_levels);

  while (reduce > 0 && (get_side (header->x0, header->width, 1, reduce) == 0 ||
                        get_side (header->y0, header->height, 1, reduce) == 0 ||
                        !is_aligned (header, reduce)))
    reduce--;
  return reduce;
}

/* How often both sides have to be halved for a picture that something is there
 * for, and for one that nothing is missing of. */
typedef struct {
  guint something;
  guint all;
  VitrailJ2kExtent extent; /* of HTJ2K, as what follows */
  const uint8_t *start;    /* of the code stream as it came */
} Reach;

/* JPEG 2000, whose packets are not read here: a resolution takes about four
 * times the bytes of the one below it. */
static Reach
guess_reach (const VitrailJ2kHeader *header)
{
  guint64 share = header->length;
  guint reduce = 0;

  while (share * 4 <= header->stated_length && reduce < header->n_levels) {
    share *= 4;
    reduce++;
  }
  return (Reach){ .something = reduce, .all = G_MAXUINT };
}

/* Of each resolution that is there, up to its end and that of all below it. */
static void
measure_beginnings (VitrailFrame *frame,
                    const VitrailCodecInput *input,
                    const VitrailJ2kHeader *header,
                    const Reach *reach)
{
  const guint n_levels = header->n_levels;
  size_t end = 0;

  if (!header->has_ht_blocks)
    return;
  for (guint level = 0; level < reach->extent.whole; level++) {
    end = MAX (end, reach->extent.ends[level]);
    /* JP2 boxes lie before the stream. */
    if (n_levels - level < VITRAIL_FRAME_BEGINNINGS)
      frame->beginnings[n_levels - level] =
          end + (size_t) (reach->start - input->data);
  }
}

static VitrailFrame *
run (const VitrailCodecInput *input,
     VitrailJ2kJob *job,
     const VitrailStream *stream,
     const Reach *reach,
     GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  size_t length = 0;

  job->reduce =
      choose_reduce (job->header, MAX (input->reduce, reach->something));
  job->format.width =
      get_side (job->header->x0, job->header->width, 1, job->reduce);
  job->format.height =
      get_side (job->header->y0, job->header->height, 1, job->reduce);
  g_autofree uint8_t *samples =
      vitrail_codec_alloc (&job->format, &length, input, error);
  if (samples == NULL)
    return NULL;
  job->samples = samples;
  const gboolean done = job->header->has_ht_blocks
                            ? vitrail_j2k_run_openjph (job, text)
                            : vitrail_j2k_run_openjpeg (job, text);
  if (!done)
    return vitrail_codec_fail (input, error, "%s: %s", stream->kind,
                               text->len > 0 ? text->str : "does not decode");
  if (vitrail_stream_needs_signs (stream, &job->format)) {
    const guint bytes = vitrail_pixel_format_get_sample_bytes (&job->format);
    vitrail_stream_extend_signs (stream, samples, length / bytes, bytes);
  }
  VitrailFrame *frame =
      vitrail_codec_finish (&job->format, g_steal_pointer (&samples), length);
  frame->reduce = job->reduce;
  frame->preview_bytes = job->reduce < reach->all ? input->length : 0;
  measure_beginnings (frame, input, job->header, reach);
  return frame;
}

/* A stream of HTJ2K becomes @packets, of nothing but what was checked: OpenJPH
 * believes what packet headers say. Of a beginning @reach says what it has. */
static gboolean
check_packets (const VitrailCodecInput *input,
               VitrailJ2kHeader *header,
               GByteArray **packets,
               Reach *reach,
               GError **error)
{
  VitrailJ2kFault fault;
  const VitrailJ2kExtent *extent = &reach->extent;

  if (!header->has_ht_blocks) {
    if (header->is_cut)
      *reach = guess_reach (header);
    return TRUE;
  }
  *packets = vitrail_j2k_packets_read (header, &reach->extent, &fault);
  if (*packets == NULL) {
    if (fault.is_unsupported)
      vitrail_codec_refuse (input, error, "HTJ2K with %s", fault.reason);
    else
      vitrail_codec_fail (input, error, "HTJ2K: %s", fault.reason);
    return FALSE;
  }
  reach->something = header->n_levels + 1 - extent->begun;
  reach->all = header->n_levels + 1 - extent->whole;
  reach->start = header->data;
  header->data = (*packets)->data;
  header->length = (*packets)->len;
  return TRUE;
}

VitrailFrame *
vitrail_j2k_decode (const VitrailCodecInput *input, GError **error)
{
  VitrailJ2kHeader header;
  VitrailJ2kJob job = { .header = &header };
  g_autofree char *warning = NULL;
  g_autoptr (GByteArray) packets = NULL;
  Reach reach = { .something = 0 };
  const char *reason =
      (input->is_beginning
           ? vitrail_j2k_header_read_beginning
           : vitrail_j2k_header_read) (&header, input->data, input->length);

  if (reason != NULL)
    return vitrail_codec_fail (input, error, "JPEG 2000: %s", reason);
  const VitrailStream stream = describe (&header);
  job.signed_stream = stream.sign == VITRAIL_STREAM_SIGN_SIGNED;
  if (!vitrail_stream_reconcile (&stream, input, &job.format, &warning,
                                 error) ||
      !check (input, &header, error) ||
      !check_packets (input, &header, &packets, &reach, error))
    return NULL;
  VitrailFrame *frame = run (input, &job, &stream, &reach, error);
  if (frame != NULL)
    frame->warning = g_steal_pointer (&warning);
  return frame;
}

gboolean
vitrail_j2k_is_transformed (const VitrailPixelFormat *format)
{
  return format->samples == 3 && format->photometric == VITRAIL_PHOTOMETRIC_RGB;
}

/* Of what we write only .91 has the irreversible wavelet, and so ICT. */
VitrailPhotometric
vitrail_j2k_get_encoded_photometric (const VitrailFrame *frame,
                                     const VitrailEncodeOptions *options)
{
  if (!vitrail_j2k_is_transformed (&frame->format))
    return frame->format.photometric;
  return g_strcmp0 (options->transfer_syntax, "1.2.840.10008.1.2.4.91") == 0
             ? VITRAIL_PHOTOMETRIC_YBR_ICT
             : VITRAIL_PHOTOMETRIC_YBR_RCT;
}

#define DEFINE_GET(type)                                               \
  static void get_##type (const VitrailFrame *frame, guint c, guint y, \
                          int32_t *row)                                \
  {                                                                    \
    const type *from =                                                 \
        (gconstpointer) (frame->data + (size_t) y * frame->stride);    \
    const guint step = frame->format.samples;                          \
                                                                       \
    for (size_t i = 0; i < frame->format.width; i++)                   \
      row[i] = (int32_t) from[i * step + c];                           \
  }

DEFINE_GET (uint8_t)
DEFINE_GET (int8_t)
DEFINE_GET (uint16_t)
DEFINE_GET (int16_t)
DEFINE_GET (int32_t)

void
vitrail_j2k_get_row (const VitrailFrame *frame, guint c, guint y, int32_t *row)
{
  const VitrailPixelFormat *format = &frame->format;

  if (format->bits_allocated == 8 && format->is_signed)
    get_int8_t (frame, c, y, row);
  else if (format->bits_allocated == 8)
    get_uint8_t (frame, c, y, row);
  else if (format->bits_allocated == 16 && format->is_signed)
    get_int16_t (frame, c, y, row);
  else if (format->bits_allocated == 16)
    get_uint16_t (frame, c, y, row);
  else
    get_int32_t (frame, c, y, row);
}
