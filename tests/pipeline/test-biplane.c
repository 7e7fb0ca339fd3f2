/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The planes of biplane angiograms: which belong together, side by side, and
 * back. */

#include "biplane.h"
#include "cinesync.h"
#include "dicom/builder.h"
#include "eye.h"
#include "sessiontest.h"
#include "testarchive.h"
#include "testdata.h"

#define TAG_IMAGE_TYPE VITRAIL_TAG (0x0008, 0x0008)
#define TAG_INSTANCE   VITRAIL_TAG (0x0008, 0x0018)
#define TAG_DATE       VITRAIL_TAG (0x0008, 0x0022)
#define TAG_TIME       VITRAIL_TAG (0x0008, 0x0032)
#define TAG_PLANE      VITRAIL_TAG (0x0018, 0x9457)
#define TAG_NUMBER     VITRAIL_TAG (0x0020, 0x0012)
#define TAG_N_FRAMES   VITRAIL_TAG (0x0028, 0x0008)

/* --- pairs --- */

typedef struct {
  const char *type;
  const char *plane;
  const char *date;
  const char *time;
  const char *number;
  const char *n_frames;
} Header;

static VitrailDataSet *
make_header (const Header *self)
{
  const struct {
    VitrailTag tag;
    const char *text;
  } texts[] = { { TAG_IMAGE_TYPE, self->type },  { TAG_INSTANCE, "1.2.3" },
                { TAG_DATE, self->date },        { TAG_TIME, self->time },
                { TAG_PLANE, self->plane },      { TAG_NUMBER, self->number },
                { TAG_N_FRAMES, self->n_frames } };

  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].text != NULL)
      vitrail_data_set_builder_set_string (builder, texts[i].tag,
                                           texts[i].text);
  return vitrail_data_set_builder_end (builder);
}

#define TYPE_A "ORIGINAL\\PRIMARY\\BIPLANE A"
#define TYPE_B "ORIGINAL\\PRIMARY\\BIPLANE B"

static void
test_pairs (void)
{
  static const struct {
    Header one;
    Header other;
    gboolean is_pair;
  } cases[] = {
    { { TYPE_A, NULL, NULL, NULL, "3", "20" },
      { TYPE_B, NULL, NULL, NULL, "3", "20" },
      TRUE },
    { { TYPE_A, NULL, NULL, NULL, "3", "20" },
      { TYPE_B, NULL, NULL, NULL, "4", "20" },
      FALSE },
    { { TYPE_A, NULL, NULL, NULL, "3", "20" },
      { TYPE_B, NULL, NULL, NULL, "3", "21" },
      FALSE },
    { { TYPE_A, NULL, NULL, NULL, "3", "20" },
      { TYPE_A, NULL, NULL, NULL, "3", "20" },
      FALSE },
    { { "ORIGINAL\\PRIMARY\\SINGLE PLANE", NULL, NULL, NULL, "3", "20" },
      { TYPE_B, NULL, NULL, NULL, "3", "20" },
      FALSE },
    { { TYPE_B, NULL, "20260131", "101500", NULL, "20" },
      { TYPE_A, NULL, "20260131", "101500", NULL, "20" },
      TRUE },
    { { TYPE_B, NULL, NULL, "101500", NULL, "20" },
      { TYPE_A, NULL, NULL, "101500", NULL, "20" },
      FALSE },
    { { TYPE_B, NULL, NULL, NULL, NULL, "20" },
      { TYPE_A, NULL, NULL, NULL, NULL, "20" },
      FALSE },
    { { "ORIGINAL\\PRIMARY", "PLANE A", NULL, NULL, "3", "20" },
      { "ORIGINAL\\PRIMARY", "PLANE B", NULL, NULL, "3", "20" },
      TRUE },
    { { "ORIGINAL\\PRIMARY", "MONOPLANE", NULL, NULL, "3", "20" },
      { "ORIGINAL\\PRIMARY", "PLANE B", NULL, NULL, "3", "20" },
      FALSE },
    { { NULL, NULL, NULL, NULL, NULL, NULL },
      { NULL, NULL, NULL, NULL, NULL, NULL },
      FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (VitrailDataSet) one = make_header (&cases[i].one);
    g_autoptr (VitrailDataSet) other = make_header (&cases[i].other);
    g_assert_true (vitrail_biplane_is_pair (one, other) == cases[i].is_pair);
    g_assert_true (vitrail_biplane_is_pair (other, one) == cases[i].is_pair);
  }
}

/* --- a session --- */

/* Two biplane runs whose objects name each other, and one of a single plane. */
static const char script[] =
    "import numpy as np\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "import sys\n"
    "def write(n, kind, other, number):\n"
    "    d = Dataset()\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.12.1'\n"
    "    d.SOPInstanceUID = '1.2.3.%d' % n\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.ImageType = ['ORIGINAL', 'PRIMARY', kind]\n"
    "    d.StudyInstanceUID, d.SeriesInstanceUID = '1.2.1', '1.2.2'\n"
    "    d.PatientName, d.PatientID, d.Modality = 'Planes', 'P', 'XA'\n"
    "    d.InstanceNumber, d.NumberOfFrames, d.FrameTime = n, 12, 40\n"
    "    d.FrameIncrementPointer = 0x00181063\n"
    "    if number:\n"
    "        d.AcquisitionNumber = number\n"
    "    if other:\n"
    "        item = Dataset()\n"
    "        item.ReferencedSOPClassUID = d.SOPClassUID\n"
    "        item.ReferencedSOPInstanceUID = '1.2.3.%d' % other\n"
    "        d.ReferencedImageSequence = [item]\n"
    "    d.Rows = d.Columns = 64\n"
    "    d.SamplesPerPixel, d.PhotometricInterpretation = 1, 'MONOCHROME2'\n"
    "    d.BitsAllocated = d.BitsStored = 8\n"
    "    d.HighBit, d.PixelRepresentation = 7, 0\n"
    "    d.PixelData = np.full((12, 64, 64), 10 * n, 'u1').tobytes()\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    d.save_as('%s/%d.dcm' % (sys.argv[1], n), write_like_original=False)\n"
    "write(1, 'BIPLANE B', 4, None)\n"
    "write(2, 'BIPLANE A', None, 7)\n"
    "write(3, 'SINGLE PLANE', None, 7)\n"
    "write(4, 'BIPLANE A', 1, None)\n"
    "write(5, 'BIPLANE B', None, 7)\n"
    "write(6, 'BIPLANE B', 9, None)\n";

static const char *
get_folder (void)
{
  static char *folder;

  if (folder == NULL) {
    folder = g_build_filename (test_data_get_scratch (), "biplane", NULL);
    g_autofree char *path =
        g_build_filename (test_data_get_scratch (), "biplane.py", NULL);
    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, script, -1, NULL));
    g_free (test_data_run ("/usr/bin/python3 '%s' '%s'", path, folder));
  }
  return folder;
}

typedef struct {
  VitrailSession *session;
  const char *left;
  const char *right;
  char *told;
} Fixture;

static void
told_cb (VitrailSession *session, const char *text, gpointer user_data)
{
  Fixture *self = user_data;

  g_free (self->told);
  self->told = g_strdup (text);
}

static gboolean
has_all (gpointer session)
{
  return vitrail_session_get_display_sets (session)->len == 6;
}

static void
open_cine (Fixture *self, guint number)
{
  g_autofree char *id = g_strdup_printf ("1.2.3.%u", number);

  *self = (Fixture){ .session = test_session_open_images (get_folder ()) };
  g_signal_connect (self->session, "told", G_CALLBACK (told_cb), self);
  g_assert_true (test_wait_until (has_all, self->session));
  test_session_run (self->session, "show", g_variant_new_string (id));
}

static void
fixture_clear (Fixture *self)
{
  test_session_close (self->session);
  g_free (self->told);
}

static gboolean
shows (VitrailSession *session, guint index, const char *id)
{
  VitrailViewport *viewport = vitrail_session_get_viewport (session, index);
  const VitrailDisplaySet *set =
      viewport != NULL ? vitrail_viewport_get_display_set (viewport) : NULL;

  return set != NULL && g_strcmp0 (set->id, id) == 0 &&
         test_viewport_is_shown (viewport);
}

static gboolean
are_shown (gpointer user_data)
{
  const Fixture *self = user_data;

  return vitrail_session_get_n_viewports (self->session) == 2 &&
         shows (self->session, 0, self->left) &&
         shows (self->session, 1, self->right);
}

static gboolean
is_told (gpointer user_data)
{
  const Fixture *self = user_data;

  return self->told != NULL;
}

static gboolean
is_alone (gpointer user_data)
{
  const Fixture *self = user_data;

  return vitrail_session_get_n_viewports (self->session) == 1 &&
         shows (self->session, 0, self->left);
}

static guint
get_position (const Fixture *self, guint index)
{
  return vitrail_viewport_get_position (
      test_session_get_viewport (self->session, index));
}

static gboolean
is_at_nine (gpointer user_data)
{
  return get_position (user_data, 0) == 9 && get_position (user_data, 1) == 9;
}

/* From either plane, by names or by numbers: A is at the left, the one that was
 * active stays so, both go as one, and the key goes back. */
static void
test_side_by_side (void)
{
  static const struct {
    const char *left;
    const char *right;
    guint from;
    guint active;
  } cases[] = { { "1.2.3.4", "1.2.3.1", 1, 1 },
                { "1.2.3.4", "1.2.3.1", 4, 0 },
                { "1.2.3.2", "1.2.3.5", 2, 0 },
                { "1.2.3.2", "1.2.3.5", 5, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture self;
    open_cine (&self, cases[i].from);
    test_session_run (self.session, "biplane", NULL);
    self.left = cases[i].left;
    self.right = cases[i].right;
    g_assert_true (test_wait_until (are_shown, &self));
    g_assert_cmpuint (vitrail_session_get_active (self.session), ==,
                      cases[i].active);
    g_assert_true (vitrail_session_get_cine_sync (self.session));
    vitrail_viewport_set_step (test_session_get_viewport (self.session, 0), 9);
    g_assert_true (test_wait_until (is_at_nine, &self));
    test_session_run (self.session, "biplane", NULL);
    self.left = cases[i].active == 0 ? cases[i].left : cases[i].right;
    g_assert_true (test_wait_until (is_alone, &self));
    g_assert_false (vitrail_session_get_cine_sync (self.session));
    g_assert_null (self.told);
    fixture_clear (&self);
  }
}

static void
test_none (void)
{
  static const guint alone[] = { 3, 6 };

  for (guint i = 0; i < G_N_ELEMENTS (alone); i++) {
    Fixture self;
    open_cine (&self, alone[i]);
    test_session_run (self.session, "biplane", NULL);
    g_assert_true (test_wait_until (is_told, &self));
    g_assert_cmpstr (self.told, ==,
                     "The study has no other plane of this cine");
    fixture_clear (&self);
  }
}

/* Left while it is looked for. */
static void
test_left (void)
{
  Fixture self;

  open_cine (&self, 1);
  test_session_run (self.session, "biplane", NULL);
  fixture_clear (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/biplane/pairs", test_pairs);
  g_test_add_func ("/biplane/side-by-side", test_side_by_side);
  g_test_add_func ("/biplane/none", test_none);
  g_test_add_func ("/biplane/left", test_left);
  return g_test_run ();
}
