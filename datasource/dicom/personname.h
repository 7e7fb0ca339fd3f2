/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names of persons (PS3.5 6.2.1.2) for people. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "Doe^John^M" as "Doe, John M": the first of the groups alphabetic,
 * ideographic, phonetic that says something; "" for NULL. To be freed. */
char *vitrail_person_name_format (const char *text);

G_END_DECLS
