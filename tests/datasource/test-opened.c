/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Opened instances: shared while they are kept, let go for room and when their
 * file changes. */

#include "error.h"
#include "folder/opened.h"
#include "memorybudget.h"
#include "testdata.h"

#define N_FILES 6

static const char make_files[] =
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "for k in range(6):\n"
    "    d = Dataset()\n"
    "    d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.7'\n"
    "    d.SOPInstanceUID = '1.2.%d' % k\n"
    "    d.file_meta = FileMetaDataset()\n"
    "    d.file_meta.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "    d.file_meta.MediaStorageSOPClassUID = d.SOPClassUID\n"
    "    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID\n"
    "    d.is_little_endian, d.is_implicit_VR = True, False\n"
    "    d.save_as('{dir}/%d.dcm' % k, write_like_original=False)\n";

typedef struct {
  VitrailOpened *opened;
  gsize bytes; /* that one of them counts */
} Fixture;

static VitrailInstance *
open_one (Fixture *f, guint k)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uid = g_strdup_printf ("1.2.%u", k);
  g_autofree char *path =
      g_strdup_printf ("%s/%u.dcm", test_data_get_scratch (), k);
  VitrailInstance *instance = vitrail_opened_find (f->opened, uid);

  if (instance != NULL)
    return instance;
  instance = vitrail_opened_open (f->opened, uid, path, &error);
  g_assert_no_error (error);
  return instance;
}

static gboolean
holds (Fixture *f, guint k)
{
  g_autofree char *uid = g_strdup_printf ("1.2.%u", k);
  g_autoptr (VitrailInstance) instance = vitrail_opened_find (f->opened, uid);

  return instance != NULL;
}

static guint64
get_held_bytes (void)
{
  return vitrail_memory_budget_get_bytes (vitrail_memory_budget_get_default ());
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_free (test_data_python (make_files));
  f->opened = vitrail_opened_new (N_FILES - 1);
  g_object_unref (open_one (f, 0));
  f->bytes = get_held_bytes ();
  g_assert_cmpuint (f->bytes, >, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vitrail_opened_free (f->opened);
  g_assert_cmpuint (get_held_bytes (), ==, 0);
}

static void
test_shared (Fixture *f, gconstpointer data)
{
  g_autoptr (VitrailInstance) one = open_one (f, 1);
  g_autoptr (VitrailInstance) same = open_one (f, 1);

  g_assert_true (one == same);
  g_assert_cmpuint (get_held_bytes (), ==, 2 * f->bytes);
}

static void
test_room (Fixture *f, gconstpointer data)
{
  VitrailMemoryBudget *budget = vitrail_memory_budget_get_default ();
  guint64 limit = vitrail_memory_budget_get_limit (budget);
  g_autoptr (VitrailInstance) used = open_one (f, 0);

  vitrail_memory_budget_set_limit (budget, 3 * f->bytes);
  for (guint k = 1; k < 4; k++) {
    g_object_unref (open_one (f, k));
    g_assert_true (holds (f, 0));
  }
  g_assert_false (holds (f, 1));
  g_assert_true (holds (f, 2) && holds (f, 3));
  /* Without any room they open all the same, and are not kept. */
  vitrail_memory_budget_set_limit (budget, 0);
  g_assert_cmpuint (get_held_bytes (), ==, 0);
  g_object_unref (open_one (f, 4));
  g_assert_false (holds (f, 4));
  g_assert_cmpstr (vitrail_instance_get_sop_instance_uid (used), ==, "1.2.0");
  vitrail_memory_budget_set_limit (budget, limit);
}

static void
test_number (Fixture *f, gconstpointer data)
{
  for (guint k = 0; k < N_FILES; k++)
    g_object_unref (open_one (f, k));
  g_assert_false (holds (f, 0));
  for (guint k = 1; k < N_FILES; k++)
    g_assert_true (holds (f, k));
  g_assert_cmpuint (get_held_bytes (), ==, (N_FILES - 1) * f->bytes);
}

static void
test_changed (Fixture *f, gconstpointer data)
{
  g_object_unref (open_one (f, 1));
  g_object_unref (open_one (f, 2));
  g_free (test_data_run ("touch -d '2 hours ago' '%s/1.dcm' '%s/2.dcm'",
                         test_data_get_scratch (), test_data_get_scratch ()));
  g_assert_false (holds (f, 1));
  vitrail_opened_check (f->opened);
  g_assert_cmpuint (get_held_bytes (), ==, f->bytes);
  g_assert_true (holds (f, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/opened/shared", Fixture, NULL, set_up, test_shared, tear_down);
  g_test_add ("/opened/room", Fixture, NULL, set_up, test_room, tear_down);
  g_test_add ("/opened/number", Fixture, NULL, set_up, test_number, tear_down);
  g_test_add ("/opened/changed", Fixture, NULL, set_up, test_changed,
              tear_down);
  return g_test_run ();
}
