/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailVideoDecoder: any frame of a video, exactly that frame. A decoder
 * element of GStreamer is fed with access units by hand, from where decoding
 * has to begin, and what comes out is known by the number that it was given:
 * no clock, no time stamp of the file has a part in it. Frames on the way are
 * kept for a while: stepping and playing, backwards too, decode each once.
 *
 * One thread at a time. */

#pragma once

#include "video/videoindex.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

typedef struct _VitrailVideoDecoder VitrailVideoDecoder;

/* Decoded frames that are kept where nobody says otherwise. */
#define VITRAIL_VIDEO_KEPT_BYTES (192u << 20)

/* Fails where there is no decoder of the allowed ones on this machine, with the
 * Debian package that brings one. @name stands for the file in errors. */
VitrailVideoDecoder *vitrail_video_decoder_new (VitrailVideoIndex *index,
                                                const char *name,
                                                GError **error);
void vitrail_video_decoder_free (VitrailVideoDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailVideoDecoder, vitrail_video_decoder_free)

/* Frame @frame, from 0: a buffer of video/x-raw with its caps, as decoded. */
GstSample *vitrail_video_decoder_get_frame (VitrailVideoDecoder *self,
                                            guint frame,
                                            GError **error);

/* Access units that the decoder has been given so far. */
guint vitrail_video_decoder_get_n_fed (VitrailVideoDecoder *self);

/* How much of what is decoded is kept at most; 0: what one call needs, until
 * the next. */
void
vitrail_video_decoder_set_kept_bytes (VitrailVideoDecoder *self, gsize bytes);

G_END_DECLS
