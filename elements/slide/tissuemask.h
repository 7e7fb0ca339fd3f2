/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Kernel: which pixels of a small picture of a slide show tissue. */

#pragma once

#include <glib.h>

#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What is more than any signal: nothing is tissue. */
#define VITRAIL_TISSUE_NONE 256u

/* How much of each pixel is not background. On light, brightfield: 255 - the
 * darkest of red, green and blue, that is the optical density of what is
 * absorbed most, whether that is colour or darkness. On dark, fluorescence: the
 * brightest of them. */
void vitrail_tissue_get_signal (const uint8_t *rgb,
                                size_t n,
                                gboolean is_dark,
                                uint8_t *signal);

/* Whether a picture lies on dark: half of its pixels are nearly black. */
gboolean vitrail_tissue_is_dark (const uint8_t *rgb, size_t n);

/* The signal from which on a pixel is tissue: Otsu's threshold, but at least 12
 * above the most frequent value of the background and at most 50, so that
 * neither noise becomes tissue nor pale tissue beside dark becomes background.
 * VITRAIL_TISSUE_NONE where no pixel is that far from the background. */
guint vitrail_tissue_find_threshold (const uint8_t *signal, size_t n);

/* Closes gaps of up to 2 * @radius pixels in @mask (0 or 1), @width x @height:
 * dilates, then erodes, by squares. @scratch: as large. */
void vitrail_tissue_close (uint8_t *mask,
                           guint width,
                           guint height,
                           guint radius,
                           uint8_t *scratch);

G_END_DECLS
