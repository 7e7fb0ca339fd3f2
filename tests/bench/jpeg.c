/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench_jpeg: our codec and libjpeg-turbo itself, called as its manual says,
 * over the same stream of 8 bits, by turns, on one core, each into memory of
 * its own as a frame is; medians of 21 rounds. Grey of 512 x 512 and YCbCr of
 * 1024 x 1024 with halved chroma, both made here of waves and noise. */

#include "codec/codec.h"
#include "rounds.h"

#include <stdio.h>
#include <string.h>

/* After stdio.h, which jpeglib.h needs and does not include. */
/* clang-format off */
#include <jpeglib.h>
/* clang-format on */

#define ROUNDS 21

typedef struct {
  const char *name;
  guint side;
  guint samples;
  uint8_t *data;
  unsigned long length;
  uint8_t *out;        /* owned: what the peer made last */
  VitrailFrame *frame; /* owned: what we made last */
} Picture;

static void
make (Picture *self)
{
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  const size_t stride = (size_t) self->side * self->samples;
  g_autofree uint8_t *row = g_malloc (stride);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  jpeg.err = jpeg_std_error (&errors);
  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &self->data, &self->length);
  jpeg.image_width = jpeg.image_height = self->side;
  jpeg.input_components = (int) self->samples;
  jpeg.in_color_space = self->samples == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, 85, TRUE);
  jpeg_start_compress (&jpeg, TRUE);
  for (guint y = 0; y < self->side; y++) {
    for (size_t x = 0; x < stride; x++)
      row[x] = (uint8_t) (((x / 7 * y / 9) & 127) +
                          (guint) g_rand_int_range (rand, 0, 24));
    jpeg_write_scanlines (&jpeg, &row, 1);
  }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
}

static double
decode_peer (Picture *self)
{
  const gint64 before = g_get_monotonic_time ();
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;

  jpeg.err = jpeg_std_error (&errors);
  jpeg_create_decompress (&jpeg);
  jpeg_mem_src (&jpeg, self->data, self->length);
  jpeg_read_header (&jpeg, TRUE);
  jpeg.out_color_space = jpeg.jpeg_color_space;
  jpeg_start_decompress (&jpeg);
  g_free (self->out);
  self->out = g_malloc ((size_t) jpeg.output_width * jpeg.output_height *
                        self->samples);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = self->out + (size_t) jpeg.output_scanline *
                                   jpeg.output_width * self->samples;
    jpeg_read_scanlines (&jpeg, &row, 1);
  }
  jpeg_finish_decompress (&jpeg);
  jpeg_destroy_decompress (&jpeg);
  return (double) (g_get_monotonic_time () - before);
}

/* Both keep their picture until the next one: who gives memory back sooner
 * pays for new pages. */
static double
decode_ours (Picture *self, gboolean *same)
{
  const gint64 before = g_get_monotonic_time ();
  const VitrailCodecInput input = {
    .data = self->data,
    .length = self->length,
    .format = { .width = self->side,
                .height = self->side,
                .samples = self->samples,
                .bits_allocated = 8,
                .bits_stored = 8,
                .high_bit = 7,
                .photometric = self->samples == 1
                                   ? VITRAIL_PHOTOMETRIC_MONOCHROME2
                                   : VITRAIL_PHOTOMETRIC_YBR_FULL_422 },
    .name = "bench",
    .frame = 1,
  };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->frame, vitrail_frame_unref);
  self->frame =
      vitrail_codec_find ("1.2.840.10008.1.2.4.50")->decode (&input, &error);
  const gint64 after = g_get_monotonic_time ();

  g_assert_no_error (error);
  *same = memcmp (self->frame->data, self->out,
                  self->frame->stride * self->frame->format.height) == 0;
  return (double) (after - before);
}

static void
race (Picture *self)
{
  const guint n = bench_get_rounds (ROUNDS);
  double mine[ROUNDS];
  double theirs[ROUNDS];
  double ratios[ROUNDS];
  gboolean same = FALSE;
  const double bytes = (double) self->side * self->side * self->samples;

  make (self);
  decode_peer (self);
  decode_ours (self, &same);
  for (guint i = 0; i < n; i++) {
    theirs[i] = decode_peer (self);
    mine[i] = decode_ours (self, &same);
    ratios[i] = theirs[i] / mine[i];
  }
  printf ("%-32s %7.0f MB/s %7.0f MB/s %8.2f  ratio >= 1%s\n", self->name,
          bytes / bench_median (mine, n), bytes / bench_median (theirs, n),
          bench_median (ratios, n), same ? "" : "  (other samples)");
  free (self->data);
  g_clear_pointer (&self->frame, vitrail_frame_unref);
  g_free (self->out);
}

int
main (void)
{
  Picture pictures[] = {
    { .name = "JPEG grey / libjpeg-turbo", .side = 512, .samples = 1 },
    { .name = "JPEG 4:2:0 / libjpeg-turbo", .side = 1024, .samples = 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    race (&pictures[i]);
  return 0;
}
