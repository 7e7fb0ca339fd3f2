/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The SQL of the index, made from the table of attributes. */

#pragma once

#include "folder/attributes.h"

G_BEGIN_DECLS

/* The columns of the attributes of @first to @last, separated by commas. */
void vitrail_schema_append_columns (GString *sql,
                                    VitrailLevel first,
                                    VitrailLevel last);

/* Every statement that makes an empty database. */
char *vitrail_schema_create (void);
/* Adds an instance: file, duplicate, then one parameter an attribute. */
char *vitrail_schema_insert_instance (void);
/* Makes series and studies anew from the instances of the studies in the
 * table "touched", and empties that. Several statements. */
char *vitrail_schema_renew (void);

G_END_DECLS
