/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which feed a feedsink or feedsrc has, by its properties "feed" and
 * "feed-name": setting one of them unsets the other. No lock of its own: what
 * an element holds is guarded by the element's. */

#pragma once

#include "sink/feed.h"

G_BEGIN_DECLS

/**
 * VitrailFeedChoice:
 * @feed: or NULL: none
 * @name: by which it was chosen, or NULL
 */
typedef struct {
  VitrailFeed *feed;
  char *name;
} VitrailFeedChoice;

/* Adds both properties; they are the element's only ones. @blurb: static. */
void
vitrail_feed_choice_install_properties (GObjectClass *klass, const char *blurb);
/* What setting property @id to @value chooses. */
void vitrail_feed_choice_init (VitrailFeedChoice *self,
                               guint id,
                               const GValue *value);
/* What property @id is. */
void vitrail_feed_choice_get (const VitrailFeedChoice *self,
                              guint id,
                              GValue *value);
void vitrail_feed_choice_clear (VitrailFeedChoice *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VitrailFeedChoice, vitrail_feed_choice_clear)
/* Puts @new_choice into @place; what was there is left to be cleared without
 * the lock that guards it. */
void vitrail_feed_choice_swap (VitrailFeedChoice *place,
                               VitrailFeedChoice *new_choice);

G_END_DECLS
