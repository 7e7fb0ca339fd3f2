/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* See codectest.h. */

#include "codectest.h"

#include "instance.h"
#include "testdata.h"

static VitrailFrame *
decode (const char *transfer_syntax,
        const VitrailCodecInput *said,
        const VitrailPixelFormat *format,
        GError **error)
{
  VitrailCodecInput input = *said;

  input.format = *format;
  input.name = "file";
  input.frame = 3;
  return vitrail_codec_find (transfer_syntax)->decode (&input, error);
}

VitrailFrame *
test_codec_decode (const char *transfer_syntax,
                   GBytes *bytes,
                   const VitrailPixelFormat *format,
                   guint reduce,
                   GError **error)
{
  VitrailCodecInput input = { .reduce = reduce };

  input.data = g_bytes_get_data (bytes, &input.length);
  return decode (transfer_syntax, &input, format, error);
}

VitrailFrame *
test_codec_decode_data (const char *transfer_syntax,
                        const void *data,
                        size_t length,
                        const VitrailPixelFormat *format,
                        GError **error)
{
  const VitrailCodecInput input = { .data = data, .length = length };

  return decode (transfer_syntax, &input, format, error);
}

void
test_codec_assert_fails (const char *transfer_syntax,
                         GBytes *bytes,
                         const VitrailPixelFormat *format,
                         VitrailError code,
                         const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (test_codec_decode (transfer_syntax, bytes, format, 0, &error));
  g_assert_error (error, VITRAIL_ERROR, (gint) code);
  g_assert_true (g_str_has_prefix (error->message, "file: frame 3: "));
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
}

void
test_codec_assert_reads (const char *command, TestCodecFilter filter)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree char *from = test_pictures_path (pictures[i].name, "dcm");
    g_autofree char *to = test_pictures_path (pictures[i].name, "theirs.dcm");
    if (filter != NULL && !filter (command, &pictures[i]))
      continue;
    g_free (test_data_run ("%s %s %s", command, from, to));
    test_pictures_assert_same (to, pictures[i].name);
  }
}

void
test_codec_check_made (const char *program,
                       guint at_least,
                       TestCodecCheck check)
{
  guint n = 0;

  test_pictures_get (&n);
  g_autofree char *made = test_data_python (program);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (made), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >=, at_least);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);
    g_autofree char *name = g_strjoin ("-", words[0], words[1], NULL);
    g_autofree char *path = test_pictures_path (name, "dcm");
    check (words[0], words[1], path);
  }
}

GBytes *
test_codec_load_stream (const char *command,
                        const char *name,
                        VitrailPixelFormat *format)
{
  g_autofree char *from = test_pictures_path (name, "dcm");
  g_autofree char *to = test_pictures_path ("whole", "dcm");
  g_autoptr (GError) error = NULL;
  guint n = 0;

  test_pictures_get (&n);
  g_free (test_data_run ("%s %s %s", command, from, to));
  g_autoptr (VitrailInstance) instance = vitrail_instance_open (to, &error);
  g_assert_no_error (error);
  g_assert_true (vitrail_instance_get_pixel_format (instance, format, &error));
  GBytes *bytes = vitrail_instance_load_frame (instance, 1, NULL, &error);
  g_assert_no_error (error);
  return bytes;
}

GBytes *
test_codec_encode (const char *name,
                   const VitrailEncodeOptions *options,
                   VitrailFrame **frame)
{
  guint n = 0;

  test_pictures_get (&n);
  g_autofree char *from = test_pictures_path (name, "dcm");
  g_autoptr (VitrailFrame) picture = test_pictures_decode (from, 0);
  g_autoptr (GError) error = NULL;
  GBytes *coded = vitrail_codec_find (options->transfer_syntax)
                      ->encode (picture, options, &error);

  g_assert_no_error (error);
  if (frame != NULL)
    *frame = g_steal_pointer (&picture);
  return coded;
}

static void
write_ours (const char *name, const VitrailEncodeOptions *options)
{
  g_autofree char *to = test_pictures_path (name, "ours");
  g_autoptr (VitrailFrame) frame = NULL;
  g_autoptr (GBytes) coded = test_codec_encode (name, options, &frame);
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailFrame) back =
      test_codec_decode (options->transfer_syntax, coded, &frame->format, 0,
                         &error);

  g_assert_no_error (error);
  g_assert_null (back->warning);
  g_assert_cmpmem (frame->data, frame->stride * frame->format.height,
                   back->data, back->stride * back->format.height);
  g_file_set_contents (to, g_bytes_get_data (coded, NULL),
                       (gssize) g_bytes_get_size (coded), &error);
  g_assert_no_error (error);
}

guint
test_codec_write_ours (const VitrailEncodeOptions *options)
{
  guint n = 0;
  const TestPicture *pictures = test_pictures_get (&n);

  for (guint i = 0; i < n; i++)
    write_ours (pictures[i].name, options);
  return n;
}

static const char *const wrap_program =
    "import glob, os, pydicom\n"
    "from pydicom.encaps import encapsulate\n"
    "for path in glob.glob('{dir}/*.ours'):\n"
    "    name = path[:-5]\n"
    "    ds = pydicom.dcmread(name + '.dcm')\n"
    "    ds.PixelData = encapsulate([open(path, 'rb').read()])\n"
    "    ds['PixelData'].VR = 'OB'\n"
    "    ds['PixelData'].is_undefined_length = True\n"
    "    if os.path.exists(name + '.photometric'):\n"
    "        ds.PhotometricInterpretation = open(name + "
    "'.photometric').read()\n"
    "    ds.file_meta.TransferSyntaxUID = open('{dir}/syntax').read()\n"
    "    ds.save_as(name + '.ours.dcm')\n";

void
test_codec_wrap_ours (const char *transfer_syntax)
{
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "syntax", NULL);

  g_assert_true (g_file_set_contents (path, transfer_syntax, -1, NULL));
  g_free (test_data_python (wrap_program));
}

/* opj_decompress reads .j2k, and writes planes without sign extension. */
static const char *const judge_program =
    "import glob, numpy as np, os, subprocess\n"
    "for path in glob.glob('{dir}/*.ours'):\n"
    "    base = path[:-5]\n"
    "    os.rename(path, base + '.j2k')\n"
    "    subprocess.run(['opj_decompress', '-i', base + '.j2k', '-o',\n"
    "                    '{dir}/judge.raw'], check=True,\n"
    "                   stdout=subprocess.DEVNULL)\n"
    "    bits, n, size = os.path.basename(base).split('-')\n"
    "    t = ('i' if 's' in bits else 'u') + (\n"
    "        '1' if bits.strip('s') == '8' else '2')\n"
    "    a = np.fromfile('{dir}/judge.raw', '<' + t)\n"
    "    b = np.fromfile(base + '.raw', '<' + t)\n"
    "    m = (1 << int(bits.strip('s'))) - 1\n"
    "    a = a.reshape(int(n), -1).T.ravel()\n"
    "    assert (a & m == b & m).all(), path\n"
    "    print(path)\n";

void
test_codec_assert_openjpeg_reads_ours (guint n)
{
  g_autofree char *judged = test_data_python (judge_program);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (judged), "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, n);
}
