/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Overlay planes as pydicom wrote them: separate and embedded, both byte
 * orders, many frames, and descriptors that lie. */

#include "codec/codec.h"
#include "instance.h"
#include "testdata.h"

#include <string.h>

/* {dir}/NAME.dcm, and {dir}/NAME.GROUP.FRAME with a byte for each pixel of the
 * plane as it is to be read. */
static const char *const program =
    "import numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "from pydicom.uid import (ExplicitVRBigEndian, ExplicitVRLittleEndian,\n"
    "                         ImplicitVRLittleEndian)\n"
    "rng = np.random.default_rng(6)\n"
    "H, W = 11, 13\n"
    "def base(frames=1, stored=12, signed=0, high=None):\n"
    "    d = Dataset()\n"
    "    d.SOPClassUID, d.SOPInstanceUID = '1.2.840.10008.5.1.4.1.1.2', '1.2'\n"
    "    d.Rows, d.Columns, d.SamplesPerPixel = H, W, 1\n"
    "    d.PhotometricInterpretation = 'MONOCHROME2'\n"
    "    d.BitsAllocated, d.BitsStored = 16, stored\n"
    "    d.HighBit = stored - 1 if high is None else high\n"
    "    d.PixelRepresentation = signed\n"
    "    if frames > 1: d.NumberOfFrames = frames\n"
    "    d.values = rng.integers(0, 1 << stored, (frames, H, W), 'u2')\n"
    "    return d\n"
    "def describe(d, group, rows=H, columns=W, origin=(1, 1), kind='G',\n"
    "             allocated=1, position=0):\n"
    "    d.add_new((group, 0x10), 'US', rows)\n"
    "    d.add_new((group, 0x11), 'US', columns)\n"
    "    d.add_new((group, 0x40), 'CS', kind)\n"
    "    d.add_new((group, 0x50), 'SS', list(origin))\n"
    "    d.add_new((group, 0x100), 'US', allocated)\n"
    "    d.add_new((group, 0x102), 'US', position)\n"
    "def add(d, name, group, rows=H, columns=W, n=1, first=1, count=False,\n"
    "        vr='OW', big=False, **more):\n"
    "    describe(d, group, rows, columns, **more)\n"
    "    bits = rng.integers(0, 2, (n, rows, columns), 'u1')\n"
    "    data = np.packbits(bits.ravel(), bitorder='little').tobytes()\n"
    "    data += bytes(len(data) % 2)\n"
    "    if big and vr == 'OW':\n"
    "        data = np.frombuffer(data, '<u2').astype('>u2').tobytes()\n"
    "    d.add_new((group, 0x3000), vr, data)\n"
    "    if count: d.add_new((group, 0x15), 'IS', n)\n"
    "    if count: d.add_new((group, 0x51), 'US', first)\n"
    "    for i in range(n):\n"
    "        bits[i].tofile('{dir}/%s.%04x.%d' % (name, group, first + i))\n"
    "def embed(d, name, group, position, kind='G'):\n"
    "    describe(d, group, allocated=16, position=position, kind=kind)\n"
    "    bits = rng.integers(0, 2, d.values.shape, 'u2')\n"
    "    d.values = d.values | bits << position\n"
    "    for i, b in enumerate(bits.astype('u1'), 1):\n"
    "        b.tofile('{dir}/%s.%04x.%d' % (name, group, i))\n"
    "def save(d, name, syntax=ExplicitVRLittleEndian):\n"
    "    big = syntax == ExplicitVRBigEndian\n"
    "    d.add_new('PixelData', 'OW', d.values.astype(\n"
    "        '>u2' if big else '<u2').tobytes())\n"
    "    del d.values\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = syntax\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.is_little_endian = not big\n"
    "    d.is_implicit_VR = syntax == ImplicitVRLittleEndian\n"
    "    d.save_as('{dir}/%s.dcm' % name, write_like_original=False)\n"
    "for name, syntax in (('little', ExplicitVRLittleEndian),\n"
    "                     ('implicit', ImplicitVRLittleEndian),\n"
    "                     ('big', ExplicitVRBigEndian)):\n"
    "    d, big = base(), name == 'big'\n"
    "    add(d, name, 0x6000, big=big)\n"
    "    add(d, name, 0x6002, rows=5, columns=70, origin=(-3, 9), big=big,\n"
    "        kind='R')\n"
    "    add(d, name, 0x6004, vr='OB', big=big)\n"
    "    add(d, name, 0x601e, rows=1, columns=1, origin=(-32768, 32767),\n"
    "        big=big)\n"
    "    d.add_new((0x6002, 0x1500), 'LO', 'Liver')\n"
    "    d.add_new((0x6002, 0x22), 'LO', 'By hand')\n"
    "    d.add_new((0x6002, 0x45), 'LO', 'USER')\n"
    "    embed(d, name, 0x6006, 15)\n"
    "    embed(d, name, 0x6008, 12, kind='R')\n"
    "    save(d, name, syntax)\n"
    /* Frames: all; some; one. */
    "d = base(frames=4)\n"
    "add(d, 'frames', 0x6000)\n"
    "add(d, 'frames', 0x6002, n=2, first=2, count=True)\n"
    "add(d, 'frames', 0x6004, first=4, count=True)\n"
    "embed(d, 'frames', 0x6006, 13)\n"
    "save(d, 'frames')\n"
    /* Low bits. */
    "d = base(stored=12, high=15)\n"
    "d.values <<= 4\n"
    "embed(d, 'low', 0x6000, 0)\n"
    "d[0x60000100].value = 16\n"
    "save(d, 'low')\n"
    /* What is said is not so. */
    "d = base()\n"
    "add(d, 'bad', 0x6000)\n"
    "d[0x60003000].value = d[0x60003000].value[:6]\n"
    "add(d, 'bad', 0x6002)\n"
    "d[0x60020010].value = 65535\n"
    "d[0x60020011].value = 65535\n"
    "add(d, 'bad', 0x6004)\n"
    "del d[0x60040010]\n"
    "add(d, 'bad', 0x6006)\n"
    "d[0x60060011].value = 0\n"
    "add(d, 'bad', 0x6008, count=True)\n"
    "d[0x60080015].value = -1\n"
    "add(d, 'bad', 0x600a, count=True)\n"
    "d[0x600a0051].value = 0\n"
    "describe(d, 0x600c, allocated=16, position=11)\n"
    "describe(d, 0x600e, allocated=16, position=16)\n"
    "describe(d, 0x6010)\n"
    "add(d, 'bad', 0x6012)\n"
    "del d[0x60120050]\n"
    "add(d, 'bad', 0x6020)\n"
    "save(d, 'bad')\n"
    /* A sign that was extended is no overlay. */
    "d = base(signed=1)\n"
    "d.values = ((d.values.astype('i2') << 4) >> 4).astype('u2')\n"
    "describe(d, 0x6000, allocated=16, position=12)\n"
    "save(d, 'signed')\n"
    "d = base()\n"
    "d.values &= 0x7ff\n"
    "save(d, 'none')\n";

static const char *
get_scratch (void)
{
  static gboolean made;

  if (!made)
    g_free (test_data_python (program));
  made = TRUE;
  return test_data_get_scratch ();
}

/* What lies over one frame of a file. */
typedef struct {
  VitrailInstance *instance;
  VitrailFrameInfo *info;
  VitrailFrame *frame;
} Opened;

static void
opened_clear (Opened *self)
{
  g_clear_pointer (&self->frame, vitrail_frame_unref);
  g_clear_pointer (&self->info, vitrail_frame_info_unref);
  g_clear_object (&self->instance);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Opened, opened_clear)

static void
open_frame (Opened *self, const char *name, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/%s.dcm", get_scratch (), name);

  self->instance = vitrail_instance_open (path, &error);
  g_assert_no_error (error);
  self->info = vitrail_instance_ref_frame_info (self->instance, number, &error);
  g_assert_no_error (error);
  self->frame =
      vitrail_instance_decode_frame (self->instance, number, 0, NULL, &error);
  g_assert_no_error (error);
}

static const VitrailOverlayPlane *
find_plane (const VitrailOverlays *overlays, guint group)
{
  for (guint i = 0; overlays != NULL && i < overlays->n_planes; i++)
    if (overlays->planes[i].group == group)
      return &overlays->planes[i];
  return NULL;
}

/* Every way of asking says what @bits do. */
static void
compare_bits (const VitrailOverlayPlane *plane, const char *bits)
{
  const int w = (int) plane->columns;
  const int h = (int) plane->rows;
  int box[4] = { G_MAXINT, G_MAXINT, -1, -1 };

  for (int y = 0; y < h; y++)
    for (int x = 0; x < w; x++) {
      const gboolean want = bits[y * w + x] != 0;
      g_assert_cmpint (vitrail_overlay_plane_get (plane, x, y), ==, want);
      gboolean any = FALSE;
      for (int end = x; end < w; end++) {
        any = any || bits[y * w + end] != 0;
        g_assert_cmpint (vitrail_overlay_plane_any (plane, y, x, end), ==, any);
      }
      if (want) {
        box[0] = MIN (box[0], x);
        box[1] = MIN (box[1], y);
        box[2] = MAX (box[2], x);
        box[3] = MAX (box[3], y);
      }
    }
  g_assert_cmpmem (box, sizeof box, plane->box, sizeof plane->box);
  g_assert_false (vitrail_overlay_plane_get (plane, -1, 0));
  g_assert_false (vitrail_overlay_plane_get (plane, 0, -1));
  g_assert_false (vitrail_overlay_plane_get (plane, w, 0));
  g_assert_false (vitrail_overlay_plane_get (plane, 0, h));
}

static void
expect_plane (const VitrailOverlays *overlays,
              const char *name,
              guint group,
              guint number)
{
  const VitrailOverlayPlane *plane = find_plane (overlays, group);
  g_autofree char *path =
      g_strdup_printf ("%s/%s.%04x.%u", get_scratch (), name, group, number);
  g_autofree char *bits = NULL;
  gsize length = 0;

  g_assert_nonnull (plane);
  g_assert_true (g_file_get_contents (path, &bits, &length, NULL));
  g_assert_cmpuint (length, ==, (gsize) plane->rows * plane->columns);
  compare_bits (plane, bits);
}

static void
test_planes (gconstpointer data)
{
  const char *name = data;
  g_auto (Opened) opened = { 0 };

  open_frame (&opened, name, 1);
  const VitrailOverlays *separate = opened.info->overlays;
  g_assert_cmpuint (separate->n_planes, ==, 4);
  g_assert_null (separate->warning);
  expect_plane (separate, name, 0x6000, 1);
  expect_plane (separate, name, 0x6002, 1);
  expect_plane (separate, name, 0x6004, 1);
  expect_plane (separate, name, 0x601e, 1);
  const VitrailOverlayPlane *roi = find_plane (separate, 0x6002);
  g_assert_cmpint (roi->row, ==, -4);
  g_assert_cmpint (roi->column, ==, 8);
  g_assert_true (roi->is_roi);
  g_assert_cmpstr (roi->label, ==, "Liver");
  g_assert_cmpstr (roi->description, ==, "By hand");
  g_assert_cmpstr (roi->subtype, ==, "USER");
  const VitrailOverlayPlane *far = find_plane (separate, 0x601e);
  g_assert_cmpint (far->row, ==, -32769);
  g_assert_cmpint (far->column, ==, 32766);

  const VitrailOverlays *embedded = opened.frame->overlays;
  g_assert_cmpuint (embedded->n_planes, ==, 2);
  g_assert_null (embedded->warning);
  expect_plane (embedded, name, 0x6006, 1);
  expect_plane (embedded, name, 0x6008, 1);
  g_assert_false (embedded->planes[0].is_roi);
  g_assert_true (embedded->planes[1].is_roi);
}

static void
test_frames (void)
{
  static const guint planes[] = { 1, 2, 2, 2 };

  for (guint number = 1; number <= 4; number++) {
    g_auto (Opened) opened = { 0 };
    open_frame (&opened, "frames", number);
    const VitrailOverlays *separate = opened.info->overlays;
    g_assert_cmpuint (separate->n_planes, ==, planes[number - 1]);
    expect_plane (separate, "frames", 0x6000, 1);
    if (number == 2 || number == 3)
      expect_plane (separate, "frames", 0x6002, number);
    if (number == 4)
      expect_plane (separate, "frames", 0x6004, number);
    expect_plane (opened.frame->overlays, "frames", 0x6006, number);
  }
}

static void
test_low_bits (void)
{
  g_auto (Opened) opened = { 0 };

  open_frame (&opened, "low", 1);
  expect_plane (opened.frame->overlays, "low", 0x6000, 1);
}

/* Normalizing clears the bits, and keeps what they said; the store counts
 * them. */
static void
test_normalized (void)
{
  g_auto (Opened) opened = { 0 };

  open_frame (&opened, "little", 1);
  VitrailOverlays *overlays = vitrail_overlays_ref (opened.frame->overlays);
  opened.frame = vitrail_frame_normalize (opened.frame);
  g_assert_true (opened.frame->overlays == overlays);
  const uint16_t *samples = (const uint16_t *) (gpointer) opened.frame->data;
  for (guint i = 0; i < 11 * 13; i++)
    g_assert_cmpuint (samples[i], <, 1 << 12);
  const size_t bytes = vitrail_overlays_get_size_bytes (overlays);
  g_assert_cmpuint (bytes, >=, 2 * (gsize) 18);
  g_assert_cmpuint (vitrail_frame_get_size_bytes (opened.frame), ==,
                    sizeof *opened.frame + (gsize) 286 + bytes);
  vitrail_overlays_unref (overlays);
}

static void
test_bad (void)
{
  g_auto (Opened) opened = { 0 };

  open_frame (&opened, "bad", 1);
  const VitrailOverlays *separate = opened.info->overlays;
  g_autofree char *want = g_strdup_printf (
      "%s/bad.dcm: "
      "(6000,3000) OverlayData has 6 bytes where 13 x 11 pixels "
      "need 18; "
      "(6002,3000) OverlayData has 18 bytes where 65535 x 65535 "
      "pixels need 536854529; "
      "(6004,0010) OverlayRows is missing; "
      "(6006,0011) OverlayColumns is 0; "
      "(6008,0015) NumberOfFramesInOverlay is -1; "
      "(600A,0051) ImageFrameOrigin is 0",
      get_scratch ());
  g_assert_cmpstr (separate->warning, ==, want);
  g_assert_cmpuint (separate->n_planes, ==, 3);
  g_assert_cmpuint (separate->planes[0].group, ==, 0x6000);
  g_assert_cmpuint (separate->planes[1].group, ==, 0x6002);
  /* 48 bits: three rows, and nine pixels of the fourth. */
  g_assert_cmpint (separate->planes[0].box[3], <=, 3);
  g_assert_false (vitrail_overlay_plane_any (&separate->planes[0], 4, 0, 12));
  g_assert_cmpint (separate->planes[1].box[3], ==, 0);
  expect_plane (separate, "bad", 0x6012, 1);
  g_assert_cmpint (separate->planes[2].row, ==, 0);

  g_autofree char *embedded =
      g_strdup_printf ("%s/bad.dcm: "
                       "(600C,0102) OverlayBitPosition is 11: a bit of the "
                       "values; "
                       "(600E,0102) OverlayBitPosition is 16: not a bit of the "
                       "samples",
                       get_scratch ());
  g_assert_cmpuint (opened.frame->overlays->n_planes, ==, 0);
  g_assert_cmpstr (opened.frame->overlays->warning, ==, embedded);
}

static void
test_none (gconstpointer data)
{
  g_auto (Opened) opened = { 0 };

  open_frame (&opened, data, 1);
  g_assert_null (opened.info->overlays);
  g_assert_null (opened.frame->overlays);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/overlays/little-endian", "little", test_planes);
  g_test_add_data_func ("/overlays/implicit", "implicit", test_planes);
  g_test_add_data_func ("/overlays/big-endian", "big", test_planes);
  g_test_add_func ("/overlays/frames", test_frames);
  g_test_add_func ("/overlays/low-bits", test_low_bits);
  g_test_add_func ("/overlays/normalized", test_normalized);
  g_test_add_func ("/overlays/bad", test_bad);
  g_test_add_data_func ("/overlays/sign-extended", "signed", test_none);
  g_test_add_data_func ("/overlays/none", "none", test_none);
  return g_test_run ();
}
