/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailContent: the pipeline that says what a viewport shows: SOURCE !
 * [dcmdecode !] feedsink. Starting and stopping it may take as long as a decode
 * or the opening of a slide: both happen elsewhere, the caller never waits. */

#pragma once

#include "displayset.h"
#include "sink/feed.h"

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _VitrailContent VitrailContent;

/* Called in the main context that made the content. */
typedef void (*VitrailContentFailed) (const char *message, gpointer user_data);

/* For frames (@slide_paths NULL): dicomfilesrc ! dcmdecode ! feedsink, to be
 * started by vitrail_content_seek (). For a slide: slidesrc ! feedsink, started
 * at once. NULL when an element is missing. */
VitrailContent *vitrail_content_new (VitrailFeed *feed,
                                     const char *const *slide_paths,
                                     VitrailContentFailed failed,
                                     gpointer user_data,
                                     GError **error);

/* Shows @frame (from 1) of @instance; newest wins. */
void vitrail_content_seek (VitrailContent *self,
                           VitrailInstance *instance,
                           guint frame);

/* From now on nothing of it reaches the feed, and @failed is not called. */
void vitrail_content_stop (VitrailContent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailContent, vitrail_content_stop)

/* Writes both halves of a viewport's graph where GST_DEBUG_DUMP_DOT_DIR says.
 */
void vitrail_content_dump (VitrailContent *self, const char *name);

/* An element, or an error that names it. */
GstElement *vitrail_make_element (const char *factory, GError **error);

G_END_DECLS
