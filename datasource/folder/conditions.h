/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From matching keys to the WHERE of a query on the index. */

#pragma once

#include "folder/match.h"
#include "source.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* Of all studies, computed. */
#define VITRAIL_TAG_MODALITIES_IN_STUDY VITRAIL_TAG (0x0008, 0x0061)
#define VITRAIL_TAG_CLASSES_IN_STUDY    VITRAIL_TAG (0x0008, 0x0062)

/**
 * VitrailConditions:
 * @where: SQL, "1 AND ...", with a ? for each parameter
 */
typedef struct {
  GString *where;
  /*< private >*/
  GArray *parameters;
} VitrailConditions;

/* What @query asks of the rows of its level. Keys of a level below match where
 * one series, or one instance, matches all of them. What the index does not
 * keep is looked for in the file, of a study or series in its first one. */
void
vitrail_conditions_init (VitrailConditions *self, const VitrailQuery *query);
void vitrail_conditions_clear (VitrailConditions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailConditions, vitrail_conditions_clear)

/* Gives the parameters to @statement, once. */
void vitrail_conditions_bind (VitrailConditions *self, sqlite3_stmt *statement);

G_END_DECLS
