/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailFeed: between the pipeline that says what is shown (content, ending in
 * feedsink) and those that say how (views, starting with feedsrc). Holds one
 * buffer with its caps; the newest wins; any number of views read one feed.
 * Nobody ever waits for anybody: feedsink stores and returns. */

#pragma once

#include "framemeta.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_FEED (vitrail_feed_get_type ())
G_DECLARE_FINAL_TYPE (VitrailFeed, vitrail_feed, VITRAIL, FEED, GObject)

VitrailFeed *vitrail_feed_new (void);
/**
 * vitrail_feed_get_named:
 *
 * The feed of that name in this process, made when there is none; it lasts as
 * long as somebody holds it. For gst-launch, which cannot hand over objects.
 *
 * Returns: (transfer full):
 */
VitrailFeed *vitrail_feed_get_named (const char *name);

/* Stores (takes its own references) and wakes all readers. */
void vitrail_feed_store (VitrailFeed *self, GstBuffer *buffer, GstCaps *caps);
/* Forgets what it holds: before another series is shown. */
void vitrail_feed_clear (VitrailFeed *self);
/* Counts stores and clears; 0 before the first. */
guint vitrail_feed_get_generation (VitrailFeed *self);
/**
 * vitrail_feed_peek:
 * @buffer: (out) (optional) (transfer full): what is held
 * @caps: (out) (optional) (transfer full): its caps
 * @generation: (out) (optional): its number
 *
 * Returns: FALSE where nothing is held
 */
gboolean vitrail_feed_peek (VitrailFeed *self,
                            GstBuffer **buffer,
                            GstCaps **caps,
                            guint *generation);

#ifndef __GI_SCANNER__ /* for C only */
/* For feedsrc: called on the storing thread, while the list of readers is
 * locked but not the feed: it may look at the feed, must not add or remove
 * readers, and must return at once. After vitrail_feed_remove_reader () it is
 * not called any more. */
typedef void (*VitrailFeedWake) (gpointer user_data);
gulong vitrail_feed_add_reader (VitrailFeed *self,
                                VitrailFeedWake wake,
                                gpointer user_data);
void vitrail_feed_remove_reader (VitrailFeed *self, gulong id);
#endif

/* The upstream event that asks the feedsrc of a view to push again. */
#define VITRAIL_EVENT_REFRESH "vitrail-refresh"
/* Sends it from @element's sink pads: for setters. Never blocks. */
void vitrail_element_send_refresh (GstElement *element);

G_END_DECLS
