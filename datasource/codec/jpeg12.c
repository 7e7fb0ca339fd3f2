/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JPEG of 12 bits a sample, extended and progressive (ISO 10918-1 F and G;
 * PS3.5 8.2.1; DICOM's processes 4, 8 and 12), by our own decoder:
 * libjpeg-turbo has 8 bits only. It decodes those of 8 bits too, so that
 * libjpeg-turbo judges it. */

#include "codec/jpegprogressive.h"
#include "codec/jpegstream.h"
#include "error.h"

/* A progressive picture has about ten scans; one with thousands wants time. */
#define MAX_SCANS 128

typedef struct {
  VitrailJpegStream stream; /* reads on */
  const VitrailCodecInput *input;
  VitrailPixelFormat format;
  guint sample_bytes;
  uint8_t *samples; /* owned */
  size_t length;
  VitrailJpegIdctRange range;
  VitrailJpegPlanes planes;
} Decoder;

static void
decoder_free (Decoder *self)
{
  g_free (self->samples);
  vitrail_jpeg_planes_clear (&self->planes);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Decoder, decoder_free)

static void
emit (Decoder *self, guint mcu_y)
{
  vitrail_jpeg_planes_emit (&self->planes, mcu_y, self->samples,
                            self->sample_bytes);
}

/* Behind what the scan has read. */
static void
leave_scan (Decoder *self, const VitrailJpegScanState *state)
{
  self->stream.at = (size_t) (state->bits.at - self->stream.data);
}

/* One sequential scan. Where it has all components, what is decoded leaves
 * row by row. */
static const char *
decode_sequential_scan (Decoder *self,
                        const VitrailJpegScan *scan,
                        gboolean whole)
{
  g_auto (VitrailJpegScanState) state = { 0 };
  const char *problem =
      vitrail_jpeg_scan_init (&state, &self->stream, scan, &self->planes);

  for (guint y = 0; y < state.layout.units_y && problem == NULL; y++) {
    problem = vitrail_jpeg_sequential_row (&state, &self->range, y);
    if (problem == NULL && !whole)
      emit (self, y);
  }
  leave_scan (self, &state);
  return problem;
}

/* Adds the scan's components to *@seen. */
static const char *
note_components (const VitrailJpegScan *scan, guint *seen)
{
  if (scan->n_components == 0)
    return "a component without a scan";
  for (guint i = 0; i < scan->n_components; i++) {
    if ((*seen & 1u << scan->index[i]) != 0)
      return "a second scan of a component";
    *seen |= 1u << scan->index[i];
  }
  return NULL;
}

/* Each component once, in scans of its own or together with others. */
static const char *
decode_sequential (Decoder *self)
{
  const guint all = (1u << self->planes.n_planes) - 1;
  VitrailJpegScan scan;
  guint seen = 0;
  const char *problem = vitrail_jpeg_stream_next_scan (&self->stream, &scan);
  const gboolean whole = scan.n_components < self->planes.n_planes;

  if (problem == NULL && !vitrail_jpeg_planes_alloc (&self->planes, whole))
    problem = "no memory";
  while (problem == NULL && seen != all) {
    problem = note_components (&scan, &seen);
    if (problem == NULL)
      problem = decode_sequential_scan (self, &scan, whole);
    if (problem == NULL && seen != all)
      problem = vitrail_jpeg_stream_next_scan (&self->stream, &scan);
  }
  if (problem == NULL && whole)
    emit (self, self->planes.mcus_y - 1);
  return problem;
}

/* All scans up to the end of the picture. */
static const char *
read_scans (Decoder *self, VitrailJpegCoefficients *coefficients)
{
  VitrailJpegScan scan;
  const char *problem = vitrail_jpeg_stream_next_scan (&self->stream, &scan);

  for (guint n = 1; problem == NULL && scan.n_components > 0; n++) {
    g_auto (VitrailJpegScanState) state = { 0 };
    if (n > MAX_SCANS)
      return "more scans than a picture has";
    problem =
        vitrail_jpeg_scan_init (&state, &self->stream, &scan, &self->planes);
    if (problem == NULL)
      problem = vitrail_jpeg_coefficients_add (coefficients, &state);
    leave_scan (self, &state);
    if (problem == NULL)
      problem = vitrail_jpeg_stream_next_scan (&self->stream, &scan);
  }
  if (problem == NULL && !self->stream.ended)
    problem = "its data end before the last scan";
  if (problem == NULL && !vitrail_jpeg_coefficients_are_there (coefficients))
    problem = "a component without a scan";
  return problem;
}

static const char *
decode_progressive (Decoder *self)
{
  g_autoptr (VitrailJpegCoefficients) coefficients =
      vitrail_jpeg_coefficients_new (&self->planes);

  if (coefficients == NULL || !vitrail_jpeg_planes_alloc (&self->planes, FALSE))
    return "no memory";
  const char *problem = read_scans (self, coefficients);
  for (guint y = 0; y < self->planes.mcus_y && problem == NULL; y++) {
    vitrail_jpeg_coefficients_transform (coefficients, &self->range,
                                         &self->planes, y);
    emit (self, y);
  }
  return problem;
}

/* Whether the stream is ours to decode, before anything is allocated for it. */
static gboolean
check (const Decoder *self, GError **error)
{
  const VitrailJpegFrame *frame = &self->stream.frame;

  if (frame->sof < 0xc0 || frame->sof > 0xc2) {
    vitrail_codec_refuse (self->input, error, "JPEG of process SOF%u",
                          frame->sof - 0xc0u);
    return FALSE;
  }
  if (self->format.bits_allocated > 16) {
    vitrail_codec_refuse (self->input, error, "JPEG for samples of %u bits",
                          self->format.bits_allocated);
    return FALSE;
  }
  return TRUE;
}

static gboolean
start (Decoder *self, guint reduce, GError **error)
{
  const VitrailJpegFrame *frame = &self->stream.frame;
  const char *problem = vitrail_jpeg_planes_init (&self->planes, frame, reduce);

  if (problem != NULL) {
    vitrail_codec_refuse (self->input, error, "JPEG: %s", problem);
    return FALSE;
  }
  self->range = vitrail_jpeg_idct_range (frame->precision);
  self->format.width = self->planes.width;
  self->format.height = self->planes.height;
  self->sample_bytes = vitrail_pixel_format_get_sample_bytes (&self->format);
  self->samples =
      vitrail_codec_alloc (&self->format, &self->length, self->input, error);
  return self->samples != NULL;
}

VitrailFrame *
vitrail_jpeg_decode_12 (const VitrailJpegStream *stream,
                        const VitrailCodecInput *input,
                        GError **error)
{
  g_autoptr (Decoder) self = g_new0 (Decoder, 1);
  g_autofree char *warning = NULL;
  const guint reduce = MIN (input->reduce, 3);
  VitrailStream said;

  self->stream = *stream;
  self->input = input;
  vitrail_jpeg_stream_describe (stream, &said);
  if (!vitrail_stream_reconcile (&said, input, &self->format, &warning,
                                 error) ||
      !check (self, error) || !start (self, reduce, error))
    return NULL;
  const char *problem = stream->frame.sof == 0xc2 ? decode_progressive (self)
                                                  : decode_sequential (self);
  if (problem != NULL)
    return vitrail_codec_fail (input, error, "JPEG: %s", problem);
  if (vitrail_stream_needs_signs (&said, &self->format))
    vitrail_stream_extend_signs (&said, self->samples,
                                 self->length / self->sample_bytes,
                                 self->sample_bytes);
  VitrailFrame *frame =
      vitrail_codec_finish (&self->format, g_steal_pointer (&self->samples),
                            self->length);
  frame->reduce = reduce;
  frame->warning = g_steal_pointer (&warning);
  return frame;
}
