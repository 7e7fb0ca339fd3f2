/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Abbreviated JPEG streams, one after the other through the decompressor that a
 * thread keeps: what one holds behind its scan does not reach the next. */

#include "slide/jpegtile.h"
#include "testdata.h"

#include <string.h>

#define SIDE 64

/* Tables, the image that needs them, and the same with the Huffman tables of
 * another one between its scan and its end. */
static const char program[] =
    "import io, struct\n"
    "import numpy as np\n"
    "from PIL import Image\n"
    "r = np.random.default_rng(3)\n"
    "p = Image.fromarray(r.integers(0, 255, (64, 64, 3), 'u1'))\n"
    "def segments(**options):\n"
    "    out = io.BytesIO()\n"
    "    p.save(out, 'JPEG', **options)\n"
    "    d = out.getvalue()\n"
    "    at, found = 2, []\n"
    "    while d[at + 1] != 0xda:\n"
    "        n = struct.unpack_from('>H', d, at + 2)[0] + 2\n"
    "        found.append((d[at + 1], d[at:at + n]))\n"
    "        at += n\n"
    "    return found, d[at:-2]\n"
    "found, scan = segments(quality=90)\n"
    "others, _ = segments(quality=90, optimize=True)\n"
    "pick = lambda l, *m: b''.join(s for k, s in l if k in m)\n"
    "tables = pick(found, 0xdb, 0xc4)\n"
    "head = b''.join(s for k, s in found if k not in (0xdb, 0xc4))\n"
    "put = lambda n, d: open('{dir}/' + n, 'wb').write(d)\n"
    "put('tables', b'\\xff\\xd8' + tables + b'\\xff\\xd9')\n"
    "put('plain', b'\\xff\\xd8' + head + scan + b'\\xff\\xd9')\n"
    "put('behind', b'\\xff\\xd8' + head + scan + pick(others, 0xc4) + "
    "b'\\xff\\xd9')\n";

static void
load (const char *name, VitrailJpegPart *part)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), name, NULL);
  char *data = NULL;

  g_assert_true (g_file_get_contents (path, &data, &part->length, NULL));
  part->data = (const guint8 *) data;
}

/* RGB of the picture. */
static guint8 *
decode (const VitrailJpegPart *tables, const VitrailJpegPart *image)
{
  const VitrailJpegPart parts[2] = { *tables, *image };
  guint8 *rgb = g_malloc ((gsize) SIDE * SIDE * 3);
  VitrailJpegTarget target = { .pixels = rgb,
                               .stride = (gsize) SIDE * 3,
                               .width = SIDE,
                               .height = SIDE };
  g_autoptr (GError) error = NULL;

  vitrail_jpeg_tile_decode_parts (parts, FALSE, &target, &error);
  g_assert_no_error (error);
  return rgb;
}

static void
test_tables_behind (void)
{
  static const char *const order[] = { "plain", "behind", "plain", "behind",
                                       "behind" };
  const gsize size = (gsize) SIDE * SIDE * 3;
  g_autofree guint8 *expected = NULL;
  VitrailJpegPart tables;

  g_free (test_data_python (program));
  load ("tables", &tables);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    VitrailJpegPart image;
    load (order[i], &image);
    g_autofree guint8 *rgb = decode (&tables, &image);
    if (i == 0)
      expected = g_steal_pointer (&rgb);
    else
      g_assert_cmpmem (rgb, size, expected, size);
    g_free ((gpointer) (guintptr) image.data);
  }
  g_free ((gpointer) (guintptr) tables.data);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpegtile/tables-behind", test_tables_behind);
  return g_test_run ();
}
