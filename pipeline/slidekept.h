/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a session keeps of the work on slides that nobody shows, and saves: what
 * has been seen, the counting field, how objects over the slide are shown. A
 * table by the ids of the slides. */

#pragma once

#include "slidework.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Slides of one session that are kept at most, and objects of each. */
#define VITRAIL_SLIDE_KEPT_MAX 10000u

/**
 * VitrailSlideKept:
 * @seen: (nullable): of VitrailCoverage, as JSON
 * @styles: (element-type utf8 utf8): id of an object -> style
 * @is_fresh: was saved: counts more than what there is in memory
 */
typedef struct {
  char *seen;
  VitrailCountingField field;
  GHashTable *styles;
  gboolean is_fresh;
} VitrailSlideKept;

/* (transfer full) (element-type utf8 VitrailSlideKept) */
GHashTable *vitrail_slide_kept_new_table (void);
/* Made when there is none yet; NULL beyond the greatest number of them. */
VitrailSlideKept *vitrail_slide_kept_ensure (GHashTable *table, const char *id);

/* The value of a member: an object with one member a slide. */
void vitrail_slide_kept_write (GHashTable *table, JsonBuilder *builder);
/* What makes no sense is left out. */
void vitrail_slide_kept_read (GHashTable *table, JsonObject *slides);

G_END_DECLS
