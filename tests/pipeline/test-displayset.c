/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Display sets: how a series is split and in which order its images stand. The
 * objects are made by pydicom. */

#include "dicom/part10.h"
#include "displayset.h"
#include "testdata.h"
#include "volume/plan.h"

#include <string.h>

/* write (name, **attributes): one file in {dir}; class_uid without the root. */
#define PRELUDE                                                     \
  "import pydicom, math, random\n"                                  \
  "from pydicom.dataset import Dataset, FileMetaDataset\n"          \
  "from pydicom.uid import ExplicitVRLittleEndian\n"                \
  "def write(name, class_uid='2', **attributes):\n"                 \
  "  ds = Dataset(); ds.file_meta = FileMetaDataset()\n"            \
  "  ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian\n"     \
  "  ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.' + class_uid\n"     \
  "  ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"       \
  "  ds.SOPInstanceUID = '1.2.3.' + str(attributes.pop('uid'))\n"   \
  "  ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID\n" \
  "  ds.SeriesInstanceUID = '1.2.9'; ds.Modality = 'CT'\n"          \
  "  ds.SeriesNumber = 4\n"                                         \
  "  pyramid = attributes.pop('pyramid', None)\n"                   \
                                                                    \
  "  if pyramid: ds.add_new(0x00080019, 'UI', pyramid)\n"           \
  "  for k, v in attributes.items(): setattr(ds, k, v)\n"           \
  "  ds.is_little_endian = True; ds.is_implicit_VR = False\n"       \
  "  ds.save_as('{dir}/' + name, write_like_original=False)\n"

/* Reads FOLDER/0.dcm, 1.dcm, ... as far as they go, and splits them. */
static GPtrArray *
split (const char *folder)
{
  g_autoptr (GPtrArray) instances =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vitrail_data_set_unref);
  for (guint i = 0;; i++) {
    g_autofree char *name = g_strdup_printf ("%s-%u.dcm", folder, i);
    g_autofree char *path =
        g_build_filename (test_data_get_scratch (), name, NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      break;
    g_autoptr (GError) error = NULL;
    g_autoptr (VitrailPart10) file = vitrail_part10_open (path, 0, &error);
    g_assert_no_error (error);
    g_ptr_array_add (instances,
                     vitrail_data_set_ref (vitrail_part10_get_data_set (file)));
  }
  g_assert_cmpuint (instances->len, >, 0);
  return vitrail_display_sets_new (NULL, instances);
}

/* Position p (from 1) of the stack is the instance 1.2.3.p. */
static void
assert_in_order (VitrailDisplaySet *set, guint n)
{
  g_assert_cmpint (set->kind, ==, VITRAIL_DISPLAY_SET_STACK);
  g_assert_cmpuint (set->n_positions, ==, n);
  for (guint p = 1; p <= n; p++) {
    guint frame = 0;
    g_autofree char *expected = g_strdup_printf ("1.2.3.%u", p);
    g_assert_cmpstr (vitrail_display_set_get_image (set, p, &frame), ==,
                     expected);
    g_assert_cmpuint (frame, ==, 1);
  }
  g_assert_null (vitrail_display_set_get_image (set, 0, NULL));
  g_assert_null (vitrail_display_set_get_image (set, n + 1, NULL));
}

/* Instance Number and UID run against the geometry. */
static void
test_stack_by_position (void)
{
  g_free (test_data_python (
      PRELUDE
      "def series(name, iop, step, order):\n"
      "  n = [iop[1]*iop[5]-iop[2]*iop[4], iop[2]*iop[3]-iop[0]*iop[5],\n"
      "       iop[0]*iop[4]-iop[1]*iop[3]]\n"
      "  for i, k in enumerate(order):\n"
      "    d = k * step\n"
      "    write('%s-%d.dcm' % (name, i), uid=k, InstanceNumber=100-k,\n"
      "          ImageOrientationPatient=['%.8f' % v for v in iop],\n"
      "          ImagePositionPatient=['%.6f' % (p + d*v) for p, v in\n"
      "                                zip([-100, 50, 7], n)])\n"
      "axial = [1, 0, 0, 0, 1, 0]\n"
      "t = math.radians(25)\n"
      "tilted = [1, 0, 0, 0, math.cos(t), -math.sin(t)]\n"
      "shuffled = list(range(1, 21)); random.Random(4).shuffle(shuffled)\n"
      "series('reversed', axial, 2.5, list(range(20, 0, -1)))\n"
      "series('shuffled', axial, 0.6, shuffled)\n"
      "series('tilted', tilted, 1.25, shuffled)\n"));
  static const char *const names[] = { "reversed", "shuffled", "tilted" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GPtrArray) sets = split (names[i]);
    g_assert_cmpuint (sets->len, ==, 1);
    assert_in_order (g_ptr_array_index (sets, 0), 20);
  }
}

/* A localizer in three planes and images without a position. */
static void
test_stack_by_number (void)
{
  g_free (test_data_python (
      PRELUDE "planes = [[1,0,0,0,1,0], [0,1,0,0,0,-1], [1,0,0,0,0,-1]]\n"
              "for i, k in enumerate([3, 1, 2]):\n"
              "  write('localizer-%d.dcm' % i, uid=k, InstanceNumber=k,\n"
              "        ImageOrientationPatient=planes[k - 1],\n"
              "        ImagePositionPatient=[0, 0, -k])\n"
              "for i, k in enumerate([2, 10, 1, 9, 3, 8, 4, 7, 5, 6]):\n"
              "  write('plain-%d.dcm' % i, uid=k, InstanceNumber=k)\n"));
  g_autoptr (GPtrArray) localizer = split ("localizer");
  assert_in_order (g_ptr_array_index (localizer, 0), 3);
  g_autoptr (GPtrArray) plain = split ("plain");
  assert_in_order (g_ptr_array_index (plain, 0), 10);
}

static void
test_kinds (void)
{
  g_free (test_data_python (
      PRELUDE
      "write('kinds-0.dcm', uid=1, InstanceNumber=1, "
      "SeriesDescription='Echo')\n"
      "write('kinds-1.dcm', uid=2, InstanceNumber=2, NumberOfFrames=60)\n"
      "write('kinds-2.dcm', uid=3, InstanceNumber=3, class_uid='88.33')\n"
      "write('kinds-3.dcm', uid=4, InstanceNumber=4, NumberOfFrames=30)\n"
      "write('kinds-4.dcm', uid=5, InstanceNumber=5, "
      "NumberOfFrames=2147483647)\n"));
  g_autoptr (GPtrArray) sets = split ("kinds");
  g_assert_cmpuint (sets->len, ==, 5);

  const VitrailDisplaySet *stack = g_ptr_array_index (sets, 0);
  g_assert_cmpint (stack->kind, ==, VITRAIL_DISPLAY_SET_STACK);
  g_assert_cmpuint (stack->n_positions, ==, 1);
  g_assert_cmpstr (stack->label, ==, "Echo (1)");
  g_assert_cmpstr (stack->id, ==, "1.2.9");

  const VitrailDisplaySet *cine = g_ptr_array_index (sets, 1);
  guint frame = 0;
  g_assert_cmpint (cine->kind, ==, VITRAIL_DISPLAY_SET_CINE);
  g_assert_cmpuint (cine->n_positions, ==, 60);
  g_assert_cmpstr (cine->id, ==, "1.2.3.2");
  g_assert_cmpstr (cine->label, ==, "CT 4 (2)");
  g_assert_cmpstr (vitrail_display_set_get_image (cine, 60, &frame), ==,
                   "1.2.3.2");
  g_assert_cmpuint (frame, ==, 60);

  const VitrailDisplaySet *report = g_ptr_array_index (sets, 2);
  g_assert_cmpint (report->kind, ==, VITRAIL_DISPLAY_SET_UNSUPPORTED);
  g_assert_cmpuint (report->n_positions, ==, 0);
  g_assert_nonnull (strstr (report->reason, "reports"));

  /* A number of frames that nothing bears out costs no memory. */
  const VitrailDisplaySet *absurd = g_ptr_array_index (sets, 4);
  g_assert_cmpuint (absurd->images->len, ==, 1);
  g_assert_cmpuint (absurd->n_positions, <=, 16777216);
}

static void
test_slides (void)
{
  g_free (test_data_python (
      PRELUDE
      "def slide(i, kind, **more):\n"
      "  write(more.pop('name') + '-%d.dcm' % i, class_uid='77.1.6', uid=i,\n"
      "        InstanceNumber=i, NumberOfFrames=9,\n"
      "        ImageType=['DERIVED', 'PRIMARY', kind, 'NONE'], **more)\n"
      "for i, kind in enumerate(['VOLUME', 'VOLUME', 'LABEL', 'OVERVIEW']):\n"
      "  slide(i, kind, name='one')\n"
      "for i in range(4):\n"
      "  slide(i, 'VOLUME', name='two', pyramid='1.7.%d' % (i % 2))\n"));
  g_autoptr (GPtrArray) one = split ("one");
  g_assert_cmpuint (one->len, ==, 1);
  const VitrailDisplaySet *slide = g_ptr_array_index (one, 0);
  g_assert_cmpint (slide->kind, ==, VITRAIL_DISPLAY_SET_SLIDE);
  g_assert_cmpstr (slide->id, ==, "1.2.9");
  g_assert_cmpuint (slide->images->len, ==, 2);

  g_autoptr (GPtrArray) two = split ("two");
  g_assert_cmpuint (two->len, ==, 2);
  slide = g_ptr_array_index (two, 1);
  g_assert_cmpstr (slide->id, ==, "1.2.9.1.7.1");
}

#define BIT(name) VITRAIL_ISSUE_BIT (VITRAIL_ISSUE_##name)

static void
assert_issues (const char *folder, guint expected, const char *messages)
{
  g_autoptr (GPtrArray) sets = split (folder);
  const VitrailDisplaySet *set = g_ptr_array_index (sets, 0);
  g_autofree char *got = vitrail_display_set_dup_messages (set);

  g_assert_cmpuint (sets->len, ==, 1);
  g_assert_cmphex (set->issues, ==, expected);
  g_assert_cmpstr (got, ==, messages);
}

/* Of a stack whose images ought to be a volume, and of what is not shown. */
static void
test_issues (void)
{
  g_free (test_data_python (
      PRELUDE
      "def stack(name, heights, **more):\n"
      "  for i, z in enumerate(heights):\n"
      "    write('%s-%d.dcm' % (name, i), uid=i + 1, InstanceNumber=i + 1,\n"
      "          Rows=more.get('rows', [4] * 9)[i], Columns=4,\n"
      "          SamplesPerPixel=1, PixelSpacing=[1, 1],\n"
      "          ImageOrientationPatient=[1, 0, 0, 0, 1, 0],\n"
      "          ImagePositionPatient=[0, 0, z],\n"
      "          **more.get('other', {}))\n"
      "stack('sound', [0, 2, 4, 6, 8])\n"
      "stack('missing', [0, 2, 4, 8, 10, 12, 14, 16])\n"
      "stack('uneven', [0, 2, 4, 7, 9])\n"
      "stack('sizes', [0, 2, 4, 6], rows=[4, 4, 4, 5])\n"
      "stack('film', [0, 2, 4, 7, 9], other=dict(Modality='XA'))\n"
      "stack('single', [3])\n"
      "write('report-0.dcm', uid=1, class_uid='88.11')\n"
      "write('nameless-0.dcm', uid=1, Rows=4, Columns=4)\n"
      "ds = pydicom.dcmread('{dir}/nameless-0.dcm')\n"
      "del ds.SOPClassUID; ds.save_as('{dir}/nameless-0.dcm')\n"));
  assert_issues ("sound", 0, NULL);
  assert_issues ("missing", BIT (MISSING_FRAMES), "Slices are missing.");
  assert_issues ("uneven", BIT (NOT_RECONSTRUCTABLE) | BIT (IRREGULAR_SPACING),
                 "The images do not form a volume.\n"
                 "The slices are unevenly spaced.");
  assert_issues ("sizes", BIT (NOT_RECONSTRUCTABLE) | BIT (DIMENSIONS),
                 "The images do not form a volume.\n"
                 "The images differ in size.");
  assert_issues ("film", 0, NULL);
  assert_issues ("single", 0, NULL);
  assert_issues ("report", BIT (UNSUPPORTED) | BIT (UNSUPPORTED_CLASS),
                 "This cannot be shown.\n"
                 "Objects of this SOP class cannot be shown.");
  assert_issues ("nameless", BIT (NO_CLASS),
                 "The objects do not name their SOP class.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/displayset/stack-by-position", test_stack_by_position);
  g_test_add_func ("/displayset/stack-by-number", test_stack_by_number);
  g_test_add_func ("/displayset/kinds", test_kinds);
  g_test_add_func ("/displayset/slides", test_slides);
  g_test_add_func ("/displayset/issues", test_issues);
  return g_test_run ();
}
