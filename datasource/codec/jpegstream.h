/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The markers of a JPEG stream (ISO 10918-1 B), lossless, lossy, of any depth:
 * what codec/jpeg.c reads before it knows who decodes, and what our own
 * decoders work on. Every number is checked against the standard's bounds. */

#pragma once

#include "codec/stream.h"

G_BEGIN_DECLS

#define VITRAIL_JPEG_MAX_COMPONENTS 4

/**
 * VitrailJpegComponent:
 * @h, @v: sampling factors, 1..4
 * @quant: quantization table, 0..3
 *
 * One component of the frame header.
 */
typedef struct {
  uint8_t id;
  uint8_t h;
  uint8_t v;
  uint8_t quant;
} VitrailJpegComponent;

/**
 * VitrailJpegFrame:
 * @sof: the marker's low byte: 0xc0 baseline, 0xc1 extended, 0xc2 progressive,
 *   0xc3 lossless, 0xc9.. arithmetic
 * @precision: 2..16, as the process allows
 * @height: not 0 (a DNL marker's number is found before)
 * @colour: what the markers say of three components
 *
 * What the frame header (SOF) and the markers before the first scan say.
 */
typedef struct {
  uint8_t sof;
  guint precision;
  guint width;
  guint height;
  guint n_components;
  VitrailJpegComponent components[VITRAIL_JPEG_MAX_COMPONENTS];
  VitrailJpegColour colour;
} VitrailJpegFrame;

/**
 * VitrailJpegHuffman:
 * @counts: codes of each length, 1..16, at 1..16
 * @n_values: their sum, at most 256
 *
 * A table as DHT defines it; @defined FALSE: none yet.
 */
typedef struct {
  gboolean defined;
  uint8_t counts[17];
  guint n_values;
  uint8_t values[256];
} VitrailJpegHuffman;

/**
 * VitrailJpegScan:
 * @index, @dc, @ac: of each component in the scan: which of the frame's, and
 *   which Huffman tables, 0..3
 * @start, @end, @high, @low: Ss, Se, Ah, Al; lossless: predictor, 0, 0, point
 *   transform
 *
 * A scan header (SOS).
 */
typedef struct {
  guint n_components;
  uint8_t index[VITRAIL_JPEG_MAX_COMPONENTS];
  uint8_t dc[VITRAIL_JPEG_MAX_COMPONENTS];
  uint8_t ac[VITRAIL_JPEG_MAX_COMPONENTS];
  uint8_t start;
  uint8_t end;
  uint8_t high;
  uint8_t low;
} VitrailJpegScan;

/**
 * VitrailJpegStream:
 * @at: where reading goes on: after SOS, the first entropy-coded byte
 * @restart_interval: MCUs, 0: none
 * @quant: in zigzag order, 1..65535; all 0: none yet
 * @ended: the end of image has been read, not only the end of the data
 *
 * A reader of markers. Tables are those in force.
 */
typedef struct {
  const uint8_t *data;
  size_t length;
  size_t at;
  VitrailJpegFrame frame;
  guint restart_interval;
  VitrailJpegHuffman dc[4];
  VitrailJpegHuffman ac[4];
  uint16_t quant[4][64];
  gboolean ended;
} VitrailJpegStream;

/* Reads up to the frame header and on to the first scan header, which is not
 * taken. FALSE with @error where it is no JPEG stream, or has too few bytes for
 * its pixels: nothing was allocated for it. */
gboolean vitrail_jpeg_stream_open (VitrailJpegStream *self,
                                   const VitrailCodecInput *input,
                                   GError **error);
/* Reads markers up to the next SOS, skipping what is none; @self->at is then
 * behind it. *@scan with 0 components: the end of the picture or of the data.
 * Sequential scans have 0, 63, 0, 0. NULL, or what is wrong. */
const char *
vitrail_jpeg_stream_next_scan (VitrailJpegStream *self, VitrailJpegScan *scan);
/* The stream as stream.h wants it. */
void vitrail_jpeg_stream_describe (const VitrailJpegStream *self,
                                   VitrailStream *stream);

/* Decoders of frames whose headers have been read: codec/jpeg.c calls the one
 * that fits. */
VitrailFrame *vitrail_jpeg_decode_8 (const VitrailJpegStream *stream,
                                     const VitrailCodecInput *input,
                                     GError **error); /* libjpeg-turbo */
VitrailFrame *vitrail_jpeg_decode_lossless (const VitrailJpegStream *stream,
                                            const VitrailCodecInput *input,
                                            GError **error);
VitrailFrame *vitrail_jpeg_decode_12 (const VitrailJpegStream *stream,
                                      const VitrailCodecInput *input,
                                      GError **error);

G_END_DECLS
