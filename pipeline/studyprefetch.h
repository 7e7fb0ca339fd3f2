/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailStudyPrefetch: fetches the display sets beside the one that is looked
 * at, before anybody asks. Off until it is started; only stored bytes are
 * fetched, and kept as those of any frame (dicomweb/frames.h), so that it takes
 * no room from what is shown. All of it on one thread. */

#pragma once

#include "displayset.h"

G_BEGIN_DECLS

/** VitrailPrefetchOrder: after the active set, before it, or both in turn. */
typedef enum {
  VITRAIL_PREFETCH_DOWNWARD,
  VITRAIL_PREFETCH_UPWARD,
  VITRAIL_PREFETCH_CLOSEST,
} VitrailPrefetchOrder;

/**
 * VitrailPrefetchOptions:
 * @n_display_sets: how many of them
 * @n_requests: how many images are under way at a time, at least 1
 */
typedef struct {
  VitrailPrefetchOrder order;
  guint n_display_sets;
  guint n_requests;
} VitrailPrefetchOptions;

#define VITRAIL_PREFETCH_DEFAULTS    \
  {                                  \
    VITRAIL_PREFETCH_DOWNWARD, 1, 10 \
  }

/* "downward", "upward", "closest"; FALSE for other names. */
gboolean
vitrail_prefetch_order_parse (const char *name, VitrailPrefetchOrder *order);

/* Which of @n display sets, in their order, where @active (from 0) is looked
 * at: (element-type guint). */
GArray *vitrail_prefetch_plan (const VitrailPrefetchOptions *options,
                               guint n,
                               guint active);

typedef struct _VitrailStudyPrefetch VitrailStudyPrefetch;

/* @display_sets: (element-type VitrailDisplaySet): of the study, as a reader
 * sees them. Answers come in the thread-default main context. */
VitrailStudyPrefetch *
vitrail_study_prefetch_new (VitrailDataSource *source,
                            GPtrArray *display_sets,
                            const VitrailPrefetchOptions *options);
/* As stop (). */
void vitrail_study_prefetch_free (VitrailStudyPrefetch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStudyPrefetch,
                               vitrail_study_prefetch_free)

/* The display set @active (from 0) has been loaded: fetches those beside it,
 * instead of what was fetched until now. */
void vitrail_study_prefetch_start (VitrailStudyPrefetch *self, guint active);
/* What is under way is cancelled, and nothing more is asked for. */
void vitrail_study_prefetch_stop (VitrailStudyPrefetch *self);
/* Whether something is left to fetch, or under way. */
gboolean vitrail_study_prefetch_is_busy (const VitrailStudyPrefetch *self);

G_END_DECLS
