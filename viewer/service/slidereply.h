/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What all answers about slides have in common. */

#pragma once

#include "reply.h"
#include "request.h"
#include "slides.h"

G_BEGIN_DECLS

/* The slide that the path names, with the look that the query names (look=), if
 * it is open already, else NULL. */
VitrailOpenSlide *vitrail_slide_reply_peek (const VitrailRequest *request);
/* Opens it if need be; blocks. VITRAIL_HTTP_ERROR 400 names what is wrong with
 * look= or icc=. */
VitrailOpenSlide *
vitrail_slide_reply_open (const VitrailRequest *request, GError **error);

/* A page names the slide's version in its URLs (?v=), which then never change
 * what they mean: kept for ever; others are asked for again. */
VitrailCaching vitrail_slide_reply_get_caching (const VitrailRequest *request,
                                                const VitrailOpenSlide *slide);

/* Sets caching and ETag of the tile at @place (DeepZoom: level, column, row).
 */
void vitrail_slide_reply_set_place (VitrailReply *reply,
                                    const VitrailRequest *request,
                                    const VitrailOpenSlide *slide,
                                    const guint place[3]);
/* The same of anything else, which @what names. */
void vitrail_slide_reply_set_name (VitrailReply *reply,
                                   const VitrailRequest *request,
                                   const VitrailOpenSlide *slide,
                                   const char *what);

/* Makes @jpeg (transfer full) the answer, with the slide's ICC profile where
 * the query asks for it (icc=embed), its own bytes untouched. */
void vitrail_slide_reply_set_jpeg (VitrailReply *reply,
                                   const VitrailRequest *request,
                                   const VitrailOpenSlide *slide,
                                   GBytes *jpeg);

G_END_DECLS
