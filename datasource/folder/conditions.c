/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Conditions of queries: see conditions.h. */

#include "folder/conditions.h"

#include "dicom/builder.h"
#include "folder/functions.h"
#include "folder/identifier.h"
#include "folder/moment.h"
#include "folder/names.h"

#include <string.h>

#define TAG_CHARACTER_SET VITRAIL_TAG (0x0008, 0x0005)
#define TAG_ZONE          VITRAIL_TAG (0x0008, 0x0201)
#define TAG_PATIENT_NAME  VITRAIL_TAG (0x0010, 0x0010)

/* UIDs that are looked up; a longer list is compared row by row. */
#define MAX_LOOKUP_UIDS 256

/* Dates and the times that belong to them. */
static const struct {
  VitrailTag date;
  VitrailTag time;
} moments[] = {
  { VITRAIL_TAG (0x0008, 0x0020), VITRAIL_TAG (0x0008, 0x0030) },
  { VITRAIL_TAG (0x0008, 0x0021), VITRAIL_TAG (0x0008, 0x0031) },
  { VITRAIL_TAG (0x0040, 0x0244), VITRAIL_TAG (0x0040, 0x0245) },
  { VITRAIL_TAG (0x0008, 0x0012), VITRAIL_TAG (0x0008, 0x0013) },
  { VITRAIL_TAG (0x0008, 0x0022), VITRAIL_TAG (0x0008, 0x0032) },
  { VITRAIL_TAG (0x0008, 0x0023), VITRAIL_TAG (0x0008, 0x0033) },
};

/* What answers have and nobody can ask for: computed, or of the server. */
static const VitrailTag unmatched[] = {
  TAG_CHARACTER_SET,
  TAG_ZONE,
  VITRAIL_TAG_MODALITIES_IN_STUDY,
  VITRAIL_TAG_CLASSES_IN_STUDY,
  VITRAIL_TAG (0x0008, 0x0052),
  VITRAIL_TAG (0x0008, 0x0054),
  VITRAIL_TAG (0x0008, 0x0056),
  VITRAIL_TAG (0x0008, 0x1190),
  VITRAIL_TAG (0x0020, 0x1200),
  VITRAIL_TAG (0x0020, 0x1202),
  VITRAIL_TAG (0x0020, 0x1204),
  VITRAIL_TAG (0x0020, 0x1206),
  VITRAIL_TAG (0x0020, 0x1208),
  VITRAIL_TAG (0x0020, 0x1209),
};

/* One parameter: a text, a matcher or an identifier. */
typedef struct {
  char *text;
  VitrailMatcher *matcher;
  VitrailIdentifier *identifier;
} Parameter;

/* The keys on their way to conditions. */
typedef struct {
  VitrailConditions *to;
  const VitrailQuery *query;
  const char *zone; /* of the dates and times; NULL: not told */
} Keys;

static void
parameter_clear (gpointer data)
{
  Parameter *self = data;

  g_free (self->text);
  g_clear_pointer (&self->matcher, vitrail_matcher_free);
  g_clear_pointer (&self->identifier, vitrail_identifier_free);
}

static void
add_text (VitrailConditions *self, const char *text)
{
  Parameter parameter = { .text = g_strdup (text) };

  g_array_append_val (self->parameters, parameter);
}

static void
add_matcher (VitrailConditions *self, VitrailMatcher *matcher)
{
  Parameter parameter = { .matcher = matcher };

  g_array_append_val (self->parameters, parameter);
}

static void
add_identifier (const Keys *keys, const VitrailDataSet *asked)
{
  Parameter parameter = {
    .identifier = vitrail_identifier_new (asked, keys->query->fuzzy),
  };

  g_array_append_val (keys->to->parameters, parameter);
}

/* Whether all values of a key say what must be there. */
static gboolean
has_hint (char **values)
{
  return !g_strv_contains ((const char *const *) values, VITRAIL_MATCH_EMPTY);
}

/* The same of a key of one value, which is what most are. */
static gboolean
is_one_value (const char *key)
{
  return strchr (key, '\\') == NULL && strcmp (key, VITRAIL_MATCH_EMPTY) != 0;
}

/* TRUE when the key is a list that an index can look up. */
static gboolean
add_uids (VitrailConditions *self, const char *column, const char *key)
{
  g_auto (GStrv) uids = g_strsplit (key, "\\", -1);

  if (g_strv_length (uids) > MAX_LOOKUP_UIDS || !has_hint (uids))
    return FALSE;
  g_string_append_printf (self->where, " AND %s IN (", column);
  for (guint i = 0; uids[i] != NULL; i++) {
    g_string_append (self->where, i == 0 ? "?" : ", ?");
    add_text (self, uids[i]);
  }
  g_string_append_c (self->where, ')');
  return TRUE;
}

/* The names of most studies are told apart by a text that must be among their
 * forms, before anything is read of them beside the list. */
static void
add_name_hint (const Keys *keys, const char *key)
{
  g_autofree char *hint = NULL;
  g_autofree char *other = NULL;

  if (!is_one_value (key))
    return;
  vitrail_name_dup_hints (key, keys->query->fuzzy, &hint, &other);
  if (hint[0] == '\0' || other[0] == '\0')
    return;
  if (strcmp (hint, other) == 0) {
    g_string_append (keys->to->where, " AND instr (forms, ?) > 0");
  } else {
    g_string_append (keys->to->where,
                     " AND (instr (forms, ?) > 0 OR instr (forms, ?) > 0)");
    add_text (keys->to, hint);
  }
  add_text (keys->to, other);
}

/* The same of other text, without another function's copies. */
static void
add_text_hint (const Keys *keys, const char *column, const char *key)
{
  g_autofree char *run = is_one_value (key) ? vitrail_name_dup_run (key) : NULL;

  if (run == NULL || run[0] == '\0')
    return;
  g_string_append_printf (keys->to->where, " AND instr (%s, ?) > 0", column);
  add_text (keys->to, run);
}

/* A range of dates is found in an index: they are kept as eight digits. */
static void
add_date_hint (const Keys *keys, const char *column, const char *key)
{
  VitrailMomentRange range = { 0 };
  const char *reason = NULL;

  if (keys->zone == NULL && strchr (key, '\\') == NULL &&
      vitrail_moment_range_parse (&range, VITRAIL_MOMENT_DATE, key, &reason))
  {
    const char *upper = range.is_range ? range.upper : range.lower;
    if (range.lower != NULL) {
      g_string_append_printf (keys->to->where, " AND %s >= ?", column);
      add_text (keys->to, range.lower);
    }
    if (upper != NULL) {
      g_string_append_printf (keys->to->where, " AND %s <= ?", column);
      add_text (keys->to, upper);
    }
  }
  vitrail_moment_range_clear (&range);
}

static const char *
get_column (VitrailTag tag)
{
  return vitrail_folder_attributes[vitrail_folder_attribute_index (tag)]
      .keyword;
}

static char *
dup_key (const Keys *keys, VitrailTag tag)
{
  char *key = vitrail_data_set_dup_strings (keys->query->match, tag);

  if (vitrail_match_is_universal (key))
    g_clear_pointer (&key, g_free);
  return key;
}

static void
add_moment (const Keys *keys,
            guint pair,
            VitrailMatchKind kind,
            const char *key)
{
  VitrailMatcher *matcher = vitrail_matcher_new (kind, key, FALSE);
  int minutes;

  if (keys->zone != NULL && vitrail_utc_offset_parse (keys->zone, &minutes))
    vitrail_matcher_set_zone (matcher, minutes);
  g_string_append_printf (
      keys->to->where,
      " AND vitrail_match_moment (%s, %s, TimezoneOffsetFromUTC, ?)",
      get_column (moments[pair].date), get_column (moments[pair].time));
  add_matcher (keys->to, matcher);
}

/* A date and a range of times are one range from a moment to a moment (PS3.4
 * C.2.2.2.5.2.1, PS3.18 10.6.1.2). NULL where they are not. */
static char *
combine (const char *date, const char *time)
{
  const char *date_dash = strchr (date, '-');
  const char *time_dash = strchr (time, '-');

  if (time_dash == NULL || strchr (date, '\\') != NULL ||
      strchr (time, '\\') != NULL)
    return NULL;
  g_autofree char *first =
      g_strndup (date, date_dash != NULL ? (gsize) (date_dash - date)
                                         : strlen (date));
  const char *last = date_dash != NULL ? date_dash + 1 : date;
  g_autofree char *from = g_strndup (time, (gsize) (time_dash - time));
  g_autofree char *lower = vitrail_moment_dup_digits (first);
  g_autofree char *lower_time = vitrail_moment_dup_digits (from);
  g_autofree char *upper = vitrail_moment_dup_digits (last);
  g_autofree char *upper_time = vitrail_moment_dup_digits (time_dash + 1);
  return g_strdup_printf ("%s%s-%s%s", lower, lower[0] ? lower_time : "", upper,
                          upper[0] ? upper_time : "");
}

/* TRUE when @tag is one of a pair, which is then dealt with: both at the date,
 * or the time alone. */
static gboolean
add_date_or_time (const Keys *keys, const VitrailFolderAttribute *attribute)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (moments) && moments[i].date != attribute->tag &&
         moments[i].time != attribute->tag)
    i++;
  if (i == G_N_ELEMENTS (moments))
    return FALSE;
  g_autofree char *date = dup_key (keys, moments[i].date);
  g_autofree char *time = dup_key (keys, moments[i].time);
  g_autofree char *both =
      date != NULL && time != NULL ? combine (date, time) : NULL;
  gboolean is_date = attribute->tag == moments[i].date;

  if (is_date && date != NULL)
    add_date_hint (keys, attribute->keyword, date);
  if (both != NULL && is_date)
    add_moment (keys, i, VITRAIL_MATCH_DATE_TIME, both);
  else if (both == NULL)
    add_moment (keys, i, attribute->kind, is_date ? date : time);
  return TRUE;
}

/* Whether all that is asked of a request's items is kept. */
static gboolean
is_kept_item (const VitrailDataSet *item)
{
  for (size_t i = 0; i < vitrail_data_set_get_n_elements (item); i++) {
    const VitrailTag *tag = vitrail_folder_request_tags;
    VitrailTag asked = vitrail_data_set_get_element (item, i)->tag;
    while (*tag != 0 && *tag != asked)
      tag++;
    if (*tag == 0 && asked != TAG_CHARACTER_SET)
      return FALSE;
  }
  return TRUE;
}

/* The one key @tag of the query, as an identifier of its own. */
static VitrailDataSet *
dup_one_key (const Keys *keys, VitrailTag tag)
{
  VitrailDataSetBuilder *builder = vitrail_data_set_builder_new ();
  VitrailDataSet *item = vitrail_data_set_get_item (keys->query->match, tag, 0);
  g_autofree char *text =
      vitrail_data_set_dup_strings (keys->query->match, tag);

  if (item != NULL)
    vitrail_data_set_builder_set_items (builder, tag, &item, 1);
  else
    vitrail_data_set_builder_set_string (builder, tag,
                                         text != NULL ? text : "");
  return vitrail_data_set_builder_end (builder);
}

static void
add_items (const Keys *keys, const VitrailFolderAttribute *attribute)
{
  VitrailDataSet *item =
      vitrail_data_set_get_item (keys->query->match, attribute->tag, 0);

  if (item == NULL || !is_kept_item (item))
    return;
  g_autoptr (VitrailDataSet) key = dup_one_key (keys, attribute->tag);
  g_string_append_printf (keys->to->where, " AND vitrail_match_items (%s, ?)",
                          attribute->keyword);
  add_identifier (keys, key);
}

static void
add_attribute (const Keys *keys, const VitrailFolderAttribute *attribute)
{
  if (attribute->kind == VITRAIL_MATCH_ITEMS) {
    add_items (keys, attribute);
    return;
  }
  g_autofree char *key = dup_key (keys, attribute->tag);
  if (key == NULL || attribute->tag == TAG_ZONE ||
      (attribute->kind == VITRAIL_MATCH_UID &&
       add_uids (keys->to, attribute->keyword, key)) ||
      add_date_or_time (keys, attribute))
    return;
  if (attribute->tag == TAG_PATIENT_NAME &&
      keys->query->level == VITRAIL_LEVEL_STUDY)
    add_name_hint (keys, key);
  if (attribute->kind == VITRAIL_MATCH_TEXT)
    add_text_hint (keys, attribute->keyword, key);
  g_string_append_printf (keys->to->where, " AND vitrail_match (%s, ?)",
                          attribute->keyword);
  add_matcher (keys->to,
               vitrail_matcher_new (attribute->kind, key, keys->query->fuzzy));
}

static void
add_level (const Keys *keys, VitrailLevel level)
{
  for (guint i = 0; i < vitrail_folder_n_attributes; i++)
    if (vitrail_folder_attributes[i].level == level)
      add_attribute (keys, &vitrail_folder_attributes[i]);
}

/* Keys of a level below: one row there has them all. */
static void
add_lower_level (const Keys *keys, VitrailLevel level)
{
  GString *where = keys->to->where;
  const char *table = level == VITRAIL_LEVEL_SERIES ? "series" : "instance";
  gsize start = where->len;

  g_string_append (where, keys->query->level == VITRAIL_LEVEL_STUDY
                              ? " AND StudyInstanceUID IN (SELECT"
                                " StudyInstanceUID FROM "
                              : " AND (StudyInstanceUID, SeriesInstanceUID) IN"
                                " (SELECT StudyInstanceUID, SeriesInstanceUID"
                                " FROM ");
  g_string_append_printf (where, "%s WHERE %s", table,
                          level == VITRAIL_LEVEL_INSTANCE ? "duplicate = 0"
                                                          : "1");
  gsize length = where->len;
  add_level (keys, level);
  if (where->len == length)
    g_string_truncate (where, start);
  else
    g_string_append_c (where, ')');
}

static void
add_computed (const Keys *keys,
              VitrailTag tag,
              const char *column,
              VitrailMatchKind kind)
{
  g_autofree char *key = dup_key (keys, tag);

  if (key == NULL)
    return;
  g_string_append_printf (keys->to->where, " AND vitrail_match (%s, ?)",
                          column);
  add_matcher (keys->to, vitrail_matcher_new (kind, key, FALSE));
}

/* Whether a column, or nothing at all, answers for the key @tag. */
static gboolean
is_dealt_with (const Keys *keys, VitrailTag tag)
{
  guint column = vitrail_folder_attribute_index (tag);

  for (guint i = 0; i < G_N_ELEMENTS (unmatched); i++)
    if (unmatched[i] == tag)
      return TRUE;
  if (column == G_MAXUINT)
    return FALSE;
  VitrailDataSet *item = vitrail_data_set_get_item (keys->query->match, tag, 0);
  return item == NULL || is_kept_item (item);
}

static const char *
get_path (VitrailLevel level)
{
  return level == VITRAIL_LEVEL_INSTANCE
             ? "(SELECT path FROM file WHERE file.id = instance.file)"
             : "first_path";
}

/* What is left is read from files, and so comes last. */
static void
add_rest (const Keys *keys)
{
  const VitrailDataSet *match = keys->query->match;

  for (size_t i = 0; i < vitrail_data_set_get_n_elements (match); i++) {
    VitrailTag tag = vitrail_data_set_get_element (match, i)->tag;
    if (is_dealt_with (keys, tag))
      continue;
    g_autoptr (VitrailDataSet) key = dup_one_key (keys, tag);
    g_string_append_printf (keys->to->where, " AND vitrail_match_file (%s, ?)",
                            get_path (keys->query->level));
    add_identifier (keys, key);
  }
}

void
vitrail_conditions_init (VitrailConditions *self, const VitrailQuery *query)
{
  g_autofree char *zone =
      vitrail_data_set_dup_string (query->match, TAG_ZONE, 0);
  const Keys keys = { self, query, zone };

  self->where = g_string_new ("1");
  self->parameters = g_array_new (FALSE, FALSE, sizeof (Parameter));
  g_array_set_clear_func (self->parameters, parameter_clear);
  for (VitrailLevel level = VITRAIL_LEVEL_STUDY; level <= query->level; level++)
    add_level (&keys, level);
  if (query->level != VITRAIL_LEVEL_INSTANCE) {
    add_computed (&keys, VITRAIL_TAG_MODALITIES_IN_STUDY, "modalities",
                  VITRAIL_MATCH_TEXT);
    add_computed (&keys, VITRAIL_TAG_CLASSES_IN_STUDY, "classes",
                  VITRAIL_MATCH_UID);
  }
  if (!query->with_slides)
    g_string_append (self->where, " AND made = 0");
  for (VitrailLevel level = query->level + 1; level <= VITRAIL_LEVEL_INSTANCE;
       level++)
    add_lower_level (&keys, level);
  add_rest (&keys);
}

void
vitrail_conditions_clear (VitrailConditions *self)
{
  g_string_free (self->where, TRUE);
  g_array_unref (self->parameters);
}

void
vitrail_conditions_bind (VitrailConditions *self, sqlite3_stmt *statement)
{
  for (guint i = 0; i < self->parameters->len; i++) {
    Parameter *parameter = &g_array_index (self->parameters, Parameter, i);
    int position = (int) i + 1;
    if (parameter->text != NULL)
      sqlite3_bind_text (statement, position, parameter->text, -1,
                         SQLITE_TRANSIENT);
    else if (parameter->matcher != NULL)
      sqlite3_bind_pointer (statement, position,
                            g_steal_pointer (&parameter->matcher),
                            VITRAIL_INDEX_MATCHER,
                            (void (*) (void *)) vitrail_matcher_free);
    else
      sqlite3_bind_pointer (statement, position,
                            g_steal_pointer (&parameter->identifier),
                            VITRAIL_INDEX_IDENTIFIER,
                            (void (*) (void *)) vitrail_identifier_free);
  }
}
