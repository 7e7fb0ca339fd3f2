/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Comparing data sources: see sourcetest.h. */

#include "sourcetest.h"

#include "dicom/builder.h"
#include "error.h"
#include "folder.h"
#include "framestore.h"
#include "testarchive.h"

#define TAG_SOP_INSTANCE VITRAIL_TAG (0x0008, 0x0018)
#define TAG_PATIENT_NAME VITRAIL_TAG (0x0010, 0x0010)
#define TAG_STUDY        VITRAIL_TAG (0x0020, 0x000d)
#define TAG_SERIES       VITRAIL_TAG (0x0020, 0x000e)

VitrailDataSource *
test_source_open (const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *location = g_strdup_vprintf (format, args);
  va_end (args);
  VitrailDataSource *source = vitrail_data_source_new (location, &error);
  g_assert_no_error (error);
  g_assert_true (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_no_error (error);
  return source;
}

VitrailDataSource *
test_source_open_folder (void)
{
  const char *paths[] = { test_archive_get (), NULL };
  g_autoptr (GError) error = NULL;
  VitrailDataSource *source =
      VITRAIL_DATA_SOURCE (vitrail_folder_new (paths, ":memory:"));

  g_assert_true (vitrail_data_source_refresh (source, NULL, &error));
  g_assert_no_error (error);
  return source;
}

/* All answers at @level where attribute @tag (0: any) is @value. */
static GPtrArray *
find (VitrailDataSource *source,
      VitrailLevel level,
      VitrailTag tag,
      const char *value)
{
  g_autoptr (GError) error = NULL;
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  if (tag != 0)
    vitrail_data_set_builder_set_string (builder, tag, value);
  g_autoptr (VitrailDataSet) match = vitrail_data_set_builder_end (builder);
  const VitrailQuery query = { .level = level, .match = match };
  GPtrArray *answers = vitrail_data_source_query (source, &query, NULL, &error);
  g_assert_no_error (error);
  return answers;
}

guint
test_source_count (VitrailDataSource *source,
                   VitrailLevel level,
                   VitrailTag tag,
                   const char *value)
{
  g_autoptr (GPtrArray) answers = find (source, level, tag, value);
  return answers->len;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* Sorted, a line each. */
static char *
list_uids (VitrailDataSource *source, VitrailLevel level, VitrailTag tag)
{
  g_autoptr (GPtrArray) answers = find (source, level, 0, NULL);
  g_autoptr (GPtrArray) uids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < answers->len; i++)
    g_ptr_array_add (uids, vitrail_data_set_dup_string (
                               g_ptr_array_index (answers, i), tag, 0));
  g_ptr_array_sort (uids, compare_texts);
  g_ptr_array_add (uids, NULL);
  return g_strjoinv ("\n", (char **) uids->pdata);
}

void
test_source_compare_lists (VitrailDataSource *remote, VitrailDataSource *local)
{
  static const VitrailTag tags[] = { TAG_STUDY, TAG_SERIES, TAG_SOP_INSTANCE };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree char *ours = list_uids (remote, (VitrailLevel) i, tags[i]);
    g_autofree char *theirs = list_uids (local, (VitrailLevel) i, tags[i]);
    g_assert_cmpstr (ours, ==, theirs);
  }
}

static VitrailFrame *
get_frame (VitrailDataSource *source, const char *uid, guint frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) instance =
      vitrail_data_source_open_instance (source, uid, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (VitrailInstance) same =
      vitrail_data_source_peek_instance (source, uid);
  g_assert_true (same == instance);
  VitrailFrame *got =
      vitrail_frame_store_get (vitrail_frame_store_get_default (), instance,
                               frame, 0, NULL, &error);
  g_assert_no_error (error);
  return got;
}

void
test_source_compare_frame (VitrailDataSource *remote,
                           VitrailDataSource *local,
                           const char *uid,
                           guint frame)
{
  g_autoptr (VitrailFrame) ours = get_frame (remote, uid, frame);
  g_autoptr (VitrailFrame) theirs = get_frame (local, uid, frame);

  g_assert_cmpuint (ours->format.width, ==, theirs->format.width);
  g_assert_cmpuint (ours->format.height, ==, theirs->format.height);
  g_autoptr (GBytes) bytes = vitrail_frame_ref_bytes (ours);
  g_autoptr (GBytes) wanted = vitrail_frame_ref_bytes (theirs);
  g_assert_true (g_bytes_equal (bytes, wanted));
}

/* Everything that a reader asks for. */
void
test_source_compare (VitrailDataSource *remote)
{
  g_autoptr (VitrailDataSource) local = test_source_open_folder ();

  test_source_compare_lists (remote, local);
  for (guint k = 1; k <= TEST_ARCHIVE_SLICES; k++) {
    g_autofree char *uid = g_strdup_printf ("1.2.3.1.%u", k);
    test_source_compare_frame (remote, local, uid, 1);
  }
  for (guint k = 1; k <= TEST_ARCHIVE_FRAMES; k++)
    test_source_compare_frame (remote, local, "1.2.3.2.1", k);
  g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_STUDY,
                                       TAG_PATIENT_NAME, "Test^*"),
                    ==, 1);
  g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_STUDY,
                                       TAG_PATIENT_NAME, "Else*"),
                    ==, 0);
  g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_SERIES, TAG_STUDY,
                                       "1.2.7"),
                    ==, 3);
  g_assert_cmpuint (test_source_count (remote, VITRAIL_LEVEL_INSTANCE,
                                       TAG_SERIES, "1.2.8.1"),
                    ==, TEST_ARCHIVE_SLICES);
}

/* A report has no frames, and opens. */
void
test_source_open_report (VitrailDataSource *remote)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VitrailInstance) report =
      vitrail_data_source_open_instance (remote, "1.2.3.3.1", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (vitrail_instance_get_n_frames (report), ==, 0);
  g_assert_null (
      vitrail_data_source_open_instance (remote, "1.2.3.99", NULL, &error));
  g_assert_error (error, VITRAIL_ERROR, VITRAIL_ERROR_NOT_FOUND);
}
