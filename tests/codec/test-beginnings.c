/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Beginnings of code streams of HTJ2K and JPEG 2000, as they come over a
 * network: every cut of streams of ours, of ojph_compress and of opj_compress
 * decodes to what its bytes allow, or fails. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define PICTURE "12-1-511x513"
#define HT      "1.2.840.10008.1.2.4.202"
#define J2K     "1.2.840.10008.1.2.4.90"

/* Every cut of so many bytes, and so many more. */
#define ALL_CUTS 400
#define MORE     90

static VitrailFrame *
decode (const char *transfer_syntax,
        const VitrailPixelFormat *format,
        const uint8_t *data,
        gsize length,
        guint reduce)
{
  /* A copy of its own: what reads behind it is found by sanitizers. */
  g_autofree uint8_t *copy = g_memdup2 (data, length);
  const VitrailCodecInput input = {
    .data = copy,
    .length = length,
    .format = *format,
    .is_beginning = TRUE,
    .reduce = reduce,
    .name = "file",
    .frame = 3,
  };
  g_autoptr (GError) error = NULL;
  VitrailFrame *frame =
      vitrail_codec_find (transfer_syntax)->decode (&input, &error);

  if (frame == NULL)
    g_assert_true (g_str_has_prefix (error->message, "file: frame 3: "));
  return frame;
}

static void
assert_same (const VitrailFrame *a, const VitrailFrame *b)
{
  g_assert_cmpmem (a->data, a->stride * a->format.height, b->data,
                   b->stride * b->format.height);
}

/* One stream, and what it is at each reduction. */
typedef struct {
  const char *transfer_syntax;
  VitrailPixelFormat format;
  const uint8_t *data;
  gsize length;
  VitrailFrame *whole[16];
} Stream;

static const VitrailFrame *
get_whole (Stream *self, guint reduce)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (self->data, self->length);
  g_autoptr (GError) error = NULL;

  if (self->whole[reduce] == NULL)
    self->whole[reduce] = test_codec_decode (self->transfer_syntax, bytes,
                                             &self->format, reduce, &error);
  g_assert_no_error (error);
  return self->whole[reduce];
}

static void
clear_stream (Stream *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->whole); i++)
    g_clear_pointer (&self->whole[i], vitrail_frame_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, clear_stream)

/* The frame of @length bytes, after one that was @last. Returns what it is. */
static guint
check_cut (Stream *self, gsize length, guint last, guint *n_frames)
{
  g_autoptr (VitrailFrame) frame =
      decode (self->transfer_syntax, &self->format, self->data, length, 0);

  /* What was there once stays. */
  if (frame == NULL) {
    g_assert_cmpuint (last, ==, 15);
    return last;
  }
  ++*n_frames;
  g_assert_cmpuint (frame->reduce, <=, last);
  const VitrailFrame *whole = get_whole (self, frame->reduce);
  g_assert_cmpuint (frame->format.width, ==, whole->format.width);
  g_assert_cmpuint (frame->format.height, ==, whole->format.height);
  if (frame->preview_bytes == 0)
    assert_same (frame, whole);
  else
    g_assert_cmpuint (frame->preview_bytes, ==, length);
  return frame->reduce;
}

static guint
check_all_cuts (Stream *self)
{
  guint n_frames = 0;
  guint last = 15;
  gsize at = 0;

  while (at < self->length) {
    last = check_cut (self, at, last, &n_frames);
    at += at < ALL_CUTS ? 1 : MAX (self->length / MORE, 1);
  }
  g_assert_cmpuint (last, ==, 0);
  g_autoptr (VitrailFrame) frame = decode (self->transfer_syntax, &self->format,
                                           self->data, self->length, 0);
  g_assert_cmpuint (frame->preview_bytes, ==, 0);
  g_assert_cmpuint (frame->reduce, ==, 0);
  assert_same (frame, get_whole (self, 0));
  return n_frames;
}

static GBytes *
init_ours (Stream *self, const char *transfer_syntax)
{
  const VitrailEncodeOptions options = { transfer_syntax, 0, 0 };
  g_autoptr (VitrailFrame) frame = NULL;
  GBytes *bytes = test_codec_encode (PICTURE, &options, &frame);

  *self =
      (Stream){ .transfer_syntax = transfer_syntax, .format = frame->format };
  self->data = g_bytes_get_data (bytes, &self->length);
  return bytes;
}

static void
test_ours (gconstpointer transfer_syntax)
{
  g_auto (Stream) stream = { 0 };
  g_autoptr (GBytes) bytes = init_ours (&stream, transfer_syntax);

  g_assert_cmpuint (check_all_cuts (&stream), >, MORE / 2);
}

/* Streams of other encoders, in other orders, with tiles, layers, markers.
 * Prints name and transfer syntax. */
static const char *const program =
    "import os, pydicom, subprocess\n"
    "def run(*args):\n"
    "    subprocess.run(args, check=True, stdout=subprocess.DEVNULL,\n"
    "                   stderr=subprocess.DEVNULL)\n"
    "ds = pydicom.dcmread('{dir}/" PICTURE ".dcm')\n"
    "raw = '{dir}/cut.raw'\n"
    "open(raw, 'wb').write(ds.pixel_array.tobytes())\n"
    "for name, options in (\n"
    "    ('lrcp', ['-prog_order', 'LRCP']),\n"
    "    ('rlcp', ['-prog_order', 'RLCP', '-block_size', '{32,32}']),\n"
    "    ('precincts', ['-prog_order', 'RPCL',\n"
    "                   '-precincts', '{128,128},{64,64}']),\n"
    "    ('tiles', ['-prog_order', 'RPCL', '-tile_size', '{300,300}'])):\n"
    "    run('ojph_compress', '-i', raw, '-o', '{dir}/ht-%s.j2c' % name,\n"
    "        '-dims', '{%d,%d}' % (ds.Columns, ds.Rows), '-num_comps', '1',\n"
    "        '-downsamp', '{1,1}', '-signed', 'false', '-bit_depth',\n"
    "        str(ds.BitsStored), '-reversible', 'true', *options)\n"
    "    print('ht-' + name, '" HT "')\n"
    "for name, options in (\n"
    "    ('layers', ['-r', '40,10,1', '-p', 'LRCP']),\n"
    "    ('rpcl', ['-p', 'RPCL', '-n', '6', '-c', '[128,128]']),\n"
    "    ('rlcp', ['-p', 'RLCP', '-SOP', '-EPH'])):\n"
    "    run('opj_compress', '-i', raw, '-o', '{dir}/j2k-%s.j2c' % name,\n"
    "        '-F', '%d,%d,1,%d,u' % (ds.Columns, ds.Rows, ds.BitsStored),\n"
    "        *options)\n"
    "    print('j2k-' + name, '" J2K "')\n";

static void
check_made (const char *line, const VitrailPixelFormat *format)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  g_autofree char *path = test_pictures_path (words[0], "j2c");
  g_autofree char *data = NULL;
  g_auto (Stream) stream = { .transfer_syntax = words[1], .format = *format };

  g_assert_true (g_file_get_contents (path, &data, &stream.length, NULL));
  stream.data = (const uint8_t *) data;
  const guint n = check_all_cuts (&stream);
  g_test_message ("%s: %u cuts make a frame", words[0], n);
  /* The last tile of four comes late. */
  g_assert_cmpuint (n, >,
                    strstr (words[0], "tiles") != NULL ? MORE / 20 : MORE / 2);
}

static void
test_theirs (void)
{
  g_auto (Stream) ours = { 0 };
  g_autoptr (GBytes) bytes = init_ours (&ours, HT);
  g_autofree char *made = test_data_python (program);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (made), "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 7);
  for (guint i = 0; lines[i] != NULL; i++)
    check_made (lines[i], &ours.format);
}

/* The whole resolutions that a beginning has are asked for by name. */
static void
test_reduced (void)
{
  g_auto (Stream) stream = { 0 };
  g_autoptr (GBytes) bytes = init_ours (&stream, HT);
  gsize at[3] = { 0 };

  for (guint reduce = 0; reduce < G_N_ELEMENTS (at); reduce++)
    for (gsize n = 64; n < stream.length && at[reduce] == 0; n += 64) {
      g_autoptr (VitrailFrame) frame =
          decode (HT, &stream.format, stream.data, n, reduce);
      if (frame == NULL || frame->reduce != reduce || frame->preview_bytes > 0)
        continue;
      assert_same (frame, get_whole (&stream, reduce));
      at[reduce] = n;
    }
  g_assert_cmpuint (at[2], >, 0);
  g_assert_cmpuint (at[2], <, at[1] / 2);
  g_assert_cmpuint (at[1], <, stream.length / 2);
}

static double
measure_difference (const VitrailFrame *a, const VitrailFrame *b)
{
  const size_t n = (size_t) a->format.width * a->format.height;
  const uint16_t *x = (gconstpointer) a->data;
  const uint16_t *y = (gconstpointer) b->data;
  double sum = 0;

  for (size_t i = 0; i < n; i++)
    sum += ABS ((int) x[i] - (int) y[i]);
  return sum / (double) n;
}

/* A seventh of what is mostly noise shows half the resolution; more is nearer
 * to what it will be. */
static void
test_seventh (gconstpointer transfer_syntax)
{
  g_auto (Stream) stream = { 0 };
  g_autoptr (GBytes) bytes = init_ours (&stream, transfer_syntax);
  double last = G_MAXDOUBLE;

  g_autoptr (VitrailFrame) seventh = decode (transfer_syntax, &stream.format,
                                             stream.data, stream.length / 7, 0);
  g_assert_nonnull (seventh);
  g_assert_cmpuint (seventh->reduce, <=, 1);
  for (guint share = 6; share < 10; share++) {
    g_autoptr (VitrailFrame) frame =
        decode (transfer_syntax, &stream.format, stream.data,
                stream.length * share / 10, 0);
    g_assert_nonnull (frame);
    g_assert_cmpuint (frame->reduce, ==, 0);
    g_assert_cmpuint (frame->preview_bytes, >, 0);
    const double now = measure_difference (frame, get_whole (&stream, 0));
    g_assert_cmpfloat (now, <, last);
    last = now;
  }
}

/* Without being told, a beginning is a broken stream. */
static void
test_not_told (void)
{
  g_auto (Stream) stream = { 0 };
  g_autoptr (GBytes) bytes = init_ours (&stream, HT);
  g_autoptr (GBytes) half =
      g_bytes_new_from_bytes (bytes, 0, stream.length / 2);

  test_codec_assert_fails (HT, half, &stream.format, VITRAIL_ERROR_CORRUPT,
                           NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/beginnings/htj2k", HT, test_ours);
  g_test_add_data_func ("/beginnings/jpeg2000", J2K, test_ours);
  g_test_add_func ("/beginnings/theirs", test_theirs);
  g_test_add_func ("/beginnings/reduced", test_reduced);
  g_test_add_data_func ("/beginnings/seventh/htj2k", HT, test_seventh);
  g_test_add_data_func ("/beginnings/seventh/jpeg2000", J2K, test_seventh);
  g_test_add_func ("/beginnings/not-told", test_not_told);
  return g_test_run ();
}
