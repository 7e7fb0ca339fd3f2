/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Annotations of waveforms: for waveform.c. */

#pragma once

#include "waveform/waveform.h"

G_BEGIN_DECLS

/* (element-type VitrailWaveformAnnotation): all of @data_set. @numbered: groups
 * as annotations count them, NULL for one that is not in @waveform; what cannot
 * be placed is a warning there. */
GPtrArray *vitrail_waveform_annotations_read (const VitrailDataSet *data_set,
                                              const GPtrArray *numbered,
                                              VitrailWaveform *waveform);

G_END_DECLS
