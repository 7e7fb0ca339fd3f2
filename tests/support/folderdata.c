/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Folders of small files, and what a folder source says of them: see
 * folderdata.h. */

#include "folderdata.h"

#include "dicom/builder.h"
#include "testdata.h"

#include <string.h>

#define TAG_PATIENT_ID VITRAIL_TAG (0x0010, 0x0020)

/* Files of a few hundred bytes that differ in what a case is about:
 * make (path, attribute = value, ...). */
static const char make_text[] =
    "import pydicom, os, warnings\n"
    "from pydicom.dataset import Dataset, FileMetaDataset\n"
    "warnings.simplefilter('ignore')\n"
    "def make(path, **kw):\n"
    "    ds = Dataset()\n"
    "    ds.SOPClassUID = '1.2.840.10008.5.1.4.1.1.7'\n"
    "    ds.StudyInstanceUID = '1.2.1'\n"
    "    ds.SeriesInstanceUID = '1.2.2'\n"
    "    ds.SOPInstanceUID = '1.2.3'\n"
    "    ds.Modality = 'OT'\n"
    "    ds.file_meta = FileMetaDataset()\n"
    "    ds.file_meta.TransferSyntaxUID = '1.2.840.10008.1.2.1'\n"
    "    for k, v in kw.items():\n"
    "        if v is None: delattr(ds, k)\n"
    "        elif k[0] == 'x': ds.add_new(int(k[1:], 16), 'UI', v)\n"
    "        else: setattr(ds, k, v)\n"
    "    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID\n"
    "    ds.file_meta.MediaStorageSOPInstanceUID = \\\n"
    "        ds.get('SOPInstanceUID', '')\n"
    "    ds.is_little_endian, ds.is_implicit_VR = True, False\n"
    "    path = os.path.join('{dir}', path)\n"
    "    os.makedirs(os.path.dirname(path), exist_ok=True)\n"
    "    pydicom.dcmwrite(path, ds, write_like_original=False)\n";

void
test_folder_make (const char *calls)
{
  g_autofree char *program = g_strconcat (make_text, calls, NULL);

  g_free (test_data_python (program));
}

char *
test_folder_dup_path (const char *name)
{
  return g_build_filename (test_data_get_scratch (), name, NULL);
}

VitrailFolder *
test_folder_open (const char *name)
{
  g_autofree char *path = test_folder_dup_path (name);
  g_autofree char *file = g_strconcat (name, ".sqlite", NULL);
  g_autofree char *index = test_folder_dup_path (file);
  const char *paths[] = { path, NULL };

  return vitrail_folder_new (paths, index);
}

VitrailScanStats
test_folder_scan (VitrailFolder *folder)
{
  g_autoptr (GError) error = NULL;
  VitrailScanStats stats;

  vitrail_folder_scan (folder, NULL, &error);
  g_assert_no_error (error);
  vitrail_folder_get_stats (folder, &stats);
  return stats;
}

GPtrArray *
test_folder_query (VitrailFolder *folder,
                   VitrailLevel level,
                   gboolean fuzzy,
                   VitrailTag tag,
                   const char *key)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  g_autoptr (GError) error = NULL;

  if (tag != 0)
    vitrail_data_set_builder_set_string (builder, tag, key);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { level, match, 0, 0, fuzzy };
  GPtrArray *answers = vitrail_folder_query (folder, &query, &error);
  g_assert_no_error (error);
  return answers;
}

char *
test_folder_join (GPtrArray *answers, VitrailTag tag)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < answers->len; i++) {
    g_autofree char *value =
        vitrail_data_set_dup_strings (g_ptr_array_index (answers, i), tag);
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            value != NULL ? value : "-");
  }
  return g_string_free (text, FALSE);
}

void
test_folder_assert_found (VitrailFolder *folder,
                          VitrailLevel level,
                          VitrailTag tag,
                          const char *key,
                          const char *ids)
{
  g_autoptr (GPtrArray) answers =
      test_folder_query (folder, level, FALSE, tag, key);
  g_autofree char *found = test_folder_join (answers, TAG_PATIENT_ID);

  g_assert_cmpstr (found, ==, ids);
}

guint
test_folder_count (VitrailFolder *folder, VitrailLevel level)
{
  g_autoptr (GPtrArray) answers =
      test_folder_query (folder, level, FALSE, 0, NULL);

  return answers->len;
}

char *
test_folder_list_unreadable (VitrailFolder *folder, const char *name)
{
  g_autoptr (GPtrArray) list =
      vitrail_data_source_list_unreadable (VITRAIL_DATA_SOURCE (folder));
  g_autofree char *root = test_folder_dup_path (name);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++) {
    const VitrailUnreadable *unreadable = g_ptr_array_index (list, i);
    g_assert_true (g_str_has_prefix (unreadable->path, root));
    g_string_append_printf (text, "%s: %s\n",
                            unreadable->path + strlen (root) + 1,
                            unreadable->reason);
  }
  g_string_replace (text, root, "ROOT", 0);
  return g_string_free (text, FALSE);
}

void
test_folder_make_many (const char *name, guint n)
{
  g_autofree char *path = test_folder_dup_path (name);

  g_free (
      test_data_run ("/usr/bin/python3 '%s/tests/support/make-many.py' '%s' %u",
                     g_getenv ("VITRAIL_SOURCE"), path, n));
}

VitrailFolder *
test_folder_open_list (void)
{
  static gboolean made;

  if (made)
    return test_folder_open ("list");
  made = TRUE;
  test_folder_make (
      "def study(n, **kw):\n"
      "    make('list/%s/1.dcm' % n, StudyInstanceUID='1.3.%s' % n,\n"
      "         SeriesInstanceUID='1.4.%s' % n, PatientID=n,\n"
      "         SOPInstanceUID='1.5.%s' % n, **kw)\n"
      "study('1', PatientName='Doe^John', StudyDate='20260101',\n"
      "      Modality='CT', StudyTime='080000')\n"
      "study('2', PatientName='Doe^Jane', StudyDate='20260301',\n"
      "      Modality='MR', StudyTime='100000.5')\n"
      "study('3', PatientName='M\303\234LLER^Eva', StudyDate='20260201',\n"
      "      Modality='CT', SpecificCharacterSet='ISO_IR 192')\n"
      "study('4', PatientName='', Modality='US')\n"
      "make('list/1/2.dcm', StudyInstanceUID='1.3.1', PatientID='1',\n"
      "     SeriesInstanceUID='1.4.1.2', SOPInstanceUID='1.5.1.2',\n"
      "     PatientName='Doe^John', Modality='SR', SeriesNumber='10')\n"
      "for i in (10, 9, 100):\n"
      "    make('list/1/3-%d.dcm' % i, StudyInstanceUID='1.3.1',\n"
      "         PatientID='1', SeriesInstanceUID='1.4.1.3',\n"
      "         SOPInstanceUID='1.5.1.3.%d' % i, InstanceNumber=i,\n"
      "         PatientName='Doe^John', Modality='CT', SeriesNumber='9',\n"
      "         Rows=4, Columns=5)\n");
  VitrailFolder *folder = test_folder_open ("list");
  test_folder_scan (folder);
  return folder;
}
