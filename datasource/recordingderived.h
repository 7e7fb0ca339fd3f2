/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a picture made of other images says of them: private to the making of
 * heads (recordinghead.h). */

#pragma once

#include "dicom/builder.h"
#include "recordinghead.h"

G_BEGIN_DECLS

/* DERIVED as Image Type, Source Image Sequence (PS3.3 C.7.6.1.1.4), how it was
 * made, and the modality of a secondary capture. */
void vitrail_recording_add_derived (VitrailDataSetBuilder *builder,
                                    const VitrailRecordingFormat *format);
/* Image Plane (PS3.3 C.7.6.2), Modality LUT and VOI LUT. */
void vitrail_recording_add_place (VitrailDataSetBuilder *builder,
                                  const VitrailRecordingPlace *place);

G_END_DECLS
