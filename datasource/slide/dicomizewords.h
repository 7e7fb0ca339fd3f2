/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attributes by keyword, and codes. Internal to slide/dicomize*.c. */

#pragma once

#include "dicom/builder.h"

G_BEGIN_DECLS

/** VitrailWord: an attribute and its text; "" for one without a value. */
typedef struct {
  const char *keyword;
  const char *value;
} VitrailWord;

/** VitrailCode: PS3.3 8.8. */
typedef struct {
  const char *value;
  const char *scheme;
  const char *meaning;
} VitrailCode;

void vitrail_words_set (VitrailDataSetBuilder *builder,
                        const char *keyword,
                        const char *value);
void vitrail_words_set_number (VitrailDataSetBuilder *builder,
                               const char *keyword,
                               double value);
/* A DS of @n numbers, as many digits as fit. */
void vitrail_words_set_decimals (VitrailDataSetBuilder *builder,
                                 const char *keyword,
                                 const double *values,
                                 guint n);
void vitrail_words_set_table (VitrailDataSetBuilder *builder,
                              const VitrailWord *words,
                              guint n_words);
/* A sequence of the one item that @item, which is taken, builds. */
void vitrail_words_set_item (VitrailDataSetBuilder *builder,
                             const char *keyword,
                             VitrailDataSetBuilder *item);
/* An empty sequence. */
void
vitrail_words_set_none (VitrailDataSetBuilder *builder, const char *keyword);
void vitrail_words_set_code (VitrailDataSetBuilder *builder,
                             const char *keyword,
                             VitrailCode code);

G_END_DECLS
