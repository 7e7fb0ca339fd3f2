/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailPixelFormat says how samples are laid out; VitrailFrame is one decoded
 * frame: immutable, reference-counted, shared by all who show it. */

#pragma once

#include "dicom/dataset.h"
#include "overlays.h"

G_BEGIN_DECLS

/* VitrailPhotometric: Photometric Interpretation (PS3.3 C.7.6.3.1.2). */
typedef enum {
  VITRAIL_PHOTOMETRIC_UNKNOWN,
  VITRAIL_PHOTOMETRIC_MONOCHROME1,
  VITRAIL_PHOTOMETRIC_MONOCHROME2,
  VITRAIL_PHOTOMETRIC_PALETTE_COLOR,
  VITRAIL_PHOTOMETRIC_RGB,
  VITRAIL_PHOTOMETRIC_YBR_FULL,
  VITRAIL_PHOTOMETRIC_YBR_FULL_422,
  VITRAIL_PHOTOMETRIC_YBR_PARTIAL_422,
  VITRAIL_PHOTOMETRIC_YBR_PARTIAL_420,
  VITRAIL_PHOTOMETRIC_YBR_ICT,
  VITRAIL_PHOTOMETRIC_YBR_RCT,
} VitrailPhotometric;

VitrailPhotometric vitrail_photometric_parse (const char *text, size_t length);
const char *vitrail_photometric_text (VitrailPhotometric photometric);

/**
 * VitrailPixelFormat:
 * @width, @height: Columns and Rows
 * @samples: Samples per Pixel, 1, 3 or 4
 * @bits_allocated: container of a sample: 1 (packed), 8, 12 (packed), 16, 32,
 *   64 as coded; decoded frames have 8, 16, 32 or 64
 * @bits_stored, @high_bit: as in the header
 * @is_signed: Pixel Representation 1
 * @is_float: Float or Double Float Pixel Data
 * @planar: Planar Configuration 1; decoded frames are interleaved (0)
 * @photometric: colour model of the samples
 *
 * The layout of samples.
 */
typedef struct {
  guint width;
  guint height;
  guint samples;
  guint bits_allocated;
  guint bits_stored;
  guint high_bit;
  gboolean is_signed;
  gboolean is_float;
  gboolean planar;
  VitrailPhotometric photometric;
} VitrailPixelFormat;

/**
 * vitrail_pixel_format_from_data_set:
 * @self: (out caller-allocates): the format
 *
 * From the Image Pixel attributes (PS3.3 C.7.6.3), every number checked
 * against limits.h and the others.
 */
gboolean vitrail_pixel_format_from_data_set (VitrailPixelFormat *self,
                                             const VitrailDataSet *data_set,
                                             const char *name,
                                             GError **error);

/* TRUE when native samples are laid out as Y Y Cb Cr: pairs of pixels share
 * their chroma (YBR_FULL_422, YBR_PARTIAL_422). */
gboolean vitrail_pixel_format_shares_chroma (const VitrailPixelFormat *self);

/* Bytes of one frame, native as coded (packed bits included; the last byte
 * rounded up); 0 on overflow. Shared chroma counts 2 samples a pixel. */
size_t vitrail_pixel_format_get_frame_bytes (const VitrailPixelFormat *self);

/* For so many sizes of a frame it is known how many bytes they take. */
#define VITRAIL_FRAME_BEGINNINGS 8

/**
 * VitrailFrame:
 *
 * Decoded samples, interleaved, little endian, rows @stride bytes
 * apart, container bits of 8, 16, 32 or 64.
 *
 * Before vitrail_frame_normalize () values and colour model are exactly as
 * coded ("as coded": what `vitrail decode` writes). After it ("normalized":
 * what dcmdecode pushes and the frame store keeps): bits above Bits Stored are
 * clear, signed samples carry + 2^(bits_stored - 1), YBR has become RGB.
 */
struct _VitrailFrame {
  /*< public, read only >*/
  VitrailPixelFormat format;
  const uint8_t *data;
  size_t stride;
  gboolean normalized;
  /* How many times both sides were halved: a reduced decode. */
  guint reduce;
  /* 0; or of how many bytes it was made, the beginning of its code stream,
   * where what follows would make its samples better: a preview. A frame of a
   * beginning that has all there is for this size is none. */
  size_t preview_bytes;
  /* Bytes of its code stream's beginning that a frame takes that is halved so
   * many times; 0: not known. */
  size_t beginnings[VITRAIL_FRAME_BEGINNINGS];
  /* Where the code stream contradicts the data set's header, how: "FILE: frame
   * N: ..."; or NULL. */
  char *warning;
  /* What normalizing added to each sample: stored = sample - sample_offset. */
  double sample_offset;
  /* Overlays that were embedded in the samples as coded; or NULL. */
  VitrailOverlays *overlays;
  /*< private >*/
  gint ref_count;
  GBytes *bytes;
};

#define VITRAIL_TYPE_FRAME (vitrail_frame_get_type ())
GType vitrail_frame_get_type (void);
/**
 * vitrail_frame_new_take:
 * @bytes: (transfer full): at least stride * height bytes
 */
VitrailFrame *vitrail_frame_new_take (const VitrailPixelFormat *format,
                                      GBytes *bytes,
                                      size_t stride);
VitrailFrame *vitrail_frame_ref (VitrailFrame *self);
void vitrail_frame_unref (VitrailFrame *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailFrame, vitrail_frame_unref)
/* The samples, stride * height bytes or more, for who cannot use the fields. */
GBytes *vitrail_frame_ref_bytes (const VitrailFrame *self);
size_t vitrail_frame_get_size_bytes (const VitrailFrame *self);

/* Bytes of one sample's container and of one pixel. */
static inline guint
vitrail_pixel_format_get_sample_bytes (const VitrailPixelFormat *self)
{
  return (self->bits_allocated + 7) / 8;
}

static inline guint
vitrail_pixel_format_get_pixel_bytes (const VitrailPixelFormat *self)
{
  return vitrail_pixel_format_get_sample_bytes (self) * self->samples;
}

G_END_DECLS
