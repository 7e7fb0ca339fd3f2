/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ECG pages as pictures and files: what the command line, the service and
 * thumbnails make of a waveform. */

#pragma once

#include "dicom/dataset.h"
#include "pixel/present.h"
#include "waveform/ecg.h"

G_BEGIN_DECLS

/* Patient, number and when it was taken, for VitrailEcgLook; to be freed. */
char *vitrail_ecg_dup_title (const VitrailDataSet *data_set);

/* The page as large as it fits into @width x @height, without a border. FALSE
 * where there is no such group or no memory. */
gboolean vitrail_ecg_make_image (const VitrailWaveform *waveform,
                                 const VitrailEcgLook *look,
                                 guint width,
                                 guint height,
                                 VitrailImage *image);

/* A4 at true scale; NULL as above. */
GBytes *vitrail_ecg_to_pdf (const VitrailWaveform *waveform,
                            const VitrailEcgLook *look);

G_END_DECLS
