/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideCache: slides kept open, with their DeepZoom plans, and the tiles
 * that had to be encoded. Any thread; peeking never blocks for long. */

#pragma once

#include "slide/deepzoom.h"
#include "slide/slide.h"
#include "source.h"

G_BEGIN_DECLS

typedef struct _VitrailSlideCache VitrailSlideCache;

/**
 * VitrailOpenSlide: immutable and shared.
 * @version: changes with the slide's files; what URLs name
 * @tag: of @version and the look: names kept pictures
 * @slide: as it is shown
 * @source: without any look: what the file says
 * @markers: the ICC profile as APP2 markers (iccmarker.h), NULL where there is
 *   none, or where the look has changed what colours mean
 */
typedef struct {
  gint ref_count;
  char *id;
  char *name;
  char *version;
  char *tag;
  GBytes *markers;
  VitrailSlide *slide;
  VitrailSlide *source;
  VitrailDeepZoom plan;
} VitrailOpenSlide;

VitrailOpenSlide *vitrail_open_slide_ref (VitrailOpenSlide *self);
void vitrail_open_slide_unref (VitrailOpenSlide *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailOpenSlide, vitrail_open_slide_unref)

/* @source is borrowed. Encoded tiles are a client of the memory budget. */
VitrailSlideCache *vitrail_slide_cache_new (VitrailDataSource *source);
void vitrail_slide_cache_free (VitrailSlideCache *self);

/* The slide, if it is open already, else NULL. */
VitrailOpenSlide *
vitrail_slide_cache_peek (VitrailSlideCache *self, const char *id);
/* Opens it if need be. May block. VITRAIL_ERROR_NOT_FOUND. A slide of several
 * channels shows them mixed. */
VitrailOpenSlide *vitrail_slide_cache_open (VitrailSlideCache *self,
                                            const char *id,
                                            GError **error);
/* The same with a look (slide/look.h); NULL for none. Its pixels' @version is
 * the slide's. Besides, VITRAIL_HTTP_ERROR 400 names what is wrong with @look.
 */
VitrailOpenSlide *vitrail_slide_cache_peek_look (VitrailSlideCache *self,
                                                 const char *id,
                                                 const char *look);
VitrailOpenSlide *vitrail_slide_cache_open_look (VitrailSlideCache *self,
                                                 const char *id,
                                                 const char *look,
                                                 GError **error);

/* Appends the slide as JSON (slidejson.h). Opens it only the first time. FALSE
 * when it cannot be opened: nothing is appended. */
gboolean vitrail_slide_cache_describe (VitrailSlideCache *self,
                                       const VitrailSlideEntry *entry,
                                       GString *json);

/* The DeepZoom tile at @place (level, column, row) as JPEG, where that takes
 * microseconds: it is stored so, or was made before. Else NULL. */
GBytes *vitrail_slide_cache_peek_tile (VitrailSlideCache *self,
                                       const VitrailOpenSlide *slide,
                                       const guint place[3]);
/* The same, made and kept if need be; blocks. VITRAIL_ERROR_NOT_FOUND where
 * there is no such place. */
GBytes *vitrail_slide_cache_ref_tile (VitrailSlideCache *self,
                                      const VitrailOpenSlide *slide,
                                      const guint place[3],
                                      GError **error);

G_END_DECLS
