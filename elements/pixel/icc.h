/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Colours of a picture as its ICC profile means them, on a display whose
 * profile is known (PS3.3 C.11.15), by Little CMS. */

#pragma once

#include "pixel/display.h"

G_BEGIN_DECLS

/* Bytes of a profile, and of anything that is made of one at a time. */
#define VITRAIL_ICC_MAX_BYTES      ((size_t) 16 * 1024 * 1024)
#define VITRAIL_ICC_MAX_PART_BYTES ((size_t) 32 * 1024 * 1024)

/**
 * VitrailColorTransform: from the RGB of one profile to that of a display.
 * Immutable: any number of threads may use it.
 */
typedef struct _VitrailColorTransform VitrailColorTransform;

/**
 * vitrail_color_transform_get:
 * @profile: (nullable): ICC Profile (0028,2000), also a slide's
 * @color_space: (nullable): Color Space (0028,2002); counts where there is no
 *   profile: SRGB, ADOBERGB, ROMMRGB, DISPLAYP3
 * @display: (nullable): NULL: sRGB
 *
 * With the rendering intent that the profile asks for. Made once for each pair
 * of a profile and a display; the latest pairs are kept. An error is kept too
 * and costs nothing the next time.
 *
 * Returns: (transfer full) (nullable): NULL without an error where there is
 * nothing to do: no profile, the display's own, or a display without one
 */
VitrailColorTransform *
vitrail_color_transform_get (GBytes *profile,
                             const char *color_space,
                             const VitrailDisplay *display,
                             GError **error);
VitrailColorTransform *
vitrail_color_transform_ref (VitrailColorTransform *self);
void vitrail_color_transform_unref (VitrailColorTransform *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailColorTransform,
                               vitrail_color_transform_unref)

/* @n RGB pixels of 8 bit, in place. */
void vitrail_color_transform_row (const VitrailColorTransform *self,
                                  uint8_t *rgb,
                                  size_t n);

/* Whether @profile can be a display's: RGB, with a way from its connection
 * space. */
gboolean vitrail_icc_check_display (GBytes *profile, GError **error);

/* The profile of a Color Space (0028,2002): SRGB, ADOBERGB, ROMMRGB or
 * DISPLAYP3; NULL for any other. */
GBytes *vitrail_icc_make_space (const char *color_space);

/* As vitrail_color_transform_get (), without keeping anything; @exact: each
 * pixel through the whole of both profiles, which costs less to make and more
 * to use. */
VitrailColorTransform *
vitrail_color_transform_new (GBytes *profile,
                             const char *color_space,
                             const VitrailDisplay *display,
                             gboolean exact,
                             GError **error);

G_END_DECLS
