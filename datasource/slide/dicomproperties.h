/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a DICOM image says of container, specimens, stain, scanner and date
 * (PS3.3 C.7.6.22, C.7.5.1, C.8.12.4), for a person. */

#pragma once

#include "dicom/dataset.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/* Ended by a keyword of NULL; see vitrail_slide_list_properties (). */
VitrailSlideProperty *
vitrail_wsi_properties_read (const VitrailDataSet *data_set);
void vitrail_wsi_properties_free (VitrailSlideProperty *self);

G_END_DECLS
