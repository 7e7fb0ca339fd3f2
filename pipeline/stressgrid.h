/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VitrailStressGrid: the cines of a stress echo by stage and view, as their
 * data sets say them (PS3.3 C.8.5.6.1): Stage Name and Number (0008,2120 and
 * 2122), Number of Stages (0008,2124), View Name and Number (0008,2127 and
 * 2128), Number of Views in Stage (0008,212A). */

#pragma once

#include "cineclock.h"
#include "displayset.h"

G_BEGIN_DECLS

typedef enum {
  VITRAIL_STRESS_STAGE,
  VITRAIL_STRESS_VIEW,
  VITRAIL_N_STRESS_AXES,
} VitrailStressAxis;

typedef enum {
  VITRAIL_STRESS_BEAT,        /* from one R wave to the next */
  VITRAIL_STRESS_FROM_R_WAVE, /* from the only one to the end */
  VITRAIL_STRESS_NO_R_WAVE,   /* all images */
} VitrailStressLoop;

typedef struct _VitrailStressGrid VitrailStressGrid;

VitrailStressGrid *vitrail_stress_grid_new (void);
void vitrail_stress_grid_free (VitrailStressGrid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitrailStressGrid, vitrail_stress_grid_free)

/* Adds the cine @display_set with the header @data_set; FALSE: that says
 * neither stage nor view. */
gboolean vitrail_stress_grid_add (VitrailStressGrid *self,
                                  VitrailDisplaySet *display_set,
                                  const VitrailDataSet *data_set);

/* All have been added: stages and views are put in order. Stages are told apart
 * by their numbers, since two may have one name; views by their names, since
 * each stage may number them in another order; by the other of the two where
 * the first is not said. */
void vitrail_stress_grid_end (VitrailStressGrid *self);

/* How many stages or views there are, those of which there is no cine included;
 * at most 64. */
guint
vitrail_stress_grid_count (const VitrailStressGrid *self, VitrailStressAxis);
/* What stage or view @index (from 0) is called: its name or "Stage 3". */
const char *vitrail_stress_grid_get_name (const VitrailStressGrid *self,
                                          VitrailStressAxis axis,
                                          guint index);

/**
 * vitrail_stress_grid_find: (skip)
 * @loop: (out): which images to play
 * @kind: (out): what that is
 * @n_cines: (out): of this stage and view; the first is returned
 *
 * Returns: (transfer none) (nullable): NULL: there is none
 */
VitrailDisplaySet *vitrail_stress_grid_find (const VitrailStressGrid *self,
                                             guint stage,
                                             guint view,
                                             VitrailCineLoop *loop,
                                             VitrailStressLoop *kind,
                                             guint *n_cines);
/* Where @display_set is; FALSE: nowhere. */
gboolean vitrail_stress_grid_locate (const VitrailStressGrid *self,
                                     const VitrailDisplaySet *display_set,
                                     guint at[VITRAIL_N_STRESS_AXES]);

/* The images from the first R wave up to that before the second one, by R Wave
 * Time Vector (0018,6060), milliseconds from the start of the first image, and
 * the times at which the @n_frames images were taken: Frame Time, else Frame
 * Time Vector, else the rate they are played at. Each R wave is in the image
 * that begins nearest to it. Values that are no times of this cine are left
 * out; a beat has 2 images at least. */
VitrailStressLoop vitrail_stress_read_beat (const VitrailDataSet *data_set,
                                            guint n_frames,
                                            VitrailCineLoop *loop);

/* "Peak, A4C": what @data_set says of stage and view; NULL: nothing. */
char *vitrail_stress_dup_place (const VitrailDataSet *data_set);

G_END_DECLS
