/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SQL functions: see functions.h. */

#include "folder/functions.h"

#include "dicom/json.h"
#include "dicom/part10.h"
#include "folder/identifier.h"
#include "folder/names.h"

static const char *
value_text (sqlite3_value *value)
{
  return (const char *) sqlite3_value_text (value);
}

/* vitrail_match (value, matcher) */
static void
match_function (sqlite3_context *context, int n, sqlite3_value **arguments)
{
  const VitrailMatcher *matcher =
      sqlite3_value_pointer (arguments[1], VITRAIL_INDEX_MATCHER);

  sqlite3_result_int (
      context, matcher != NULL &&
                   vitrail_matcher_test (matcher, value_text (arguments[0])));
}

/* vitrail_match_moment (date, time, zone, matcher) */
static void
match_moment_function (sqlite3_context *context,
                       int n,
                       sqlite3_value **arguments)
{
  const VitrailMatcher *matcher =
      sqlite3_value_pointer (arguments[3], VITRAIL_INDEX_MATCHER);

  sqlite3_result_int (context,
                      matcher != NULL && vitrail_matcher_test_moment (
                                             matcher, value_text (arguments[0]),
                                             value_text (arguments[1]),
                                             value_text (arguments[2])));
}

/* vitrail_match_items (json, identifier) */
static void
match_items_function (sqlite3_context *context,
                      int n,
                      sqlite3_value **arguments)
{
  const VitrailIdentifier *identifier =
      sqlite3_value_pointer (arguments[1], VITRAIL_INDEX_IDENTIFIER);
  const char *json = value_text (arguments[0]);
  g_autoptr (GPtrArray) read =
      json != NULL ? vitrail_json_read (json, -1, "index", NULL) : NULL;

  sqlite3_result_int (
      context,
      identifier != NULL &&
          vitrail_identifier_test (identifier, read != NULL && read->len > 0
                                                   ? g_ptr_array_index (read, 0)
                                                   : NULL));
}

/* vitrail_match_file (path, identifier): what the index does not keep. */
static void
match_file_function (sqlite3_context *context, int n, sqlite3_value **arguments)
{
  guint *n_opened = sqlite3_user_data (context);
  const VitrailIdentifier *identifier =
      sqlite3_value_pointer (arguments[1], VITRAIL_INDEX_IDENTIFIER);
  const char *path = value_text (arguments[0]);

  if (++*n_opened > VITRAIL_INDEX_MAX_OPENED) {
    sqlite3_result_error (context, "too many files to look into", -1);
    return;
  }
  g_autoptr (VitrailPart10) file =
      path != NULL && identifier != NULL
          ? vitrail_part10_open (path, VITRAIL_READ_HEADER, NULL)
          : NULL;
  sqlite3_result_int (context,
                      file != NULL &&
                          vitrail_identifier_test (
                              identifier, vitrail_part10_get_data_set (file)));
}

/* vitrail_forms (name): see names.h */
static void
forms_function (sqlite3_context *context, int n, sqlite3_value **arguments)
{
  const char *name = value_text (arguments[0]);

  if (name != NULL)
    sqlite3_result_text (context, vitrail_name_dup_forms (name), -1, g_free);
}

/* vitrail_plain_name (name): see names.h */
static void
plain_name_function (sqlite3_context *context, int n, sqlite3_value **arguments)
{
  const char *name = value_text (arguments[0]);
  char *plain = name != NULL ? vitrail_name_dup_plain (name) : NULL;

  if (plain != NULL)
    sqlite3_result_text (context, plain, -1, g_free);
}

void
vitrail_index_functions_add (sqlite3 *db, guint *n_opened)
{
  static const struct {
    const char *name;
    int n_arguments;
    void (*function) (sqlite3_context *context, int n, sqlite3_value **values);
  } functions[] = {
    { "vitrail_match", 2, match_function },
    { "vitrail_match_moment", 4, match_moment_function },
    { "vitrail_match_items", 2, match_items_function },
    { "vitrail_match_file", 2, match_file_function },
    { "vitrail_forms", 1, forms_function },
    { "vitrail_plain_name", 1, plain_name_function },
  };

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    sqlite3_create_function (db, functions[i].name, functions[i].n_arguments,
                             SQLITE_UTF8 | SQLITE_DIRECTONLY, n_opened,
                             functions[i].function, NULL, NULL);
}
