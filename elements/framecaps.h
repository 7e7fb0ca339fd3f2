/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Pixel formats as caps, in one place: image/x-dicom-frame for frames as they
 * are stored, video/x-raw or video/x-vitrail-samples for decoded ones. */

#pragma once

#include "frame.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/* A Part 10 byte stream. */
#define VITRAIL_CAPS_DICOM "application/dicom"

/* One stored frame a buffer. Fields: transfer-syntax (UID), photometric (as in
 * Photometric Interpretation), width, height, samples, bits-allocated,
 * bits-stored, signed, planar, float and framerate (0/1: each buffer's duration
 * says how long it stands). */
#define VITRAIL_CAPS_FRAME "image/x-dicom-frame"

/* Samples that video/x-raw cannot hold. Fields: format (u8, u16, u32, u64, f32,
 * f64; little endian), channels (interleaved), width, height, framerate. Rows
 * follow each other without gaps. */
#define VITRAIL_CAPS_SAMPLES_NAME "video/x-vitrail-samples"

/* What dcmdecode can push. */
#define VITRAIL_CAPS_DECODED                                              \
  "video/x-raw, format = (string) { GRAY8, GRAY16_LE, RGB, RGBA64_LE }, " \
  "width = (int) [ 1, 65535 ], height = (int) [ 1, 65535 ], "             \
  "framerate = (fraction) [ 0/1, 2147483647/1 ]; "                        \
  "video/x-vitrail-samples, "                                             \
  "format = (string) { u8, u16, u32, u64, f32, f64 }, "                   \
  "channels = (int) [ 1, 4 ], width = (int) [ 1, 65535 ], "               \
  "height = (int) [ 1, 65535 ], "                                         \
  "framerate = (fraction) [ 0/1, 2147483647/1 ]"

/* image/x-dicom-frame and back. Photometric and framerate may be absent;
 * contradictions are an error. */
GstCaps *vitrail_stored_caps_new (const VitrailPixelFormat *format,
                                  const char *transfer_syntax,
                                  int fps_n,
                                  int fps_d);
gboolean vitrail_stored_caps_parse (const GstCaps *caps,
                                    VitrailPixelFormat *format,
                                    const char **transfer_syntax,
                                    GError **error);

/* The video format that holds normalized frames of @format, UNKNOWN where none
 * does (video/x-vitrail-samples). */
GstVideoFormat vitrail_decoded_video_format (const VitrailPixelFormat *format);

/* Caps of normalized frames and back. Coming back, bits_stored is all of the
 * container (the frame's info knows better), and the photometric is RGB or
 * MONOCHROME2. RGBA and BGRx, which only pictures to be shown have, come back
 * too. */
GstCaps *vitrail_decoded_caps_new (const VitrailPixelFormat *format,
                                   int fps_n,
                                   int fps_d);
gboolean
vitrail_decoded_caps_parse (const GstCaps *caps, VitrailPixelFormat *format);

/* Bytes between rows in a buffer of such caps without GstVideoMeta. */
size_t vitrail_decoded_default_stride (const VitrailPixelFormat *format);

/* (transfer full): of @caps (transfer full), which somebody downstream takes,
 * the first, as near to @width x @height as it goes, of no rate. */
GstCaps *vitrail_picture_caps_fixate (GstCaps *caps, int width, int height);
/* (transfer full) (nullable): of what is taken downstream of @src now; NULL:
 * nothing. */
GstCaps *vitrail_picture_caps_ask (GstPad *src, int width, int height);

G_END_DECLS
