/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sticky event by which pictures made of other images say of which: it
 * comes before the first of them, and goes through filters and encoders, which
 * drop metas. Who makes an object of the pictures refers to them. */

#pragma once

#include "dicom/dataset.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* @images: (element-type VitrailDataSet), with its own free function;
 * referenced, and not changed any more. */
GstEvent *vitrail_made_from_event_new (GPtrArray *images);
/* Borrowed; NULL where @event is another one. */
GPtrArray *vitrail_made_from_event_parse (GstEvent *event);

G_END_DECLS
