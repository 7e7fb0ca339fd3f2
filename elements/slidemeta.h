/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideMeta: the one thing in a buffer of application/x-vitrail-slide:
 * a reference to a slide that many views share. Their pictures carry it too, as
 * what they are of. */

#pragma once

#include "slide/slide.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* What travels between slidesrc and wsitiler. */
#define VITRAIL_CAPS_SLIDE                                           \
  "application/x-vitrail-slide, width = (int) [ 1, max ], height = " \
  "(int) [ 1, max ], format = (string) RGB"

/**
 * VitrailSlideMeta:
 * @slide: owned; as it was opened
 * @look: of a picture: the look (slide/look.h) it was drawn with, owned; NULL:
 *   the slide's own colours, in the focal plane that was opened
 * @is_tile: whether the picture is one tile of the slide, namely this one:
 * @level, @column, @row: of its grid
 */
typedef struct {
  GstMeta meta;
  VitrailSlide *slide;
  char *look;
  gboolean is_tile;
  guint level;
  guint column;
  guint row;
} VitrailSlideMeta;

GType vitrail_slide_meta_api_get_type (void);
const GstMetaInfo *vitrail_slide_meta_get_info (void);

VitrailSlideMeta *
vitrail_buffer_add_slide_meta (GstBuffer *buffer, VitrailSlide *slide);
/* NULL where @buffer has none. */
VitrailSlideMeta *vitrail_buffer_get_slide_meta (GstBuffer *buffer);
/* The slide that @buffer refers to, borrowed, or NULL. */
VitrailSlide *vitrail_buffer_get_slide (GstBuffer *buffer);
/* The look that @buffer was drawn with, borrowed, or NULL. */
const char *vitrail_buffer_get_slide_look (GstBuffer *buffer);

G_END_DECLS
