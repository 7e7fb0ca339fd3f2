/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Progressive frames (ISO 10918-1 G): scans add bands and bits of coefficients
 * until all are there. */

#pragma once

#include "codec/jpegscan.h"

G_BEGIN_DECLS

typedef struct _VitrailJpegCoefficients VitrailJpegCoefficients;

/* Zeros for all blocks of @planes. Memory is taken up only as scans fill it.
 * NULL: there is none. */
VitrailJpegCoefficients *
vitrail_jpeg_coefficients_new (const VitrailJpegPlanes *planes);
void vitrail_jpeg_coefficients_free (VitrailJpegCoefficients *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailJpegCoefficients,
                               vitrail_jpeg_coefficients_free)

/* One scan. NULL, or what is wrong: no band or bit may come twice, or a bit
 * before those above it. */
const char *vitrail_jpeg_coefficients_add (VitrailJpegCoefficients *self,
                                           VitrailJpegScanState *state);
/* Whether there is something of all components. */
gboolean
vitrail_jpeg_coefficients_are_there (const VitrailJpegCoefficients *self);
/* All blocks of MCU row @y, transformed into @planes. */
void vitrail_jpeg_coefficients_transform (const VitrailJpegCoefficients *self,
                                          const VitrailJpegIdctRange *range,
                                          const VitrailJpegPlanes *planes,
                                          guint y);

G_END_DECLS
