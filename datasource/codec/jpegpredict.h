/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The predictors of lossless JPEG (ISO 10918-1 H.1.2.1), for rows. */

#pragma once

#include <glib.h>

#include <stdint.h>

G_BEGIN_DECLS

/* Samples @from to @to (without it) of @row, from 1 on: prediction + difference
 * modulo 2^16, from the sample before and those of the row @above. @differences
 * begin with that of sample 0. */
typedef void (*VitrailJpegPredict) (uint16_t *row,
                                    const uint16_t *above,
                                    const uint16_t *differences,
                                    guint from,
                                    guint to);

/* @selection: 1..7 */
VitrailJpegPredict vitrail_jpeg_predict_get (guint selection);

G_END_DECLS
