/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailChannelMix: the visible channels of a slide, opened, with what becomes
 * of their samples: tiles in colour from paths that have none. Immutable. */

#pragma once

#include "slide/look.h"

G_BEGIN_DECLS

typedef struct _VitrailChannelMix VitrailChannelMix;

/* @look: whose channels are set, with windows. Paths in colour take no part. */
VitrailChannelMix *
vitrail_channel_mix_new (VitrailSlide *slide, const VitrailSlideLook *look);
void vitrail_channel_mix_free (VitrailChannelMix *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailChannelMix, vitrail_channel_mix_free)

/* As decode_tile () of VitrailSlide; what no channel has is black. */
gboolean vitrail_channel_mix_decode_tile (const VitrailChannelMix *self,
                                          guint level,
                                          guint column,
                                          guint row,
                                          uint8_t *rgb,
                                          size_t stride,
                                          GCancellable *cancellable,
                                          GError **error);

G_END_DECLS
