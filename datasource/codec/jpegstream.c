/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Markers of JPEG streams (ISO 10918-1 B.1.1 and B.2): see jpegstream.h. */

#include "codec/jpegstream.h"

#include "byteorder.h"

#include <string.h>

enum {
  MARKER_TEM = 0x01,
  MARKER_SOF0 = 0xc0,
  MARKER_DHT = 0xc4,
  MARKER_JPG = 0xc8,
  MARKER_DAC = 0xcc,
  MARKER_SOF15 = 0xcf,
  MARKER_RST0 = 0xd0,
  MARKER_SOI = 0xd8,
  MARKER_EOI = 0xd9,
  MARKER_SOS = 0xda,
  MARKER_DQT = 0xdb,
  MARKER_DNL = 0xdc,
  MARKER_DRI = 0xdd,
  MARKER_APP0 = 0xe0,
  MARKER_APP14 = 0xee,
};

/* DCT: a block of 64 samples takes a bit at least. Lossless: a sample does; a
 * shared one stands for up to 16 pixels. */
#define MAX_PIXELS_PER_BYTE          512
#define MAX_LOSSLESS_PIXELS_PER_BYTE 8

/* What lies behind a marker and its length. */
typedef struct {
  const uint8_t *data;
  size_t length;
} Segment;

static gboolean
is_frame_header (guint marker)
{
  return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 &&
         marker != MARKER_DHT && marker != MARKER_JPG && marker != MARKER_DAC;
}

static gboolean
has_segment (guint marker)
{
  return marker != MARKER_TEM && (marker < MARKER_RST0 || marker > MARKER_EOI);
}

/* The next marker from @self->at on, which is then behind it; what lies before
 * it is skipped, fill bytes (B.1.1.2) are. 0: there is none. */
static guint
take_marker (VitrailJpegStream *self)
{
  while (self->at < self->length) {
    const uint8_t *from = self->data + self->at;
    const uint8_t *found = memchr (from, 0xff, self->length - self->at);
    if (found == NULL)
      break;
    self->at = (size_t) (found - self->data) + 1;
    if (self->at < self->length && self->data[self->at] != 0 &&
        self->data[self->at] != 0xff)
      return self->data[self->at++];
  }
  self->at = self->length;
  return 0;
}

static gboolean
take_segment (VitrailJpegStream *self, Segment *segment)
{
  size_t left = self->length - self->at;

  if (left < 2)
    return FALSE;
  size_t length = vitrail_read_u16 (self->data + self->at, TRUE);
  if (length < 2 || length > left)
    return FALSE;
  *segment = (Segment){ self->data + self->at + 2, length - 2 };
  self->at += length;
  return TRUE;
}

/* B.2.2: which precisions a process has. */
static gboolean
has_precision (guint sof, guint precision)
{
  if ((sof & 3u) == 3)
    return precision >= 2 && precision <= 16;
  return precision == 8 || (precision == 12 && sof != MARKER_SOF0);
}

static const char *
read_components (VitrailJpegFrame *frame, const uint8_t *data)
{
  for (guint i = 0; i < frame->n_components; i++, data += 3) {
    VitrailJpegComponent *component = &frame->components[i];
    component->id = data[0];
    component->h = data[1] >> 4;
    component->v = data[1] & 15;
    component->quant = data[2];
    if (component->h < 1 || component->h > 4 || component->v < 1 ||
        component->v > 4)
      return "a component with a sampling factor that is not 1 to 4";
    if (component->quant > 3)
      return "a component with a quantization table beyond 3";
    if (component->h != frame->components[0].h ||
        component->v != frame->components[0].v)
      frame->colour.subsampled = TRUE;
    if (i < 3)
      frame->colour.ids[i] = component->id;
  }
  return NULL;
}

static const char *
read_frame_header (VitrailJpegStream *self, guint marker, Segment segment)
{
  VitrailJpegFrame *frame = &self->frame;

  if (frame->n_components > 0)
    return "a second frame header";
  if (segment.length < 6 || segment.length < 6 + 3u * segment.data[5])
    return "a frame header that is too short";
  frame->sof = (uint8_t) marker;
  frame->precision = segment.data[0];
  frame->height = vitrail_read_u16 (segment.data + 1, TRUE);
  frame->width = vitrail_read_u16 (segment.data + 3, TRUE);
  if (!has_precision (marker, frame->precision))
    return "a precision that its process does not have";
  if (frame->width == 0)
    return "no columns";
  if (segment.data[5] < 1 || segment.data[5] > VITRAIL_JPEG_MAX_COMPONENTS)
    return "not 1 to 4 components";
  frame->n_components = segment.data[5];
  return read_components (frame, segment.data + 6);
}

/* B.2.4.1 */
static const char *
read_quantization (VitrailJpegStream *self, Segment segment)
{
  while (segment.length > 0) {
    guint size = segment.data[0] >> 4 ? 2 : 1;
    guint id = segment.data[0] & 15;
    if (id > 3 || segment.data[0] >> 4 > 1 || segment.length < 1 + 64u * size)
      return "a broken quantization table";
    for (guint i = 0; i < 64; i++) {
      const uint8_t *value = segment.data + 1 + (size_t) i * size;
      self->quant[id][i] =
          (uint16_t) (size == 2 ? vitrail_read_u16 (value, TRUE)
                                : (guint) *value);
      if (self->quant[id][i] == 0)
        return "a quantization table with a zero";
    }
    segment.data += 1 + 64u * size;
    segment.length -= 1 + 64u * size;
  }
  return NULL;
}

/* B.2.4.2 */
static const char *
read_huffman (VitrailJpegStream *self, Segment segment)
{
  while (segment.length > 0) {
    guint id = segment.data[0] & 15;
    guint n = 0;
    if (id > 3 || segment.data[0] >> 4 > 1 || segment.length < 17)
      return "a broken Huffman table";
    VitrailJpegHuffman *table =
        segment.data[0] >> 4 ? &self->ac[id] : &self->dc[id];
    for (guint i = 1; i <= 16; i++)
      n += table->counts[i] = segment.data[i];
    if (n > 256 || segment.length < 17 + n)
      return "a broken Huffman table";
    table->defined = TRUE;
    table->n_values = n;
    memcpy (table->values, segment.data + 17, n);
    segment.data += 17 + n;
    segment.length -= 17 + n;
  }
  return NULL;
}

static void
read_application (VitrailJpegStream *self, guint marker, Segment segment)
{
  if (marker == MARKER_APP0 && segment.length >= 5 &&
      memcmp (segment.data, "JFIF", 5) == 0)
    self->frame.colour.has_jfif = TRUE;
  if (marker == MARKER_APP14 && segment.length >= 12 &&
      memcmp (segment.data, "Adobe", 5) == 0)
    self->frame.colour.adobe_transform = segment.data[11];
}

static const char *
read_segment (VitrailJpegStream *self, guint marker)
{
  Segment segment;

  if (!take_segment (self, &segment))
    return "a segment that is cut off";
  if (is_frame_header (marker))
    return read_frame_header (self, marker, segment);
  if (marker == MARKER_DHT)
    return read_huffman (self, segment);
  if (marker == MARKER_DQT)
    return read_quantization (self, segment);
  if (marker == MARKER_DRI) {
    if (segment.length < 2)
      return "a restart interval that is cut off";
    self->restart_interval = vitrail_read_u16 (segment.data, TRUE);
  }
  read_application (self, marker, segment);
  return NULL;
}

/* Up to SOS, EOI or the end (0), which is in *@marker; @self->at is behind. */
static const char *
read_segments (VitrailJpegStream *self, guint *marker)
{
  const char *reason = NULL;

  while (reason == NULL) {
    *marker = take_marker (self);
    if (*marker == MARKER_SOS || *marker == MARKER_EOI || *marker == 0)
      break;
    if (has_segment (*marker))
      reason = read_segment (self, *marker);
  }
  return reason;
}

/* A frame header without rows: DNL behind the first scan has them (B.2.5). */
static const char *
find_height (VitrailJpegStream *self)
{
  VitrailJpegStream ahead = *self;
  Segment segment;
  guint marker = 0;

  take_marker (&ahead);
  if (!take_segment (&ahead, &segment))
    return "a scan header that is cut off";
  do {
    marker = take_marker (&ahead);
  } while (marker >= MARKER_RST0 && marker < MARKER_SOI);
  if (marker == MARKER_DNL && take_segment (&ahead, &segment) &&
      segment.length >= 2)
    self->frame.height = vitrail_read_u16 (segment.data, TRUE);
  return self->frame.height == 0 ? "no rows" : NULL;
}

static const char *
open_stream (VitrailJpegStream *self, const uint8_t *data, size_t length)
{
  guint marker = 0;

  memset (self, 0, sizeof *self);
  self->data = data;
  self->length = length;
  self->frame.colour.adobe_transform = -1;
  if (length < 2 || data[0] != 0xff || data[1] != MARKER_SOI)
    return "no start of image";
  self->at = 2;
  const char *reason = read_segments (self, &marker);
  if (reason != NULL)
    return reason;
  if (marker != MARKER_SOS)
    return "no scan";
  if (self->frame.n_components == 0)
    return "a scan without a frame header";
  self->at -= 2;
  return self->frame.height == 0 ? find_height (self) : NULL;
}

static gboolean
is_possible (const VitrailJpegStream *self)
{
  const VitrailJpegFrame *frame = &self->frame;
  const guint64 pixels = (guint64) frame->width * frame->height;
  const gboolean dense = frame->sof == 0xc3 && !frame->colour.subsampled;

  return pixels /
             (dense ? MAX_LOSSLESS_PIXELS_PER_BYTE : MAX_PIXELS_PER_BYTE) <=
         self->length;
}

gboolean
vitrail_jpeg_stream_open (VitrailJpegStream *self,
                          const VitrailCodecInput *input,
                          GError **error)
{
  const char *reason = open_stream (self, input->data, input->length);

  if (reason != NULL) {
    vitrail_codec_fail (input, error, "JPEG: %s", reason);
    return FALSE;
  }
  if (is_possible (self))
    return TRUE;
  vitrail_codec_fail (input, error,
                      "%" G_GSIZE_FORMAT
                      " bytes of JPEG cannot be %u x %u pixels",
                      input->length, self->frame.width, self->frame.height);
  return FALSE;
}

/* The first component of that identifier that is not in the scan yet: there
 * are writers that give all the same. */
static gboolean
find_component (const VitrailJpegFrame *frame,
                const VitrailJpegScan *scan,
                guint n,
                guint id,
                uint8_t *index)
{
  for (guint i = 0; i < frame->n_components; i++) {
    gboolean taken = FALSE;
    for (guint k = 0; k < n; k++)
      taken |= scan->index[k] == i;
    if (!taken && frame->components[i].id == id) {
      *index = (uint8_t) i;
      return TRUE;
    }
  }
  return FALSE;
}

/* G.1.1.1 */
static gboolean
is_progression (const VitrailJpegScan *scan)
{
  gboolean bands = scan->start == 0 ? scan->end == 0 : scan->n_components == 1;

  return bands && scan->start <= scan->end && scan->end <= 63 &&
         scan->high <= 13 && scan->low <= 13 &&
         (scan->high == 0 || scan->low + 1 == scan->high);
}

/* The four numbers behind the components, for each process (B.2.3). */
static const char *
check_parameters (const VitrailJpegFrame *frame, VitrailJpegScan *scan)
{
  if ((frame->sof & 3u) == 3) {
    scan->end = scan->high = 0; /* of no meaning */
    if (scan->start < 1 || scan->start > 7)
      return "a predictor that is not 1 to 7";
    return scan->low < frame->precision ? NULL
                                        : "a point transform of all bits";
  }
  if ((frame->sof & 3u) == 2)
    return is_progression (scan) ? NULL : "a scan of no progression";
  scan->start = scan->high = scan->low = 0;
  scan->end = 63;
  return NULL;
}

static const char *
read_scan_header (const VitrailJpegStream *self,
                  Segment segment,
                  VitrailJpegScan *scan)
{
  const uint8_t *data = segment.data;
  guint n = segment.length > 0 ? data[0] : 0;
  guint units = 0;

  if (n < 1 || n > self->frame.n_components || segment.length < 4 + 2 * n)
    return "a broken scan header";
  for (guint i = 0; i < n; i++) {
    const uint8_t *from = data + 1 + (size_t) i * 2;
    if (!find_component (&self->frame, scan, i, from[0], &scan->index[i]))
      return "a scan of a component that the frame does not have";
    scan->dc[i] = from[1] >> 4;
    scan->ac[i] = from[1] & 15;
    if (scan->dc[i] > 3 || scan->ac[i] > 3)
      return "a scan with a Huffman table beyond 3";
    const VitrailJpegComponent *component =
        &self->frame.components[scan->index[i]];
    units += (guint) component->h * component->v;
  }
  if (n > 1 && units > 10)
    return "a scan with over 10 data units an MCU";
  data += 1 + (size_t) n * 2;
  scan->n_components = n;
  scan->start = data[0];
  scan->end = data[1];
  scan->high = data[2] >> 4;
  scan->low = data[2] & 15;
  return check_parameters (&self->frame, scan);
}

const char *
vitrail_jpeg_stream_next_scan (VitrailJpegStream *self, VitrailJpegScan *scan)
{
  Segment segment;
  guint marker = 0;

  memset (scan, 0, sizeof *scan);
  const char *reason = read_segments (self, &marker);
  if (reason != NULL)
    return reason;
  self->ended = marker == MARKER_EOI;
  if (marker != MARKER_SOS)
    return NULL;
  if (!take_segment (self, &segment))
    return "a scan header that is cut off";
  return read_scan_header (self, segment, scan);
}

void
vitrail_jpeg_stream_describe (const VitrailJpegStream *self,
                              VitrailStream *stream)
{
  *stream = (VitrailStream){
    .kind = "JPEG",
    .width = self->frame.width,
    .height = self->frame.height,
    .samples = self->frame.n_components,
    .precision = self->frame.precision,
  };
  if (self->frame.n_components == 3)
    stream->colour = vitrail_jpeg_colour_decide (&self->frame.colour);
}
