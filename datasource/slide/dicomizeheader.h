/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The parts of a data set that files of their own make. Internal to
 * slide/dicomize*.c. */

#pragma once

#include "dicom/builder.h"
#include "slide/dicomizeplan.h"

G_BEGIN_DECLS

/* Image Type, Total Pixel Matrix, where it lies, shared functional groups and
 * dimensions (PS3.3 C.8.12.4, C.7.6.16, C.7.6.17). */
void vitrail_dicomized_set_matrix (const VitrailDicomized *self,
                                   const VitrailDicomizedImage *image,
                                   VitrailDataSetBuilder *builder);
/* Optical Path Sequence (PS3.3 C.8.12.5). */
void vitrail_dicomized_set_optics (const VitrailDicomized *self,
                                   const VitrailDicomizedImage *image,
                                   VitrailDataSetBuilder *builder);

/* The profile of sRGB as an ICC profile, always the same bytes. */
GBytes *vitrail_dicomized_ref_srgb (void);

G_END_DECLS
