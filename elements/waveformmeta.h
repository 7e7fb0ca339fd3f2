/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailWaveformMeta: the one thing in a buffer of
 * application/x-vitrail-waveform: a reference to a waveform that has been read,
 * so that nobody reads it again for each page. */

#pragma once

#include "dicom/dataset.h"
#include "waveform/waveform.h"

#include <gst/gst.h>

G_BEGIN_DECLS

#define VITRAIL_CAPS_WAVEFORM "application/x-vitrail-waveform"

/**
 * VitrailWaveformMeta:
 * @waveform: owned
 */
typedef struct {
  GstMeta meta;
  VitrailWaveform *waveform;
} VitrailWaveformMeta;

GType vitrail_waveform_meta_api_get_type (void);
const GstMetaInfo *vitrail_waveform_meta_get_info (void);

/* A buffer of nothing but a reference to @waveform, which is of @data_set, and
 * what its pages are described with. */
GstBuffer *vitrail_waveform_buffer_new (VitrailWaveform *waveform,
                                        VitrailDataSet *data_set);
/* The waveform that @buffer refers to, borrowed, or NULL. */
VitrailWaveform *vitrail_buffer_get_waveform (GstBuffer *buffer);

G_END_DECLS
