/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a viewport knows of the slide that it shows, beside where one looks:
 * its look (slide/look.h), magnification, and what is laid over it. All of it
 * starts anew with another display set; each change emits "changed". */

#pragma once

#include "drawing.h"
#include "slide/look.h"
#include "viewport.h"

G_BEGIN_DECLS

/**
 * vitrail_viewport_ref_slide:
 *
 * Returns: (transfer full) (nullable): the slide as it was opened; NULL while
 *   it is not open, and for what is no slide
 */
VitrailSlide *vitrail_viewport_ref_slide (VitrailViewport *self);
gboolean vitrail_viewport_is_slide (VitrailViewport *self);

/**
 * vitrail_viewport_set_look:
 * @text: as vitrail_slide_look_from_string (); "" is the default
 *
 * While the slide is not open yet nothing can be checked: a text that turns out
 * to make no sense is left out then.
 *
 * Returns: FALSE with @error: it stays as it was
 */
gboolean vitrail_viewport_set_look (VitrailViewport *self,
                                    const char *text,
                                    GError **error);
const char *vitrail_viewport_get_look (VitrailViewport *self);
/**
 * vitrail_viewport_dup_look:
 * @slide: of the viewport
 *
 * Returns: (transfer full): the look, in full
 */
VitrailSlideLook *
vitrail_viewport_dup_look (VitrailViewport *self, VitrailSlide *slide);

/* The magnification at which one pixel of level 0 fills one of the viewport:
 * the objective's; where that is not known, 10x has pixels of a micrometre. 0:
 * nothing is known. */
double vitrail_slide_get_full_magnification (VitrailSlide *slide);
/* Columns of level 0 behind one pixel of the viewport, of a picture whose
 * pixels are placed by @to_frame: the same however it is turned, though columns
 * and rows be of different sizes. */
double
vitrail_slide_get_shown_step (VitrailSlide *slide, const double to_frame[6]);
/* 0 where unknown. */
double vitrail_viewport_get_magnification (VitrailViewport *self);
/* What is in the centre stays; bounded as the zoom is. */
void vitrail_viewport_set_magnification (VitrailViewport *self,
                                         double magnification);

/**
 * VitrailSlideLayer: what may lie over a slide, or in a corner.
 * @VITRAIL_SLIDE_OVERVIEW: the whole slide with the place where one is; on at
 *   first
 * @VITRAIL_SLIDE_LABEL: the picture of the label
 * @VITRAIL_SLIDE_MACRO: the scanner's picture of the glass
 * @VITRAIL_SLIDE_COVERAGE: what has not been seen yet, in the overview
 */
typedef enum {
  VITRAIL_SLIDE_OVERVIEW,
  VITRAIL_SLIDE_LABEL,
  VITRAIL_SLIDE_MACRO,
  VITRAIL_SLIDE_COVERAGE,
} VitrailSlideLayer;

#define VITRAIL_N_SLIDE_LAYERS 4

gboolean
vitrail_viewport_get_layer (VitrailViewport *self, VitrailSlideLayer layer);
void vitrail_viewport_set_layer (VitrailViewport *self,
                                 VitrailSlideLayer layer,
                                 gboolean on);
/* The name of the associated image that @layer shows, or NULL where the slide
 * has none; static. */
const char *
vitrail_slide_find_associated (VitrailSlide *slide, VitrailSlideLayer layer);

/* What is done with the slide; NULL until its first picture is there. Borrowed;
 * its changes are the viewport's too. */
VitrailSlideWork *vitrail_viewport_get_work (VitrailViewport *self);
/* What is being drawn. */
const VitrailDraft *vitrail_viewport_get_draft (VitrailViewport *self);
/* What has been seen (slide/coverage.h) as older sessions have saved it, where
 * it fits. */
void vitrail_viewport_set_seen (VitrailViewport *self, const char *json);
/* To the next piece of tissue (1) or the one before (-1), all of which is
 * shown: from the whole slide to the first or last, then round and round. Where
 * tissue has not been looked for yet, once it has been found. */
void vitrail_viewport_step_tissue (VitrailViewport *self, int step);
/* To the next place with tissue that has not been seen as large as what is
 * shown now, any place where the slide has no tissue. Where tissue has not been
 * looked for yet, once it has been. */
void vitrail_viewport_step_unseen (VitrailViewport *self);
/* (@x, @y) of level 0 comes into the centre. */
void vitrail_viewport_centre_on (VitrailViewport *self, double x, double y);
/* The same for all of @bounds (least x, least y, greatest x, greatest y), with
 * some room around; at most at the magnification of level 0. */
void vitrail_viewport_zoom_to (VitrailViewport *self, const double bounds[4]);

G_END_DECLS
