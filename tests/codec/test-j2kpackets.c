/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packets of HTJ2K: streams that ojph_compress writes with many parameters are
 * walked to their end and decode to the samples that went in; SOP, EPH and tile
 * parts change nothing; what is cut, damaged or not for OpenJPH is refused. */

#include "codec/codec.h"
#include "codec/j2kpacket.h"
#include "codec/j2kpackets.h"
#include "error.h"
#include "testdata.h"

#include <stdlib.h>
#include <string.h>

/* Prints a line for each stream: its name, width, height, components, bits.
 * NAME.raw has its samples, interleaved, little endian. */
static const char *const program =
    "import numpy as np, subprocess\n"
    "rng = np.random.default_rng(7)\n"
    "def make(name, w, h, n, bits, *options):\n"
    "    m = (1 << bits) - 1\n"
    "    y, x = np.mgrid[0:h, 0:w]\n"
    "    a = np.stack([(x * 5 + y * (3 + c) + rng.integers(0, 6, (h, w)))\n"
    "                  for c in range(n)], axis=2) & m\n"
    "    t = 'u1' if bits <= 8 else 'u2'\n"
    "    base = '{dir}/' + name\n"
    "    source = base + ('.pgm' if n == 1 else '.ppm')\n"
    "    open(source, 'wb').write(b'P%d %d %d %d\\n' % (\n"
    "        5 if n == 1 else 6, w, h, m) + a.astype('>' + t).tobytes())\n"
    "    open(base + '.raw', 'wb').write(a.astype('<' + t).tobytes())\n"
    "    subprocess.run(['ojph_compress', '-i', source, '-o',\n"
    "                    base + '.j2c', '-reversible', 'true', *options],\n"
    "                   check=True, stdout=subprocess.DEVNULL)\n"
    "    print(name, w, h, n, bits)\n"
    "orders = 'LRCP RLCP RPCL PCRL CPRL'.split()\n"
    "blocks = '{4,4} {64,64} {8,32} {1024,4} {4,256}'.split()\n"
    "precincts = ['{16,16},{32,8}', '{2,64}', '{256,256}', '{8,8}',\n"
    "             '{32768,32768}']\n"
    "tiles = '{1000,1000} {23,19} {64,7} {5,64} {31,31}'.split()\n"
    "for i, order in enumerate(orders):\n"
    "    for j, tile in enumerate(tiles):\n"
    "        k = (i + j) % 5\n"
    "        make('%s-%d' % (order, j), 61 - 3 * j, 47 + j, 1 + 2 * (j % 2),\n"
    "             (8, 12)[i % 2], '-prog_order', order, '-num_decomps',\n"
    "             str(j + 1), '-block_size', blocks[k], '-precincts',\n"
    "             precincts[(i + 2 * j) % 5], '-tile_size', tile)\n"
    "for i, (w, h) in enumerate([(1, 1), (7, 5), (8, 8), (1, 40), (33, 2)]):\n"
    "    make('small-%d' % i, w, h, 1 + 2 * (i % 2), 8, '-num_decomps',\n"
    "         '5', '-prog_order', orders[i])\n"
    "make('offset', 50, 40, 1, 8, '-image_offset', '{5,3}', '-tile_offset',\n"
    "     '{2,1}', '-tile_size', '{17,13}', '-num_decomps', '3')\n"
    "make('flat', 60000, 1, 3, 8, '-num_decomps', '10')\n"
    "make('one', 40, 30, 3, 8, '-num_decomps', '0', '-prog_order', 'LRCP',\n"
    "     '-colour_trans', 'false')\n";

typedef struct {
  char *name;
  uint8_t *data;
  gsize length;
  VitrailPixelFormat format;
} Stream;

static char *
read_file (const char *name, const char *suffix, gsize *length)
{
  g_autofree char *path =
      g_strdup_printf ("%s/%s.%s", test_data_get_scratch (), name, suffix);
  g_autoptr (GError) error = NULL;
  char *data = NULL;

  g_file_get_contents (path, &data, length, &error);
  g_assert_no_error (error);
  return data;
}

static void
clear_stream (gpointer data)
{
  Stream *self = data;

  g_free (self->name);
  g_free (self->data);
}

static void
add_stream (GArray *streams, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 0);
  Stream stream = { .name = g_strdup (words[0]) };
  VitrailPixelFormat *format = &stream.format;

  format->width = (guint) g_ascii_strtoull (words[1], NULL, 10);
  format->height = (guint) g_ascii_strtoull (words[2], NULL, 10);
  format->samples = (guint) g_ascii_strtoull (words[3], NULL, 10);
  format->bits_stored = (guint) g_ascii_strtoull (words[4], NULL, 10);
  format->bits_allocated = format->bits_stored <= 8 ? 8 : 16;
  format->high_bit = format->bits_stored - 1;
  format->photometric = format->samples == 1 ? VITRAIL_PHOTOMETRIC_MONOCHROME2
                                             : VITRAIL_PHOTOMETRIC_RGB;
  stream.data = (uint8_t *) read_file (words[0], "j2c", &stream.length);
  g_array_append_val (streams, stream);
}

static GArray *
get_streams (void)
{
  static GArray *streams;

  if (streams != NULL)
    return streams;
  g_autofree char *made = test_data_python (program);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (made), "\n", -1);
  streams = g_array_new (FALSE, FALSE, sizeof (Stream));
  g_array_set_clear_func (streams, clear_stream);
  for (guint i = 0; lines[i] != NULL; i++)
    add_stream (streams, lines[i]);
  return streams;
}

/* The last one made, of three packets. */
static const Stream *
get_simple (void)
{
  GArray *streams = get_streams ();

  return &g_array_index (streams, Stream, streams->len - 1);
}

static GByteArray *
walk (const uint8_t *data, gsize length, VitrailJ2kFault *fault)
{
  VitrailJ2kHeader header;

  *fault = (VitrailJ2kFault){ "the header", FALSE };
  if (vitrail_j2k_header_read (&header, data, length) != NULL)
    return NULL;
  return vitrail_j2k_packets_read (&header, NULL, fault);
}

static VitrailFrame *
decode (const Stream *stream, const uint8_t *data, gsize length, GError **error)
{
  const VitrailCodecInput input = {
    .data = data,
    .length = length,
    .format = stream->format,
    .name = "file",
    .frame = 1,
  };

  return vitrail_codec_find ("1.2.840.10008.1.2.4.201")->decode (&input, error);
}

/* What comes out has nothing but packets, and so comes out of itself. */
static void
assert_walks (const Stream *stream)
{
  VitrailJ2kFault fault;
  g_autoptr (GByteArray) once = walk (stream->data, stream->length, &fault);
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_test_message ("%s", stream->name);
  g_assert_cmpstr (fault.reason, ==, NULL);
  g_assert_nonnull (once);
  g_assert_cmpuint (once->len, <, stream->length);
  g_autoptr (VitrailFrame) frame =
      decode (stream, stream->data, stream->length, &error);
  g_assert_no_error (error);
  g_autofree char *raw = read_file (stream->name, "raw", &length);
  g_assert_cmpmem (frame->data, frame->stride * frame->format.height, raw,
                   length);
}

static void
test_valid (void)
{
  GArray *streams = get_streams ();

  g_assert_cmpuint (streams->len, ==, 33);
  for (guint i = 0; i < streams->len; i++)
    assert_walks (&g_array_index (streams, Stream, i));
}

static gsize
find_marker (const Stream *stream, guint8 marker)
{
  gsize at = 2;

  while (stream->data[at + 1] != marker)
    at += 2 + ((gsize) stream->data[at + 2] << 8 | stream->data[at + 3]);
  return at;
}

static void
put_part (GByteArray *out, guint part, const GByteArray *body)
{
  const guint length = 14 + body->len;
  const uint8_t head[] = {
    0xff,           0x90, 0,    10,  0, 0, 0, 0, length >> 8, (uint8_t) length,
    (uint8_t) part, 3,    0xff, 0x93
  };

  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, body->data, body->len);
}

/* One packet, as another writer would have put it. */
static void
put_packet (GByteArray *body,
            const uint8_t *data,
            const VitrailJ2kPacket *packet,
            gboolean has_markers)
{
  static const uint8_t sop[] = { 0xff, 0x91, 0, 4, 0, 0 };
  static const uint8_t eph[] = { 0xff, 0x92 };

  if (has_markers)
    g_byte_array_append (body, sop, sizeof sop);
  g_byte_array_append (body, data + packet->start, (guint) packet->header);
  if (has_markers)
    g_byte_array_append (body, eph, sizeof eph);
  g_byte_array_append (body, data + packet->body_start, (guint) packet->body);
}

/* The simple stream, with a tile part for each packet. */
static GByteArray *
split (gboolean has_markers)
{
  const Stream *stream = get_simple ();
  const gsize sot = find_marker (stream, 0x90);
  const guint planes[3] = { 8, 8, 8 };
  GByteArray *out = g_byte_array_new ();
  const VitrailJ2kGrid grid = {
    .image = { 0, 0, 40, 30 },
    .tile_width = 40,
    .tile_height = 30,
    .n_across = 1,
    .components = { { 8, FALSE, 1, 1 } },
    .block_x = 6,
    .block_y = 6,
    .precincts = { 0xff },
  };
  const VitrailJ2kResolution resolution =
      vitrail_j2k_grid_get_resolution (&grid, 0, 0, 0);
  g_auto (VitrailJ2kPacketReader) reader;

  vitrail_j2k_packet_reader_init (&reader);
  reader.blocks_left = 3;
  reader.data = stream->data + sot + 14;
  reader.length = stream->length - 2 - sot - 14;
  g_byte_array_append (out, stream->data, (guint) sot);
  if (has_markers)
    out->data[find_marker (stream, 0x52) + 4] |= 6;
  for (guint i = 0; i < 3; i++) {
    VitrailJ2kPacket packet;
    g_autoptr (GByteArray) body = g_byte_array_new ();
    const char *reason =
        vitrail_j2k_packet_reader_read (&reader, &resolution, 0, planes, FALSE,
                                        &packet);
    g_assert_cmpstr (reason, ==, NULL);
    put_packet (body, reader.data, &packet, has_markers);
    put_part (out, i, body);
    reader.data += packet.length;
    reader.length -= packet.length;
  }
  g_assert_cmpuint (reader.length, ==, 0);
  g_byte_array_append (out, (const uint8_t *) "\xff\xd9", 2);
  return out;
}

static void
test_parts (gconstpointer has_markers)
{
  const Stream *stream = get_simple ();
  VitrailJ2kFault fault;
  g_autoptr (GByteArray) parts = split (GPOINTER_TO_INT (has_markers));
  g_autoptr (GByteArray) expected = walk (stream->data, stream->length, &fault);
  g_autoptr (GByteArray) out = walk (parts->data, parts->len, &fault);

  g_assert_cmpstr (fault.reason, ==, NULL);
  g_assert_cmpmem (out->data, out->len, expected->data, expected->len);
  /* The second part says that it is the first. */
  const gsize sot = find_marker (stream, 0x90);
  parts->data[sot + 14 + 10] = 0;
  const gsize second =
      sot + ((gsize) parts->data[sot + 8] << 8) + parts->data[sot + 9];
  parts->data[second + 10] = 0;
  g_autoptr (GByteArray) wrong = walk (parts->data, parts->len, &fault);
  g_assert_null (wrong);
}

/* To the end of the stream, and cut anywhere behind its headers. */
static void
test_cut (void)
{
  const Stream *stream = get_simple ();
  const gsize sot = find_marker (stream, 0x90);
  g_autofree uint8_t *data = g_memdup2 (stream->data, stream->length);
  VitrailJ2kFault fault;

  memset (data + sot + 6, 0, 4);
  g_autoptr (GByteArray) whole = walk (data, stream->length, &fault);
  g_assert_nonnull (whole);
  for (gsize length = sot + 14; length < stream->length - 2; length++) {
    g_autofree uint8_t *copy = g_memdup2 (data, length);
    g_autoptr (GByteArray) cut = walk (copy, length, &fault);
    g_assert_null (cut);
    g_assert_nonnull (fault.reason);
    g_assert_false (fault.is_unsupported);
  }
}

static void
assert_refused (const uint8_t *data, gsize length, const char *reason)
{
  const Stream *stream = get_simple ();
  g_autofree char *message =
      g_strdup_printf ("file: frame 1: HTJ2K with %s", reason);
  g_autoptr (GError) error = NULL;

  g_assert_null (decode (stream, data, length, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==, message);
}

/* A segment before the first tile part. */
static void
assert_segment_refused (const char *segment, gsize n, const char *reason)
{
  const Stream *stream = get_simple ();
  const gsize sot = find_marker (stream, 0x90);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_byte_array_append (out, stream->data, (guint) sot);
  g_byte_array_append (out, (const uint8_t *) segment, (guint) n);
  g_byte_array_append (out, stream->data + sot, (guint) (stream->length - sot));
  assert_refused (out->data, out->len, reason);
}

static void
test_refused (void)
{
  const Stream *stream = get_simple ();
  const gsize cod = find_marker (stream, 0x52);
  g_autofree uint8_t *data = g_memdup2 (stream->data, stream->length);

  assert_segment_refused ("\xff\x53\0\x09\x01\0\0\x04\x04\x40\x01", 11,
                          "components that are coded differently");
  assert_segment_refused ("\xff\x5e\0\x05\0\0\x07", 7, "a region of interest");
  assert_segment_refused ("\xff\x5f\0\x09\0\0\0\x01\x01\x03\x02", 11,
                          "an order of progression that changes");
  assert_segment_refused ("\xff\x60\0\x03\0", 5, "packed packet headers");
  data[cod + 7] = 2;
  assert_refused (data, stream->length, "several layers");
  data[cod + 7] = 1;
  data[cod + 12] |= 0x04;
  assert_refused (data, stream->length, "blocks of that style");
}

/* Each byte of headers and packets changed: no crash, and whatever walks is
 * decoded, or fails, in peace. */
static void
test_damage (void)
{
  static const uint8_t flips[] = { 0x01, 0x80, 0xff, 0x14 };
  GArray *streams = get_streams ();
  guint n_failed = 0;

  for (guint s = 25; s < 30; s++) {
    const Stream *stream = &g_array_index (streams, Stream, s);
    g_autofree uint8_t *data = g_memdup2 (stream->data, stream->length);
    for (gsize i = 0; i < stream->length; i++)
      for (guint f = 0; f < G_N_ELEMENTS (flips); f++) {
        data[i] ^= flips[f];
        g_autoptr (GError) error = NULL;
        g_autoptr (VitrailFrame) frame =
            decode (stream, data, stream->length, &error);
        n_failed += frame == NULL;
        g_assert_true ((frame == NULL) == (error != NULL));
        data[i] ^= flips[f];
      }
  }
  g_assert_cmpuint (n_failed, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/j2kpackets/valid", test_valid);
  g_test_add_data_func ("/j2kpackets/parts", GINT_TO_POINTER (FALSE),
                        test_parts);
  g_test_add_data_func ("/j2kpackets/markers", GINT_TO_POINTER (TRUE),
                        test_parts);
  g_test_add_func ("/j2kpackets/cut", test_cut);
  g_test_add_func ("/j2kpackets/refused", test_refused);
  g_test_add_func ("/j2kpackets/damage", test_damage);
  const int status = g_test_run ();
  g_array_unref (get_streams ());
  return status;
}
