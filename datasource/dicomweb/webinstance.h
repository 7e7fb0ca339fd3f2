/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An instance whose data set came as metadata and whose frames come when they
 * are asked for. */

#pragma once

#include "dicomweb/frames.h"
#include "dicomweb/location.h"
#include "instance.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_WEB_INSTANCE (vitrail_web_instance_get_type ())
G_DECLARE_FINAL_TYPE (VitrailWebInstance,
                      vitrail_web_instance,
                      VITRAIL,
                      WEB_INSTANCE,
                      VitrailInstance)

/* @data_set: an image of the series at @location. @transfer_syntax "": its
 * first frame, which is fetched, tells; where there are none, or it cannot be
 * had, that is an error. May block. */
VitrailInstance *vitrail_web_instance_new (const VitrailWebLocation *location,
                                           VitrailDataSet *data_set,
                                           const char *transfer_syntax,
                                           GCancellable *cancellable,
                                           GError **error);

/* Starts to fetch the first frame, which vitrail_web_instance_new () needs
 * where the transfer syntax is not known. */
void vitrail_web_instance_prefetch_syntax (const VitrailWebLocation *location,
                                           VitrailDataSet *data_set);

/* The bytes that a stored frame of @data_set may have; 0 where it has no
 * pixels. */
guint64 vitrail_web_instance_find_max_bytes (VitrailDataSet *data_set);

G_END_DECLS
