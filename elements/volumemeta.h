/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVolumeMeta: the one thing in a buffer of application/x-vitrail-volume:
 * a reference to a volume that many views share, and which may still be
 * filling. */

#pragma once

#include "volume/volume.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What travels between volumebuilder and its renderers. A buffer comes again
 * with the next generation while the volume fills; the last one is complete. */
#define VITRAIL_CAPS_VOLUME                                           \
  "application/x-vitrail-volume, width = (int) [ 1, max ], height = " \
  "(int) [ 1, max ], depth = (int) [ 1, max ], format = (string) { u16, f32 }"

/**
 * VitrailVolumeMeta:
 * @volume: owned
 * @generation: of the volume when the buffer was pushed
 */
typedef struct {
  GstMeta meta;
  VitrailVolume *volume;
  guint generation;
} VitrailVolumeMeta;

GType vitrail_volume_meta_api_get_type (void);
const GstMetaInfo *vitrail_volume_meta_get_info (void);

VitrailVolumeMeta *
vitrail_buffer_add_volume_meta (GstBuffer *buffer, VitrailVolume *volume);
/* The volume that @buffer refers to, borrowed, or NULL. */
VitrailVolume *vitrail_buffer_get_volume (GstBuffer *buffer);
/* A buffer of nothing but a reference to @volume, and what its pictures are
 * described with. */
GstBuffer *vitrail_volume_buffer_new (VitrailVolume *volume);

/**
 * VitrailPicturePace:
 * @start, @duration: of a picture
 * @fps_n, @fps_d: pictures a second
 */
typedef struct {
  GstClockTime start;
  GstClockTime duration;
  int fps_n;
  int fps_d;
} VitrailPicturePace;

/* Of a picture of the volume in @in, @n_pictures of which are made, behind
 * @n_before others: one alone takes the volume's own time, several of it, and
 * those of volumes without one, come 10 a second. */
void vitrail_volume_get_pace (GstBuffer *in,
                              guint n_pictures,
                              guint64 n_before,
                              VitrailPicturePace *pace);

/* Caps for buffers that refer to @volume. */
GstCaps *vitrail_volume_caps_new (VitrailVolume *volume);

G_END_DECLS
