/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* RLE: what DCMTK and GDCM write is read bit-identical, what we write is read
 * by DCMTK, and damaged streams fail with their reason. */

#include "codectest.h"
#include "testdata.h"

#include <string.h>

#define RLE "1.2.840.10008.1.2.5"

/* GDCM's encoder ends the process where a plane has an odd length. */
static gboolean
is_for (const char *command, const TestPicture *picture)
{
  return !g_str_has_prefix (command, "gdcm") ||
         g_str_has_suffix (picture->name, "48x64");
}

static void
test_read (gconstpointer command)
{
  test_codec_assert_reads (command, is_for);
}

static void
test_write (void)
{
  const VitrailEncodeOptions options = { RLE, 0, 0 };
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  test_codec_write_ours (&options);
  test_codec_wrap_ours (RLE);
  for (guint i = 0; i < n; i++) {
    g_autofree char *ours = test_pictures_path (pictures[i].name, "ours.dcm");
    g_autofree char *back = test_pictures_path (pictures[i].name, "back.dcm");
    test_pictures_assert_same (ours, pictures[i].name);
    g_free (test_data_run ("dcmdrle %s %s", ours, back));
    test_pictures_assert_same (back, pictures[i].name);
  }
}

/* 2 x 2 pixels of 16 bits: two segments. */
static const VitrailPixelFormat small = {
  .width = 2,
  .height = 2,
  .samples = 1,
  .bits_allocated = 16,
  .bits_stored = 16,
  .high_bit = 15,
  .photometric = VITRAIL_PHOTOMETRIC_MONOCHROME2,
};

typedef struct {
  const char *name;
  guint n_segments;
  guint first;
  guint second;
  guint length;
  const char *reason;
} Damage;

/* A sound stream has its segments at 64 and 66 and 68 bytes. */
static const Damage damages[] = {
  { "short", 2, 64, 66, 63, "63 bytes are no RLE header" },
  { "none", 0, 64, 66, 68, "0 RLE segments are there, 2 are needed" },
  { "many", 4000000000u, 64, 66, 68,
    "4000000000 RLE segments are there, 2 are needed" },
  { "header", 2, 4, 66, 68, "RLE segment 1 lies from 4 to 66 of 68 bytes" },
  { "beyond", 2, 64, 70, 68, "RLE segment 1 lies from 64 to 70 of 68 bytes" },
  { "back", 2, 66, 64, 68, "RLE segment 1 lies from 66 to 64 of 68 bytes" },
  { "huge", 2, 64, 4294967295u, 68,
    "RLE segment 1 lies from 64 to 4294967295 of 68 bytes" },
  { "empty", 2, 66, 66, 68, "RLE segment 1 ends after 0 of 4 bytes" },
  { "cut", 2, 64, 66, 67, "RLE segment 2 ends after 0 of 4 bytes" },
};

static void
put_u32 (uint8_t *data, guint value)
{
  for (guint i = 0; i < 4; i++)
    data[i] = (uint8_t) (value >> (8 * i));
}

static void
test_damage (gconstpointer data)
{
  const Damage *damage = data;
  uint8_t stream[68] = { 0 };

  put_u32 (stream, damage->n_segments);
  put_u32 (stream + 4, damage->first);
  put_u32 (stream + 8, damage->second);
  /* Four times 1, four times 2. */
  memcpy (stream + 64, (const uint8_t[]){ 253, 1, 253, 2 }, 4);
  /* Exactly as long as it says, so that a read beyond is seen. */
  g_autoptr (GBytes) bytes = g_bytes_new (stream, damage->length);
  g_autofree char *text = g_strconcat ("file: frame 3: ", damage->reason, NULL);
  test_codec_assert_fails (RLE, bytes, &small, VITRAIL_ERROR_CORRUPT, text);
}

static void
test_sound (void)
{
  uint8_t stream[68] = { 2 };
  g_autoptr (GError) error = NULL;

  put_u32 (stream + 4, 64);
  put_u32 (stream + 8, 66);
  memcpy (stream + 64, (const uint8_t[]){ 253, 1, 253, 2 }, 4);
  g_autoptr (GBytes) bytes = g_bytes_new (stream, sizeof stream);
  g_autoptr (VitrailFrame) frame =
      test_codec_decode (RLE, bytes, &small, 0, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (((const uint16_t *) (gconstpointer) frame->data)[i], ==,
                      0x0102);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rle/sound", test_sound);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++) {
    g_autofree char *path = g_strconcat ("/rle/damage/", damages[i].name, NULL);
    g_test_add_data_func (path, &damages[i], test_damage);
  }
  g_test_add_data_func ("/rle/read/dcmtk", "dcmcrle", test_read);
  g_test_add_data_func ("/rle/read/gdcm", "gdcmconv --rle", test_read);
  g_test_add_func ("/rle/write", test_write);
  return g_test_run ();
}
