/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench_codec NAME BOUND-DCMTK BOUND-GDCM FILE: decodes all frames of FILE with
 * our codec and with the decoders of DCMTK and GDCM, in this process, by turns,
 * on one core; medians of 9 rounds after one to warm up. Then ours on two cores
 * beside one. The samples are compared too: who is fast and wrong is told. A
 * bound, such as "ratio >= 3", of "-" leaves that peer out. */

#include "instance.h"
#include "peers.h"
#include "pool.h"
#include "rounds.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS 9

typedef struct {
  VitrailInstance *instance;
  GBytes **frames; /* decoded */
  guint n_frames;
  gint next; /* atomic */
} Ours;

static size_t
decode_one (Ours *self, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) frame =
      vitrail_instance_decode_frame (self->instance, number, 0, NULL, &error);

  g_assert_no_error (error);
  g_clear_pointer (&self->frames[number - 1], g_bytes_unref);
  self->frames[number - 1] = vitrail_frame_ref_bytes (frame);
  return frame->stride * frame->format.height;
}

static gpointer
decode_rest (gpointer data)
{
  Ours *self = data;
  guint number = 0;

  while ((number = (guint) g_atomic_int_add (&self->next, 1)) <= self->n_frames)
    decode_one (self, number);
  return NULL;
}

/* Seconds for all frames on @n_cores. */
static double
decode_ours (Ours *self, guint n_cores)
{
  const gint64 before = g_get_monotonic_time ();
  GThread *threads[8];

  g_atomic_int_set (&self->next, 1);
  for (guint i = 1; i < n_cores; i++)
    threads[i] = g_thread_new ("bench", decode_rest, self);
  decode_rest (self);
  for (guint i = 1; i < n_cores; i++)
    g_thread_join (threads[i]);
  return (double) (g_get_monotonic_time () - before) / 1e6;
}

static double
decode_peer (Peer *peer)
{
  const gint64 before = g_get_monotonic_time ();
  const uint8_t *samples = NULL;
  const size_t n = peer_decode (peer, &samples);

  return n > 0 ? (double) (g_get_monotonic_time () - before) / 1e6 : -1;
}

/* Whether the peer's samples are ours; frames of DCMTK have even lengths. */
static gboolean
agrees (const Ours *self, Peer *peer)
{
  const uint8_t *samples = NULL;
  const size_t n = peer_decode (peer, &samples);
  const size_t step = n / self->n_frames;

  for (guint i = 0; i < self->n_frames; i++) {
    gsize length = 0;
    const uint8_t *data = g_bytes_get_data (self->frames[i], &length);
    if (length > step || memcmp (data, samples + i * step, length) != 0)
      return FALSE;
  }
  return TRUE;
}

static void
race (Ours *ours, Peer *peer, const char *name, const char *bound, size_t bytes)
{
  const guint n = bench_get_rounds (ROUNDS);
  double mine[ROUNDS];
  double theirs[ROUNDS];
  g_autofree char *label =
      g_strdup_printf ("%s / %s", name, peer_get_name (peer));

  decode_ours (ours, 1);
  if (decode_peer (peer) < 0) {
    printf ("%-32s %12s %12s %8s  %s\n", label, "-", "cannot", "-", bound);
    return;
  }
  for (guint i = 0; i < n; i++) {
    mine[i] = decode_ours (ours, 1);
    theirs[i] = decode_peer (peer);
  }
  const double megabytes = (double) bytes / 1e6;
  const double own = bench_median (mine, n);
  const double other = bench_median (theirs, n);
  printf ("%-32s %7.0f MB/s %7.0f MB/s %8.2f  %s%s\n", label, megabytes / own,
          megabytes / other, other / own, bound,
          agrees (ours, peer) ? "" : "  (other samples)");
}

static void
race_cores (Ours *ours, const char *name, size_t bytes)
{
  const guint n = bench_get_rounds (ROUNDS);
  double one[ROUNDS];
  double two[ROUNDS];
  double ratios[ROUNDS];
  g_autofree char *label = g_strdup_printf ("%s, 2 cores / 1", name);

  for (guint i = 0; i < n; i++) {
    one[i] = decode_ours (ours, 1);
    two[i] = decode_ours (ours, 2);
    ratios[i] = one[i] / two[i];
  }
  const double megabytes = (double) bytes / 1e6;
  printf ("%-32s %7.0f MB/s %7.0f MB/s %8.2f  ratio >= 1.7\n", label,
          megabytes / bench_median (two, n), megabytes / bench_median (one, n),
          bench_median (ratios, n));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Ours ours = { 0 };
  size_t bytes = 0;

  if (argc != 5)
    return 2;
  ours.instance = vitrail_instance_open (argv[4], &error);
  g_assert_no_error (error);
  ours.n_frames = vitrail_instance_get_n_frames (ours.instance);
  ours.frames = g_new0 (GBytes *, ours.n_frames);
  for (guint i = 1; i <= ours.n_frames; i++)
    bytes += decode_one (&ours, i);
  for (guint i = 0; i < 2; i++) {
    if (strcmp (argv[2 + i], "-") == 0)
      continue;
    Peer *peer = i == 0 ? peer_dcmtk_open (argv[4]) : peer_gdcm_open (argv[4]);
    if (peer == NULL) {
      printf ("%-32s not opened by %s, skipped\n", argv[1],
              i == 0 ? "DCMTK" : "GDCM");
      continue;
    }
    race (&ours, peer, argv[1], argv[2 + i], bytes);
    peer_free (peer);
  }
  if (ours.n_frames > 1)
    race_cores (&ours, argv[1], bytes);
  for (guint i = 0; i < ours.n_frames; i++)
    g_bytes_unref (ours.frames[i]);
  g_free (ours.frames);
  g_object_unref (ours.instance);
  return 0;
}
