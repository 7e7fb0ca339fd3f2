/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Searching an index of 100,000 studies: a page of a hundred by a part of the
 * patient's name, as OHIF asks, to DICOM JSON; the best of some rounds.
 * Argument: the database, which is made. */

#include "dicom/builder.h"
#include "dicom/json.h"
#include "folder/query.h"

#include <time.h>

#define N_STUDIES 100000u
#define N_ROUNDS  15u
/* How far the service counts (viewer/service/qido.c). */
#define MOST 1000u

static void
set_value (VitrailFileRecord *record, VitrailTag tag, char *text)
{
  record->values[vitrail_folder_attribute_index (tag)] = text;
}

/* One image of study @i. Names are made of syllables: 1 in 500 is alike. */
static VitrailFileRecord *
make_record (guint i)
{
  static const char *const syllables[] = { "mar", "ti", "no", "bel", "so",
                                           "ken", "da", "lu", "rix", "pe" };
  g_autofree char *path = g_strdup_printf ("/archive/%06u/0001.dcm", i);
  const VitrailWalkFile file = { .path = path, .size = 1, .inode = i + 1 };
  VitrailFileRecord *record = vitrail_file_record_new (&file);

  record->state = VITRAIL_FILE_INSTANCE;
  record->values = g_new0 (char *, vitrail_folder_n_attributes);
  set_value (record, VITRAIL_TAG (0x0010, 0x0010),
             g_strdup_printf ("%s%s%s^%s%s", syllables[i % 10],
                              syllables[i / 10 % 10], syllables[i / 100 % 10],
                              syllables[i / 1000 % 10],
                              syllables[i / 10000 % 10]));
  set_value (record, VITRAIL_TAG (0x0010, 0x0020),
             g_strdup_printf ("P%07u", i / 3));
  set_value (record, VITRAIL_TAG (0x0010, 0x0030), g_strdup ("19700101"));
  set_value (record, VITRAIL_TAG (0x0010, 0x0040), g_strdup ("O"));
  set_value (record, VITRAIL_TAG (0x0008, 0x0020),
             g_strdup_printf ("20%02u%02u%02u", i % 26, i / 7 % 12 + 1,
                              i / 11 % 28 + 1));
  set_value (record, VITRAIL_TAG (0x0008, 0x0030),
             g_strdup_printf ("%02u%02u00", i % 24, i % 60));
  set_value (record, VITRAIL_TAG (0x0008, 0x0050), g_strdup_printf ("A%u", i));
  set_value (record, VITRAIL_TAG (0x0008, 0x1030), g_strdup ("CT Thorax"));
  set_value (record, VITRAIL_TAG (0x0008, 0x0060),
             g_strdup (i % 4 == 0 ? "MR" : "CT"));
  set_value (record, VITRAIL_TAG (0x0020, 0x000d),
             g_strdup_printf ("1.2.826.0.1.3680043.10.1.9.1.%u", i));
  set_value (record, VITRAIL_TAG (0x0020, 0x000e),
             g_strdup_printf ("1.2.826.0.1.3680043.10.1.9.2.%u", i));
  set_value (record, VITRAIL_TAG (0x0008, 0x0018),
             g_strdup_printf ("1.2.826.0.1.3680043.10.1.9.3.%u", i));
  set_value (record, VITRAIL_TAG (0x0008, 0x0016),
             g_strdup ("1.2.840.10008.5.1.4.1.1.2"));
  return record;
}

static VitrailIndex *
make_index (const char *path)
{
  g_autoptr (GError) error = NULL;
  VitrailIndex *index = vitrail_index_open (path, &error);

  for (guint i = 0; index != NULL && i < N_STUDIES; i++) {
    g_autoptr (VitrailFileRecord) record = make_record (i);
    if ((i % 10000 == 0 && !vitrail_index_begin (index, &error)) ||
        !vitrail_index_put (index, record, &error) ||
        (i % 10000 == 9999 && !vitrail_index_commit (index, &error)))
      break;
  }
  if (error != NULL)
    g_error ("%s", error->message);
  return index;
}

static VitrailDataSet *
make_match (VitrailTag tag, const char *key)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();

  if (key != NULL)
    vitrail_data_set_builder_set_string (builder, tag, key);
  return vitrail_data_set_builder_end (builder);
}

/* Of this thread alone: the machine has other things to do. */
static double
get_time_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * (double) now.tv_sec + 1e-6 * (double) now.tv_nsec;
}

/* Milliseconds of one page, with the count that a full one wants. */
static double
ask (VitrailIndex *index, const VitrailQuery *query, guint *n, guint *all)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  double start = get_time_ms ();
  g_autoptr (GPtrArray) answers = vitrail_index_query (index, query, &error);

  if (answers == NULL)
    g_error ("%s", error->message);
  for (guint i = 0; i < answers->len; i++)
    vitrail_json_write (g_ptr_array_index (answers, i), json, 1024, NULL, NULL);
  *n = answers->len;
  *all = answers->len;
  if (answers->len == query->limit &&
      !vitrail_index_count (index, query, MOST, all, &error))
    g_error ("%s", error->message);
  return get_time_ms () - start;
}

static void
measure (VitrailIndex *index,
         const char *name,
         VitrailTag tag,
         const char *key,
         gboolean fuzzy)
{
  g_autoptr (VitrailDataSet) match = make_match (tag, key);
  const VitrailQuery query = { .level = VITRAIL_LEVEL_STUDY,
                               .match = match,
                               .limit = 101,
                               .fuzzy = fuzzy,
                               .with_slides = TRUE };
  double best = G_MAXDOUBLE;
  guint n = 0;
  guint all = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    best = MIN (best, ask (index, &query, &n, &all));
  g_autofree char *what = g_strdup_printf ("%s: %u of %u", name, n, all);
  g_print ("%-32s %9.1f ms %12s %8s  <= 30 ms\n", what, best, "-", "-");
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    return 2;
  g_autoptr (VitrailIndex) index = make_index (argv[1]);
  const VitrailTag name = VITRAIL_TAG (0x0010, 0x0010);

  measure (index, "QIDO, newest", 0, NULL, FALSE);
  measure (index, "QIDO, name *rixken*", name, "*rixken*", FALSE);
  measure (index, "QIDO, name mar*", name, "mar*", FALSE);
  measure (index, "QIDO, name *a*", name, "*a*", FALSE);
  measure (index, "QIDO, no such name", name, "*nobody*", FALSE);
  measure (index, "QIDO, fuzzy rixken", name, "rixken", TRUE);
  measure (index, "QIDO, patient ID", VITRAIL_TAG (0x0010, 0x0020), "P0001234",
           FALSE);
  measure (index, "QIDO, dates", VITRAIL_TAG (0x0008, 0x0020),
           "20250101-20250131", FALSE);
  return 0;
}
