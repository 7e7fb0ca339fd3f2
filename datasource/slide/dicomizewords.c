/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attributes by keyword: see dicomizewords.h. */

#include "slide/dicomizewords.h"

#include <string.h>

/* Characters of a DS (PS3.5 6.2). */
#define DS_CHARACTERS 16

static VitrailTag
get_tag (const char *keyword)
{
  return vitrail_dictionary_find_keyword (keyword)->tag;
}

void
vitrail_words_set (VitrailDataSetBuilder *builder,
                   const char *keyword,
                   const char *value)
{
  vitrail_data_set_builder_set_string (builder, get_tag (keyword), value);
}

void
vitrail_words_set_number (VitrailDataSetBuilder *builder,
                          const char *keyword,
                          double value)
{
  vitrail_data_set_builder_set_double (builder, get_tag (keyword), value);
}

static void
append_decimal (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  for (int precision = DS_CHARACTERS; precision > 0; precision--) {
    char format[8];
    g_snprintf (format, sizeof format, "%%.%dg", precision);
    g_ascii_formatd (digits, sizeof digits, format, value);
    if (strlen (digits) <= DS_CHARACTERS)
      break;
  }
  g_string_append (text, digits);
}

void
vitrail_words_set_decimals (VitrailDataSetBuilder *builder,
                            const char *keyword,
                            const double *values,
                            guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (text, '\\');
    append_decimal (text, values[i]);
  }
  vitrail_words_set (builder, keyword, text->str);
}

void
vitrail_words_set_table (VitrailDataSetBuilder *builder,
                         const VitrailWord *words,
                         guint n_words)
{
  for (guint i = 0; i < n_words; i++)
    vitrail_words_set (builder, words[i].keyword, words[i].value);
}

void
vitrail_words_set_item (VitrailDataSetBuilder *builder,
                        const char *keyword,
                        VitrailDataSetBuilder *item)
{
  g_autoptr (VitrailDataSet) data_set = vitrail_data_set_builder_end (item);
  VitrailDataSet *const items[] = { data_set };

  vitrail_data_set_builder_set_items (builder, get_tag (keyword), items, 1);
}

void
vitrail_words_set_none (VitrailDataSetBuilder *builder, const char *keyword)
{
  vitrail_data_set_builder_set_items (builder, get_tag (keyword), NULL, 0);
}

void
vitrail_words_set_code (VitrailDataSetBuilder *builder,
                        const char *keyword,
                        VitrailCode code)
{
  VitrailDataSetBuilder *item = vitrail_data_set_builder_new ();

  vitrail_words_set (item, "CodeValue", code.value);
  vitrail_words_set (item, "CodingSchemeDesignator", code.scheme);
  vitrail_words_set (item, "CodeMeaning", code.meaning);
  vitrail_words_set_item (builder, keyword, item);
}
