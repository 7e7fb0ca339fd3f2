/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The attributes that the index keeps: one table, from which the database's
 * columns, the reading of headers, the matching and the answers all follow
 * (PS3.18 10.6.3.3; PS3.4 C.6.2.1). */

#pragma once

#include "dicom/tag.h"
#include "source.h"

G_BEGIN_DECLS

/** How a matching key is compared (PS3.4 C.2.2.2). */
typedef enum {
  VITRAIL_MATCH_TEXT,   /* single value, wild cards; case matters */
  VITRAIL_MATCH_PERSON, /* the same, case does not matter */
  VITRAIL_MATCH_UID,    /* list of UIDs */
  VITRAIL_MATCH_DATE,
  VITRAIL_MATCH_TIME,
  VITRAIL_MATCH_DATE_TIME,
  VITRAIL_MATCH_NUMBER, /* kept as an integer: the order is that of numbers */
  VITRAIL_MATCH_ITEMS,  /* a sequence, kept as DICOM JSON */
} VitrailMatchKind;

/**
 * VitrailFolderAttribute: one column.
 * @tag, @keyword: as in PS3.6; the keyword is the column's name
 * @level: the level it describes
 * @kind: how it is matched and kept
 */
typedef struct {
  VitrailTag tag;
  const char *keyword;
  VitrailLevel level;
  VitrailMatchKind kind;
} VitrailFolderAttribute;

/* Sorted by level. */
extern const VitrailFolderAttribute vitrail_folder_attributes[];
extern const guint vitrail_folder_n_attributes;

/* What is kept of the items of RequestAttributesSequence, which is what
 * searches match and answer of it, and a little more: ends with 0. */
extern const VitrailTag vitrail_folder_request_tags[];

/* Positions of those that code asks for by name. */
guint vitrail_folder_attribute_index (VitrailTag tag);

G_END_DECLS
