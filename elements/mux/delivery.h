/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailDelivery: finished objects from their folder through a pad, each as
 * one buffer; what is known to have arrived goes from the folder. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VitrailDelivery:
 * @element, @src: borrowed
 * @is_begun: the stream behind @src
 * @keep: objects stay in the folder. Guarded by the element's object lock
 */
typedef struct {
  GstElement *element;
  GstPad *src;
  gboolean is_begun;
  gboolean keep;
} VitrailDelivery;

/* Says what comes, once. */
void vitrail_delivery_begin (VitrailDelivery *self);
/* Sends the files @paths, (element-type filename), one after the other. Those
 * that are known to have arrived leave @paths. FALSE: there was an error, which
 * is on the bus. */
gboolean vitrail_delivery_send (VitrailDelivery *self, GPtrArray *paths);
/* It is known now whether @paths have arrived. */
void vitrail_delivery_settle (VitrailDelivery *self,
                              GPtrArray *paths,
                              gboolean has_arrived);

G_END_DECLS
