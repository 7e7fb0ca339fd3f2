/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What all answers about slides have in common. */

#pragma once

#include "reply.h"
#include "request.h"
#include "slides.h"

G_BEGIN_DECLS

/* The slide that the path names, if it is open already, else NULL. */
VitrailOpenSlide *vitrail_slide_reply_peek (const VitrailRequest *request);
/* Opens it if need be; blocks. */
VitrailOpenSlide *
vitrail_slide_reply_open (const VitrailRequest *request, GError **error);

/* A page names the slide's version in its URLs (?v=), which then never change
 * what they mean: kept for ever; others are asked for again. */
VitrailCaching vitrail_slide_reply_get_caching (const VitrailRequest *request,
                                                const VitrailOpenSlide *slide);

/* Makes @tile (transfer full), the one at @place (DeepZoom: level, column, row)
 * of @slide, the answer. */
void vitrail_slide_reply_set_tile (VitrailReply *reply,
                                   const VitrailRequest *request,
                                   const VitrailOpenSlide *slide,
                                   const guint place[3],
                                   GBytes *tile);

G_END_DECLS
