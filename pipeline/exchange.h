/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Elements of a running pipeline are exchanged for others between two buffers,
 * in the order in which that was asked for, and never while the pipeline itself
 * goes from one state to another: an element that has just left would be taken
 * along. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _VitrailGraphExchanges VitrailGraphExchanges;

/* @pad: the source's, behind which elements are exchanged; @pipeline outlives
 * the exchanges. */
VitrailGraphExchanges *
vitrail_graph_exchanges_new (GstElement *pipeline, GstPad *pad);
/* What was not done yet never is. The pipeline is in NULL. */
void vitrail_graph_exchanges_free (VitrailGraphExchanges *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailGraphExchanges,
                               vitrail_graph_exchanges_free)

/**
 * vitrail_graph_exchanges_add: (skip)
 * @old: (nullable): is taken out
 * @new_one: comes between @before and @after
 * @after: (nullable): nothing comes behind @new_one
 *
 * Here, or on the streaming thread when the buffer under way has passed.
 */
void vitrail_graph_exchanges_add (VitrailGraphExchanges *self,
                                  GstElement *before,
                                  GstElement *old,
                                  GstElement *new_one,
                                  GstElement *after);

/* Does what is to be done yet: for who has just stopped the pipeline. */
void vitrail_graph_exchanges_finish (VitrailGraphExchanges *self);

G_END_DECLS
