/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailCoverage: what of a slide has been looked at, and at which
 * magnification. A grid over level 0, 128 cells on the longer side; each cell
 * adds up how long it was in view at which magnification, and counts as seen
 * with a magnification when it was in view that long with it or a higher one.
 * Not thread safe: it belongs to whoever shows the slide. */

#pragma once

#include "slide/tissue.h"

G_BEGIN_DECLS

/* Cells on the longer side. */
#define VITRAIL_COVERAGE_CELLS 128u
/* How long a cell has to be in view, unless said otherwise. */
#define VITRAIL_COVERAGE_MS 500u

/**
 * VitrailCoverage:
 * @width, @height: level 0
 * @columns, @rows: cells, each @cell pixels of level 0 wide and high
 * @ms: how long a cell has to be in view
 */
typedef struct {
  guint64 width;
  guint64 height;
  guint columns;
  guint rows;
  double cell;
  guint ms;
  /*< private >*/
  guint16 *times; /* milliseconds: of each cell, in each step */
} VitrailCoverage;

#define VITRAIL_TYPE_COVERAGE (vitrail_coverage_get_type ())
GType vitrail_coverage_get_type (void) G_GNUC_CONST;
VitrailCoverage *vitrail_coverage_new (VitrailSlide *slide, guint ms);
VitrailCoverage *vitrail_coverage_copy (const VitrailCoverage *self);
void vitrail_coverage_free (VitrailCoverage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailCoverage, vitrail_coverage_free)

/* A view of @size, width and height, was shown for @ms: cells whose centres it
 * showed, and the one in its middle. @affine: as VitrailSlideView's.
 * @magnification: as an objective's; told apart by steps of a half octave from
 * 0.15625 on, 40, 20, 10, 5, 2.5 and 1.25 among them. */
void vitrail_coverage_add (VitrailCoverage *self,
                           const double affine[6],
                           const guint size[2],
                           double magnification,
                           guint ms);
/* What @other has seen of the same slide counts too. FALSE where the grids
 * differ. */
gboolean
vitrail_coverage_merge (VitrailCoverage *self, const VitrailCoverage *other);

/* Steps of magnification: 0.15625 * 2^(step / 2). */
#define VITRAIL_COVERAGE_STEPS 20
/* The highest step with which a cell has been seen, or -1. */
int vitrail_coverage_get_step (const VitrailCoverage *self,
                               guint column,
                               guint row);
/* (nullable): which cells have been seen, and @self forgets that they were, but
 * not how long they have been in view at higher steps; NULL where none was. */
VitrailCoverage *vitrail_coverage_take_seen (VitrailCoverage *self);
/* For who knows from before that it was. */
void vitrail_coverage_set_step (VitrailCoverage *self,
                                guint column,
                                guint row,
                                guint step);
/* The highest magnification with which a cell has been seen; 0: not at all. */
double vitrail_coverage_get_magnification (const VitrailCoverage *self,
                                           guint column,
                                           guint row);
/* How much has been seen with @magnification or a higher one, 0 to 1: of the
 * cells with tissue, or of all where @tissue is NULL or there is none. */
double vitrail_coverage_get_share (const VitrailCoverage *self,
                                   const VitrailTissue *tissue,
                                   double magnification);
/* The next cell, in reading order after the one at @centre (x, y of level 0)
 * and then from the beginning, that has tissue (or any, as above) and has not
 * been seen with @magnification: sets @centre to its middle. FALSE where there
 * is none. */
gboolean vitrail_coverage_find_unseen (const VitrailCoverage *self,
                                       const VitrailTissue *tissue,
                                       double magnification,
                                       double centre[2]);

/* {"width", "height", "columns", "rows", "ms", "cells"}: the cells, rows from
 * above to below, one letter each: "." not seen, else a to t for steps 0 to 19;
 * "12a" stands for twelve of them. */
char *vitrail_coverage_to_json (const VitrailCoverage *self);
/* VITRAIL_ERROR_FORMAT where it is no such text or of another slide. */
VitrailCoverage *vitrail_coverage_from_json (VitrailSlide *slide,
                                             const char *json,
                                             GError **error);

G_END_DECLS
