/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailWindowLut against the formula of PS3.3 C.11.2, written down a second
 * time here, for all samples; and against pydicom. */

#include "pixel/window.h"
#include "testdata.h"
#include "testframe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double
formula (VitrailVoiFunction function, double c, double w, double x)
{
  double y = 0;

  if (function == VITRAIL_VOI_SIGMOID)
    return 1 / (1 + exp (-4 * (x - c) / w));
  if (function == VITRAIL_VOI_LINEAR) {
    if (x <= c - 0.5 - (w - 1) / 2)
      y = 0;
    else if (x > c - 0.5 + (w - 1) / 2)
      y = 1;
    else
      y = (x - (c - 0.5)) / (w - 1) + 0.5;
  } else {
    if (x <= c - w / 2)
      y = 0;
    else if (x > c + w / 2)
      y = 1;
    else
      y = (x - c) / w + 0.5;
  }
  return y;
}

static uint8_t
expect (const VitrailFrameInfo *info,
        const VitrailPresentation *p,
        double sample)
{
  const double stored = sample - info->sample_offset;
  const double x = stored * info->slope + info->intercept;
  double grey =
      rint (formula (p->function, p->window_center, p->window_width, x) * 255);

  if (info->inverted != p->invert)
    grey = 255 - grey;
  return (uint8_t) grey;
}

static uint16_t *
make_ramp (void)
{
  uint16_t *ramp = g_new (uint16_t, 65536);

  for (guint i = 0; i < 65536; i++)
    ramp[i] = (uint16_t) i;
  return ramp;
}

static const struct {
  double center;
  double width;
} windows[] = {
  { 40, 400 },     { 50, 1 },        { 50.5, 1 },      { 40.25, 80.5 },
  { -600, 1500 },  { 2048, 4096 },   { 32768, 65536 }, { 32767.5, 65535 },
  { 128, 256 },    { 127.5, 255 },   { 0, 2 },         { 0, 511 },
  { 1000.1, 3.7 }, { -1024, 16 },    { 40000, 80 },    { 65535, 1000 },
  { 1e9, 10 },     { -1e9, 10 },     { 0, 1e9 },       { 300, 1.0001 },
  { 512, 1021 },   { 20000, 40001 }, { 17, 86 },       { 99.9, 171 },
};

static const struct {
  double slope;
  double intercept;
} modality[] = {
  { 1, 0 }, { 1, -1024 }, { 2.5, -17.25 }, { -1, 100 }, { 0.001, 0 }, { 0, 5 },
};

static guint64
compare_all (const VitrailFrameInfo *info,
             const VitrailPresentation *p,
             const uint16_t *ramp,
             guint *fast)
{
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (info, p, NULL);
  g_autofree uint8_t *got = g_malloc (65536);
  guint64 wrong = 0;

  vitrail_window_row (lut, ramp, got, 65536);
  for (guint i = 0; i < 65536; i++)
    wrong += got[i] != expect (info, p, i);
  *fast += 1;
  return wrong;
}

static void
test_formula (gconstpointer data)
{
  const VitrailVoiFunction function = GPOINTER_TO_INT (data);
  g_autofree uint16_t *ramp = make_ramp ();
  guint64 wrong = 0;
  guint cases = 0;

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    for (guint m = 0; m < G_N_ELEMENTS (modality); m++) {
      VitrailFrameInfo info = test_frame_info (16, i % 2);
      const VitrailPresentation p = { TRUE, windows[i].center, windows[i].width,
                                      function, m % 2 };
      info.slope = modality[m].slope;
      info.intercept = modality[m].intercept;
      info.inverted = i % 3 == 0;
      const guint64 more = compare_all (&info, &p, ramp, &cases);
      if (more > 0)
        g_test_message ("c %g w %g slope %g intercept %g: %" G_GUINT64_FORMAT
                        " wrong",
                        p.window_center, p.window_width, info.slope,
                        info.intercept, more);
      wrong += more;
    }
  g_test_message ("%u windows, 65536 samples each", cases);
  g_assert_cmpuint (wrong, ==, 0);
}

/* 8 bit: the same over all 256 samples, and many windows. */
static void
test_8bit (void)
{
  uint8_t ramp[256];
  uint8_t got[256];

  for (guint i = 0; i < 256; i++)
    ramp[i] = (uint8_t) i;
  for (guint w = 1; w < 600; w += 7)
    for (guint step = 0; step < 28; step++) {
      const double c = -50 + 12.25 * step;
      VitrailFrameInfo info = test_frame_info (8, w % 2);
      const VitrailPresentation p = { TRUE, c, w, (VitrailVoiFunction) (w % 3),
                                      FALSE };
      g_autoptr (VitrailWindowLut) lut =
          vitrail_window_lut_new (&info, &p, NULL);
      vitrail_window_row (lut, ramp, got, 256);
      for (guint i = 0; i < 256; i++)
        g_assert_cmpuint (got[i], ==, expect (&info, &p, i));
    }
}

/* What pydicom's apply_voi_lut says, rounded: differences only where it lies
 * within the last digits of a tie. */
static const char pydicom_program[] =
    "import sys, numpy as np\n"
    "from pydicom.dataset import Dataset\n"
    "from pydicom.pixel_data_handlers.util import apply_voi_lut\n"
    "out = open('{dir}/voi.bin', 'wb')\n"
    "cases = [(40,400,'LINEAR'),(50,1,'LINEAR'),(40.25,80.5,'LINEAR'),\n"
    " (-600,1500,'LINEAR'),(0,511,'LINEAR'),(40,400,'LINEAR_EXACT'),\n"
    " (99.9,171,'LINEAR_EXACT'),(40,400,'SIGMOID'),(-600,1500,'SIGMOID')]\n"
    "x = np.arange(-32768, 32768).astype('int16')\n"
    "for c, w, f in cases:\n"
    "  ds = Dataset()\n"
    "  ds.PhotometricInterpretation = 'MONOCHROME2'\n"
    "  ds.BitsStored = 16; ds.PixelRepresentation = 1\n"
    "  ds.WindowCenter = c; ds.WindowWidth = w; ds.VOILUTFunction = f\n"
    "  y = (apply_voi_lut(x, ds) + 32768.0) / 65535.0 * 255\n"
    "  out.write(y.astype('<f8').tobytes())\n"
    "  print(c, w, ['LINEAR','LINEAR_EXACT','SIGMOID'].index(f))\n";

static void
test_pydicom (void)
{
  g_autofree char *text = test_data_python (pydicom_program);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "voi.bin", NULL);
  g_autofree char *bytes = NULL;
  g_autofree uint16_t *ramp = make_ramp ();
  g_autofree uint8_t *got = g_malloc (65536);
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, (gsize) g_strv_length (lines) * 65536 * 8);
  for (guint i = 0; lines[i] != NULL; i++) {
    const double *y = (const double *) (gpointer) bytes + (gsize) i * 65536;
    g_auto (GStrv) f = g_strsplit (lines[i], " ", 3);
    const VitrailPresentation p = { TRUE, g_ascii_strtod (f[0], NULL),
                                    g_ascii_strtod (f[1], NULL),
                                    (VitrailVoiFunction) (f[2][0] - '0'),
                                    FALSE };
    const VitrailFrameInfo info = test_frame_info (16, TRUE);
    g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
    vitrail_window_row (lut, ramp, got, 65536);
    for (guint s = 0; s < 65536; s++)
      g_assert_cmpfloat (fabs (got[s] - y[s]), <, 0.5 + 1e-9);
  }
}

/* Modality and VOI LUT as pydicom applies them to every 16-bit sample, and a
 * window that is set in the VOI LUT's place. */
static const char lut_program[] =
    "import numpy as np\n"
    "from pydicom.dataset import Dataset\n"
    "from pydicom.pixel_data_handlers.util import apply_modality_lut\n"
    "from pydicom.pixel_data_handlers.util import apply_voi\n"
    "def table(first, bits, values):\n"
    "  t = Dataset()\n"
    "  t.add_new(0x00283002, 'SS', [len(values), first, bits])\n"
    "  t.add_new(0x00283006, 'US', [int(v) for v in values])\n"
    "  return t\n"
    "x = np.arange(-32768, 32768).astype('int32')\n"
    "ds = Dataset()\n"
    "ds.ModalityLUTSequence = [table(-100, 16, [(i * 37) % 1000\n"
    "                                           for i in range(300)])]\n"
    "ds.VOILUTSequence = [table(50, 10, [1023 - i for i in range(800)])]\n"
    "value = apply_modality_lut(x, ds)\n"
    "grey = apply_voi(value.astype('int32'), ds) * 255.0 / 1023\n"
    "both = np.concatenate([value.astype('<f8'), grey.astype('<f8')])\n"
    "open('{dir}/lut.bin', 'wb').write(both.tobytes())\n";

static void
test_luts (void)
{
  g_autofree char *said = test_data_python (lut_program);
  g_autofree char *path =
      g_build_filename (test_data_get_scratch (), "lut.bin", NULL);
  g_autofree char *bytes = NULL;
  g_autofree uint16_t *ramp = make_ramp ();
  g_autofree uint8_t *got = g_malloc (65536);
  uint16_t modality_values[300];
  uint16_t voi_values[800];
  VitrailLut modality_lut = { -100, 16, 300, modality_values, NULL };
  VitrailLut voi_lut = { 50, 10, 800, voi_values, NULL };
  VitrailLut *voi_luts[] = { &voi_lut };
  VitrailFrameInfo info = test_frame_info (16, TRUE);
  const VitrailPresentation p = { TRUE, 300, 500, VITRAIL_VOI_LINEAR, FALSE };
  double c = 0;
  double w = 0;
  gsize length = 0;

  for (guint i = 0; i < 300; i++)
    modality_values[i] = (uint16_t) (i * 37 % 1000);
  for (guint i = 0; i < 800; i++)
    voi_values[i] = (uint16_t) (1023 - i);
  info.modality_lut = &modality_lut;
  info.voi_luts = voi_luts;
  info.n_voi_luts = 1;
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, (gsize) 2 * 65536 * 8);
  const double *values = (const double *) (gpointer) bytes;

  g_assert_false (vitrail_window_needs_range (&info, NULL));
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, NULL, NULL);
  g_assert_false (vitrail_window_lut_get_window (lut, &c, &w));
  vitrail_window_row (lut, ramp, got, 65536);
  for (guint s = 0; s < 65536; s++)
    g_assert_cmpfloat (fabs (got[s] - values[65536 + s]), <, 0.5 + 1e-9);

  g_autoptr (VitrailWindowLut) own = vitrail_window_lut_new (&info, &p, NULL);
  g_assert_true (vitrail_window_lut_get_window (own, &c, &w));
  vitrail_window_row (own, ramp, got, 65536);
  for (guint s = 0; s < 65536; s++)
    g_assert_cmpuint (got[s], ==,
                      (guint) rint (255 *
                                    formula (p.function, 300, 500, values[s])));

  /* Neither window nor VOI LUT: all values that the table gives. */
  info.n_voi_luts = 0;
  g_autoptr (VitrailWindowLut) all = vitrail_window_lut_new (&info, NULL, NULL);
  g_assert_true (vitrail_window_lut_get_window (all, &c, &w));
  g_assert_cmpfloat (w, ==, 1000);
  g_assert_cmpfloat (c, ==, 500);
}

static void
test_colour (void)
{
  uint16_t deep[8] = { 0, 2048, 4095, 9, 65535, 1, 8, 4095 };
  const uint8_t rgb[6] = { 0, 1, 2, 253, 254, 255 };
  uint8_t out[6];
  VitrailFrameInfo info = test_frame_info (8, FALSE);
  VitrailPresentation p = { TRUE, 7, 9, VITRAIL_VOI_LINEAR, FALSE };
  double c = 0;
  double w = 0;

  info.format.samples = 3;
  info.format.photometric = VITRAIL_PHOTOMETRIC_RGB;
  g_autoptr (VitrailWindowLut) plain = vitrail_window_lut_new (&info, &p, NULL);
  g_assert_cmpuint (vitrail_window_lut_get_channels (plain), ==, 3);
  g_assert_false (vitrail_window_lut_get_window (plain, &c, &w));
  vitrail_window_row (plain, rgb, out, 2);
  g_assert_cmpmem (out, 6, rgb, 6);

  p.invert = TRUE;
  g_autoptr (VitrailWindowLut) negative =
      vitrail_window_lut_new (&info, &p, NULL);
  vitrail_window_row (negative, rgb, out, 2);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpuint (out[i], ==, 255 - rgb[i]);

  /* 12 bits in 16, with a fourth sample that is ignored. */
  p.invert = FALSE;
  info.format.samples = 4;
  info.format.bits_allocated = 16;
  info.format.bits_stored = 12;
  g_autoptr (VitrailWindowLut) wide = vitrail_window_lut_new (&info, &p, NULL);
  vitrail_window_row (wide, deep, out, 2);
  const uint8_t expected[6] = { 0, 128, 255, 255, 0, 0 };
  g_assert_cmpmem (out, 6, expected, 6);
}

static void
test_palette (void)
{
  /* Between two levels: rounded, not cut off. */
  const uint16_t colours[9] = { 1 * 257 + 128, 2 * 257 - 128, 3 * 257,
                                4 * 257,       5 * 257,       6 * 257,
                                7 * 257,       8 * 257,       9 * 257 };
  VitrailPalette palette = { 10, 3, colours };
  const uint16_t samples[6] = { 0, 10, 11, 12, 13, 65535 };
  const uint8_t expected[18] = { 1, 2, 3, 1, 2, 3, 4, 5, 6,
                                 7, 8, 9, 7, 8, 9, 7, 8, 9 };
  uint8_t out[18];
  VitrailFrameInfo info = test_frame_info (16, FALSE);

  info.format.photometric = VITRAIL_PHOTOMETRIC_PALETTE_COLOR;
  info.palette = &palette;
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, NULL, NULL);
  g_assert_cmpuint (vitrail_window_lut_get_channels (lut), ==, 3);
  vitrail_window_row (lut, samples, out, 6);
  g_assert_cmpmem (out, 18, expected, 18);

  /* Signed indices: first is a stored value. */
  info.sample_offset = 32768;
  palette.first = -1;
  const uint16_t around[4] = { 0, 32767, 32768, 32769 };
  const uint8_t expected_signed[12] = { 1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  g_autoptr (VitrailWindowLut) other =
      vitrail_window_lut_new (&info, NULL, NULL);
  vitrail_window_row (other, around, out, 4);
  g_assert_cmpmem (out, 12, expected_signed, 12);
}

/* Float and 32-bit samples: the formula itself; NaN is black. */
static void
test_wide (void)
{
  const float values[6] = { -1, 0, 0.25f, 0.5f, INFINITY, NAN };
  const uint8_t expected[6] = { 0, 0, 64, 128, 255, 0 };
  const uint32_t numbers[3] = { 0x80000000u, 0x80000064u, 0x80000100u };
  uint8_t out[6];
  VitrailFrameInfo info = test_frame_info (16, FALSE);
  const VitrailPresentation p = { TRUE, 0.5, 1, VITRAIL_VOI_LINEAR_EXACT,
                                  FALSE };

  info.format.bits_allocated = info.format.bits_stored = 32;
  info.format.is_float = TRUE;
  g_autoptr (VitrailWindowLut) lut = vitrail_window_lut_new (&info, &p, NULL);
  vitrail_window_row (lut, values, out, 6);
  g_assert_cmpmem (out, 6, expected, 6);

  info.format.is_float = FALSE;
  info.format.is_signed = TRUE;
  info.sample_offset = 2147483648.0;
  const VitrailPresentation q = { TRUE, 128, 256, VITRAIL_VOI_LINEAR, FALSE };
  g_autoptr (VitrailWindowLut) other = vitrail_window_lut_new (&info, &q, NULL);
  vitrail_window_row (other, numbers, out, 3);
  g_assert_cmpuint (out[0], ==, 0);
  g_assert_cmpuint (out[1], ==, 100);
  g_assert_cmpuint (out[2], ==, 255);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/window/formula/linear",
                        GINT_TO_POINTER (VITRAIL_VOI_LINEAR), test_formula);
  g_test_add_data_func ("/window/formula/linear-exact",
                        GINT_TO_POINTER (VITRAIL_VOI_LINEAR_EXACT),
                        test_formula);
  g_test_add_data_func ("/window/formula/sigmoid",
                        GINT_TO_POINTER (VITRAIL_VOI_SIGMOID), test_formula);
  g_test_add_func ("/window/8bit", test_8bit);
  g_test_add_func ("/window/pydicom", test_pydicom);
  g_test_add_func ("/window/luts", test_luts);
  g_test_add_func ("/window/colour", test_colour);
  g_test_add_func ("/window/palette", test_palette);
  g_test_add_func ("/window/wide", test_wide);
  return g_test_run ();
}
