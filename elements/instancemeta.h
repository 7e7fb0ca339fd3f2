/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailInstanceMeta: on buffers of stored frames whose source has the whole
 * instance at hand. dcmdecode then takes the frame from the frame store, where
 * everybody else in the process finds it too. A buffer without it decodes as
 * well, from its own bytes. */

#pragma once

#include "instance.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VitrailInstanceMeta:
 * @instance: owned
 * @frame: which of its frames the buffer holds, from 1
 */
typedef struct {
  GstMeta meta;
  VitrailInstance *instance;
  guint frame;
} VitrailInstanceMeta;

GType vitrail_instance_meta_api_get_type (void);
const GstMetaInfo *vitrail_instance_meta_get_info (void);

VitrailInstanceMeta *
vitrail_buffer_add_instance_meta (GstBuffer *buffer,
                                  VitrailInstance *instance,
                                  guint frame);
VitrailInstanceMeta *vitrail_buffer_get_instance_meta (GstBuffer *buffer);

G_END_DECLS
