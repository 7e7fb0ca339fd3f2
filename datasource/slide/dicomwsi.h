/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* DICOM slides out of instances that are open, wherever their frames come from:
 * what files and DICOMweb have in common. */

#pragma once

#include "slide/dicomseries.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/* The slide of @series, whose id is taken. */
VitrailSlide *vitrail_dicom_wsi_new (VitrailWsiSeries *series, GError **error);

G_END_DECLS
