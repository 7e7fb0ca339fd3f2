/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tiles of DICOM slides: a frame of a VOLUME image as it is stored, or as RGB.
 */

#pragma once

#include "instance.h"
#include "slide/slide.h"

G_BEGIN_DECLS

/* @frame (from 1) where its coding is one that others can read, with its colour
 * model stated in the stream; else NULL, @coding VITRAIL_TILE_NONE and no
 * error. */
GBytes *vitrail_dicom_tile_ref_stored (VitrailInstance *instance,
                                       guint frame,
                                       VitrailTileCoding *coding,
                                       GError **error);

/* @rgb: tile_width x tile_height of @level, rows @stride bytes apart; grey
 * becomes RGB, more than 8 bits their upper 8. An error where the frame has
 * another size or is no picture of a slide. */
gboolean vitrail_dicom_tile_decode (VitrailInstance *instance,
                                    guint frame,
                                    const VitrailSlideLevel *level,
                                    uint8_t *rgb,
                                    size_t stride,
                                    GError **error);

G_END_DECLS
