/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Data sets as OHIF and dcmjs write them: {"PatientID": "1", "Rows": 512}, by
 * the keywords of PS3.6 and with plain values. What is no keyword is skipped; a
 * key that is there twice is an error, since readers would differ in which one
 * they take. Internal to datasource. */

#pragma once

#include "dicom/builder.h"
#include "dicom/jsonlexer.h"

G_BEGIN_DECLS

/**
 * VitrailNaturalMember: a member of an object that is no attribute.
 * @key: what it is called; NULL ends a list of them
 * @value: (out): where its value begins, or NULL where there is none
 */
typedef struct {
  const char *key;
  const char *value;
} VitrailNaturalMember;

/* Takes one object from @lexer into @builder (NULL: only @members are wanted).
 * @name stands for the text in errors: VITRAIL_ERROR_MALFORMED, LIMIT. */
gboolean vitrail_natural_json_take (VitrailJsonLexer *lexer,
                                    VitrailDataSetBuilder *builder,
                                    VitrailNaturalMember *members,
                                    const char *name,
                                    GError **error);

G_END_DECLS
