/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lossless JPEG (ISO 10918-1 annex H; PS3.5 8.2.1, A.4.2): 2 to 16 bits, all
 * predictors, any scans, sampling factors and restart intervals. */

#include "codec/jpegdifference.h"
#include "codec/jpegpredict.h"
#include "codec/jpegstream.h"

#define MAX_UNITS 10

/* One component of the scan that is being read. */
typedef struct {
  guint index;  /* in the frame */
  guint h, v;   /* samples of an MCU */
  guint n_wide; /* samples of a line, with those that fill the last MCU */
  const VitrailJpegDifferences *table;
  uint16_t *differences; /* owned: v lines of n_wide */
  uint16_t *buffer;      /* owned: v + 1 lines; NULL: straight into the frame */
  uint16_t *lines;       /* v lines of the row of MCUs, behind the one above */
} Part;

/* One sample of an MCU, and where its difference goes to. */
typedef struct {
  const VitrailJpegDifferences *table;
  uint16_t *at;
  guint step;
} Unit;

typedef struct {
  VitrailJpegStream stream;
  VitrailPixelFormat format;
  uint8_t *samples; /* owned */
  guint max_h;
  guint max_v;
  guint decoded; /* a bit for each component */
  gboolean wide_16;

  /* The scan. */
  VitrailJpegScan scan;
  VitrailJpegDifferences *tables[4]; /* owned; NULL: not used yet */
  VitrailJpegBits bits;
  Part parts[VITRAIL_JPEG_MAX_COMPONENTS];
  guint n_mcus; /* in a row */
  guint n_rows; /* of MCUs */
  guint row;
  uint16_t start; /* what the first sample of an interval is predicted as */

  guint to_restart; /* MCUs */
  guint n_restarts;
  guint restart_row; /* of the last one, or of the scan's start */
  guint restart_column;
} Decoder;

static guint
divide_up (guint a, guint b)
{
  return (a + b - 1) / b;
}

/* The MCUs of the scan: that of a single component is one sample (A.2.2). */
static void
set_geometry (Decoder *self)
{
  const VitrailJpegFrame *frame = &self->stream.frame;
  const gboolean single = self->scan.n_components == 1;
  const VitrailJpegComponent *first = &frame->components[self->scan.index[0]];
  guint across = single ? first->h : 1;
  guint down = single ? first->v : 1;

  self->n_mcus = divide_up (frame->width * across, self->max_h);
  self->n_rows = divide_up (frame->height * down, self->max_v);
  for (guint i = 0; i < self->scan.n_components; i++) {
    const VitrailJpegComponent *component =
        &frame->components[self->scan.index[i]];
    Part *part = &self->parts[i];
    part->index = self->scan.index[i];
    part->h = single ? 1 : component->h;
    part->v = single ? 1 : component->v;
    part->n_wide = self->n_mcus * part->h;
    part->table = self->tables[self->scan.dc[i]];
  }
}

/* The scan's tables, and a note of what it holds. */
static const char *
build_tables (Decoder *self)
{
  const VitrailJpegFrame *frame = &self->stream.frame;
  const char *reason = NULL;
  guint built = 0;

  for (guint i = 0; i < self->scan.n_components && reason == NULL; i++) {
    const guint id = self->scan.dc[i];
    if ((self->decoded >> self->scan.index[i] & 1u) != 0)
      return "a component twice";
    self->decoded |= 1u << self->scan.index[i];
    if ((built >> id & 1u) != 0)
      continue;
    built |= 1u << id;
    if (self->tables[id] == NULL)
      self->tables[id] = g_new (VitrailJpegDifferences, 1);
    reason =
        vitrail_jpeg_differences_build (self->tables[id], &self->stream.dc[id],
                                        self->wide_16,
                                        (guint64) frame->width * frame->height);
  }
  return reason;
}

static const char *
start_scan (Decoder *self)
{
  const char *reason = build_tables (self);

  if (reason != NULL)
    return reason;
  set_geometry (self);
  self->start =
      (uint16_t) (1u << (self->stream.frame.precision - self->scan.low - 1));
  self->to_restart = self->stream.restart_interval;
  self->n_restarts = 0;
  self->restart_row = 0;
  self->restart_column = 0;
  vitrail_jpeg_bits_init (&self->bits, &self->stream);
  return NULL;
}

/* Whether lines can be predicted where the frame has them. */
static gboolean
is_straight (const Decoder *self)
{
  return self->format.samples == 1 && self->format.bits_allocated == 16 &&
         self->scan.low == 0;
}

static void
clear_parts (Decoder *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->parts); i++) {
    g_clear_pointer (&self->parts[i].differences, g_free);
    g_clear_pointer (&self->parts[i].buffer, g_free);
  }
}

static void
allocate_parts (Decoder *self)
{
  for (guint i = 0; i < self->scan.n_components; i++) {
    Part *part = &self->parts[i];
    part->differences = g_new (uint16_t, (size_t) part->n_wide * part->v +
                                             VITRAIL_JPEG_DIFFERENCES_SLACK);
    if (is_straight (self)) {
      part->lines = (uint16_t *) (void *) self->samples;
    } else {
      part->buffer = g_new (uint16_t, (size_t) part->n_wide * (part->v + 1));
      part->lines = part->buffer + part->n_wide;
    }
  }
}

/* Fills @units with where the differences of the MCU at @column go to. */
static guint
aim (const Decoder *self, guint column, Unit units[MAX_UNITS])
{
  guint n = 0;

  for (guint i = 0; i < self->scan.n_components; i++) {
    const Part *part = &self->parts[i];
    uint16_t *first = part->differences + (size_t) column * part->h;
    for (guint k = 0; k < part->v * part->h; k++)
      units[n++] = (Unit){
        .table = part->table,
        .at = first + (size_t) (k / part->h) * part->n_wide + k % part->h,
        .step = part->h,
      };
  }
  return n;
}

/* Differences of @n MCUs from @column on. */
static void
read_mcus (Decoder *self, guint column, guint n)
{
  VitrailJpegBits bits = self->bits;
  Unit units[MAX_UNITS];

  if (self->scan.n_components == 1) {
    vitrail_jpeg_differences_read (self->parts[0].table, &self->bits,
                                   self->parts[0].differences + column, n);
    return;
  }
  const guint n_units = aim (self, column, units);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n_units; k++) {
      if (k % 4 == 0)
        vitrail_jpeg_bits_refill (&bits);
      *units[k].at = vitrail_jpeg_differences_take (units[k].table, &bits);
      units[k].at += units[k].step;
    }
  self->bits = bits;
}

/* Whether what begins at @column is within a line's length of where the
 * interval began: there, only the sample before predicts (H.1.2.1). */
static gboolean
is_first_line (const Decoder *self, guint column)
{
  return self->row == self->restart_row ||
         (self->row == self->restart_row + 1 && column < self->restart_column);
}

/* Differences become samples: @n MCUs from @column on, in line @y of a part. */
static void
predict_line (const Decoder *self,
              const Part *part,
              guint y,
              guint column,
              guint n)
{
  const size_t at = (size_t) y * part->n_wide;
  const uint16_t *differences = part->differences + at;
  uint16_t *line = part->lines + at;
  const gboolean first = y == 0 && is_first_line (self, column);
  const uint16_t *above = self->row == 0 && y == 0 ? line : line - part->n_wide;
  guint from = column * part->h;
  const guint to = (column + n) * part->h;

  if (column == self->restart_column && self->row == self->restart_row) {
    line[from] =
        (uint16_t) ((y == 0 ? self->start : above[from]) + differences[from]);
    from++;
  } else if (from == 0) {
    line[0] = (uint16_t) (above[0] + differences[0]);
    from++;
  }
  if (from < to)
    vitrail_jpeg_predict_get (
        first ? 1 : self->scan.start) (line, above, differences, from, to);
}

static void
predict_mcus (const Decoder *self, guint column, guint n)
{
  for (guint i = 0; i < self->scan.n_components; i++)
    for (guint y = 0; y < self->parts[i].v; y++)
      predict_line (self, &self->parts[i], y, column, n);
}

/* How many MCUs from @column on are predicted alike. */
static guint
get_run (const Decoder *self, guint column)
{
  guint n = self->n_mcus - column;

  if (self->stream.restart_interval > 0)
    n = MIN (n, self->to_restart);
  if (self->row == self->restart_row + 1 && column < self->restart_column)
    n = MIN (n, self->restart_column - column);
  return n;
}

static const char *
restart (Decoder *self, guint column)
{
  if (!vitrail_jpeg_bits_restart (&self->bits, self->n_restarts))
    return "a restart marker is not where it should be";
  self->n_restarts++;
  self->to_restart = self->stream.restart_interval;
  self->restart_row = self->row;
  self->restart_column = column;
  return NULL;
}

static const char *
read_row (Decoder *self)
{
  const gboolean restarts = self->stream.restart_interval > 0;
  const char *reason = NULL;

  for (guint column = 0; column < self->n_mcus && reason == NULL;) {
    if (restarts && self->to_restart == 0)
      reason = restart (self, column);
    if (reason != NULL)
      break;
    const guint n = get_run (self, column);
    read_mcus (self, column, n);
    predict_mcus (self, column, n);
    if (vitrail_jpeg_differences_are_broken (&self->bits))
      reason = "a code that is in no table";
    else if (vitrail_jpeg_bits_is_short (&self->bits))
      reason = "the data end early";
    column += n;
    if (restarts)
      self->to_restart -= n;
  }
  return reason;
}

/* How a line becomes samples of the frame. */
typedef struct {
  guint h;
  guint max_h;
  guint shift;
} Spread;

#define DEFINE_STORE(bits)                                                 \
  static void store_##bits (void *samples, guint step, guint n,            \
                            const uint16_t *line, const Spread *spread)    \
  {                                                                        \
    uint##bits##_t *to = samples;                                          \
                                                                           \
    if (spread->h == spread->max_h)                                        \
      for (guint x = 0; x < n; x++)                                        \
        to[(size_t) x * step] =                                            \
            (uint##bits##_t) ((guint) line[x] << spread->shift);           \
    else                                                                   \
      for (guint x = 0; x < n; x++)                                        \
        to[(size_t) x * step] = (uint##bits##_t) (                         \
            (guint) line[x * spread->h / spread->max_h] << spread->shift); \
  }

DEFINE_STORE (8)
DEFINE_STORE (16)
DEFINE_STORE (32)

/* Line @y of a component, into all rows of the frame that it stands for. */
static void
store_line (const Decoder *self, guint index, guint y, const uint16_t *line)
{
  const VitrailPixelFormat *format = &self->format;
  const VitrailJpegComponent *component = &self->stream.frame.components[index];
  const guint size = vitrail_pixel_format_get_sample_bytes (format);
  const size_t stride = (size_t) format->width * format->samples * size;
  const Spread spread = { component->h, self->max_h, self->scan.low };
  const guint end = divide_up ((y + 1) * self->max_v, component->v);

  for (guint to = divide_up (y * self->max_v, component->v);
       to < MIN (end, format->height); to++)
  {
    uint8_t *samples = self->samples + to * stride + (size_t) index * size;
    if (size == 1)
      store_8 (samples, format->samples, format->width, line, &spread);
    else if (size == 2)
      store_16 (samples, format->samples, format->width, line, &spread);
    else
      store_32 (samples, format->samples, format->width, line, &spread);
  }
}

/* The row of MCUs is done. */
static void
store_row (Decoder *self)
{
  for (guint i = 0; i < self->scan.n_components; i++) {
    Part *part = &self->parts[i];
    if (part->buffer == NULL) {
      part->lines += part->n_wide;
      continue;
    }
    for (guint y = 0; y < part->v; y++)
      store_line (self, part->index, self->row * part->v + y,
                  part->lines + (size_t) y * part->n_wide);
    memcpy (part->buffer, part->buffer + (size_t) part->v * part->n_wide,
            sizeof (uint16_t) * part->n_wide);
  }
}

static const char *
read_scan (Decoder *self)
{
  const char *reason = NULL;

  allocate_parts (self);
  for (self->row = 0; self->row < self->n_rows && reason == NULL; self->row++) {
    reason = read_row (self);
    if (reason == NULL)
      store_row (self);
  }
  clear_parts (self);
  self->stream.at = (size_t) (self->bits.at - self->stream.data);
  return reason;
}

/* All scans, until each component has had its own. */
static const char *
read_scans (Decoder *self)
{
  const guint all = (1u << self->stream.frame.n_components) - 1;
  const char *reason = NULL;

  self->decoded = 0;
  while (self->decoded != all && reason == NULL) {
    reason = vitrail_jpeg_stream_next_scan (&self->stream, &self->scan);
    if (reason == NULL && self->scan.n_components == 0)
      reason = "a component without a scan";
    if (reason == NULL)
      reason = start_scan (self);
    if (reason == NULL)
      reason = read_scan (self);
  }
  return reason;
}

static void
set_sampling (Decoder *self)
{
  const VitrailJpegFrame *frame = &self->stream.frame;

  for (guint i = 0; i < frame->n_components; i++) {
    self->max_h = MAX (self->max_h, frame->components[i].h);
    self->max_v = MAX (self->max_v, frame->components[i].v);
  }
}

/* By the standard; where that leads nowhere, as writers had it that put 16 bits
 * behind a difference of 32768. */
static const char *
read_picture (Decoder *self, const VitrailJpegStream *stream)
{
  self->stream = *stream;
  const char *reason = read_scans (self);
  const guint row = self->row;
  if (reason == NULL || stream->frame.precision < 16)
    return reason;
  self->stream = *stream;
  self->wide_16 = TRUE;
  if (read_scans (self) == NULL)
    return NULL;
  self->row = row;
  return reason;
}

VitrailFrame *
vitrail_jpeg_decode_lossless (const VitrailJpegStream *stream,
                              const VitrailCodecInput *input,
                              GError **error)
{
  g_autofree Decoder *self = g_new0 (Decoder, 1);
  g_autofree char *warning = NULL;
  VitrailStream said;
  size_t length = 0;

  vitrail_jpeg_stream_describe (stream, &said);
  if (!vitrail_stream_reconcile (&said, input, &self->format, &warning, error))
    return NULL;
  g_autofree uint8_t *samples =
      vitrail_codec_alloc (&self->format, &length, input, error);
  if (samples == NULL)
    return NULL;
  self->samples = samples;
  self->stream = *stream;
  set_sampling (self);
  const char *reason = read_picture (self, stream);
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    g_free (self->tables[i]);
  if (reason != NULL && self->n_rows == 0)
    return vitrail_codec_fail (input, error, "JPEG: %s", reason);
  if (reason != NULL)
    return vitrail_codec_fail (input, error, "JPEG: %s, in row %u of %u",
                               reason, self->row, self->n_rows);
  const guint size = vitrail_pixel_format_get_sample_bytes (&self->format);
  if (vitrail_stream_needs_signs (&said, &self->format))
    vitrail_stream_extend_signs (&said, samples, length / size, size);
  VitrailFrame *frame =
      vitrail_codec_finish (&self->format, g_steal_pointer (&samples), length);
  frame->warning = g_steal_pointer (&warning);
  return frame;
}
