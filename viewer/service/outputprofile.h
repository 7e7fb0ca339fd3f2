/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* iccprofile= of rendered pictures (PS3.18 8.3.5.1.5): which colour space they
 * are in, and whether they say so. */

#pragma once

#include "pixel/display.h"

G_BEGIN_DECLS

typedef struct _VitrailOutputProfile VitrailOutputProfile;

/* @word: "no", "yes", "srgb", "adobergb", "rommrgb" or "displayp3", else NULL.
 * Kept for the life of the process. */
const VitrailOutputProfile *vitrail_output_profile_find (const char *word);
const char *vitrail_output_profile_get_word (const VitrailOutputProfile *self);

/* What colour pictures are made for; NULL: the default, sRGB. */
const VitrailDisplay *
vitrail_output_profile_get_display (const VitrailOutputProfile *self);

/* @picture (transfer full), a PNG or JPEG file of colours, with the profile in
 * it. */
GBytes *vitrail_output_profile_embed (const VitrailOutputProfile *self,
                                      GBytes *picture);

G_END_DECLS
