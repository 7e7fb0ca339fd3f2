/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers of several data sources to one query, each once. */

#pragma once

#include "source.h"

G_BEGIN_DECLS

typedef struct _VitrailMergeAnswers VitrailMergeAnswers;

VitrailMergeAnswers *vitrail_merge_answers_new (VitrailLevel level);
void vitrail_merge_answers_free (VitrailMergeAnswers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailMergeAnswers, vitrail_merge_answers_free)

/* Takes those of one source (element-type VitrailDataSet): of what is there
 * already the first stays. */
void
vitrail_merge_answers_add (VitrailMergeAnswers *self, const GPtrArray *answers);

guint vitrail_merge_answers_get_n (const VitrailMergeAnswers *self);
/* Borrowed. */
VitrailDataSet *
vitrail_merge_answers_get (const VitrailMergeAnswers *self, guint i);
/* Whether it is a study or series that several sources have: what its answer
 * counts is then what one of them has. */
gboolean
vitrail_merge_answers_is_shared (const VitrailMergeAnswers *self, guint i);
/* Counts it anew by what it holds: series of a study, instances of a series;
 * NULL: it stays as it is. */
void vitrail_merge_answers_count (VitrailMergeAnswers *self,
                                  guint i,
                                  const GPtrArray *below);
/* (element-type VitrailDataSet) */
GPtrArray *vitrail_merge_answers_dup_list (const VitrailMergeAnswers *self);

/* The identifier of all at @level that is below @answer. */
VitrailDataSet *vitrail_merge_answers_make_match (VitrailLevel level,
                                                  const VitrailDataSet *answer);

G_END_DECLS
