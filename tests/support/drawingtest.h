/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Drawing on a slide as a hand does it, without a display: what the tests of
 * drawing, of keeping what was drawn and of reviewing share. */

#pragma once

#include "session.h"
#include "viewportslide.h"

G_BEGIN_DECLS

/* The slide has 600 x 400 pixels of 0.5 micrometres; the viewport shows all of
 * it, one pixel on one. */
#define TEST_DRAWING_WIDTH  600
#define TEST_DRAWING_HEIGHT 400

/* A fixture: a session that shows the slide, whose annotations are read. */
typedef struct {
  VitrailSession *session;
  VitrailViewport *viewport;
  VitrailAnnotations *annotations; /* of the slide */
} TestDrawing;

/* Two places on it. */
extern const double test_drawing_a[2];
extern const double test_drawing_b[2];

/* Instead of gst_init () and g_test_init (): keeps away from the user's own
 * folders. */
void test_drawing_init (int *argc, char ***argv);
void test_drawing_setup (TestDrawing *self, gconstpointer data);
/* Without what others have left. */
void test_drawing_setup_fresh (TestDrawing *self, gconstpointer data);
void test_drawing_teardown (TestDrawing *self, gconstpointer data);

/* A command that must be there. */
void test_drawing_run (TestDrawing *self, const char *name, GVariant *argument);
void test_drawing_use (TestDrawing *self, const char *tool);
/* As the tool in use does it. */
void
test_drawing_drag (TestDrawing *self, const double from[2], const double to[2]);
/* A rectangle between the two places. */
void test_drawing_rectangle (TestDrawing *self);

/* (transfer full): what was drawn by hand. */
VitrailAnnotationSet *test_drawing_ref (TestDrawing *self);
/* Its shapes. */
guint test_drawing_count (TestDrawing *self);

#define TEST_DRAWING_ADD(name, function)                                   \
  g_test_add (name, TestDrawing, NULL, test_drawing_setup_fresh, function, \
              test_drawing_teardown)

G_END_DECLS
