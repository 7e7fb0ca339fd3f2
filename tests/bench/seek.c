/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* FILE NAME BOUND: seeks to 300 random frames of a video whose frames carry
 * their numbers; nothing that was decoded is kept from one to the next. The
 * peer is libavcodec itself in the same order, from the access point to the
 * frame, without container, colours or copies. */

#include "decode/videoinstance.h"
#include "rounds.h"

#include <gst/gst.h>

#include <libavcodec/avcodec.h>

#define N_SEEKS 300
#define SQUARE  32

typedef struct {
  AVCodecContext *context;
  AVPacket *packet;
  AVFrame *frame;
} Peer;

static void
peer_open (Peer *self, VitrailVideoCodec codec)
{
  static const enum AVCodecID ids[] = {
    [VITRAIL_VIDEO_MPEG2] = AV_CODEC_ID_MPEG2VIDEO,
    [VITRAIL_VIDEO_H264] = AV_CODEC_ID_H264,
    [VITRAIL_VIDEO_H265] = AV_CODEC_ID_HEVC,
  };

  const AVCodec *decoder = avcodec_find_decoder (ids[codec]);

  self->context = avcodec_alloc_context3 (decoder);
  /* Threads of frames are in the way of who wants one. */
  self->context->thread_type = FF_THREAD_SLICE;
  self->context->thread_count = (int) g_get_num_processors ();
  avcodec_open2 (self->context, decoder, NULL);
  self->packet = av_packet_alloc ();
  self->frame = av_frame_alloc ();
}

static void
peer_close (Peer *self)
{
  avcodec_free_context (&self->context);
  av_packet_free (&self->packet);
  av_frame_free (&self->frame);
}

static gboolean
peer_receive (Peer *self, guint unit)
{
  gboolean is_found = FALSE;

  while (!is_found && avcodec_receive_frame (self->context, self->frame) == 0)
    is_found = self->frame->pts == (gint64) unit;
  return is_found;
}

static void
peer_decode (Peer *self, GPtrArray *units, guint access, guint unit)
{
  gboolean is_found = FALSE;

  avcodec_flush_buffers (self->context);
  for (guint i = access; i <= unit; i++) {
    gsize length = 0;
    GBytes *bytes = g_ptr_array_index (units, i - access);
    self->packet->data = (uint8_t *) g_bytes_get_data (bytes, &length);
    self->packet->size = (int) length;
    self->packet->pts = i;
    avcodec_send_packet (self->context, self->packet);
    is_found = is_found || peer_receive (self, unit);
  }
  if (!is_found) {
    avcodec_send_packet (self->context, NULL);
    is_found = peer_receive (self, unit);
  }
  if (!is_found)
    g_printerr ("the peer has no unit %u\n", unit);
}

static guint
read_number (const VitrailFrame *frame)
{
  guint number = 0;

  for (guint bit = 0; bit < 10; bit++) {
    const guint8 *pixel = frame->data + SQUARE / 2 * frame->stride +
                          (gsize) (bit * SQUARE + SQUARE / 2) * 3;
    number |= (pixel[1] > 128 ? 1u : 0u) << bit;
  }
  return number + 1;
}

static double
time_peer (Peer *peer, VitrailVideoIndex *index, guint frame)
{
  guint unit = vitrail_video_index_find_frame (index, frame - 1);
  guint access = vitrail_video_index_get_unit (index, unit)->access;
  g_autoptr (GPtrArray) units =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = access; i <= unit; i++)
    g_ptr_array_add (units, vitrail_video_index_ref_unit (index, i));
  gint64 start = g_get_monotonic_time ();
  peer_decode (peer, units, access, unit);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

/* Milliseconds; counts in @n_exact. */
static double
time_ours (VitrailInstance *instance, guint frame, guint *n_exact)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (VitrailFrame) decoded =
      vitrail_instance_decode_frame (instance, frame, 0, NULL, NULL);
  double ms = (double) (g_get_monotonic_time () - start) / 1000;

  if (decoded != NULL && read_number (decoded) == frame)
    ++*n_exact;
  return ms;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  double ours[N_SEEKS];
  double theirs[N_SEEKS];
  guint n = bench_get_rounds (N_SEEKS);
  guint n_exact = 0;
  Peer peer = { 0 };

  if (argc != 4)
    return 2;
  gst_init (NULL, NULL);
  g_autoptr (VitrailInstance) instance =
      vitrail_video_instance_wrap (vitrail_instance_open (argv[1], &error),
                                   &error);
  if (instance == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  VitrailVideoIndex *index =
      vitrail_video_instance_get_index (VITRAIL_VIDEO_INSTANCE (instance));
  guint n_frames = vitrail_instance_get_n_frames (instance);
  vitrail_video_instance_set_kept_bytes (VITRAIL_VIDEO_INSTANCE (instance), 0);
  peer_open (&peer, vitrail_video_index_get_codec (index));
  for (guint i = 0; i < n; i++) {
    guint frame = (guint) g_rand_int_range (random, 1, (gint32) n_frames + 1);
    ours[i] = time_ours (instance, frame, &n_exact);
    theirs[i] = time_peer (&peer, index, frame);
  }
  peer_close (&peer);
  double a = bench_median (ours, n);
  double b = bench_median (theirs, n);
  g_print ("%-32s %9.1f ms %9.1f ms %8.2f  %s\n", argv[2], a, b, b / a,
           argv[3]);
  g_autofree char *exact = g_strdup_printf ("%s, exact", argv[2]);
  g_print ("%-32s %12u %12s %8s  >= %u\n", exact, n_exact, "-", "-", n);
  return n_exact == n ? 0 : 1;
}
