/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The folder as a data source: what a scan reads, keeps and drops, what it says
 * of files that it cannot take in, queries, slides, and the interface. */

#include "dicom/builder.h"
#include "error.h"
#include "folder.h"
#include "testdata.h"

#include <glib/gstdio.h>

#include <string.h>

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_STUDY_DATE   VITRAIL_TAG (0x0008, 0x0020)
#define TAG_MODALITY     VITRAIL_TAG (0x0008, 0x0060)
#define TAG_MODALITIES   VITRAIL_TAG (0x0008, 0x0061)
#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_PATIENT_ID   VITRAIL_TAG (0x0010, 0x0020)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)
#define TAG_NUMBER       VITRAIL_TAG (0x0020, 0x0013)
#define TAG_N_SERIES     VITRAIL_TAG (0x0020, 0x1206)
#define TAG_N_INSTANCES  VITRAIL_TAG (0x0020, 0x1208)
#define TAG_ROWS         VITRAIL_TAG (0x0028, 0x0010)

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

static void
make (const char *calls)
{
  g_autofree char *program = g_strconcat (make_text, calls, NULL);

  g_free (test_data_python (program));
}

static char *
scratch (const char *name)
{
  return g_build_filename (test_data_get_scratch (), name, NULL);
}

static VitrailFolder *
open_folder (const char *name)
{
  g_autofree char *path = scratch (name);
  g_autofree char *file = g_strconcat (name, ".sqlite", NULL);
  g_autofree char *index = scratch (file);
  const char *paths[] = { path, NULL };

  return vitrail_folder_new (paths, index);
}

static VitrailScanStats
scan (VitrailFolder *folder)
{
  g_autoptr (GError) error = NULL;
  VitrailScanStats stats;

  vitrail_folder_scan (folder, NULL, &error);
  g_assert_no_error (error);
  vitrail_folder_get_stats (folder, &stats);
  return stats;
}

/* --- queries --- */

/* "TAG=VALUE" pairs as an identifier. */
static GPtrArray *
query (VitrailFolder *folder,
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

/* Values of @tag in all answers, joined by spaces. */
static char *
join (GPtrArray *answers, VitrailTag tag)
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

static void
assert_found (VitrailFolder *folder,
              VitrailLevel level,
              VitrailTag tag,
              const char *key,
              const char *ids)
{
  g_autoptr (GPtrArray) answers = query (folder, level, FALSE, tag, key);
  g_autofree char *found = join (answers, TAG_PATIENT_ID);

  g_assert_cmpstr (found, ==, ids);
}

static guint
count (VitrailFolder *folder, VitrailLevel level)
{
  g_autoptr (GPtrArray) answers = query (folder, level, FALSE, 0, NULL);

  return answers->len;
}

/* "NAME: REASON" of all, a line each, names relative to the folder. */
static char *
list_unreadable (VitrailFolder *folder, const char *name)
{
  g_autoptr (GPtrArray) list =
      vitrail_data_source_list_unreadable (VITRAIL_DATA_SOURCE (folder));
  g_autofree char *root = scratch (name);
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

/* --- tests --- */

static void
make_many (const char *name, guint n)
{
  g_autofree char *path = scratch (name);

  g_free (
      test_data_run ("/usr/bin/python3 '%s/tests/support/make-many.py' '%s' %u",
                     g_getenv ("VITRAIL_SOURCE"), path, n));
}

static void
test_incremental (void)
{
  make_many ("many", 600);
  g_autofree char *root = scratch ("many");
  g_autoptr (VitrailFolder) folder = open_folder ("many");

  VitrailScanStats stats = scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 600);
  g_assert_cmpuint (stats.n_read, ==, 600);
  g_assert_cmpuint (stats.n_removed, ==, 0);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_STUDY), ==, 2);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_SERIES), ==, 6);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_INSTANCE), ==, 600);

  stats = scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 600);
  g_assert_cmpuint (stats.n_read, ==, 0);

  /* Another object, another process: the index is on disk. */
  g_autoptr (VitrailFolder) again = open_folder ("many");
  g_assert_cmpuint (count (again, VITRAIL_LEVEL_INSTANCE), ==, 600);
  stats = scan (again);
  g_assert_cmpuint (stats.n_read, ==, 0);

  g_free (test_data_run ("cd '%s' && touch 0000/0000/000007.dcm && "
                         "rm 0001/0005/000599.dcm && "
                         "sed -i s/Many^Files/Some^Other/ 0000/0001/000100.dcm"
                         " && mkdir new && mv 0000/0002/000200.dcm new",
                         root));
  stats = scan (again);
  g_assert_cmpuint (stats.n_files, ==, 599);
  g_assert_cmpuint (stats.n_read, ==, 3);
  g_assert_cmpuint (stats.n_removed, ==, 2);
  g_assert_cmpuint (count (again, VITRAIL_LEVEL_INSTANCE), ==, 599);
  g_autoptr (GPtrArray) studies =
      query (again, VITRAIL_LEVEL_STUDY, FALSE, 0, NULL);
  g_autofree char *numbers = join (studies, TAG_N_INSTANCES);
  g_assert_cmpstr (numbers, ==, "500 99");
  /* The first path speaks for the study. */
  g_autofree char *names = join (studies, TAG_PATIENT_NAME);
  g_assert_cmpstr (names, ==, "Many^Files Many^Files");

  g_free (test_data_run ("rm -r '%s/0001'", root));
  stats = scan (again);
  g_assert_cmpuint (stats.n_removed, ==, 99);
  g_assert_cmpuint (count (again, VITRAIL_LEVEL_STUDY), ==, 1);
  g_assert_cmpuint (count (again, VITRAIL_LEVEL_SERIES), ==, 5);
}

static void
test_unreadable (void)
{
  g_autofree char *root = scratch ("broken");

  make ("make('broken/good.dcm')\n"
        "make('broken/no-study.dcm', StudyInstanceUID=None)\n"
        "make('broken/cut.dcm', SOPInstanceUID='1.2.4',\n"
        "     PatientComments='x' * 300)\n");
  g_free (test_data_run ("cd '%s' && truncate -s -200 cut.dcm && "
                         "echo hello > text && : > empty && "
                         "ln -s nowhere link && mkfifo pipe && "
                         "head -c 4000 /dev/urandom > \"$(printf 'n\\377')\"",
                         root));
  g_autoptr (VitrailFolder) folder = open_folder ("broken");
  VitrailScanStats stats = scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 7);
  g_autofree char *text = list_unreadable (folder, "broken");
  g_assert_true (g_str_has_prefix (text, "cut.dcm: (0010,4000) "));
  g_assert_nonnull (strstr (text, "but the file ends"));
  g_assert_nonnull (strstr (text, "\nempty: not a DICOM file\n"));
  g_assert_nonnull (strstr (text, "\nlink: No such file or directory\n"));
  g_assert_nonnull (strstr (text, "\nn\377: not a DICOM file\n"));
  g_assert_nonnull (
      strstr (text, "\nno-study.dcm: no (0020,000D) StudyInstanceUID\n"));
  g_assert_nonnull (strstr (text, "\ntext: not a DICOM file\n"));
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_INSTANCE), ==, 1);

  /* A reason is kept, too. */
  stats = scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 0);
  g_autofree char *same = list_unreadable (folder, "broken");
  g_assert_cmpstr (same, ==, text);

  /* Until the file is whole. */
  g_free (test_data_run ("cd '%s' && cp good.dcm cut.dcm && rm link", root));
  make ("make('broken/cut.dcm', SOPInstanceUID='1.2.4')\n");
  stats = scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 1);
  g_assert_cmpuint (stats.n_removed, ==, 1);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_INSTANCE), ==, 2);
}

static void
test_duplicates (void)
{
  g_autofree char *root = scratch ("twice");

  make ("for n in 'bac': make('twice/%s.dcm' % n, PatientID=n)\n");
  g_autoptr (VitrailFolder) folder = open_folder ("twice");
  scan (folder);
  g_autofree char *path = vitrail_folder_dup_path (folder, "1.2.3");
  g_assert_true (g_str_has_suffix (path, "/a.dcm"));
  g_autofree char *text = list_unreadable (folder, "twice");
  g_assert_cmpstr (text, ==,
                   "b.dcm: a duplicate of ROOT/a.dcm\n"
                   "c.dcm: a duplicate of ROOT/a.dcm\n");
  assert_found (folder, VITRAIL_LEVEL_INSTANCE, 0, NULL, "a");

  /* The next takes the place of what goes, and gives it back. */
  g_free (test_data_run ("mv '%s/a.dcm' '%s/d.dcm'", root, root));
  scan (folder);
  assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "b");
  g_autofree char *moved = list_unreadable (folder, "twice");
  g_assert_cmpstr (moved, ==,
                   "c.dcm: a duplicate of ROOT/b.dcm\n"
                   "d.dcm: a duplicate of ROOT/b.dcm\n");
  g_free (test_data_run ("mv '%s/c.dcm' '%s/a.dcm'", root, root));
  scan (folder);
  assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "c");
}

/* Somebody's mistake, which must show: each series has its own patient. */
static void
test_two_patients (void)
{
  make ("for i, (n, p) in enumerate((('Alpha^A', 'A1'), ('Beta^B', 'B2'))):\n"
        "    for k in '12':\n"
        "        make('mixed/%d-%s.dcm' % (i, k), PatientName=n, PatientID=p,\n"
        "             SeriesInstanceUID='1.2.2.%d' % i, SeriesNumber=i,\n"
        "             SOPInstanceUID='1.2.3.%d.%s' % (i, k))\n");
  g_autoptr (VitrailFolder) folder = open_folder ("mixed");
  scan (folder);
  assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "A1");
  assert_found (folder, VITRAIL_LEVEL_SERIES, 0, NULL, "A1 B2");
  assert_found (folder, VITRAIL_LEVEL_SERIES, TAG_PATIENT_ID, "B2", "B2");
  assert_found (folder, VITRAIL_LEVEL_INSTANCE, 0, NULL, "A1 A1 B2 B2");
  g_autofree char *text = list_unreadable (folder, "mixed");
  g_assert_cmpstr (text, ==,
                   ": two patients in one study: Alpha^A A1, Beta^B B2\n");

  /* One ID is one patient, however the name is written. */
  make ("for i in '12':\n"
        "    make('mixed/1-%s.dcm' % i, PatientName='ALPHA^A',\n"
        "         PatientID='A1', SeriesInstanceUID='1.2.2.1',\n"
        "         SeriesNumber=1, SOPInstanceUID='1.2.3.1.%s' % i)\n");
  scan (folder);
  g_autofree char *none = list_unreadable (folder, "mixed");
  g_assert_cmpstr (none, ==, "");
}

static void
test_directory_files (void)
{
  g_autofree char *root = scratch ("media");

  make ("make('media/A1', PatientID='1', PatientName='A', StudyID='1',\n"
        "     StudyDate='20260101', StudyTime='10', AccessionNumber='',\n"
        "     SeriesNumber='1', InstanceNumber='1')\n");
  g_free (test_data_run ("cd '%s' && dcmmkdir -Pgp A1", root));
  g_autoptr (VitrailFolder) folder = open_folder ("media");
  VitrailScanStats stats = scan (folder);
  g_assert_cmpuint (stats.n_files, ==, 2);
  g_autofree char *text = list_unreadable (folder, "media");
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_INSTANCE), ==, 1);
}

/* A file of 100 GB whose pixels nobody could read in time. */
static void
test_headers_only (void)
{
  g_autofree char *root = scratch ("huge");

  make ("make('huge/one.dcm', Rows=512, Columns=512)\n");
  g_free (test_data_run (
      "cd '%s' && printf '\\340\\177\\020\\000OW\\000\\000\\377\\377\\377\\377'"
      " >> one.dcm && truncate -s 100G one.dcm",
      root));
  g_autoptr (VitrailFolder) folder = open_folder ("huge");
  gint64 start = g_get_monotonic_time ();
  scan (folder);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_INSTANCE), ==, 1);
}

/* The folder "list", made once. */
static VitrailFolder *
open_worklist (void)
{
  static gboolean made;

  if (made)
    return open_folder ("list");
  made = TRUE;
  make ("def study(n, **kw):\n"
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
  VitrailFolder *folder = open_folder ("list");
  scan (folder);
  return folder;
}

static void
test_queries (void)
{
  g_autoptr (VitrailFolder) folder = open_worklist ();

  /* Newest first, those without a date last. */
  assert_found (folder, VITRAIL_LEVEL_STUDY, 0, NULL, "2 3 1 4");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_ID, "3", "3");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME, "doe*", "2 1");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME, "m\303\274*",
                "3");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY, "1.3.1\\1.3.4\\1.3.9",
                "1 4");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY_DATE,
                "20260101-20260215", "3 1");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY_DATE, "20260215-", "2");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_MODALITIES, "SR", "1");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_MODALITIES, "US\\MR", "2 4");
  /* A key of a lower level does not count. */
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_SOP_INSTANCE, "1.5.1",
                "2 3 1 4");
  assert_found (folder, VITRAIL_LEVEL_SERIES, TAG_MODALITY, "CT", "1 1 3");
  assert_found (folder, VITRAIL_LEVEL_SERIES, TAG_PATIENT_NAME, "*EVA", "3");
  assert_found (folder, VITRAIL_LEVEL_INSTANCE, TAG_ROWS, "4", "1 1 1");
  assert_found (folder, VITRAIL_LEVEL_INSTANCE, TAG_SERIES, "1.4.2", "2");

  g_autoptr (GPtrArray) fuzzy =
      query (folder, VITRAIL_LEVEL_STUDY, TRUE, TAG_PATIENT_NAME, "ev muller");
  g_assert_cmpuint (fuzzy->len, ==, 1);
}

static void
test_answers (void)
{
  g_autoptr (VitrailFolder) folder = open_worklist ();

  g_autoptr (GPtrArray) studies =
      query (folder, VITRAIL_LEVEL_STUDY, FALSE, TAG_PATIENT_ID, "1");
  g_autofree char *modalities = join (studies, TAG_MODALITIES);
  g_assert_cmpstr (modalities, ==, "CT\\SR");
  VitrailDataSet *study = g_ptr_array_index (studies, 0);
  g_assert_cmpint (vitrail_data_set_get_int_or (study, TAG_N_SERIES, 0), ==, 3);
  g_assert_cmpint (vitrail_data_set_get_int_or (study, TAG_N_INSTANCES, 0), ==,
                   5);

  /* Numbers are ordered as numbers. */
  g_autoptr (GPtrArray) series =
      query (folder, VITRAIL_LEVEL_SERIES, FALSE, TAG_STUDY, "1.3.1");
  g_autofree char *uids = join (series, TAG_SERIES);
  g_assert_cmpstr (uids, ==, "1.4.1 1.4.1.3 1.4.1.2");
  g_autoptr (GPtrArray) instances =
      query (folder, VITRAIL_LEVEL_INSTANCE, FALSE, TAG_SERIES, "1.4.1.3");
  g_autofree char *numbers = join (instances, TAG_NUMBER);
  g_assert_cmpstr (numbers, ==, "9 10 100");
  g_autofree char *names = join (instances, TAG_PATIENT_NAME);
  g_assert_cmpstr (names, ==, "Doe^John Doe^John Doe^John");
}

static void
test_pages (void)
{
  g_autoptr (VitrailFolder) folder = open_worklist ();
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint offset = 0; offset < 9; offset += 3) {
    const VitrailQuery page = { VITRAIL_LEVEL_INSTANCE, NULL, offset, 3,
                                FALSE };
    g_autoptr (GPtrArray) answers = vitrail_folder_query (folder, &page, NULL);
    g_autofree char *uids = join (answers, TAG_SOP_INSTANCE);
    g_assert_cmpuint (answers->len, ==, offset < 6 ? 3 : 2);
    g_string_append_printf (all, "%s ", uids);
  }
  g_autoptr (GPtrArray) whole =
      query (folder, VITRAIL_LEVEL_INSTANCE, FALSE, 0, NULL);
  g_autofree char *uids = join (whole, TAG_SOP_INSTANCE);
  g_assert_cmpstr (g_strchomp (all->str), ==, uids);
}

/* Text in a header is data, never SQL. */
static void
test_hostile_text (void)
{
  make ("make('hostile/1.dcm', PatientName=\"';DROP TABLE study;--\",\n"
        "     PatientID='%*?', StudyDescription='x' * 5000)\n");
  g_autoptr (VitrailFolder) folder = open_folder ("hostile");
  scan (folder);
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_PATIENT_NAME,
                "';drop table study;--", "%*?");
  assert_found (folder, VITRAIL_LEVEL_STUDY, TAG_STUDY, "1.2.1' OR '1'='1", "");
}

static void
test_broken_index (void)
{
  g_autofree char *index = scratch ("list.sqlite");
  g_autoptr (GError) error = NULL;

  g_object_unref (open_worklist ());
  g_file_set_contents (index,
                       "this is no database, but long enough to be read"
                       " as one, says its first page",
                       -1, &error);
  g_assert_no_error (error);
  g_autoptr (VitrailFolder) folder = open_worklist ();
  VitrailScanStats stats = scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 8);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_STUDY), ==, 4);

  /* Broken in the middle, behind our back. */
  g_clear_object (&folder);
  g_free (test_data_run ("dd if=/dev/urandom of='%s' bs=4096 seek=1 count=5000"
                         " conv=notrunc status=none",
                         index));
  g_autoptr (VitrailFolder) again = open_folder ("list");
  stats = scan (again);
  g_assert_cmpuint (stats.n_read, ==, 8);
  g_assert_cmpuint (count (again, VITRAIL_LEVEL_STUDY), ==, 4);
}

/* No place for a cache: the index is in memory, and works. */
static void
test_no_cache (void)
{
  g_autofree char *root = scratch ("list");
  const char *paths[] = { root, NULL };
  g_object_unref (open_worklist ());
  g_autoptr (VitrailFolder) folder =
      vitrail_folder_new (paths, "/proc/nowhere/index.sqlite");

  scan (folder);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_STUDY), ==, 4);
}

static void
test_private (void)
{
  g_autofree char *index = scratch ("list.sqlite");
  GStatBuf info;

  g_object_unref (open_worklist ());
  g_assert_cmpint (g_stat (index, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static gpointer
scan_thread (gpointer name)
{
  for (guint i = 0; i < 5; i++) {
    g_autoptr (VitrailFolder) folder = open_folder (name);
    scan (folder);
  }
  return NULL;
}

/* Several at once, on one index, with queries in between. */
static void
test_concurrent (void)
{
  make_many ("race", 300);
  GThread *threads[3];
  char *name = "race";

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("scan", scan_thread, name);
  g_autoptr (VitrailFolder) folder = open_folder (name);
  for (guint i = 0; i < 50; i++) {
    guint n = count (folder, VITRAIL_LEVEL_INSTANCE);
    g_assert_true (n == 0 || n == 300);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_INSTANCE), ==, 300);
  g_assert_cmpuint (count (folder, VITRAIL_LEVEL_SERIES), ==, 3);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (VitrailFolder) folder = open_folder ("cancel");
  g_autoptr (GError) error = NULL;

  make_many ("cancel", 100);
  g_cancellable_cancel (cancellable);
  g_assert_false (vitrail_folder_scan (folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  VitrailScanStats stats = scan (folder);
  g_assert_cmpuint (stats.n_read, ==, 100);
}

/* --- instances and slides --- */

static void
test_opened (void)
{
  g_autoptr (VitrailFolder) folder = open_worklist ();
  g_autoptr (GError) error = NULL;

  g_autoptr (VitrailInstance) one =
      vitrail_folder_open_instance (folder, "1.5.1", &error);
  g_assert_no_error (error);
  g_autoptr (VitrailInstance) same =
      vitrail_folder_open_instance (folder, "1.5.1", NULL);
  g_assert_true (one == same);
  g_assert_null (vitrail_folder_open_instance (folder, "9.9", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_suffix (error->message, ": no instance 9.9"));
  g_clear_error (&error);

  /* A changed file is opened anew after a scan. */
  make ("make('list/1/1.dcm', StudyInstanceUID='1.3.1', PatientID='1',\n"
        "     SeriesInstanceUID='1.4.1', SOPInstanceUID='1.5.1',\n"
        "     PatientName='Changed')\n");
  scan (folder);
  g_autoptr (VitrailInstance) fresh =
      vitrail_folder_open_instance (folder, "1.5.1", &error);
  g_assert_no_error (error);
  g_assert_true (fresh != one);

  /* Changed to another instance since the scan. */
  make ("make('list/2/1.dcm', SOPInstanceUID='1.5.77')\n");
  g_assert_null (vitrail_folder_open_instance (folder, "1.5.2", &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}

static char *
describe_slides (VitrailFolder *folder)
{
  g_autoptr (GPtrArray) slides = vitrail_folder_list_slides (folder);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < slides->len; i++) {
    const VitrailSlideEntry *entry = g_ptr_array_index (slides, i);
    g_string_append_printf (text, "%s %s:", entry->id, entry->name);
    for (guint k = 0; entry->paths[k] != NULL; k++) {
      g_autofree char *name = g_path_get_basename (entry->paths[k]);
      g_string_append_printf (text, " %s", name);
    }
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

static void
test_dicom_slides (void)
{
  make ("def slide(n, series, pyramid, **kw):\n"
        "    make('slides/%s' % n, SOPInstanceUID='1.7.%s' % n,\n"
        "         SOPClassUID='1.2.840.10008.5.1.4.1.1.77.1.6',\n"
        "         SeriesInstanceUID=series, x00080019=pyramid, **kw)\n"
        "slide(1, '1.6.1', '', ContainerIdentifier='S1')\n"
        "slide(2, '1.6.1', '', ContainerIdentifier='S1')\n"
        "slide(3, '1.6.2', '1.8.1', SeriesDescription='Two')\n"
        "slide(4, '1.6.2', '1.8.2', SeriesDescription='Two')\n"
        "slide(5, '1.6.2', '1.8.1', SeriesDescription='Two')\n"
        "slide(6, '1.6.2', '', SeriesDescription='Two')\n"
        "slide(7, '1.6.3', '1.8.3')\n");
  g_autoptr (VitrailFolder) folder = open_folder ("slides");
  scan (folder);
  g_autofree char *text = describe_slides (folder);
  g_assert_cmpstr (text, ==,
                   "1.6.1 S1: 1 2\n"
                   "1.6.2.1.8.1 Two: 6 3 5\n"
                   "1.6.2.1.8.2 Two: 6 4\n"
                   "1.6.3 1.6.3: 7\n");
}

static void
test_vendor_slides (void)
{
  const char *data = test_data_get_folder ();
  if (data == NULL) {
    g_test_skip ("no real slides: 1 file skipped");
    return;
  }
  g_autofree char *svs = g_build_filename (
      data, "wsi-svs/test/test-suite/images/CMU-1-Small-Region.svs", NULL);
  g_autofree char *root = scratch ("vendor");
  g_free (test_data_run ("mkdir -p '%s/a' && cp '%s' '%s/a/one.svs' && "
                         "cp '%s' '%s/two.svs'",
                         root, svs, root, svs, root));
  g_autoptr (VitrailFolder) folder = open_folder ("vendor");
  scan (folder);
  /* One content, one slide, wherever it lies. */
  g_autofree char *text = describe_slides (folder);
  g_assert_cmpstr (text, ==,
                   "8c55733b125adabce358281318a0325e one.svs: one.svs\n");
  g_autofree char *unreadable = list_unreadable (folder, "vendor");
  g_assert_cmpstr (unreadable, ==, "two.svs: a duplicate of ROOT/a/one.svs\n");
}

/* --- the interface --- */

static void
finish_cb (GObject *source, GAsyncResult *result, gpointer place)
{
  *(GAsyncResult **) place = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *place;
}

static void
test_interface (void)
{
  g_autofree char *root = scratch ("faces");
  g_autofree char *uri = g_filename_to_uri (root, NULL, NULL);
  g_autoptr (GError) error = NULL;

  make ("make('faces/1.dcm')\n");
  g_autoptr (VitrailDataSource) source = vitrail_data_source_new (uri, &error);
  g_assert_no_error (error);

  g_autoptr (GAsyncResult) refreshed = NULL;
  vitrail_data_source_refresh_async (source, NULL, finish_cb, &refreshed);
  g_assert_true (vitrail_data_source_refresh_finish (
      source, wait_for (&refreshed), &error));
  g_assert_no_error (error);

  const VitrailQuery query = { .level = VITRAIL_LEVEL_STUDY };
  g_autoptr (GAsyncResult) queried = NULL;
  vitrail_data_source_query_async (source, &query, NULL, finish_cb, &queried);
  g_autoptr (GPtrArray) studies =
      vitrail_data_source_query_finish (source, wait_for (&queried), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (studies->len, ==, 1);

  g_autoptr (GAsyncResult) opened = NULL;
  vitrail_data_source_open_instance_async (source, "1.2.3", NULL, finish_cb,
                                           &opened);
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance_finish (source, wait_for (&opened),
                                                &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_instance_get_n_frames (instance), ==, 0);
}

static void
test_locations (void)
{
  static const char *const cases[][2] = {
    { "https://example.org/dicom-web",
      "https://example.org/dicom-web: no data source reads https:// "
      "locations" },
    { "dicomwebs://x", "dicomwebs://x: no data source reads dicomwebs:// "
                       "locations" },
    { "/no/such/place", "/no/such/place: no such file or folder" },
    { "file:///no/such/place",
      "file:///no/such/place: no such file or folder" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (vitrail_data_source_new (cases[i][0], &error));
    g_assert_cmpstr (error->message, ==, cases[i][1]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/incremental", test_incremental);
  g_test_add_func ("/folder/unreadable", test_unreadable);
  g_test_add_func ("/folder/duplicates", test_duplicates);
  g_test_add_func ("/folder/two-patients", test_two_patients);
  g_test_add_func ("/folder/directory-files", test_directory_files);
  g_test_add_func ("/folder/headers-only", test_headers_only);
  g_test_add_func ("/folder/queries", test_queries);
  g_test_add_func ("/folder/answers", test_answers);
  g_test_add_func ("/folder/pages", test_pages);
  g_test_add_func ("/folder/hostile-text", test_hostile_text);
  g_test_add_func ("/folder/broken-index", test_broken_index);
  g_test_add_func ("/folder/no-cache", test_no_cache);
  g_test_add_func ("/folder/private", test_private);
  g_test_add_func ("/folder/concurrent", test_concurrent);
  g_test_add_func ("/folder/cancel", test_cancel);
  g_test_add_func ("/folder/opened", test_opened);
  g_test_add_func ("/folder/dicom-slides", test_dicom_slides);
  g_test_add_func ("/folder/vendor-slides", test_vendor_slides);
  g_test_add_func ("/folder/interface", test_interface);
  g_test_add_func ("/folder/locations", test_locations);
  return g_test_run ();
}
