/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* TestFusion: a CT and a PET of one point source in a session, the CT as three
 * planes through it: what of colour is in their pictures, and where. */

#pragma once

#include "fusing.h"
#include "session.h"

G_BEGIN_DECLS

/* Rows and columns of the viewports. */
#define TEST_FUSION_SIZE 96
/* Millimetres: the CT's finest voxels. */
#define TEST_FUSION_VOXEL 0.9

/**
 * TestFusion:
 * @told: what the session has told last, or NULL
 */
typedef struct {
  VitrailSession *session;
  GstElement *sinks[3];
  char *told;
} TestFusion;

/* What both saw, in the CT's space. */
extern const double test_fusion_spot[3];

/* The CT and what @names are (folders and files of fusiondata.py), the CT as
 * planes through the spot. */
void test_fusion_open (TestFusion *self, const char *const *names);
void test_fusion_close (TestFusion *self);
/* The command must be done. (transfer floating): @argument */
void test_fusion_run (TestFusion *self, const char *name, GVariant *argument);
/* The id of the only series of @modality. */
char *test_fusion_find_id (const TestFusion *self, const char *modality);
VitrailViewport *test_fusion_get_viewport (const TestFusion *self, guint index);
VitrailFusingStatus test_fusion_get_status (const TestFusion *self);

/* Red, green and blue of the last picture of a viewport; NULL while there is
 * none of this size. */
guint8 *test_fusion_dup_picture (const TestFusion *self, guint index);
/* Where colours have their middle: FALSE where there are none. */
gboolean
test_fusion_find_colors (const TestFusion *self, guint index, double middle[2]);
/* From the spot to that middle, in the picture, not along the way to the
 * nearest plane. */
double test_fusion_get_distance (const TestFusion *self, guint index);
/* In all three. */
void test_fusion_expect_in_place (const TestFusion *self, double near_mm);

/* For test_wait_until (), of a TestFusion: */
gboolean test_fusion_has_no_colors (gpointer data);
gboolean test_fusion_is_refused (gpointer data);
gboolean test_fusion_is_seen (gpointer data);

G_END_DECLS
