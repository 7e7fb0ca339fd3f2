/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* TestEye: looks at the pixels that a viewport shows, as values. */

#pragma once

#include "viewport.h"

G_BEGIN_DECLS

/* Rows and columns of the viewport. */
#define TEST_EYE_SIZE 96

/**
 * TestEye:
 * @low, @high: values that are black and white
 */
typedef struct {
  GstElement *sink;
  VitrailViewport *viewport;
  double low;
  double high;
} TestEye;

void test_eye_open (TestEye *self,
                    VitrailViewport *viewport,
                    double low,
                    double high);
void test_eye_clear (TestEye *self);
/* The value at a pixel of the last picture; a large number while there is none
 * of this size. */
double test_eye_look (const TestEye *self, guint x, guint y);
/* Waits until it is @value, within two grey levels. */
void test_eye_expect (const TestEye *self, guint x, guint y, double value);
/* As if it came from a hand on it. (transfer full): @event */
void test_eye_send (const TestEye *self, GstEvent *event);
/* The left button, from a pixel to another by way of the middle. */
void
test_eye_drag (const TestEye *self, const double from[2], const double to[2]);

/* For test_wait_until (): the viewport shows what it was asked for. */
gboolean test_viewport_is_shown (gpointer viewport);

G_END_DECLS
