/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench_library CODEC FILE: writes the frames of FILE, native and of 16 bits,
 * with our encoder, then decodes all by our codec and by the bare library that
 * it rests on, in this process, by turns, on one core; medians of 9 rounds
 * after one to warm up. */

#include "bare.h"
#include "codec/codec.h"
#include "instance.h"
#include "rounds.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS 9

typedef size_t (*Bare) (const uint8_t *data,
                        size_t length,
                        uint16_t *out,
                        size_t n);

typedef struct {
  const char *name;
  const char *library;
  const char *transfer_syntax;
  Bare bare;
} Race;

static const Race races[] = {
  { "jpegls", "CharLS", "1.2.840.10008.1.2.4.80", bare_charls },
  { "jpeg2000", "OpenJPEG", "1.2.840.10008.1.2.4.90", bare_openjpeg },
  { "htj2k", "OpenJPH", "1.2.840.10008.1.2.4.201", bare_openjph },
};

typedef struct {
  VitrailPixelFormat format;
  GPtrArray *streams; /* (element-type GBytes) */
  size_t n;           /* samples of a frame */
} Frames;

static Frames
encode (const Race *race, const char *path)
{
  const VitrailEncodeOptions options = { race->transfer_syntax, 0, 0 };
  const VitrailCodec *codec = vitrail_codec_find (race->transfer_syntax);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  Frames self = { .streams = g_ptr_array_new () };

  for (guint i = 1; i <= vitrail_instance_get_n_frames (instance); i++) {
    g_autoptr (VitrailFrame) frame =
        vitrail_instance_decode_frame (instance, i, 0, NULL, &error);
    g_assert_no_error (error);
    g_ptr_array_add (self.streams, codec->encode (frame, &options, &error));
    g_assert_no_error (error);
    self.format = frame->format;
    self.n = (size_t) frame->format.width * frame->format.height;
  }
  return self;
}

/* Seconds for all frames; @last: the samples of the last. */
static double
run_ours (const Race *race, const Frames *frames, uint16_t *last)
{
  const VitrailCodec *codec = vitrail_codec_find (race->transfer_syntax);
  const gint64 before = g_get_monotonic_time ();

  for (guint i = 0; i < frames->streams->len; i++) {
    g_autoptr (GError) error = NULL;
    VitrailCodecInput input = { .format = frames->format,
                                .name = "bench",
                                .frame = i + 1 };
    input.data = g_bytes_get_data (g_ptr_array_index (frames->streams, i),
                                   &input.length);
    g_autoptr (VitrailFrame) frame = codec->decode (&input, &error);
    g_assert_no_error (error);
    if (i + 1 == frames->streams->len)
      memcpy (last, frame->data, frames->n * sizeof *last);
  }
  return (double) (g_get_monotonic_time () - before) / 1e6;
}

static double
run_bare (const Race *race, const Frames *frames, uint16_t *last)
{
  const gint64 before = g_get_monotonic_time ();

  for (guint i = 0; i < frames->streams->len; i++) {
    gsize length = 0;
    const uint8_t *data =
        g_bytes_get_data (g_ptr_array_index (frames->streams, i), &length);
    g_autofree uint16_t *out = g_malloc (frames->n * sizeof *out);
    g_assert_cmpuint (race->bare (data, length, out, frames->n), ==, frames->n);
    if (i + 1 == frames->streams->len)
      memcpy (last, out, frames->n * sizeof *last);
  }
  return (double) (g_get_monotonic_time () - before) / 1e6;
}

static void
run_race (const Race *race, const char *path)
{
  Frames frames = encode (race, path);
  g_autofree uint16_t *ours = g_new0 (uint16_t, frames.n);
  g_autofree uint16_t *theirs = g_new0 (uint16_t, frames.n);
  const guint n = bench_get_rounds (ROUNDS);
  double mine[ROUNDS];
  double bare[ROUNDS];
  double ratios[ROUNDS];
  g_autofree char *label =
      g_strdup_printf ("%s / %s", race->name, race->library);

  run_ours (race, &frames, ours);
  run_bare (race, &frames, theirs);
  for (guint i = 0; i < n; i++) {
    mine[i] = run_ours (race, &frames, ours);
    bare[i] = run_bare (race, &frames, theirs);
    ratios[i] = bare[i] / mine[i];
  }
  const double megabytes = (double) (frames.n * frames.streams->len) * 2e-6;
  printf ("%-32s %7.0f MB/s %7.0f MB/s %8.2f  ratio >= 1%s\n", label,
          megabytes / bench_median (mine, n),
          megabytes / bench_median (bare, n), bench_median (ratios, n),
          memcmp (ours, theirs, frames.n * sizeof *ours) == 0
              ? ""
              : "  (other samples)");
  g_ptr_array_foreach (frames.streams, (GFunc) (void *) g_bytes_unref, NULL);
  g_ptr_array_unref (frames.streams);
}

int
main (int argc, char **argv)
{
  for (guint i = 0; argc == 3 && i < G_N_ELEMENTS (races); i++)
    if (strcmp (argv[1], races[i].name) == 0) {
      run_race (&races[i], argv[2]);
      return 0;
    }
  return 2;
}
