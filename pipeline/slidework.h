/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailSlideWork: what a person does with a slide, shared by all viewports
 * that show it: annotations, what has been seen, the tissue to step through, a
 * counting field. Annotations are read from where they are kept and saved there
 * by themselves a moment after each change.
 *
 * Lives in the thread-default main context that made it. Signal, there:
 *   "changed": any of it is another now */

#pragma once

#include "annotation/annotations.h"
#include "annotation/slideobjects.h"
#include "slide/coverage.h"
#include "source.h"

G_BEGIN_DECLS

#define VITRAIL_TYPE_SLIDE_WORK (vitrail_slide_work_get_type ())
G_DECLARE_FINAL_TYPE (VitrailSlideWork,
                      vitrail_slide_work,
                      VITRAIL,
                      SLIDE_WORK,
                      GObject)

/* The set that hands draw into. */
#define VITRAIL_DRAWN_SET "Annotations"

/* (transfer full): the one of @slide's id. In one thread. */
VitrailSlideWork *vitrail_slide_work_get (VitrailSlide *slide);
VitrailSlide *vitrail_slide_work_get_slide (VitrailSlideWork *self);

/* Whether annotations that were kept have been read: before, none can be
 * changed. */
gboolean vitrail_slide_work_is_ready (VitrailSlideWork *self);
/* (transfer none) */
VitrailAnnotations *vitrail_slide_work_get_annotations (VitrailSlideWork *self);
/* (transfer full): the set that hands draw into; empty at first. */
VitrailAnnotationSet *vitrail_slide_work_ref_drawn (VitrailSlideWork *self);
/* (transfer full): @name, else "@name 2" and so on: the first that no set of
 * the slide has, here or on the disk. */
char *
vitrail_slide_work_dup_free_name (VitrailSlideWork *self, const char *name);
/* Begins to save what is not saved yet. The work lives until that is done. */
void vitrail_slide_work_save (VitrailSlideWork *self);
/* The same for all works there are, and waits. */
void vitrail_slide_work_flush_all (void);
/* Saves now what is not saved yet, deletes sets that are gone since, and waits
 * for that. Where somebody else has
 * saved a set of the same name meanwhile, both are kept: this one under the
 * next free name, which the error says. */
void vitrail_slide_work_flush (VitrailSlideWork *self);
/* Why annotations could not be read or saved last; NULL when they could. */
const char *vitrail_slide_work_get_error (VitrailSlideWork *self);
/* The same for whatever else is done with annotations. */
void vitrail_slide_work_set_error (VitrailSlideWork *self, const char *message);

/* (transfer none): objects that lie over the slide, each read when it is first
 * shown. */
VitrailSlideObjects *vitrail_slide_work_get_objects (VitrailSlideWork *self);
/* Looks for them in @source, where the slide comes from; again for what has
 * been added to it. */
void vitrail_slide_work_find_objects (VitrailSlideWork *self,
                                      VitrailDataSource *source);
/* @text: as vitrail_slide_objects_style (). Of an object that has not been
 * found yet, for when it is. FALSE where it makes no sense. */
gboolean vitrail_slide_work_style_object (VitrailSlideWork *self,
                                          const char *id,
                                          const char *text);

/* (transfer none) (nullable): NULL until it has been found, which the first
 * call begins. */
VitrailTissue *vitrail_slide_work_get_tissue (VitrailSlideWork *self);
/* Whether it has been looked for, found or not. */
gboolean vitrail_slide_work_is_tissue_known (VitrailSlideWork *self);

/* A picture came to the screen: the one before it has been looked at until
 * now. @affine: NULL: nothing is to be seen any more. */
void vitrail_slide_work_look (VitrailSlideWork *self,
                              gpointer viewer,
                              const double affine[6],
                              const guint size[2],
                              double magnification);
/* What was seen here, and what is kept: it is added to a moment later
 * (slide/coveragestore.h), which may make another one of it. */
VitrailCoverage *vitrail_slide_work_get_coverage (VitrailSlideWork *self);
/* Of a session that was kept: counts here, for nobody else. */
void vitrail_slide_work_take_coverage (VitrailSlideWork *self,
                                       VitrailCoverage *coverage);

/**
 * VitrailCountingField:
 * @area_mm2: 0: there is none
 * @is_round: a circle instead of a square
 * @x, @y: its middle, in pixels of level 0 from the upper left corner
 */
typedef struct {
  double area_mm2;
  gboolean is_round;
  double x;
  double y;
} VitrailCountingField;

/* Not negative, at most 100 cm2, at a finite place. */
gboolean vitrail_counting_field_is_valid (const VitrailCountingField *self);
const VitrailCountingField *
vitrail_slide_work_get_field (VitrailSlideWork *self);
void vitrail_slide_work_set_field (VitrailSlideWork *self,
                                   const VitrailCountingField *field);
/* Half its width and height in pixels of level 0; FALSE where there is none, or
 * nobody knows how large a pixel is. */
gboolean
vitrail_slide_work_get_field_half (VitrailSlideWork *self, double half[2]);

/* What there is now goes into the table (slidekept.h), unless that has
 * something that was saved. */
void vitrail_slide_work_keep (VitrailSlideWork *self, GHashTable *kept);
/* What the table has of the slide, where it knows more: at first, and what was
 * saved. */
void vitrail_slide_work_restore (VitrailSlideWork *self, GHashTable *kept);

G_END_DECLS
