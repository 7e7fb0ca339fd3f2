/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The SQL of the index: see schema.h.
 *
 *   file      one row a path, whatever it is
 *   instance  one row an instance, with its study's and series' attributes as
 *             its own header gives them; several of a file where it is a
 *             vendor's slide and they are made of it
 *   metadata  of instances, where it was made ready: DICOM JSON, packed
 *             (dicom/packedjson.h)
 *   series, study   one row each, made from their instances: the attributes
 *             are those of the first path; a series keeps those of its
 *             study too, since its patient need not be the study's
 *
 * Of several files with one SOP Instance UID the first path counts, one that is
 * made of a slide last; the others are marked as duplicates. */

#include "folder/schema.h"

/* clang-format off */
static const char tables[] =
  "CREATE TABLE file ("
  "  id INTEGER PRIMARY KEY,"
  "  path TEXT NOT NULL UNIQUE,"
  "  size INTEGER NOT NULL,"
  "  mtime_ns INTEGER NOT NULL,"
  "  inode INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  reason TEXT,"
  "  slide_id TEXT);"
  "CREATE INDEX file_state ON file (state) WHERE state <> 0;"
  "CREATE TABLE instance ("
  "  id INTEGER PRIMARY KEY,"
  "  file INTEGER NOT NULL,"
  "  made INTEGER NOT NULL,"
  "  duplicate INTEGER NOT NULL, ";

static const char indexes[] =
  "CREATE TABLE metadata (instance INTEGER PRIMARY KEY, json BLOB NOT NULL);"
  /* In the order of answers, with what is mostly looked for: no other page of
   * the table is read for a study that does not match. */
  "CREATE INDEX study_list ON study"
  "  (StudyDate DESC, StudyTime DESC, StudyInstanceUID, made, forms, PatientID,"
  "   AccessionNumber, modalities);"
  "CREATE INDEX instance_file ON instance (file);"
  "CREATE INDEX instance_series ON instance"
  "  (StudyInstanceUID, SeriesInstanceUID, InstanceNumber);"
  "CREATE INDEX instance_series_only ON instance (SeriesInstanceUID);"
  "CREATE INDEX instance_sop ON instance (SOPInstanceUID);"
  "CREATE INDEX instance_duplicate ON instance (duplicate)"
  "  WHERE duplicate <> 0;"
  "CREATE INDEX instance_pyramid ON instance (SOPClassUID)"
  "  WHERE SOPClassUID = '1.2.840.10008.5.1.4.1.1.77.1.6';";

static const char renew_tail[] =
  "UPDATE study SET"
  " n_series = (SELECT count(*) FROM series"
  "   WHERE series.StudyInstanceUID = study.StudyInstanceUID),"
  " modalities = (SELECT group_concat(Modality, '\\') FROM"
  "   (SELECT DISTINCT Modality FROM series WHERE"
  "     series.StudyInstanceUID = study.StudyInstanceUID ORDER BY Modality)),"
  " classes = (SELECT group_concat(SOPClassUID, '\\') FROM"
  "   (SELECT DISTINCT SOPClassUID FROM instance WHERE duplicate = 0 AND"
  "     instance.StudyInstanceUID = study.StudyInstanceUID"
  "     ORDER BY SOPClassUID)),"
  " forms = vitrail_forms (PatientName)"
  " WHERE StudyInstanceUID IN touched;"
  /* A patient is known by the ID, without one by the name. */
  "UPDATE study SET conflict ="
  " (SELECT CASE count(*) WHEN 2 THEN 'two' ELSE 'several' END ||"
  "   ' patients in one study: ' || group_concat(who, ', ') FROM"
  "   (SELECT trim(coalesce(PatientName, '') || ' ' ||"
  "       coalesce(PatientID, '')) AS who, min(path) FROM instance"
  "     JOIN file ON file.id = instance.file WHERE duplicate = 0"
  "     AND instance.StudyInstanceUID = study.StudyInstanceUID"
  "     GROUP BY coalesce(nullif(PatientID, ''), PatientName, ''),"
  "       coalesce(IssuerOfPatientID, '') ORDER BY 2 LIMIT 8)"
  "   HAVING count(*) > 1)"
  " WHERE StudyInstanceUID IN touched;"
  /* The same ID by mistake: the names tell. */
  "UPDATE study SET conflict ="
  " (SELECT 'one patient ID and several names in one study: ' ||"
  "   group_concat(who, ', ') FROM"
  "   (SELECT min(PatientName) AS who FROM"
  "     (SELECT DISTINCT PatientName FROM instance WHERE duplicate = 0"
  "       AND instance.StudyInstanceUID = study.StudyInstanceUID)"
  "     WHERE vitrail_plain_name (PatientName) IS NOT NULL"
  "     GROUP BY vitrail_plain_name (PatientName) ORDER BY 1 LIMIT 8)"
  "   HAVING count(*) > 1)"
  " WHERE conflict IS NULL AND StudyInstanceUID IN touched;"
  "DELETE FROM touched;";

/* clang-format on */

void
vitrail_schema_append_columns (GString *sql,
                               VitrailLevel first,
                               VitrailLevel last)
{
  const char *separator = "";

  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    const VitrailFolderAttribute *attribute = &vitrail_folder_attributes[i];
    if (attribute->level < first || attribute->level > last)
      continue;
    g_string_append_printf (sql, "%s%s", separator, attribute->keyword);
    separator = ", ";
  }
}

static void
append_definitions (GString *sql, VitrailLevel first, VitrailLevel last)
{
  const char *separator = "";

  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    const VitrailFolderAttribute *attribute = &vitrail_folder_attributes[i];
    if (attribute->level < first || attribute->level > last)
      continue;
    g_string_append_printf (sql, "%s%s %s", separator, attribute->keyword,
                            attribute->kind == VITRAIL_MATCH_NUMBER ? "INTEGER"
                                                                    : "TEXT");
    separator = ", ";
  }
}

char *
vitrail_schema_create (void)
{
  GString *sql = g_string_new (tables);

  append_definitions (sql, VITRAIL_LEVEL_STUDY, VITRAIL_LEVEL_INSTANCE);
  g_string_append (sql, "); CREATE TABLE series (");
  append_definitions (sql, VITRAIL_LEVEL_STUDY, VITRAIL_LEVEL_SERIES);
  g_string_append (sql, ", made INTEGER, n_instances INTEGER, first_path TEXT,"
                        " PRIMARY KEY (StudyInstanceUID, SeriesInstanceUID));"
                        "CREATE INDEX series_uid ON series (SeriesInstanceUID);"
                        "CREATE TABLE study (");
  append_definitions (sql, VITRAIL_LEVEL_STUDY, VITRAIL_LEVEL_STUDY);
  g_string_append (sql, ", made INTEGER, n_instances INTEGER, first_path TEXT,"
                        " n_series INTEGER, modalities TEXT, classes TEXT,"
                        " conflict TEXT, forms TEXT,"
                        " PRIMARY KEY (StudyInstanceUID));"
                        "CREATE INDEX study_conflict ON study (conflict)"
                        " WHERE conflict IS NOT NULL;");
  g_string_append (sql, indexes);
  return g_string_free (sql, FALSE);
}

char *
vitrail_schema_insert_instance (void)
{
  GString *sql = g_string_new ("INSERT INTO instance VALUES (NULL, ?, ?, ?");

  for (guint i = 0; i < vitrail_folder_n_attributes; i++)
    g_string_append (sql, ", ?");
  g_string_append_c (sql, ')');
  return g_string_free (sql, FALSE);
}

/* Beside min () SQLite takes the other columns from the row of the minimum
 * ("bare columns in an aggregate query"). */
static void
append_summary (GString *sql, const char *table, VitrailLevel level)
{
  g_string_append_printf (sql, "INSERT INTO %s (", table);
  vitrail_schema_append_columns (sql, VITRAIL_LEVEL_STUDY, level);
  g_string_append (sql, ", made, n_instances, first_path) SELECT ");
  vitrail_schema_append_columns (sql, VITRAIL_LEVEL_STUDY, level);
  g_string_append_printf (sql,
                          ", sum(made = 0) = 0, count(*), min(path)"
                          " FROM instance"
                          " JOIN file ON file.id = instance.file"
                          " WHERE duplicate = 0 AND StudyInstanceUID IN touched"
                          " GROUP BY StudyInstanceUID%s;",
                          level == VITRAIL_LEVEL_SERIES ? ", SeriesInstanceUID"
                                                        : "");
}

char *
vitrail_schema_renew (void)
{
  GString *sql =
      g_string_new ("DELETE FROM study WHERE StudyInstanceUID IN touched;"
                    "DELETE FROM series WHERE StudyInstanceUID IN touched;");

  append_summary (sql, "series", VITRAIL_LEVEL_SERIES);
  append_summary (sql, "study", VITRAIL_LEVEL_STUDY);
  g_string_append (sql, renew_tail);
  return g_string_free (sql, FALSE);
}
