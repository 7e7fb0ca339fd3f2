/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packed DICOM JSON: what is joined as gzip unpacks, by zlib's own reader, to
 * what is joined as text, and that is the array of what was packed. */

#include "dicom/packedjson.h"

#include <gio/gio.h>

#include <string.h>

#define BASE "http://127.0.0.1:1/dicom-web"

static const char *const objects[] = {
  "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"A\"}]}}",
  "{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"/studies/1\"}}",
  "{\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"/a\"},"
  "\"00420012\":{\"vr\":\"OB\",\"BulkDataURI\":\"\"},"
  "\"00081030\":{\"vr\":\"LO\",\"Value\":[\"\\\"BulkDataURI\\\":\\\"/b\"]}}",
};

static GBytes *
unpack (GBytes *gzip)
{
  g_autoptr (GZlibDecompressor) inflater =
      g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) packed = g_memory_input_stream_new_from_bytes (gzip);
  g_autoptr (GInputStream) plain =
      g_converter_input_stream_new (packed, G_CONVERTER (inflater));
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (out, plain, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL,
                          &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static char *
join (GPtrArray *packed, gboolean as_gzip)
{
  g_autoptr (VitrailJsonJoiner) joiner =
      vitrail_json_joiner_new (BASE, as_gzip);

  for (guint i = 0; i < packed->len; i++)
    g_assert_true (
        vitrail_json_joiner_add (joiner, g_ptr_array_index (packed, i)));
  g_autoptr (GBytes) joined = vitrail_json_joiner_end (joiner);
  g_autoptr (GBytes) text = as_gzip ? unpack (joined) : g_bytes_ref (joined);
  return g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

static GPtrArray *
pack_all (void)
{
  GPtrArray *packed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_ptr_array_add (packed,
                     vitrail_packed_json_new (objects[i], strlen (objects[i])));
  return packed;
}

static void
test_join (void)
{
  g_autoptr (GPtrArray) packed = pack_all ();
  g_autofree char *text = join (packed, FALSE);
  g_autofree char *unpacked = join (packed, TRUE);

  g_assert_cmpstr (
      text, ==,
      "[{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"A\"}]}},"
      "{\"7FE00010\":{\"vr\":\"OW\",\"BulkDataURI\":\"" BASE "/studies/1\"}},"
      "{\"00420011\":{\"vr\":\"OB\",\"BulkDataURI\":\"" BASE "/a\"},"
      "\"00420012\":{\"vr\":\"OB\",\"BulkDataURI\":\"" BASE "\"},"
      "\"00081030\":{\"vr\":\"LO\",\"Value\":[\"\\\"BulkDataURI\\\":\\\"/b\"]}}"
      "]\n");
  g_assert_cmpstr (text, ==, unpacked);
}

static void
test_nothing (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *text = join (none, FALSE);
  g_autofree char *unpacked = join (none, TRUE);

  g_assert_cmpstr (text, ==, "[]\n");
  g_assert_cmpstr (unpacked, ==, "[]\n");
}

/* Long and many: beyond the window, and beyond one block. */
static void
test_long (void)
{
  g_autoptr (GPtrArray) packed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 40; i++) {
    g_autoptr (GString) json = g_string_new ("{");
    for (guint j = 0; j < i * 200; j++)
      g_string_append_printf (json, "\"%08X\":{\"vr\":\"UL\",\"Value\":[%u]},",
                              j, g_rand_int (random));
    g_string_append (json, "\"7FE00010\":{\"BulkDataURI\":\"/x\"}}");
    g_ptr_array_add (packed, vitrail_packed_json_new (json->str, json->len));
  }
  g_autofree char *text = join (packed, FALSE);
  g_autofree char *unpacked = join (packed, TRUE);
  g_assert_cmpuint (strlen (text), >, 1000000);
  g_assert_cmpstr (text, ==, unpacked);
}

/* What a broken database gives: cut anywhere, any byte another one. Nothing of
 * it may reach the text. */
static void
test_damaged (void)
{
  g_autoptr (GPtrArray) packed = pack_all ();
  GBytes *whole = g_ptr_array_index (packed, 2);
  gsize size = g_bytes_get_size (whole);

  for (gsize i = 0; i < size; i++) {
    g_autoptr (VitrailJsonJoiner) joiner =
        vitrail_json_joiner_new (BASE, FALSE);
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, i);
    g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (whole, NULL), size);
    data[i] ^= 0x55;
    g_autoptr (GBytes) other = g_bytes_new (data, size);

    gboolean has_cut = vitrail_json_joiner_add (joiner, cut);
    gboolean has_other = vitrail_json_joiner_add (joiner, other);
    g_autoptr (GBytes) text = vitrail_json_joiner_end (joiner);
    if (!has_cut && !has_other)
      g_assert_cmpmem (g_bytes_get_data (text, NULL), g_bytes_get_size (text),
                       "[]\n", 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packed-json/join", test_join);
  g_test_add_func ("/packed-json/nothing", test_nothing);
  g_test_add_func ("/packed-json/long", test_long);
  g_test_add_func ("/packed-json/damaged", test_damaged);
  return g_test_run ();
}
